//! The lock for migrations: Prisma's, so that neither tool gets into the other's way.
//!
//! It belongs to the session that runs the migrations, and goes with it: a holder that was killed holds it no longer than the
//! server needs to notice, and as long as a statement of a dead program is still running, nobody begins beside it.
//!
//! It is asked for again and again, and never waited for inside the server: a session that waits in `pg_advisory_lock` holds a
//! snapshot, and a `CREATE INDEX CONCURRENTLY` of the one that has the lock would wait for that snapshot to go, for ever.

use std::time::{Duration, Instant};

use super::Session;
use super::retry::jitter;
use crate::migration::{Holder, MigrationError, Progress};
use crate::{Connection, Dialect, Error, Result, Row, Value};

/// PostgreSQL keeps locks per database; the number is Prisma's.
const POSTGRES_TRY: &str = "SELECT pg_catalog.pg_try_advisory_lock(72707369)";
const POSTGRES_RELEASE: &str = "SELECT pg_catalog.pg_advisory_unlock(72707369)";
const POSTGRES_IS_OURS: &str = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND classid = 0 \
     AND objid = 72707369 AND objsubid = 1 AND granted AND pid = pg_catalog.pg_backend_pid())";
/// The view of locks shows other databases, too.
const POSTGRES_HOLDER: &str = "SELECT l.pid::bigint, a.application_name, concat_ws('@', a.usename, host(a.client_addr)), a.backend_start::text \
     FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
     WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objid = 72707369 AND l.objsubid = 1 AND l.granted \
     AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())";

/// MySQL keeps locks per server: deploys on other databases of the same server are waited for, as they are by Prisma.
const MYSQL_TRY: &str = "SELECT GET_LOCK('prisma_migrate', 0)";
const MYSQL_RELEASE: &str = "SELECT RELEASE_LOCK('prisma_migrate')";
const MYSQL_IS_OURS: &str = "SELECT IS_USED_LOCK('prisma_migrate') = CONNECTION_ID()";
/// The list of processes shows other users' only to accounts that may see them.
const MYSQL_HOLDER: &str = "SELECT h.id, NULL, IF(p.id IS NULL, NULL, CONCAT(p.user, '@', p.host)), NULL \
     FROM (SELECT IS_USED_LOCK('prisma_migrate') AS id) h \
     LEFT JOIN information_schema.processlist p ON p.id = h.id WHERE h.id IS NOT NULL";

/// The longest pause between two attempts.
const LONGEST: Duration = Duration::from_millis(500);
/// How often the same holder is told again.
const AGAIN: Duration = Duration::from_secs(1);

/// Says that the session holds the lock.
pub(super) struct Held(());

/// Takes the lock, telling who holds it while that is somebody else.
pub(super) async fn acquire(session: &Session<'_>) -> Result<Held> {
    if !session.settings.lock {
        return Ok(Held(()));
    }
    let (start, limit) = (Instant::now(), session.settings.wait);
    let mut pause = Duration::from_millis(25);
    let mut told: Option<(Option<Holder>, Instant)> = None;
    loop {
        if attempt(session).await? {
            return Ok(Held(()));
        }
        let holder = holder(session).await?;
        let waited = start.elapsed();
        if waited >= limit {
            return Err(MigrationError::Locked {
                waited,
                dialect: session.dialect(),
                holder,
            }
            .into());
        }
        let is_news = told
            .as_ref()
            .is_none_or(|(known, at)| *known != holder || at.elapsed() >= AGAIN);
        if is_news {
            told = Some((holder.clone(), Instant::now()));
            (session.report)(Progress::Waiting {
                holder,
                waited,
                limit,
            });
        }
        // So that eight programs that were started together do not ask together.
        tokio::time::sleep(jitter(pause).min(limit.saturating_sub(waited))).await;
        pause = (pause * 3 / 2).min(LONGEST);
    }
}

async fn attempt(session: &Session<'_>) -> Result<bool> {
    let is_postgres = session.dialect() == Dialect::Postgres;
    let (attempt, is_ours) = if is_postgres {
        (POSTGRES_TRY, POSTGRES_IS_OURS)
    } else {
        (MYSQL_TRY, MYSQL_IS_OURS)
    };
    if !is_true(session.db, attempt).await? {
        return Ok(false);
    }
    if is_true(session.db, is_ours).await? {
        return Ok(true);
    }
    // A pooler has given the statement behind it to another session of the server.
    Err(Error::Pooler {
        message: "the lock for migrations was taken in one session, and the next statement ran in another one"
            .to_owned(),
    })
}

/// Takes the lock again, should a script have let it go (`DISCARD ALL`, `pg_advisory_unlock_all`, `RELEASE_ALL_LOCKS`). False
/// if somebody else has it by now.
pub(super) async fn keep(session: &Session<'_>, db: &dyn Connection) -> Result<bool> {
    let (attempt, is_ours) = if session.dialect() == Dialect::Postgres {
        (POSTGRES_TRY, POSTGRES_IS_OURS)
    } else {
        (MYSQL_TRY, MYSQL_IS_OURS)
    };
    Ok(!session.settings.lock || is_true(db, is_ours).await? || is_true(db, attempt).await?)
}

async fn is_true(db: &dyn Connection, sql: &str) -> Result<bool> {
    let rows = db.query(sql, vec![]).await?;
    Ok(matches!(
        rows.first().and_then(|row| row.value(0)),
        Some(Value::Bool(true) | Value::I64(1))
    ))
}

async fn holder(session: &Session<'_>) -> Result<Option<Holder>> {
    let sql = if session.dialect() == Dialect::Postgres {
        POSTGRES_HOLDER
    } else {
        MYSQL_HOLDER
    };
    let rows = session.db.query(sql, vec![]).await?;
    rows.first().map(read).transpose()
}

fn read(row: &Row) -> Result<Holder> {
    let text = |index| -> Result<Option<String>> {
        let text: Option<String> = row.get(index)?;
        Ok(text.filter(|text| !text.is_empty()))
    };
    Ok(Holder {
        session: row.get(0)?,
        application: text(1)?,
        user: text(2)?,
        since: text(3)?,
    })
}

impl Held {
    /// Lets the lock go. Where that fails, the session is lost, and the lock with it.
    pub(super) async fn release(self, session: &Session<'_>) {
        if !session.settings.lock {
            return;
        }
        let sql = if session.dialect() == Dialect::Postgres {
            POSTGRES_RELEASE
        } else {
            MYSQL_RELEASE
        };
        let _ = session.db.query(sql, vec![]).await;
    }
}
