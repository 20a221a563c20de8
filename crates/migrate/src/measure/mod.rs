//! What statements do to the tables they meet, as the server tells while they run: locks, rewrites, scans.
//!
//! Nothing here is looked up in a table of statements. The same words lock and rewrite differently on another table, or where a check
//! already proves what is asked for; the server knows, and is asked.

mod asserted;
mod lock;
mod mysql;
mod postgres;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use asserted::asserted;
pub use lock::{Algorithm, Lock, Online, OnlineLock};
pub(crate) use mysql::MysqlMeter;
pub(crate) use postgres::PostgresMeter;

/// What one statement did to the relations that were there before it.
///
/// Names are those from before the statement, with the namespace where it is not the connection's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// The statement.
    pub statement: String,
    /// The strongest lock that it took on each table, view and the like (PostgreSQL).
    pub locks: BTreeMap<String, Lock>,
    /// Tables, materialised views and indexes that were written anew (PostgreSQL, SQLite).
    pub rewritten: BTreeSet<String>,
    /// Tables that were read from end to end (PostgreSQL).
    pub scanned: BTreeSet<String>,
    /// Indexes that were built, new ones among them (PostgreSQL).
    pub built: BTreeSet<String>,
    /// The cheapest way in which the server accepts the statement (MySQL, MariaDB).
    pub online: Option<Online>,
    /// Why the server could not be asked, where it could not.
    pub unmeasured: Option<&'static str>,
}

impl Measured {
    /// What is known before a statement has run.
    pub(crate) fn of(statement: &str) -> Self {
        Self {
            statement: statement.to_owned(),
            ..Self::default()
        }
    }

    /// Whether tables stay readable and writable, and nothing is read or written as a whole, so that the size of the tables does not
    /// matter. A statement that was not measured is not called free.
    pub fn is_free(&self) -> bool {
        let instant = self
            .online
            .is_none_or(|online| online.algorithm == Algorithm::Instant);
        self.unmeasured.is_none()
            && self.rewritten.is_empty()
            && self.scanned.is_empty()
            && self.built.is_empty()
            && instant
    }
}
