use relata_sql::Suggestion;

use crate::{DriftAnswer, Filling, Weighed};

/// Answers what a workflow must ask. The command line asks a person, takes a flag, or refuses; tests answer at once.
pub trait Ask {
    /// Names a new migration; asked only if there is one to write. None means that nobody can be asked.
    fn migration_name(&mut self) -> Option<String>;

    /// Tells what to do about a database that is not what its migrations make of it; the summary says what differs.
    fn drift(&mut self, summary: &str) -> DriftAnswer;

    /// Returns what is to be renamed, each as [`read_rename`](relata_sql::rename::read_rename) takes it, beside what the schema says of it.
    fn renames(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// Tells whether something that goes and something that comes are one thing. No means that one is dropped and the other made.
    fn is_rename(&mut self, suggestion: &Suggestion) -> bool {
        let _ = suggestion;
        false
    }

    /// Tells what the rows get that have no value in a column which becomes required, given as `table.column` in the database's names. None means
    /// that nothing is done.
    fn backfill(&mut self, column: &str, problem: &Weighed) -> Option<Filling> {
        let _ = (column, problem);
        None
    }

    /// Tells whether this may be lost. No means that nothing is done.
    fn accept_losses(&mut self, losses: &[Weighed]) -> bool;
}
