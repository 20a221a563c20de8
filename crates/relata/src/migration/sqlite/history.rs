//! The history table, in Prisma's own layout, read and written on the connection's thread. Times are written as milliseconds
//! since 1970, as Prisma's engine writes them, and read in every form that Prisma's versions leave behind.

use rusqlite::{Connection, params};

use crate::migration::history::{COLUMNS, row};
use crate::migration::{HistoryRow, HistoryTable, MigrationError};
use crate::sqlite::{from_rusqlite, query};
use crate::types::jiff::Timestamp;
use crate::{Error, Result};

/// Which history the database has. Both at once is an error: neither could be trusted.
pub(super) fn find(conn: &Connection) -> Result<Option<HistoryTable>> {
    match (
        exists(conn, HistoryTable::Prisma)?,
        exists(conn, HistoryTable::Relata)?,
    ) {
        (true, true) => Err(MigrationError::TwoHistories.into()),
        (true, false) => Ok(Some(HistoryTable::Prisma)),
        (false, true) => Ok(Some(HistoryTable::Relata)),
        (false, false) => Ok(None),
    }
}

fn exists(conn: &Connection, table: HistoryTable) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?1)";
    conn.query_row(sql, [table.name()], |row| row.get(0))
        .map_err(from_rusqlite)
}

/// Whether there is anything in the database but SQLite's own tables.
pub(super) fn is_empty(conn: &Connection) -> Result<bool> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\')";
    conn.query_row(sql, [], |row| row.get(0))
        .map_err(from_rusqlite)
}

/// The history that the database has, or a new one of this name.
pub(super) fn find_or_create(conn: &Connection, table: HistoryTable) -> Result<HistoryTable> {
    if let Some(found) = find(conn)? {
        return Ok(found);
    }
    create(conn, table)?;
    Ok(table)
}

/// Creates the table with Prisma's text.
fn create(conn: &Connection, table: HistoryTable) -> Result<()> {
    let sql = format!(
        r#"CREATE TABLE "{}" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)"#,
        table.name()
    );
    conn.execute_batch(&sql).map_err(from_rusqlite)
}

/// Every row, in the order in which the migrations were begun.
pub(super) fn rows(conn: &Connection, table: HistoryTable) -> Result<Vec<HistoryRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM main.\"{}\" ORDER BY rowid",
        table.name()
    );
    let rows = query(conn, &sql, Vec::new()).and_then(|rows| rows.iter().map(row).collect());
    rows.map_err(|error| match error {
        error @ (Error::Busy { .. } | Error::Corrupt { .. }) => error,
        other => MigrationError::BadHistory {
            table: table.name(),
            problem: other.to_string(),
        }
        .into(),
    })
}

/// Writes a row as it is.
pub(super) fn insert(conn: &Connection, table: HistoryTable, row: &HistoryRow) -> Result<()> {
    let sql = format!(
        "INSERT INTO main.\"{}\" (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, \
         applied_steps_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        table.name()
    );
    let millis = |at: Option<Timestamp>| at.map(Timestamp::as_millisecond);
    let values = params![
        row.id,
        row.checksum,
        millis(row.finished_at),
        row.migration_name,
        row.logs,
        millis(row.rolled_back_at),
        row.started_at.as_millisecond(),
        row.applied_steps_count,
    ];
    conn.execute(&sql, values)
        .map(|_| ())
        .map_err(from_rusqlite)
}

/// How many statements of a row have run.
pub(super) fn steps(conn: &Connection, table: HistoryTable, id: &str) -> Result<i64> {
    let sql = format!(
        "SELECT applied_steps_count FROM main.\"{}\" WHERE id = ?1",
        table.name()
    );
    conn.query_row(&sql, [id], |row| row.get(0))
        .map_err(from_rusqlite)
}

/// What a row says beside its count.
pub(super) fn logs(conn: &Connection, table: HistoryTable, id: &str) -> Result<Option<String>> {
    let sql = format!("SELECT logs FROM main.\"{}\" WHERE id = ?1", table.name());
    conn.query_row(&sql, [id], |row| row.get(0))
        .map_err(from_rusqlite)
}

/// Moves a row's ledger on, if it still stands where we left it. False if somebody else has moved it.
pub(super) fn advance(
    conn: &Connection,
    table: HistoryTable,
    id: &str,
    steps: std::ops::Range<i64>,
    logs: &str,
) -> Result<bool> {
    let sql = format!(
        "UPDATE main.\"{}\" SET applied_steps_count = ?3, logs = ?4 \
         WHERE id = ?1 AND applied_steps_count = ?2 AND finished_at IS NULL AND rolled_back_at IS NULL",
        table.name()
    );
    let changed = conn
        .execute(&sql, params![id, steps.start, steps.end, logs])
        .map_err(from_rusqlite)?;
    Ok(changed == 1)
}

/// Marks a row as finished.
pub(super) fn finish(
    conn: &Connection,
    table: HistoryTable,
    id: &str,
    checksum: &str,
) -> Result<()> {
    let sql = format!(
        "UPDATE main.\"{}\" SET finished_at = ?2, checksum = ?3, logs = NULL WHERE id = ?1",
        table.name()
    );
    let values = params![id, Timestamp::now().as_millisecond(), checksum];
    conn.execute(&sql, values)
        .map(|_| ())
        .map_err(from_rusqlite)
}

/// Makes the row of an applied migration one that is under way, to take it back. False if somebody else has done so.
pub(super) fn reopen(conn: &Connection, table: HistoryTable, id: &str, logs: &str) -> Result<bool> {
    let sql = format!(
        "UPDATE main.\"{}\" SET finished_at = NULL, applied_steps_count = 0, logs = ?2 \
         WHERE id = ?1 AND finished_at IS NOT NULL AND rolled_back_at IS NULL",
        table.name()
    );
    let changed = conn
        .execute(&sql, params![id, logs])
        .map_err(from_rusqlite)?;
    Ok(changed == 1)
}

/// Marks a row as rolled back: its migration was taken back.
pub(super) fn take_back(conn: &Connection, table: HistoryTable, id: &str) -> Result<()> {
    let sql = format!(
        "UPDATE main.\"{}\" SET rolled_back_at = ?2, logs = NULL WHERE id = ?1",
        table.name()
    );
    conn.execute(&sql, params![id, Timestamp::now().as_millisecond()])
        .map(drop)
        .map_err(from_rusqlite)
}

/// Gives the rows of a migration another name.
pub(super) fn rename(conn: &Connection, table: HistoryTable, from: &str, to: &str) -> Result<()> {
    let sql = format!(
        "UPDATE main.\"{}\" SET migration_name = ?2 WHERE migration_name = ?1",
        table.name()
    );
    conn.execute(&sql, params![from, to])
        .map(drop)
        .map_err(from_rusqlite)
}

/// Marks the failed rows of a migration as rolled back.
pub(super) fn roll_back(conn: &Connection, table: HistoryTable, name: &str) -> Result<usize> {
    let sql = format!(
        "UPDATE main.\"{}\" SET rolled_back_at = ?2 \
         WHERE migration_name = ?1 AND finished_at IS NULL AND rolled_back_at IS NULL",
        table.name()
    );
    conn.execute(&sql, params![name, Timestamp::now().as_millisecond()])
        .map_err(from_rusqlite)
}
