//! Migrations at run time: the folder they are read from, the history table they are recorded in, and the runner that
//! applies them.
//!
//! Everything here follows Prisma's history format, so that both tools can work on one database: same folder, same table,
//! same checksums.

mod error;
mod folder;
mod row;

#[cfg(feature = "sqlite")]
mod apply;
#[cfg(feature = "sqlite")]
mod foreign_keys;
#[cfg(feature = "sqlite")]
mod guard;
#[cfg(feature = "sqlite")]
mod history;
#[cfg(feature = "sqlite")]
mod ledger;
#[cfg(feature = "sqlite")]
mod plan;
#[cfg(feature = "sqlite")]
mod resolve;
#[cfg(feature = "sqlite")]
mod runner;
#[cfg(feature = "sqlite")]
mod steps;

pub use error::{FailedMigration, MigrationError, Violation};
pub use folder::{Folder, Migration};
pub use row::{HistoryRow, HistoryTable, RowState};
#[cfg(feature = "sqlite")]
pub use runner::{Deployed, Progress, Runner, Status};

#[cfg(all(test, feature = "sqlite"))]
mod tests;
