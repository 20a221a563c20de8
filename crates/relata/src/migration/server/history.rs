//! The history table, in Prisma's own layout.

use super::place::Place;
use crate::migration::RESTORING;
use crate::migration::history::{COLUMNS, row};
use crate::migration::{HistoryRow, HistoryTable, MigrationError};
use crate::types::jiff::Timestamp;
use crate::{Connection, Dialect, Error, Result, Value};

/// Which history the database has. Both at once is an error: neither could be trusted.
pub(super) async fn find(db: &dyn Connection, place: &Place) -> Result<Option<HistoryTable>> {
    let sql = match place.dialect {
        Dialect::Postgres => {
            "SELECT c.relname::text FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = ? AND c.relkind IN ('r', 'p') AND c.relname IN ('_prisma_migrations', '_relata_migrations')"
        }
        _ => {
            "SELECT table_name FROM information_schema.tables \
             WHERE table_schema = ? AND table_name IN ('_prisma_migrations', '_relata_migrations', '_relata_restoring')"
        }
    };
    let rows = db
        .query(&place.sql(sql), vec![place.namespace.as_str().into()])
        .await?;
    let names = rows
        .iter()
        .map(|row| row.get::<String>(0))
        .collect::<Result<Vec<_>>>()?;
    let has = |table: HistoryTable| names.iter().any(|name| name == table.name());
    if names.iter().any(|name| name == RESTORING) {
        return Err(MigrationError::HalfRestored.into());
    }
    match (has(HistoryTable::Prisma), has(HistoryTable::Relata)) {
        (true, true) => Err(MigrationError::TwoHistories.into()),
        (true, false) => Ok(Some(HistoryTable::Prisma)),
        (false, true) => Ok(Some(HistoryTable::Relata)),
        (false, false) => Ok(None),
    }
}

/// Whether there is anything in the schema but what belongs to extensions (which hosts of databases like to install).
pub(super) async fn is_empty(db: &dyn Connection, place: &Place) -> Result<bool> {
    let sql = match place.dialect {
        Dialect::Postgres => {
            "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d \
             WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e') \
             UNION ALL \
             SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
             WHERE n.nspname = ? AND t.typtype IN ('e', 'd') AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d \
             WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid AND d.deptype = 'e') LIMIT 1"
        }
        _ => "SELECT 1 FROM information_schema.tables WHERE table_schema IN (?, ?) LIMIT 1",
    };
    let namespace = || Value::from(place.namespace.as_str());
    let rows = db
        .query(&place.sql(sql), vec![namespace(), namespace()])
        .await?;
    Ok(rows.is_empty())
}

/// Makes PostgreSQL's schema of the connection if it is missing, as Prisma does.
pub(super) async fn make_namespace(db: &dyn Connection, place: &Place) -> Result<()> {
    if place.dialect != Dialect::Postgres {
        return Ok(());
    }
    let sql = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?";
    let values = vec![place.namespace.as_str().into()];
    if !db.query(&place.sql(sql), values).await?.is_empty() {
        return Ok(());
    }
    let namespace = place.dialect.ident(&place.namespace);
    db.batch(&format!("CREATE SCHEMA IF NOT EXISTS {namespace}"))
        .await
}

/// The history that the database has, or a new one of this name.
pub(super) async fn find_or_create(
    db: &dyn Connection,
    place: &Place,
    table: HistoryTable,
) -> Result<HistoryTable> {
    if let Some(found) = find(db, place).await? {
        return Ok(found);
    }
    db.batch(&created(place, table)).await?;
    Ok(table)
}

/// Prisma's text.
fn created(place: &Place, table: HistoryTable) -> String {
    let name = place.table(table);
    match place.dialect {
        Dialect::Postgres => format!(
            "CREATE TABLE {name} (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)"
        ),
        // The engine is said here, and not in Prisma's text, because the ledger needs one with transactions.
        _ => format!(
            "CREATE TABLE {name} (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             DATETIME(3),
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          DATETIME(3),
    started_at              DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    applied_steps_count     INTEGER UNSIGNED NOT NULL DEFAULT 0
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
        ),
    }
}

/// Every row, in the order in which the migrations were begun.
pub(super) async fn rows(
    db: &dyn Connection,
    place: &Place,
    table: HistoryTable,
) -> Result<Vec<HistoryRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {} ORDER BY started_at, migration_name",
        place.table(table)
    );
    let rows = db.query(&sql, vec![]).await;
    rows.and_then(|rows| rows.iter().map(row).collect())
        .map_err(|error| match error {
            error @ (Error::Database { .. } | Error::Decode { .. }) => MigrationError::BadHistory {
                table: table.name(),
                problem: error.to_string(),
            }
            .into(),
            error => error,
        })
}

/// Writes a row as it is.
pub(super) async fn insert(
    db: &dyn Connection,
    place: &Place,
    table: HistoryTable,
    row: &HistoryRow,
) -> Result<()> {
    let sql = format!(
        "INSERT INTO {} (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        place.table(table)
    );
    let values = vec![
        row.id.as_str().into(),
        row.checksum.as_str().into(),
        row.finished_at.into(),
        row.migration_name.as_str().into(),
        row.logs.clone().into(),
        row.rolled_back_at.into(),
        row.started_at.into(),
        row.applied_steps_count.into(),
    ];
    db.execute(&place.sql(&sql), values).await.map(drop)
}

/// Whether a row is the only one of its migration that counts.
pub(super) async fn is_alone(
    db: &dyn Connection,
    place: &Place,
    table: HistoryTable,
    row: &HistoryRow,
) -> Result<bool> {
    let sql = format!(
        "SELECT 1 FROM {} WHERE migration_name = ? AND id <> ? AND rolled_back_at IS NULL LIMIT 1",
        place.table(table)
    );
    let values = vec![row.migration_name.as_str().into(), row.id.as_str().into()];
    Ok(db.query(&place.sql(&sql), values).await?.is_empty())
}

/// Takes a row out.
pub(super) async fn remove(
    db: &dyn Connection,
    place: &Place,
    table: HistoryTable,
    id: &str,
) -> Result<()> {
    let sql = format!("DELETE FROM {} WHERE id = ?", place.table(table));
    db.execute(&place.sql(&sql), vec![id.into()])
        .await
        .map(drop)
}

/// A row of the history that is being written, and how to find it again.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) place: Place,
    pub(super) table: HistoryTable,
    pub(super) id: String,
}

impl Entry {
    /// How many statements have run.
    pub(super) async fn steps(&self, db: &dyn Connection) -> Result<i64> {
        let sql = format!(
            "SELECT applied_steps_count FROM {} WHERE id = ?",
            self.place.table(self.table)
        );
        let rows = db
            .query(&self.place.sql(&sql), vec![self.id.as_str().into()])
            .await?;
        rows.first().map_or(Ok(0), |row| row.get(0))
    }

    /// The ledger as it stands now, which nobody else moves before the transaction ends.
    pub(super) async fn logs_for_update(&self, tx: &dyn Connection) -> Result<Option<String>> {
        let sql = format!(
            "SELECT logs FROM {} WHERE id = ? FOR UPDATE",
            self.place.table(self.table)
        );
        let rows = tx
            .query(&self.place.sql(&sql), vec![self.id.as_str().into()])
            .await?;
        rows.first().map_or(Ok(None), |row| row.get(0))
    }

    /// Moves the ledger on, if it still stands where we left it. False if somebody else has moved it.
    pub(super) async fn advance(
        &self,
        db: &dyn Connection,
        steps: std::ops::Range<i64>,
        logs: String,
    ) -> Result<bool> {
        let sql = format!(
            "UPDATE {} SET applied_steps_count = ?, logs = ? \
             WHERE id = ? AND applied_steps_count = ? AND finished_at IS NULL AND rolled_back_at IS NULL",
            self.place.table(self.table)
        );
        let values = vec![
            steps.end.into(),
            logs.into(),
            self.id.as_str().into(),
            steps.start.into(),
        ];
        let changed = db.execute(&self.place.sql(&sql), values).await?;
        Ok(changed == 1)
    }

    /// Marks the row as rolled back: its migration was taken back.
    pub(super) async fn take_back(&self, db: &dyn Connection) -> Result<()> {
        let sql = format!(
            "UPDATE {} SET rolled_back_at = ?, logs = NULL WHERE id = ?",
            self.place.table(self.table)
        );
        let values = vec![Timestamp::now().into(), self.id.as_str().into()];
        db.execute(&self.place.sql(&sql), values).await.map(drop)
    }

    /// Marks the row as finished.
    pub(super) async fn finish(&self, db: &dyn Connection, checksum: &str) -> Result<()> {
        let sql = format!(
            "UPDATE {} SET finished_at = ?, checksum = ?, logs = NULL WHERE id = ?",
            self.place.table(self.table)
        );
        let values = vec![
            Timestamp::now().into(),
            checksum.into(),
            self.id.as_str().into(),
        ];
        db.execute(&self.place.sql(&sql), values).await.map(drop)
    }
}

/// Makes the row of an applied migration one that is under way, to take it back. False if somebody else has done so.
pub(super) async fn reopen(
    db: &dyn Connection,
    place: &Place,
    table: HistoryTable,
    id: &str,
    logs: String,
) -> Result<bool> {
    let sql = format!(
        "UPDATE {} SET finished_at = NULL, applied_steps_count = 0, logs = ? \
         WHERE id = ? AND finished_at IS NOT NULL AND rolled_back_at IS NULL",
        place.table(table)
    );
    let values = vec![logs.into(), id.into()];
    Ok(db.execute(&place.sql(&sql), values).await? == 1)
}

/// Gives the rows of a migration another name.
pub(super) async fn rename(
    db: &dyn Connection,
    place: &Place,
    table: HistoryTable,
    from: &str,
    to: &str,
) -> Result<u64> {
    let sql = format!(
        "UPDATE {} SET migration_name = ? WHERE migration_name = ?",
        place.table(table)
    );
    let values = vec![to.into(), from.into()];
    db.execute(&place.sql(&sql), values).await
}

/// The tables of MySQL's database whose engine knows no transactions (`MyISAM`, Aria): what happens to them is not undone
/// together with a mark.
pub(super) async fn tables_without_transactions(
    db: &dyn Connection,
    place: &Place,
) -> Result<Vec<String>> {
    if place.dialect != Dialect::Mysql {
        return Ok(Vec::new());
    }
    let sql = "SELECT t.table_name FROM information_schema.tables t JOIN information_schema.engines e ON e.engine = t.engine \
         WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' AND COALESCE(e.transactions, 'NO') <> 'YES'";
    let rows = db.query(sql, vec![]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Marks the failed rows of a migration as rolled back.
pub(super) async fn roll_back(
    db: &dyn Connection,
    place: &Place,
    table: HistoryTable,
    name: &str,
) -> Result<u64> {
    let sql = format!(
        "UPDATE {} SET rolled_back_at = ? WHERE migration_name = ? AND finished_at IS NULL AND rolled_back_at IS NULL",
        place.table(table)
    );
    let values = vec![Timestamp::now().into(), name.into()];
    db.execute(&place.sql(&sql), values).await
}
