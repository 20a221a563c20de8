//! Rows written by hand: baselines, and failures that were repaired.

use rusqlite::Connection;

use super::guard::{BusyTimeout, Locked};
use super::history;
use crate::Result;
use crate::migration::runner::Settings;
use crate::migration::{HistoryRow, Migration, MigrationError, RowState};
use crate::types::{jiff::Timestamp, uuid};

pub(in crate::migration) fn mark_applied(
    conn: &Connection,
    settings: &Settings,
    migration: &Migration,
) -> Result<()> {
    let _timeout = BusyTimeout::set(conn, settings.wait)?;
    let transaction = Locked::begin(conn)?;
    let name = migration.name.as_str();
    let table = history::find_or_create(conn, settings.table)?;
    let rows = history::rows(conn, table)?;
    if rows
        .iter()
        .any(|row| row.migration_name == name && row.state() == RowState::Applied)
    {
        return Err(MigrationError::AlreadyApplied {
            name: name.to_owned(),
        }
        .into());
    }
    history::roll_back(conn, table, name)?;
    let now = Timestamp::now();
    let row = HistoryRow {
        id: uuid::Uuid::new_v4().to_string(),
        checksum: migration.checksum(),
        finished_at: Some(now),
        migration_name: name.to_owned(),
        logs: Some(String::new()),
        rolled_back_at: None,
        started_at: now,
        applied_steps_count: 0,
    };
    history::insert(conn, table, &row)?;
    transaction.commit()
}

/// Gives a migration another name in the history.
pub(in crate::migration) fn rename(
    conn: &Connection,
    settings: &Settings,
    from: &str,
    to: &str,
) -> Result<()> {
    let _timeout = BusyTimeout::set(conn, settings.wait)?;
    let transaction = Locked::begin(conn)?;
    if let Some(table) = history::find(conn)? {
        history::rename(conn, table, from, to)?;
    }
    transaction.commit()
}

pub(in crate::migration) fn mark_rolled_back(
    conn: &Connection,
    settings: &Settings,
    name: &str,
) -> Result<()> {
    let _timeout = BusyTimeout::set(conn, settings.wait)?;
    let transaction = Locked::begin(conn)?;
    let name = name.to_owned();
    let Some(table) = history::find(conn)? else {
        return Err(MigrationError::NeverApplied { name }.into());
    };
    let rows = history::rows(conn, table)?;
    if !rows.iter().any(|row| row.migration_name == name) {
        return Err(MigrationError::NeverApplied { name }.into());
    }
    if history::roll_back(conn, table, &name)? == 0 {
        return Err(MigrationError::NotFailed { name }.into());
    }
    transaction.commit()
}
