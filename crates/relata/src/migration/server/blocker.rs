//! Who is in the way of a statement that did not get its locks.

use relata_script::{Dialect, terminal, words};

use super::Session;
use crate::migration::MigrationError;
use crate::{Error, Result, Row, Value};

/// How many are told. One that reads for hours is among the oldest.
const MOST: usize = 3;

/// Sessions that hold locks on these tables or indexes, the oldest transaction first. Which of them it was that the statement waited for
/// is told only while it waits, and to another session ("The Statistics Collector" and `pg_locks` in the manual).
const POSTGRES: &str = "SELECT l.pid::bigint, max(a.application_name), max(concat_ws('@', a.usename, host(a.client_addr))), \
     max(date_trunc('second', a.xact_start))::text \
     FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation \
     LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
     WHERE l.granted AND l.pid <> pg_catalog.pg_backend_pid() \
     AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) AND c.relname IN (NAMES) \
     GROUP BY l.pid ORDER BY max(a.xact_start) LIMIT 3";

/// Transactions of this database. Who holds locks on which table is told by `performance_schema` alone, which `MariaDB` leaves off.
const MYSQL: &str = "SELECT t.trx_mysql_thread_id, NULL, CONCAT(p.user, '@', p.host), CAST(t.trx_started AS CHAR) \
     FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id \
     WHERE p.id <> CONNECTION_ID() AND p.db = DATABASE() ORDER BY t.trx_started LIMIT 3";

/// Says in the error of a statement that did not get its locks who may hold them, as far as the server tells. Other errors stay as they are.
pub(super) async fn told(session: &Session<'_>, mut error: Error) -> Error {
    if let Error::Migration(MigrationError::Apply {
        source, statement, ..
    }) = &mut error
        && let Error::Busy { message } = source.as_mut()
        // To see others takes a right that not everybody has.
        && let Ok(found) = blockers(session, statement).await
        && !found.is_empty()
    {
        let what = if session.dialect() == Dialect::Postgres {
            "locks on what it names are held by"
        } else {
            "open transactions in this database, the oldest first:"
        };
        *message = format!("{message}; {what} {}", found.join("; "));
    }
    error
}

async fn blockers(session: &Session<'_>, statement: &str) -> Result<Vec<String>> {
    let dialect = session.dialect();
    let rows = if dialect == Dialect::Postgres {
        let mut names: Vec<String> = words(dialect, statement)
            .iter()
            .filter_map(|(word, _)| word.name(dialect))
            .collect();
        names.sort();
        names.dedup();
        // A statement may be as long as a table is wide; a message has its limits.
        names.truncate(500);
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let marks: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
        let sql = POSTGRES.replace("NAMES", &marks.join(", "));
        let names = names.into_iter().map(Value::Text).collect();
        session.db.query(&sql, names).await?
    } else {
        session.db.query(MYSQL, vec![]).await?
    };
    rows.iter().take(MOST).map(described).collect()
}

fn described(row: &Row) -> Result<String> {
    let session: i64 = row.get(0)?;
    let text = |index, before: &str, after: &str| -> Result<String> {
        let text: Option<String> = row.get(index)?;
        let text = text.filter(|text| !text.is_empty());
        Ok(text.map_or_else(String::new, |text| {
            format!("{before}{}{after}", terminal(&text))
        }))
    };
    let application = text(1, ", application `", "`")?;
    let (user, since) = (
        text(2, ", user ", "")?,
        text(3, ", in a transaction since ", "")?,
    );
    Ok(format!("session {session}{application}{user}{since}"))
}
