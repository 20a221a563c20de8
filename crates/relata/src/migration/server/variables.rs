//! The settings of a session: limits for locks, and what a script changes and the next one should not find changed.

use super::place::Place;
use crate::migration::runner::Settings;
use crate::{Connection, Dialect, Result, Value};

/// Variables of MySQL that dumps and migrations set, known to every version of MySQL and MariaDB.
const MYSQL: &[&str] = &[
    "autocommit",
    "character_set_client",
    "character_set_connection",
    "character_set_results",
    "collation_connection",
    "default_storage_engine",
    "foreign_key_checks",
    "group_concat_max_len",
    "innodb_lock_wait_timeout",
    "lock_wait_timeout",
    "sql_mode",
    "sql_notes",
    "sql_safe_updates",
    "time_zone",
    "unique_checks",
];

/// What a session was set to before a script.
pub(super) struct Variables {
    place: Place,
    values: Vec<(String, Value)>,
}

impl Variables {
    pub(super) async fn keep(db: &dyn Connection, place: &Place) -> Result<Self> {
        let mut values = Vec::new();
        match place.dialect {
            Dialect::Postgres => {
                let sql = "SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings WHERE source = 'session' \
                     UNION ALL SELECT 'role', pg_catalog.current_setting('role')";
                for row in db.query(sql, vec![]).await? {
                    values.push((row.get(0)?, Value::Text(row.get(1)?)));
                }
            }
            _ => {
                let names: Vec<String> = MYSQL
                    .iter()
                    .map(|name| format!("@@SESSION.{name}"))
                    .collect();
                let rows = db
                    .query(&format!("SELECT {}", names.join(", ")), vec![])
                    .await?;
                for row in rows {
                    let names = MYSQL.iter().map(|name| (*name).to_owned());
                    values.extend(names.zip(row.into_values()));
                }
            }
        }
        let place = place.clone();
        Ok(Self { place, values })
    }

    /// Sets everything back. Expects that no transaction is open.
    pub(super) async fn restore(&self, db: &dyn Connection) -> Result<()> {
        let Place { dialect, namespace } = &self.place;
        if *dialect == Dialect::Postgres {
            db.batch("RESET ROLE; RESET ALL").await?;
            for (name, value) in &self.values {
                let values = vec![name.as_str().into(), value.clone()];
                db.query("SELECT pg_catalog.set_config($1, $2, false)", values)
                    .await?;
            }
            return Ok(());
        }
        db.batch("UNLOCK TABLES").await?;
        let assignments: Vec<String> = self
            .values
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Value::I64(number) => number.to_string(),
                    Value::U64(number) => number.to_string(),
                    Value::Bool(value) => u8::from(*value).to_string(),
                    Value::Text(text) => dialect.string(text),
                    _ => "NULL".to_owned(),
                };
                format!("SESSION {name} = {value}")
            })
            .collect();
        db.batch(&format!("SET {}", assignments.join(", "))).await?;
        db.batch(&format!("USE {}", dialect.ident(namespace))).await
    }
}

/// Limits how long a statement waits for its locks.
pub(super) async fn limit_locks(
    db: &dyn Connection,
    dialect: Dialect,
    settings: &Settings,
) -> Result<()> {
    let limit = settings.lock_timeout;
    if limit.is_zero() {
        return Ok(());
    }
    let sql = if dialect == Dialect::Postgres {
        // "Client Connection Defaults" in the manual: in milliseconds, and 0 means no limit.
        format!("SET lock_timeout = {}", limit.as_millis().max(1))
    } else {
        // Locks of tables and of rows; both in seconds.
        let seconds = limit.as_secs().max(1);
        format!(
            "SET SESSION lock_wait_timeout = {seconds}, SESSION innodb_lock_wait_timeout = {seconds}"
        )
    };
    db.batch(&sql).await
}

/// Runs work without a limit for locks, on PostgreSQL.
pub(super) async fn unlimited<T>(
    db: &dyn Connection,
    settings: &Settings,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    db.batch("SET lock_timeout = 0").await?;
    let result = work.await;
    let limited = limit_locks(db, Dialect::Postgres, settings).await;
    // What went wrong first says more.
    let value = result?;
    limited.map(|()| value)
}
