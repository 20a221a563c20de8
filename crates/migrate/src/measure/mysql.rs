use relata::{Connection, Error as Database};
use relata_script::{Dialect, Word, words};

use super::{Algorithm, Measured, Online, OnlineLock};

/// Runs statements one by one; of a change of a table it finds the cheapest way that the server accepts, by asking for each in turn.
pub(crate) struct MysqlMeter<'d> {
    db: &'d dyn Connection,
}

/// The server's way to say that it cannot do it so (`ER_ALTER_OPERATION_NOT_SUPPORTED`, with a reason or without), or does not know
/// the word: `NOCOPY` is MariaDB's.
const NOT_SO: [&str; 4] = ["1845", "1846", "1064", "1800"];

impl<'d> MysqlMeter<'d> {
    pub(crate) fn new(db: &'d dyn Connection) -> Self {
        Self { db }
    }

    pub(crate) async fn run(&mut self, statement: &str) -> Result<Measured, Database> {
        let mut measured = Measured::of(statement);
        let Some(comma) = clause(statement) else {
            self.db.batch(statement).await?;
            return Ok(measured);
        };
        // On a line of its own, since the statement may end in a comment.
        let bare = statement.trim_end().trim_end_matches(';');
        for algorithm in Algorithm::ALL {
            for lock in OnlineLock::ALL {
                let (how, who) = (algorithm.word(), lock.word());
                let asserted = format!("{bare}\n{comma} ALGORITHM={how}{comma} LOCK={who}");
                match self.db.batch(&asserted).await {
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

/// What separates `ALGORITHM` from what stands before it; none where a statement cannot have it, or has it already.
fn clause(statement: &str) -> Option<&'static str> {
    let words: Vec<Word<'_>> = words(Dialect::Mysql, statement)
        .into_iter()
        .map(|(word, _)| word)
        .collect();
    let has = |keyword: &str| words.iter().any(|word| word.is(keyword));
    if has("ALGORITHM") || has("PARTITION") {
        return None;
    }
    let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
    if is(0, "ALTER") && (is(1, "TABLE") || (is(1, "IGNORE") && is(2, "TABLE"))) {
        return Some(",");
    }
    let index = words.iter().take(5).any(|word| word.is("INDEX"));
    ((is(0, "CREATE") || is(0, "DROP")) && index).then_some("")
}
