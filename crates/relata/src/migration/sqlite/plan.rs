//! The history as it was read, and whether it still says that.

use rusqlite::Connection;

use super::history;
use crate::migration::runner::Settings;
use crate::migration::status::{self, compare, refuse};
use crate::migration::{HistoryRow, Migration, MigrationError, Pending, Status};
use crate::sqlite::from_rusqlite;
use crate::{Dialect, Result};

pub(in crate::migration) fn status(conn: &Connection, migrations: &[Migration]) -> Result<Status> {
    Plan::read(conn, migrations).map(|plan| plan.status)
}

pub(in crate::migration) fn preview(
    conn: &Connection,
    settings: &Settings,
    migrations: &[Migration],
) -> Result<Vec<Pending>> {
    let plan = Plan::read(conn, migrations)?;
    check(conn, settings, &plan.status)?;
    let chosen = status::chosen(settings, &plan.status, migrations)?;
    status::preview(Dialect::Sqlite, &plan.rows, &chosen)
}

/// The history as it was read, and how to tell that it is still that.
pub(super) struct Plan {
    pub(super) rows: Vec<HistoryRow>,
    pub(super) status: Status,
    /// "PRAGMA data\_version": changes when another connection has committed.
    version: i64,
}

impl Plan {
    pub(super) fn read(conn: &Connection, migrations: &[Migration]) -> Result<Self> {
        // Before the rows: a change in between is then seen as one, at worst once too often.
        let version = data_version(conn)?;
        let table = history::find(conn)?;
        let rows = table.map_or(Ok(Vec::new()), |table| history::rows(conn, table))?;
        let status = compare(table, &rows, migrations);
        Ok(Self {
            rows,
            status,
            version,
        })
    }

    /// Reads and checks the history again if another connection has written meanwhile. Holding the write lock, the answer
    /// then stays true.
    pub(super) fn refresh(
        &mut self,
        conn: &Connection,
        settings: &Settings,
        migrations: &[Migration],
        is_down: bool,
    ) -> Result<()> {
        if data_version(conn)? != self.version {
            *self = Self::read(conn, migrations)?;
            if !is_down {
                check(conn, settings, &self.status)?;
            }
        }
        Ok(())
    }
}

fn data_version(conn: &Connection) -> Result<i64> {
    conn.query_row("PRAGMA data_version", [], |row| row.get(0))
        .map_err(from_rusqlite)
}

/// Refuses where applying on top of this history would build on something unknown.
pub(super) fn check(conn: &Connection, settings: &Settings, status: &Status) -> Result<()> {
    // Looked for again after the tables were seen: another deploy may have committed both its first migration and the
    // history since we read, and is then found out about under the lock.
    let has_history = || history::find(conn).map(|found| found.is_some());
    if status.table.is_none() && !history::is_empty(conn)? && !has_history()? {
        return Err(MigrationError::NotEmpty.into());
    }
    refuse(settings, status)
}
