//! Statements that are run where their caller is, on the threads of an async runtime: only such as end soon, or give up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::ErrorCode;

use super::{convert, from_rusqlite};
use crate::{Result, Row, Value};

/// How many steps of SQLite's machine a statement may take, about. A row by its key takes some dozen; a thousand take less time
/// than a task may keep its runtime waiting.
const STEPS: i32 = 1000;

/// Runs a statement that reads one row at most, and shows it. Nothing is given, and no row shown, where it is not a matter of few
/// steps, or where another program has the database locked.
pub(super) fn visit_one(
    conn: &mut rusqlite::Connection,
    busy_timeout: Duration,
    sql: &str,
    params: &[Value],
    each: &mut dyn FnMut(&mut Row) -> Result<()>,
) -> Option<Result<()>> {
    let limits = Limits::set(conn, busy_timeout)?;
    let read = convert::first(limits.conn, sql, params.to_vec());
    let given_up = match &read {
        Err(convert::Failed::Native(error)) => match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => limits.is_reached.load(Ordering::Relaxed),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => true,
            _ => false,
        },
        Err(convert::Failed::Ours(_)) | Ok(_) => false,
    };
    // The limits are for SQLite: what is done with the row comes after them.
    drop(limits);
    if given_up {
        return None;
    }
    Some(match read {
        Ok(Some(mut row)) => each(&mut row),
        Ok(None) => Ok(()),
        Err(convert::Failed::Native(error)) => Err(from_rusqlite(error)),
        Err(convert::Failed::Ours(error)) => Err(error),
    })
}

/// Whether SQL may change a setting that [`Limits`] would put back.
pub(super) fn may_set(sql: &str) -> bool {
    let word = b"pragma";
    let first = sql.trim_ascii_start().as_bytes();
    // Of scripts, any statement may be one.
    let is_first = first
        .get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word));
    is_first
        || sql.contains(';')
            && first
                .windows(word.len())
                .any(|part| part.eq_ignore_ascii_case(word))
}

/// A connection that neither waits nor works for long, until this is dropped.
struct Limits<'c> {
    conn: &'c mut rusqlite::Connection,
    busy_timeout: Duration,
    is_reached: Arc<AtomicBool>,
}

impl<'c> Limits<'c> {
    fn set(conn: &'c mut rusqlite::Connection, busy_timeout: Duration) -> Option<Self> {
        let is_reached = Arc::<AtomicBool>::default();
        let limits = Self {
            conn,
            busy_timeout,
            is_reached: Arc::clone(&is_reached),
        };
        let stop = move || {
            is_reached.store(true, Ordering::Relaxed);
            true
        };
        limits.conn.busy_timeout(Duration::ZERO).ok()?;
        limits.conn.progress_handler(STEPS, Some(stop)).ok()?;
        Some(limits)
    }
}

impl Drop for Limits<'_> {
    fn drop(&mut self) {
        // Neither can fail: they set a field of the connection.
        let _ = self.conn.progress_handler(0, None::<fn() -> bool>);
        let _ = self.conn.busy_timeout(self.busy_timeout);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Mutex;
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::sqlite::{Options, Sqlite};
    use crate::{Connection, Error};

    const ONE: &str = "SELECT n FROM numbers WHERE id = ?";
    /// Far past the limit, and far below a second.
    const MANY_STEPS: &str = "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 200000) SELECT max(i) FROM c WHERE ? > 0";

    async fn filled(options: Options) -> Sqlite {
        let db = options.create(true).open().await.unwrap();
        db.batch("CREATE TABLE numbers (id INTEGER PRIMARY KEY, n INT); INSERT INTO numbers VALUES (1, 10), (2, 20)")
            .await
            .unwrap();
        db
    }

    fn file(path: &Path) -> Options {
        Options::file(path).busy_timeout(Duration::from_secs(20))
    }

    /// What a read gives, and on which thread its row was seen.
    async fn read(
        db: &dyn Connection,
        sql: &str,
        id: i64,
    ) -> (Result<Option<i64>>, Option<std::thread::ThreadId>) {
        let seen = Arc::new(Mutex::new((None, None)));
        let into = Arc::clone(&seen);
        let visit = db.visit_one(
            sql,
            vec![id.into()],
            Box::new(move |row| {
                let thread = std::thread::current().id();
                *into.lock().unwrap() = (Some(row.get(0)?), Some(thread));
                Ok(())
            }),
        );
        let done = visit.await;
        let (value, thread) = *seen.lock().unwrap();
        (done.map(|()| value), thread)
    }

    #[tokio::test]
    async fn a_row_by_its_key_is_read_on_the_spot() {
        let here = std::thread::current().id();
        let db = filled(Options::memory()).await;
        // The first read may follow a statement that took long.
        read(&db, ONE, 1).await.0.unwrap();
        let mut on_the_spot = 0;
        for _ in 0..100 {
            let (value, thread) = read(&db, ONE, 2).await;
            assert_eq!(value.unwrap(), Some(20));
            on_the_spot += usize::from(thread == Some(here));
        }
        assert!(on_the_spot > 50, "{on_the_spot} of 100");
        assert_eq!(read(&db, ONE, 3).await.0.unwrap(), None);

        let tx = db.begin().await.unwrap();
        tx.execute("UPDATE numbers SET n = 11 WHERE id = 1", vec![])
            .await
            .unwrap();
        assert_eq!(read(&*tx, ONE, 1).await.0.unwrap(), Some(11));
        tx.rollback().await.unwrap();
        assert_eq!(read(&db, ONE, 1).await.0.unwrap(), Some(10));
    }

    #[tokio::test]
    async fn what_takes_many_steps_goes_to_the_thread() {
        let here = std::thread::current().id();
        let db = filled(Options::memory()).await;
        for _ in 0..3 {
            let (value, thread) = read(&db, MANY_STEPS, 1).await;
            assert_eq!(value.unwrap(), Some(200_000));
            assert!(thread.is_some_and(|thread| thread != here));
            // The limit does not stay.
            let rows = db.query(MANY_STEPS, vec![1.into()]).await.unwrap();
            assert_eq!(rows[0].get::<i64>(0).unwrap(), 200_000);
        }
        let error = read(&db, "SELECT nothing", 1).await.0.unwrap_err();
        assert!(error.to_string().contains("nothing"), "{error}");
    }

    #[tokio::test]
    async fn a_lock_of_others_does_not_keep_the_runtime() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.db");
        let db = filled(file(&path)).await;
        read(&db, ONE, 1).await.0.unwrap();
        let other = rusqlite::Connection::open(&path).unwrap();
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let turns = AtomicUsize::new(0);
        let release = async {
            // One thread runs both: were it kept waiting, this would never get its turn.
            for _ in 0..20 {
                tokio::time::sleep(Duration::from_millis(2)).await;
                turns.fetch_add(1, Ordering::Relaxed);
            }
            other.execute_batch("COMMIT").unwrap();
        };
        let (found, ()) = tokio::join!(read(&db, ONE, 1), release);
        assert_eq!(found.0.unwrap(), Some(10));
        assert_eq!(turns.load(Ordering::Relaxed), 20);
    }

    #[tokio::test]
    async fn nobody_is_overtaken() {
        let db = filled(Options::memory()).await;
        for n in 0..100 {
            let change = db.execute(
                "UPDATE numbers SET n = ? WHERE id = 1",
                vec![i64::from(n).into()],
            );
            let (changed, (found, _)) = tokio::join!(change, read(&db, ONE, 1));
            changed.unwrap();
            assert_eq!(found.unwrap(), Some(n.into()));
        }
    }

    #[tokio::test]
    async fn settings_of_others_stay() {
        let timeout = async |db: &Sqlite| -> i64 {
            let rows = db.query("PRAGMA busy_timeout", vec![]).await.unwrap();
            rows[0].get(0).unwrap()
        };
        let db = filled(Options::memory().busy_timeout(Duration::from_secs(3))).await;
        read(&db, ONE, 1).await.0.unwrap();
        read(&db, ONE, 1).await.0.unwrap();
        assert_eq!(timeout(&db).await, 3000);
        db.batch("/* mine */ PRAGMA busy_timeout = 70; SELECT 1")
            .await
            .unwrap();
        read(&db, ONE, 1).await.0.unwrap();
        assert_eq!(timeout(&db).await, 70);
    }

    #[tokio::test]
    async fn closed_and_ended_are_told() {
        let db = filled(Options::memory()).await;
        let tx = db.begin().await.unwrap();
        tx.execute("INSERT OR ROLLBACK INTO numbers (id) VALUES (1)", vec![])
            .await
            .unwrap_err();
        let error = read(&*tx, ONE, 1).await.0.unwrap_err();
        assert!(matches!(error, Error::Connection { .. }), "{error:?}");
        drop(tx);
        let clone = db.clone();
        db.close().await.unwrap();
        let error = read(&clone, ONE, 1).await.0.unwrap_err();
        assert!(matches!(error, Error::Connection { .. }), "{error:?}");
    }
}
