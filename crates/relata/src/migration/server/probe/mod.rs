//! Whether a statement has taken effect, asked of the database: for statements that cannot share a transaction with the mark
//! that says so.
//!
//! What is asked follows from the statement's own text: `CREATE TABLE a` has happened if there is a table `a`. That tells
//! nothing where it was so before, which is why every probe is asked twice: before the statement, when the answer goes into
//! the ledger, and after a deploy was cut off.

mod fact;
mod mysql;
mod postgres;

use self::fact::Fact;
use crate::{Connection, Dialect, Result};

/// What a database says of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// It looks as if the statement had not run.
    Open,
    /// It looks as if it had.
    Done,
    /// It ran, and left pieces that are of no use. These statements remove them.
    Leftover(Vec<String>),
    /// It ran half-way. This statement finishes it.
    Unfinished(String),
    /// It does not tell.
    Unknown,
}

/// What to ask about one statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Probe {
    facts: Vec<Fact>,
    repeatable: bool,
    concurrent: bool,
}

impl Probe {
    /// Reads a statement. What is not understood leads to [`Answer::Unknown`], never to a guess.
    pub(super) fn of(dialect: Dialect, statement: &str) -> Self {
        match dialect {
            Dialect::Postgres => postgres::read(statement),
            Dialect::Mysql => mysql::read(statement),
            Dialect::Sqlite => Self::default(),
        }
    }

    /// Whether running it twice in a row comes to the same as once: `VACUUM`, `REINDEX`, `CREATE OR REPLACE`, `IF EXISTS`.
    pub(super) fn may_be_repeated(&self) -> bool {
        self.repeatable
    }

    /// Whether it is one of PostgreSQL's `CONCURRENTLY`.
    pub(super) fn is_concurrent(&self) -> bool {
        self.concurrent
    }

    /// Asks the database. A statement happens as a whole, so its facts have to agree.
    pub(super) async fn ask(&self, db: &dyn Connection) -> Result<Answer> {
        let mut answer = None;
        for fact in &self.facts {
            let one = fact.ask(db).await?;
            match &answer {
                None => answer = Some(one),
                Some(known) if *known == one => {}
                Some(_) => return Ok(Answer::Unknown),
            }
        }
        Ok(answer.unwrap_or(Answer::Unknown))
    }
}

/// Something that may be there.
fn exists(fact: Fact) -> Probe {
    Probe {
        facts: vec![fact],
        ..Probe::default()
    }
}

/// A statement that may be said twice.
fn repeatable() -> Probe {
    Probe {
        repeatable: true,
        ..Probe::default()
    }
}
