//! The history of a database, read through any connection, one of a pool among them.

use super::{HistoryRow, HistoryTable, MigrationError};
use crate::{Connection, Dialect, Result, Row};

/// The columns of a history row, in the order in which [`row`] reads them.
pub(crate) const COLUMNS: &str = "id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count";

/// The history, if the database has one. Takes no lock and writes nothing.
pub(crate) async fn read(db: &dyn Connection) -> Result<Option<(HistoryTable, Vec<HistoryRow>)>> {
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    if db.dialect() != Dialect::Sqlite {
        return super::server::history(db).await;
    }
    if db.dialect() != Dialect::Sqlite {
        return Ok(None);
    }
    let sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name IN ('_prisma_migrations', '_relata_migrations')";
    let found = db.query(sql, vec![]).await?;
    let table = match found.as_slice() {
        [] => return Ok(None),
        [one] if one.get::<String>(0)? == HistoryTable::Prisma.name() => HistoryTable::Prisma,
        [_] => HistoryTable::Relata,
        _ => return Err(MigrationError::TwoHistories.into()),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM main.\"{}\" ORDER BY rowid",
        table.name()
    );
    let rows = db.query(&sql, vec![]).await?;
    let rows = rows.iter().map(row).collect::<Result<_>>()?;
    Ok(Some((table, rows)))
}

/// Reads a row that holds [`COLUMNS`].
pub(crate) fn row(row: &Row) -> Result<HistoryRow> {
    Ok(HistoryRow {
        id: row.get(0)?,
        checksum: row.get(1)?,
        finished_at: row.get(2)?,
        migration_name: row.get(3)?,
        logs: row.get(4)?,
        rolled_back_at: row.get(5)?,
        started_at: row.get(6)?,
        applied_steps_count: row.get(7)?,
    })
}
