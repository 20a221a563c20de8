use crate::{DriftAnswer, Weighed};

/// Answers what a workflow must ask. The command line asks a person, takes a flag, or refuses; tests answer at once.
pub trait Ask {
    /// Names a new migration; asked only if there is one to write. None means that nobody can be asked.
    fn migration_name(&mut self) -> Option<String>;

    /// Tells what to do about a database that is not what its migrations make of it; the summary says what differs.
    fn drift(&mut self, summary: &str) -> DriftAnswer;

    /// Tells whether this may be lost. No means that nothing is done.
    fn accept_losses(&mut self, losses: &[Weighed]) -> bool;
}
