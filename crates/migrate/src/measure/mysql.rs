use relata::{Connection, Error as Database};
use relata_script::{Dialect, words};

use super::{Algorithm, Measured, Online, OnlineLock};

/// Runs statements one by one; of a change of a table it finds the cheapest way that the server accepts, by asking for each in turn.
pub(crate) struct MysqlMeter<'d> {
    db: &'d dyn Connection,
}

/// The server's way to say that it cannot do it so (`ER_ALTER_OPERATION_NOT_SUPPORTED`, with a reason or without), or does not know
/// the word: `NOCOPY` is MariaDB's.
const NOT_SO: [&str; 4] = ["1845", "1846", "1064", "1800"];

/// `ER_WRONG_USAGE`: two words that do not go together.
const WRONG_USAGE: &str = "1221";

impl<'d> MysqlMeter<'d> {
    pub(crate) fn new(db: &'d dyn Connection) -> Self {
        Self { db }
    }

    pub(crate) async fn run(&mut self, statement: &str) -> Result<Measured, Database> {
        let mut measured = Measured::of(statement);
        let Some((bare, comma)) = clause(statement) else {
            self.db.batch(statement).await?;
            return Ok(measured);
        };
        for algorithm in Algorithm::ALL {
            for lock in OnlineLock::ALL {
                let (how, who) = (algorithm.word(), lock.word());
                let asked = format!("{bare}\n{comma} ALGORITHM={how}");
                let mut outcome = self.db.batch(&format!("{asked}{comma} LOCK={who}")).await;
                // MySQL 8 takes no `LOCK` with `INSTANT`, and needs none (from the manual, "ALTER TABLE Statement").
                if matches!(&outcome, Err(Database::Database { native_code: Some(code), .. }) if code == WRONG_USAGE)
                {
                    outcome = self.db.batch(&asked).await;
                }
                match outcome {
                    Ok(()) => {
                        measured.online = Some(Online { algorithm, lock });
                        return Ok(measured);
                    }
                    Err(Database::Database {
                        native_code: Some(code),
                        ..
                    }) if NOT_SO.contains(&code.as_str()) => {}
                    // It fails whichever way: the statement as it is says why.
                    Err(_) => {
                        self.db.batch(statement).await?;
                        measured.unmeasured = Some("the server takes no `ALGORITHM` with it");
                        return Ok(measured);
                    }
                }
            }
        }
        self.db.batch(statement).await?;
        measured.unmeasured = Some("the server takes no `ALGORITHM` with it");
        Ok(measured)
    }
}

/// The statement in a form that takes `ALGORITHM` and `LOCK`, and what separates them from it; none where a statement cannot have them, or has
/// them already.
pub(super) fn clause(statement: &str) -> Option<(String, &'static str)> {
    let words = words(Dialect::Mysql, statement);
    let has = |keyword: &str| words.iter().any(|(word, _)| word.is(keyword));
    if has("ALGORITHM") || has("PARTITION") {
        return None;
    }
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|(word, _)| word.is(keyword));
    let bare = || statement.trim_end().trim_end_matches(';').to_owned();
    if is(0, "ALTER") && (is(1, "TABLE") || (is(1, "IGNORE") && is(2, "TABLE"))) {
        return Some((bare(), ","));
    }
    // MariaDB takes them with `ALTER TABLE … DROP INDEX`, which is the same, and not with `DROP INDEX`.
    if is(0, "DROP") && is(1, "INDEX") {
        let (on, _) = words
            .iter()
            .enumerate()
            .find(|(_, (word, _))| word.is("ON"))?;
        let text = |from: usize, to: usize| &statement[words[from].1.start..words[to].1.end];
        let table = text(on + 1, words.len() - 1).trim_end_matches(';');
        return Some((
            format!("ALTER TABLE {table} DROP INDEX {}", text(2, on - 1)),
            ",",
        ));
    }
    let index = words.iter().take(5).any(|(word, _)| word.is("INDEX"));
    (is(0, "CREATE") && index).then(|| (bare(), ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_take_an_algorithm() {
        let of = |sql| clause(sql).map(|(bare, comma)| format!("{bare}{comma}"));
        assert_eq!(
            of("ALTER TABLE a ADD b INT;").unwrap(),
            "ALTER TABLE a ADD b INT,"
        );
        assert_eq!(
            of("CREATE UNIQUE INDEX i ON a (b)").unwrap(),
            "CREATE UNIQUE INDEX i ON a (b)"
        );
        assert_eq!(
            of("DROP INDEX IF EXISTS `on` ON `s`.`a`").unwrap(),
            "ALTER TABLE `s`.`a` DROP INDEX IF EXISTS `on`,"
        );
        assert_eq!(of("ALTER TABLE a ADD b INT, ALGORITHM=COPY"), None);
        assert_eq!(of("CREATE TABLE a (b INT, INDEX (b))"), None);
    }
}
