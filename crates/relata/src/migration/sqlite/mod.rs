//! SQLite: everything runs on the connection's own thread, where nothing can come between two statements, and under SQLite's
//! write lock, which is taken before anything is decided.

mod apply;
mod foreign_keys;
mod guard;
mod history;
mod plan;
mod resolve;
mod steps;
mod turn;

pub(super) use self::apply::{deploy, replay, revert};
pub(super) use self::plan::{preview, status};
pub(super) use self::resolve::{mark_applied, mark_rolled_back, rename};

#[cfg(test)]
mod tests;
