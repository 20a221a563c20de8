//! The span of time that the rows of a table are for, and the keys over it, from the statement of the table (MariaDB,
//! "Application-Time Periods").

use relata_script::{Dialect, Word, words};

/// `PERIOD FOR name (from, to)`.
pub(super) struct Period {
    pub(super) name: String,
    /// The column of the start, and that of the end.
    pub(super) columns: [String; 2],
    /// The names of the keys `WITHOUT OVERLAPS`; `PRIMARY` is that of the primary key.
    pub(super) keys: Vec<String>,
}

/// Reads the period that a `CREATE TABLE` tells of.
pub(super) fn read(statement: &str) -> Option<Period> {
    let words: Vec<Word<'_>> = words(Dialect::Mysql, statement)
        .into_iter()
        .map(|(word, _)| word)
        .collect();
    let (mut period, mut keys) = (None, Vec::new());
    for clause in clauses(&words) {
        let name = |place: usize| clause.get(place)?.name(Dialect::Mysql);
        let begins = |first: &str, second: &str| {
            clause.first().is_some_and(|word| word.is(first))
                && clause.get(1).is_some_and(|word| word.is(second))
        };
        // A comment may say anything: only two words in a row are the clause.
        let is_apart = clause
            .windows(2)
            .any(|pair| pair[0].is("WITHOUT") && pair[1].is("OVERLAPS"));
        if begins("PERIOD", "FOR") {
            // `PERIOD FOR SYSTEM_TIME` has no name in quotes, and is told by its columns.
            let is_named = matches!(clause.get(2), Some(Word::Name(_)));
            let found = name(2).zip(name(4)).zip(name(6));
            period = period.or(found.filter(|_| is_named));
        } else if is_apart && begins("PRIMARY", "KEY") {
            keys.push("PRIMARY".to_owned());
        } else if is_apart && begins("UNIQUE", "KEY") {
            keys.extend(name(2));
        }
    }
    period.map(|((name, from), to)| Period {
        name,
        columns: [from, to],
        keys,
    })
}

/// What stands between the commas of the outermost brackets.
fn clauses<'w, 's>(words: &'w [Word<'s>]) -> Vec<&'w [Word<'s>]> {
    let (mut clauses, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (place, word) in words.iter().enumerate() {
        if word.is_symbol("(") {
            depth += 1;
            if depth == 1 {
                start = place + 1;
            }
        }
        let ends = word.is_symbol(")");
        if depth == 1 && (ends || word.is_symbol(",")) {
            clauses.push(&words[start..place]);
            start = place + 1;
        }
        if ends {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                break;
            }
        }
    }
    clauses
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_period_and_its_keys() {
        let statement = "CREATE TABLE `t` (\n  `a\n  PERIOD FOR ``` date NOT NULL,\n  `z` date NOT NULL COMMENT 'PERIOD FOR x (a, z), ',\n  \
            PERIOD FOR `p (``q)` (`a\n  PERIOD FOR ```, `z`),\n  PRIMARY KEY (`id`,`p` WITHOUT OVERLAPS),\n  \
            UNIQUE KEY `u,` (`id`,`p` WITHOUT OVERLAPS) USING BTREE,\n  UNIQUE KEY `v` (`id`) COMMENT 'WITHOUT OVERLAPS)'\n) \
            ENGINE=InnoDB COMMENT='(PERIOD FOR `no` (`a`, `z`))'";
        let period = read(statement).expect("a period");
        assert_eq!(period.name, "p (`q)");
        assert_eq!(period.columns, ["a\n  PERIOD FOR `", "z"]);
        assert_eq!(period.keys, ["PRIMARY", "u,"]);
        let system =
            "CREATE TABLE t (`a` int, PERIOD FOR SYSTEM_TIME (`a`, `b`)) WITH SYSTEM VERSIONING";
        assert!(read(system).is_none());
    }
}
