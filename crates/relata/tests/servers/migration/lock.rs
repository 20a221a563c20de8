//! The lock for migrations, and the locks of tables.

use std::time::{Duration, Instant};

use relata::migration::{MigrationError, Progress};

use super::*;
use crate::{both, open, open_with, postgres};

fn take(db: &dyn Connection) -> &'static str {
    if db.dialect() == Dialect::Postgres {
        // As Prisma takes it.
        "SELECT pg_advisory_lock(72707369)::text"
    } else {
        "SELECT GET_LOCK('prisma_migrate', 100)"
    }
}

#[tokio::test]
async fn the_lock_is_waited_for_within_its_limit_and_its_holder_is_told() {
    for database in both("held") {
        let holder = open_with(&database, "?application_name=Mig%1Brator")
            .await
            .unwrap();
        crate::one(&*holder, take(&*holder), vec![]).await;
        let runner = runner(&database).await.wait(Duration::from_secs(3));
        let (start, mut told) = (Instant::now(), Vec::new());
        let migrations = scripts(&["CREATE TABLE a (b INT)"]);
        let result = runner
            .deploy(&migrations, |event| {
                if let Progress::Waiting { holder, .. } = event {
                    told.push(holder.expect("it is told").session);
                }
            })
            .await;
        let error = result.unwrap_err();
        assert!(start.elapsed() >= Duration::from_secs(3));
        assert!(
            matches!(error, Error::Migration(MigrationError::Locked { .. })),
            "{error:?}"
        );
        let session = session_of(&*holder).await;
        assert!(
            told.len() >= 2 && told.iter().all(|it| *it == session),
            "{told:?}"
        );
        let text = error.to_string();
        assert!(
            text.contains("P1002") && text.contains(&session.to_string()),
            "{text}"
        );
        if holder.dialect() == Dialect::Postgres {
            assert!(
                text.contains("application `Mig") && !text.contains('\u{1b}'),
                "{text}"
            );
        }
        let marked = runner.mark_applied(&migrations[0]).await.unwrap_err();
        assert_eq!(marked.code(), "R2111");
        // Looking takes no lock.
        let status = runner.status(&migrations).await.unwrap();
        assert_eq!(status.pending, ["01_m"]);
        assert_eq!(runner.preview(&migrations).await.unwrap().len(), 1);
    }
}

/// A holder that dies lets the lock go; who waits goes on.
#[tokio::test]
async fn a_dead_holder_is_seen() {
    for database in both("dead") {
        let holder = open(&database).await;
        crate::one(&*holder, take(&*holder), vec![]).await;
        let runner = runner(&database).await.wait(Duration::from_mins(1));
        let migrations = scripts(&["CREATE TABLE a (b INT)"]);
        let (sender, mut waits) = tokio::sync::mpsc::unbounded_channel();
        let deploying = runner.deploy(&migrations, move |event| {
            if matches!(event, Progress::Waiting { .. }) {
                let _ = sender.send(());
            }
        });
        let (deployed, ()) = tokio::join!(deploying, async {
            waits.recv().await.unwrap();
            drop(holder);
        });
        assert_eq!(deployed.unwrap().applied, ["01_m"]);
    }
}

#[tokio::test]
async fn nothing_to_do_needs_no_lock() {
    for database in both("idle") {
        let texts = ["CREATE TABLE a (b INT)"];
        deploy(&database, &texts).await.unwrap();
        let holder = open(&database).await;
        crate::one(&*holder, take(&*holder), vec![]).await;
        let runner = runner(&database).await.wait(Duration::ZERO);
        let deployed = runner.deploy(&scripts(&texts), |_| {}).await.unwrap();
        assert!(deployed.applied.is_empty());
    }
}

/// Waiting for the lock must not hold a snapshot, for which a concurrent index would wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_deploys_with_a_concurrent_index() {
    for database in both("eight") {
        let mut texts = vec![
            "CREATE TABLE a (b INT); INSERT INTO a VALUES (1)".to_owned(),
            "ALTER TABLE a ADD c INT".to_owned(),
        ];
        if database.url().starts_with("postgres") {
            texts.push("CREATE INDEX CONCURRENTLY i ON a (b)".to_owned());
            texts.push("SELECT pg_sleep(0.2); INSERT INTO a VALUES (2)".to_owned());
        }
        let migrations = scripts(&texts);
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let (runner, migrations) = (runner(&database).await, migrations.clone());
            tasks.push(tokio::spawn(async move {
                let deployed = runner.deploy(&migrations, |_| {}).await;
                deployed.map(|it| it.applied.len())
            }));
        }
        let mut applied = Vec::new();
        for task in tasks {
            applied.push(task.await.unwrap().unwrap());
        }
        applied.sort_unstable();
        assert_eq!(applied[7], texts.len(), "{applied:?}");
        assert_eq!(applied[..7], [0; 7]);
        let status = runner(&database).await.status(&migrations).await.unwrap();
        assert!(status.is_up_to_date());
    }
}

/// The server's own number of a session.
async fn session_of(db: &dyn Connection) -> i64 {
    let own = if db.dialect() == Dialect::Postgres {
        "SELECT pg_backend_pid()::int8"
    } else {
        "SELECT CONNECTION_ID()"
    };
    match crate::one(db, own, vec![]).await {
        relata::Value::I64(session) => session,
        other => panic!("{other:?}"),
    }
}

/// A statement that does not get its lock is given up and tried again, until the reader has gone.
#[tokio::test]
async fn locks_of_tables_are_tried_again() {
    for database in both("retry") {
        deploy(&database, &["CREATE TABLE a (b INT)"])
            .await
            .unwrap();
        let migrations = scripts(&[
            "CREATE TABLE a (b INT)",
            "CREATE TABLE c (d INT); ALTER TABLE a ADD e INT; INSERT INTO c VALUES (1)",
        ]);
        let reader = open(&database).await;
        let session = session_of(&*reader).await;
        let tx = reader.begin().await.unwrap();
        tx.query("SELECT * FROM a", vec![]).await.unwrap();
        let runner = runner(&database)
            .await
            .lock_timeout(Duration::from_millis(200));
        let (sender, mut tries) = tokio::sync::mpsc::unbounded_channel();
        let deploying = runner.deploy(&migrations, move |event| {
            if let Progress::Retrying { reason, .. } = event {
                let _ = sender.send(reason);
            }
        });
        let (deployed, ()) = tokio::join!(deploying, async {
            let reason = tries.recv().await.unwrap();
            assert!(reason.contains("P1008"), "{reason}");
            // Who is in the way is told.
            assert!(reason.contains(&format!("session {session},")), "{reason}");
            tx.rollback().await.unwrap();
        });
        assert_eq!(deployed.unwrap().applied, ["02_m"]);
        assert_eq!(rows(&database, "SELECT * FROM c"), ["1"]);
    }
}

#[tokio::test]
async fn locks_of_tables_are_given_up_in_the_end() {
    for database in both("given_up") {
        deploy(&database, &["CREATE TABLE a (b INT)"])
            .await
            .unwrap();
        let migrations = scripts(&["CREATE TABLE a (b INT)", "ALTER TABLE a ADD e INT"]);
        let reader = open_with(&database, "?application_name=Re%1Bader")
            .await
            .unwrap();
        let session = session_of(&*reader).await;
        let tx = reader.begin().await.unwrap();
        tx.query("SELECT * FROM a", vec![]).await.unwrap();
        let runner = runner(&database)
            .await
            .lock_timeout(Duration::from_millis(100))
            .lock_retries(1);
        let error = runner.deploy(&migrations, |_| {}).await.unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("P1008") && text.contains(&format!("session {session},")),
            "{text}"
        );
        assert!(
            text.contains("in a transaction since 20") && !text.contains('\u{1b}'),
            "{text}"
        );
        // The failure is in the history, and nothing else of it is anywhere.
        let status = runner.status(&migrations).await.unwrap();
        assert_eq!(status.pending, ["02_m"]);
        tx.rollback().await.unwrap();
        assert_eq!(
            runner.deploy(&migrations, |_| {}).await.unwrap().applied,
            ["02_m"]
        );
    }
}

/// A concurrent index waits for old transactions as long as it takes, and nobody waits behind it.
#[tokio::test]
async fn concurrent_indexes_wait_patiently() {
    let database = postgres("patient");
    let first = "CREATE TABLE a (b int)";
    deploy(&database, &[first]).await.unwrap();
    let writer = open(&database).await;
    let tx = writer.begin().await.unwrap();
    tx.execute("INSERT INTO a VALUES (1)", vec![])
        .await
        .unwrap();
    let runner = runner(&database)
        .await
        .lock_timeout(Duration::from_millis(50))
        .lock_retries(0);
    let migrations = scripts(&[
        first,
        "CREATE INDEX CONCURRENTLY i ON a (b); ALTER TABLE a ADD c int",
    ]);
    let (deployed, ()) = tokio::join!(runner.deploy(&migrations, |_| {}), async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        tx.commit().await.unwrap();
    });
    assert_eq!(deployed.unwrap().applied, ["02_m"]);
}

/// A script that lets the lock go does not let others in.
#[tokio::test]
async fn the_lock_is_taken_again() {
    let database = postgres("let_go");
    let texts = [
        "CREATE TABLE a (b int); SELECT pg_advisory_unlock_all()",
        "DISCARD ALL",
        "SELECT 1 / count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 72707369 AND pid = pg_backend_pid()",
    ];
    deploy(&database, &texts).await.unwrap();
    let left = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(rows(&database, left), ["0"]);
}

#[tokio::test]
async fn the_lock_can_be_left_out() {
    for database in both("unlocked") {
        let holder = open(&database).await;
        crate::one(&*holder, take(&*holder), vec![]).await;
        let runner = runner(&database).await.wait(Duration::ZERO).lock(false);
        let migrations = scripts(&["CREATE TABLE a (b INT)"]);
        let deployed = runner.deploy(&migrations, |_| {}).await.unwrap();
        assert_eq!(deployed.applied, ["01_m"]);
    }
}
