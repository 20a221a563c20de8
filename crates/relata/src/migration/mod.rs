//! Migrations at run time: the folder they are read from, the history table they are recorded in, and the runner that
//! applies them.
//!
//! Everything here follows Prisma's history format, so that both tools can work on one database: same folder, same table,
//! same checksums, same lock.
//!
//! [`Runner`] is one for all databases. What history and folder say together ([`status`](Status)), how a script is cut and
//! counted, and the ledger are shared; `sqlite` works on the connection's own thread, under SQLite's write lock, and
//! `server` on a connection to PostgreSQL, MySQL or MariaDB that holds the lock for migrations.

mod embedded;
mod error;
mod folder;
mod progress;
mod row;

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(crate) mod history;

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod ledger;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod runner;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod script;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod server;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod status;
mod target;

pub use embedded::Embedded;
pub use error::{FailedMigration, Holder, MigrationError, Violation};
pub use folder::{Folder, Migration};
pub use progress::{Deployed, Progress};
pub use row::{HistoryRow, HistoryTable, RowState};
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub use runner::Runner;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub(crate) use status::compare;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub use status::{Pending, Status, Stopped};
pub use target::Target;

/// The table that a MySQL database holds for as long as a backup is brought back: there, nothing but the database itself could tell that it is not
/// whole.
pub const RESTORING: &str = "_relata_restoring";
