//! What the history and the folder say together: what is applied, what is to be done, and what stands in the way.

use rusqlite::Connection;

use super::ledger::Ledger;
use super::runner::{Settings, Status};
use super::{
    FailedMigration, HistoryRow, HistoryTable, Migration, MigrationError, RowState, history,
};
use crate::Result;
use crate::sqlite::from_rusqlite;

/// Compares the rows of a history with the migrations of a folder.
pub(super) fn compare(
    table: Option<HistoryTable>,
    rows: &[HistoryRow],
    migrations: &[Migration],
) -> Status {
    let mut status = Status {
        table,
        ..Status::default()
    };
    for row in rows {
        let name = row.migration_name.clone();
        let local = migrations
            .iter()
            .find(|migration| migration.name.as_str() == name);
        match row.state() {
            RowState::RolledBack => {}
            RowState::Applied => {
                match local {
                    None => status.missing.push(name.clone()),
                    Some(local) if !relata_script::matches(&row.checksum, &local.script) => {
                        status.edited.push(name.clone());
                    }
                    Some(_) => {}
                }
                status.applied.push(name);
            }
            RowState::Failed => {
                // What the folder no longer has cannot be resumed.
                let resumable = row.logs.as_deref().and_then(Ledger::parse).is_some();
                if resumable && local.is_some() {
                    status.interrupted.push(name);
                } else {
                    let (started_at, logs) = (row.started_at, row.logs.clone());
                    status.failed.push(FailedMigration {
                        name,
                        started_at,
                        logs,
                    });
                }
            }
        }
    }
    let names = migrations.iter().map(|migration| migration.name.as_str());
    status.pending = names
        .filter(|name| !status.applied.iter().any(|applied| applied == name))
        .map(str::to_owned)
        .collect();
    status
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
    ) -> Result<()> {
        if data_version(conn)? != self.version {
            *self = Self::read(conn, migrations)?;
            check(conn, settings, &self.status)?;
        }
        Ok(())
    }

    pub(super) fn is_applied(&self, name: &str) -> bool {
        self.status.applied.iter().any(|applied| applied == name)
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
    if !status.failed.is_empty() {
        return Err(MigrationError::Failed(status.failed.clone()).into());
    }
    if !status.edited.is_empty() && !settings.allow_edited {
        return Err(MigrationError::Edited(status.edited.clone()).into());
    }
    if !status.missing.is_empty() && !settings.allow_missing {
        return Err(MigrationError::Missing(status.missing.clone()).into());
    }
    Ok(())
}
