//! What can be read off a statement that is kept as a whole: only its first words, never its meaning.

mod function;

use relata_script::{Dialect, Word, words};

pub(crate) use function::{Head, function};

/// The statement from its first word to its last, without blanks, comments and semicolons around it.
pub(crate) fn trimmed(dialect: Dialect, sql: &str) -> &str {
    let words = words(dialect, sql);
    let first = words.first().map(|(_, range)| range.start);
    let last = words.iter().rev().find(|(word, _)| !word.is_symbol(";"));
    match (first, last) {
        (Some(first), Some((_, range))) => sql.get(first..range.end).unwrap_or(sql),
        _ => "",
    }
}

/// The query of a `CREATE VIEW`: what follows its first `AS` outside of brackets.
pub(crate) fn query(dialect: Dialect, sql: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (word, range) in words(dialect, sql) {
        match &word {
            Word::Symbol("(") => depth += 1,
            Word::Symbol(")") => depth = depth.saturating_sub(1),
            word if depth == 0 && word.is("as") => return Some(sql[range.end..].trim()),
            _ => {}
        }
    }
    None
}

/// Returns the query of a `CREATE VIEW` as SQLite keeps it.
///
/// ```
/// assert_eq!(relata_sql::view_query("CREATE VIEW v (a) AS SELECT 1"), Some("SELECT 1"));
/// ```
pub fn view_query(sql: &str) -> Option<&str> {
    query(Dialect::Sqlite, sql)
}

/// Tells whether a materialised view is made empty: `WITH NO DATA`.
pub(crate) fn is_without_data(dialect: Dialect, sql: &str) -> bool {
    let words = words(dialect, sql);
    match words.as_slice() {
        [.., (with, _), (no, _), (data, _)] => with.is("with") && no.is("no") && data.is("data"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_ends_at_its_last_word() {
        let trim = |sql| trimmed(Dialect::Postgres, sql);
        assert_eq!(trim("\n-- why\nSELECT 1 ; -- done\n"), "SELECT 1");
        assert_eq!(trim("SELECT ';'"), "SELECT ';'");
        assert_eq!(trim(" -- nothing\n"), "");
        assert_eq!(
            trimmed(
                Dialect::Sqlite,
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;"
            ),
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END"
        );
    }

    #[test]
    fn a_query_follows_as() {
        let query = |sql| query(Dialect::Postgres, sql);
        assert_eq!(
            query("CREATE VIEW \"as\" (a, b) AS SELECT 1 AS x, 2"),
            Some("SELECT 1 AS x, 2")
        );
        assert_eq!(query("CREATE VIEW a"), None);
        assert!(is_without_data(
            Dialect::Postgres,
            "CREATE MATERIALIZED VIEW a AS SELECT 1 WITH NO DATA"
        ));
    }
}
