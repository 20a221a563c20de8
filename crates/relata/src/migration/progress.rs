use std::time::Duration;

use super::Holder;

/// What a deploy is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Another program holds the lock for migrations; told when the waiting begins, when somebody else gets the lock, and
    /// about once a second. Not told on SQLite, whose lock is waited for by the library itself.
    Waiting {
        /// Who holds it, where the server says so.
        holder: Option<Holder>,
        /// For how long we have waited.
        waited: Duration,
        /// For how long we are going to wait.
        limit: Duration,
    },
    /// A migration begins.
    Started {
        /// Its name.
        name: String,
        /// How many statements it has.
        statements: usize,
        /// The statement it goes on behind, if it stopped half-way before; otherwise 0.
        resumed_after: usize,
    },
    /// A statement has run.
    Statement {
        /// The migration's name.
        name: String,
        /// How many of its statements have run.
        done: usize,
        /// How many it has.
        of: usize,
    },
    /// A batch of a backfill is done.
    Rows {
        /// The migration's name.
        name: String,
        /// How many rows were filled, since this deploy began.
        done: u64,
        /// How many there were to fill when it began.
        of: u64,
    },
    /// A statement did not get its locks in time. Nothing of it has happened, and it is tried again after a pause.
    Retrying {
        /// The migration's name.
        name: String,
        /// What the server said, and who may be in the way, where it tells that.
        reason: String,
        /// The pause.
        pause: Duration,
    },
    /// A migration is applied.
    Finished {
        /// Its name.
        name: String,
        /// How long it took.
        elapsed: Duration,
    },
}

/// What a deploy did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deployed {
    /// The migrations that it applied, in order.
    pub applied: Vec<String>,
}
