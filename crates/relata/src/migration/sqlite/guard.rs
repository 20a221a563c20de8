//! What has to be put back, whatever happens in between.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::migration::MigrationError;
use crate::sqlite::from_rusqlite;
use crate::{Dialect, Error, Result};

/// A transaction that holds SQLite's write lock from its start; dropped without [`Locked::commit`], it is rolled back.
pub(super) struct Locked<'c> {
    conn: &'c Connection,
}

impl<'c> Locked<'c> {
    /// Waits for the lock no longer than the connection's busy timeout.
    pub(super) fn begin(conn: &'c Connection) -> Result<Self> {
        let start = Instant::now();
        match conn.execute_batch("BEGIN IMMEDIATE").map_err(from_rusqlite) {
            Ok(()) => Ok(Self { conn }),
            Err(Error::Busy { .. }) => Err(MigrationError::Locked {
                waited: start.elapsed(),
                dialect: Dialect::Sqlite,
                holder: None,
            }
            .into()),
            Err(error) => Err(error),
        }
    }

    pub(super) fn commit(self) -> Result<()> {
        self.conn.execute_batch("COMMIT").map_err(from_rusqlite)
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        roll_back(self.conn);
    }
}

/// Ends whatever transaction is open.
pub(super) fn roll_back(conn: &Connection) {
    if !conn.is_autocommit() {
        let _ = conn.execute_batch("ROLLBACK");
    }
}

/// Another busy timeout for a while.
pub(super) struct BusyTimeout<'c> {
    conn: &'c Connection,
    before: u64,
}

impl<'c> BusyTimeout<'c> {
    pub(super) fn set(conn: &'c Connection, limit: Duration) -> Result<Self> {
        let before = conn
            .query_row("PRAGMA busy_timeout", [], |row| row.get::<_, i64>(0))
            .map_err(from_rusqlite)?;
        conn.busy_timeout(limit).map_err(from_rusqlite)?;
        Ok(Self {
            conn,
            before: u64::try_from(before).unwrap_or_default(),
        })
    }
}

impl Drop for BusyTimeout<'_> {
    fn drop(&mut self) {
        let _ = self.conn.busy_timeout(Duration::from_millis(self.before));
    }
}

/// The settings of a connection that a script may change and that would otherwise outlive it.
const SETTINGS: &[&str] = &[
    "foreign_keys",
    "ignore_check_constraints",
    "legacy_alter_table",
    "recursive_triggers",
    "trusted_schema",
    "writable_schema",
    "query_only",
    "synchronous",
];

/// Puts a connection's settings back when dropped. To be dropped after the transaction: inside one, `foreign_keys` is not
/// changed ("PRAGMA `foreign_keys`" in the manual).
pub(super) struct Settings<'c> {
    conn: &'c Connection,
    before: Vec<(&'static str, i64)>,
}

impl<'c> Settings<'c> {
    pub(super) fn keep(conn: &'c Connection) -> Result<Self> {
        let mut before = Vec::with_capacity(SETTINGS.len());
        for name in SETTINGS {
            let value = conn
                .query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
                .map_err(from_rusqlite)?;
            before.push((*name, value));
        }
        Ok(Self { conn, before })
    }
}

impl Drop for Settings<'_> {
    fn drop(&mut self) {
        for (name, value) in &self.before {
            let _ = self.conn.execute_batch(&format!("PRAGMA {name} = {value}"));
        }
    }
}
