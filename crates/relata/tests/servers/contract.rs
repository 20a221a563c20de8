//! What every connection promises, on each server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use relata::{Connection, Error, Value};

use crate::{both, fails, mariadb, mark, one, open, open_with, postgres};

#[tokio::test]
async fn transactions_last_or_vanish() {
    for database in both("transactions") {
        let db = open(&database).await;
        db.batch("CREATE TABLE t (v INT)").await.unwrap();
        let insert = format!("INSERT INTO t VALUES ({})", mark(&*db, 1));
        let count = "SELECT COUNT(*) FROM t";

        let tx = db.begin().await.unwrap();
        assert_eq!(tx.execute(&insert, vec![1.into()]).await.unwrap(), 1);
        assert_eq!(one(&*tx, count, vec![]).await, Value::I64(1));
        tx.commit().await.unwrap();

        let tx = db.begin().await.unwrap();
        tx.execute(&insert, vec![2.into()]).await.unwrap();
        assert!(tx.begin().await.is_err());
        tx.rollback().await.unwrap();

        let tx = db.begin().await.unwrap();
        tx.execute(&insert, vec![3.into()]).await.unwrap();
        drop(tx);
        assert_eq!(one(&*db, count, vec![]).await, Value::I64(1));

        // Begun and never waited for.
        let mut begin = db.begin();
        let polled = tokio::time::timeout(Duration::ZERO, &mut begin).await;
        drop((polled, begin));
        assert_eq!(one(&*db, count, vec![]).await, Value::I64(1));
        db.execute(&insert, vec![4.into()]).await.unwrap();
        let other = open(&database).await;
        assert_eq!(one(&*other, count, vec![]).await, Value::I64(2));
    }
}

#[tokio::test]
async fn a_transaction_that_has_failed_is_not_committed() {
    let database = postgres("failed");
    let db = open(&database).await;
    db.batch("CREATE TABLE t (v int PRIMARY KEY)")
        .await
        .unwrap();
    for failing in [
        "SELECT 1/0",
        "INSERT INTO t VALUES (1)",
        "SELEC",
        "SELECT 1/(v-2) FROM t",
    ] {
        let tx = db.begin().await.unwrap();
        tx.execute("INSERT INTO t VALUES (1), (2)", vec![])
            .await
            .unwrap();
        assert!(tx.query(failing, vec![]).await.is_err());
        let error = tx.commit().await.unwrap_err();
        assert!(error.to_string().contains("rolled back"), "{error}");
        assert_eq!(
            one(&*db, "SELECT count(*) FROM t", vec![]).await,
            Value::I64(0)
        );
    }
    // After a savepoint it is whole again.
    let tx = db.begin().await.unwrap();
    tx.execute("INSERT INTO t VALUES (1)", vec![])
        .await
        .unwrap();
    tx.batch("SAVEPOINT s").await.unwrap();
    assert!(tx.query("SELECT 1/0", vec![]).await.is_err());
    tx.batch("ROLLBACK TO s").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        one(&*db, "SELECT count(*) FROM t", vec![]).await,
        Value::I64(1)
    );
}

#[tokio::test]
async fn statements_run_in_the_order_of_their_calls() {
    for database in both("order") {
        let db: Arc<dyn Connection> = open(&database).await.into();
        let id = match db.dialect() {
            relata::Dialect::Postgres => "SERIAL",
            _ => "SERIAL PRIMARY KEY",
        };
        db.batch(&format!("CREATE TABLE t (id {id}, v INT)"))
            .await
            .unwrap();
        // Prepared and not prepared by turns, all polled together.
        let mut tasks: Vec<_> = (0..200_i64)
            .map(|n| {
                let db = Arc::clone(&db);
                let pad = " ".repeat(usize::try_from(n % 7).unwrap());
                async move {
                    let sql = format!("INSERT INTO t (v) VALUES ({}){pad}", mark(&*db, 1));
                    db.execute(&sql, vec![n.into()]).await
                }
            })
            .map(Box::pin)
            .collect();
        // The first poll of each, in order; then they are dropped, which stops nothing.
        for task in &mut tasks {
            let _ = tokio::time::timeout(Duration::ZERO, task).await;
        }
        drop(tasks);
        let values = db
            .query("SELECT v FROM t ORDER BY id", vec![])
            .await
            .unwrap();
        let values: Vec<i64> = values.iter().map(|row| row.get(0).unwrap()).collect();
        assert_eq!(values, (0..200).collect::<Vec<i64>>());
    }
}

#[tokio::test]
async fn queries_polled_together_share_a_round_trip() {
    let database = postgres("pipeline");
    let db: Arc<dyn Connection> = open(&database).await.into();
    // What cannot be told from time on a loopback can be told from order: the second is sent before the first is answered.
    let start = Instant::now();
    let (a, b, c) = tokio::join!(
        db.query("SELECT pg_sleep(0.2)::text", vec![]),
        db.query("SELECT 1", vec![]),
        db.batch("SELECT 1; SELECT 2"),
    );
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert!(start.elapsed() < Duration::from_secs(2));
    let rounds = 2_000;
    let seen = AtomicUsize::new(0);
    let work = (0..rounds).map(|n: i64| {
        let (db, seen) = (&db, &seen);
        async move {
            let value = one(&**db, "SELECT $1::int8", vec![n.into()]).await;
            assert_eq!(value, Value::I64(n));
            seen.fetch_add(1, Ordering::Relaxed);
        }
    });
    let mut set: Vec<_> = work.map(Box::pin).collect();
    std::future::poll_fn(|cx| {
        set.retain_mut(|it| it.as_mut().poll(cx).is_pending());
        if set.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    assert_eq!(
        seen.load(Ordering::Relaxed),
        usize::try_from(rounds).unwrap()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_share_a_connection() {
    for database in both("shared") {
        let db: Arc<dyn Connection> = open(&database).await.into();
        db.batch("CREATE TABLE t (v INT)").await.unwrap();
        let tasks: Vec<_> = (0..16)
            .map(|n| {
                let db = Arc::clone(&db);
                tokio::spawn(async move {
                    for _ in 0..20 {
                        let sql = format!("INSERT INTO t VALUES ({})", mark(&*db, 1));
                        if n % 4 == 0 {
                            let tx = db.begin().await.unwrap();
                            tx.execute(&sql, vec![n.into()]).await.unwrap();
                            tx.commit().await.unwrap();
                        } else {
                            db.execute(&sql, vec![n.into()]).await.unwrap();
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(
            one(&*db, "SELECT COUNT(*) FROM t", vec![]).await,
            Value::I64(320)
        );
    }
}

#[tokio::test]
async fn what_is_dropped_runs_to_its_end_and_the_connection_goes_on() {
    for database in both("dropped") {
        let db = open(&database).await;
        db.batch("CREATE TABLE t (v INT)").await.unwrap();
        let sleep = match db.dialect() {
            relata::Dialect::Postgres => "SELECT 1 FROM pg_sleep(0.1), generate_series(1, 5000)",
            _ => "SELECT SLEEP(0.1) FROM (SELECT 1) AS a",
        };
        for _ in 0..3 {
            let waited = tokio::time::timeout(Duration::from_millis(20), db.query(sleep, vec![]));
            assert!(waited.await.is_err());
            let insert = "INSERT INTO t VALUES (1)";
            let waited = tokio::time::timeout(Duration::from_millis(1), db.execute(insert, vec![]));
            assert!(waited.await.is_err());
        }
        assert_eq!(
            one(&*db, "SELECT COUNT(*) FROM t", vec![]).await,
            Value::I64(3)
        );
    }
}

#[tokio::test]
async fn a_visitor_sees_each_row_and_may_stop() {
    for database in both("visitor") {
        let db: Arc<dyn Connection> = open(&database).await.into();
        let many = match db.dialect() {
            relata::Dialect::Postgres => "SELECT * FROM generate_series(1, 20000)",
            _ => {
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n"
            }
        };
        let seen = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&seen);
        db.visit(
            many,
            vec![],
            Box::new(move |_| {
                count.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }),
        )
        .await
        .unwrap();
        assert!(seen.load(Ordering::Relaxed) >= 900);

        let mut left = 3;
        let stop = db.visit(
            many,
            vec![],
            Box::new(move |_| {
                left -= 1;
                if left == 0 {
                    Err(Error::user("enough"))
                } else {
                    Ok(())
                }
            }),
        );
        assert_eq!(stop.await.unwrap_err().to_string(), "enough");
        assert_eq!(one(&*db, "SELECT 1", vec![]).await, Value::I64(1));

        let other = Arc::clone(&db);
        let panics = tokio::spawn(async move {
            other
                .visit("SELECT 1", vec![], Box::new(|_| panic!("in a visitor")))
                .await
        });
        assert!(panics.await.unwrap_err().is_panic());
        assert_eq!(one(&*db, "SELECT 1", vec![]).await, Value::I64(1));
    }
}

#[tokio::test]
async fn a_changed_table_does_not_confuse_prepared_statements() {
    for database in both("changed") {
        let (db, other) = (open(&database).await, open(&database).await);
        db.batch("CREATE TABLE t (a INT); INSERT INTO t VALUES (1)")
            .await
            .unwrap();
        assert_eq!(
            db.query("SELECT * FROM t", vec![]).await.unwrap()[0].len(),
            1
        );
        other.batch("ALTER TABLE t ADD b INT").await.unwrap();
        assert_eq!(
            db.query("SELECT * FROM t", vec![]).await.unwrap()[0].len(),
            2
        );
        db.execute("ALTER TABLE t ADD c TEXT", vec![])
            .await
            .unwrap();
        assert_eq!(
            db.query("SELECT * FROM t", vec![]).await.unwrap()[0].len(),
            3
        );
    }
    let database = postgres("deallocated");
    let db = open(&database).await;
    one(&*db, "SELECT 1", vec![]).await;
    db.execute("DEALLOCATE ALL", vec![]).await.unwrap();
    one(&*db, "SELECT 1", vec![]).await;
}

#[tokio::test]
async fn scripts_stop_at_the_first_error() {
    for database in both("scripts") {
        let db = open(&database).await;
        db.batch("CREATE TABLE t (v INT);\n-- nothing\n")
            .await
            .unwrap();
        let error = db
            .batch("INSERT INTO t VALUES (1); SELEC 1; INSERT INTO t VALUES (2)")
            .await;
        assert_eq!(error.unwrap_err().code(), "R2012");
        let Value::I64(rows) = one(&*db, "SELECT COUNT(*) FROM t", vec![]).await else {
            panic!("no number")
        };
        // PostgreSQL makes one transaction of a script that is sent as one.
        assert_eq!(rows, i64::from(db.dialect() == relata::Dialect::Mysql));
        db.batch("").await.ok();
        assert_eq!(one(&*db, "SELECT 1", vec![]).await, Value::I64(1));
    }
}

#[tokio::test]
async fn a_search_path_and_settings_come_with_the_url() {
    let database = postgres("schema");
    let db = open(&database).await;
    db.batch(r#"CREATE SCHEMA "my ""s\ pace"; CREATE TABLE "my ""s\ pace".t (v int)"#)
        .await
        .unwrap();
    let query =
        "?schema=my%20%22s%5C%20pace&application_name=it%27s&options=-c%20statement_timeout%3D50";
    let db = open_with(&database, query).await.unwrap();
    assert_eq!(
        one(&*db, "SELECT count(*) FROM t", vec![]).await,
        Value::I64(0)
    );
    assert_eq!(
        one(&*db, "SHOW application_name", vec![]).await,
        Value::from("it's")
    );
    let error = fails(&*db, "SELECT pg_sleep(5)").await;
    assert!(matches!(error, Error::StatementTimeout { .. }), "{error:?}");
}

#[tokio::test]
async fn a_pooler_gets_unnamed_statements() {
    let database = postgres("pooled");
    let db = open_with(&database, "?pgbouncer=true").await.unwrap();
    db.batch("CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (id int, m mood, b bytea)")
        .await
        .unwrap();
    let insert = "INSERT INTO t VALUES ($1, $2, $3)";
    let params = vec![1.into(), "a".into(), Value::Bytes(vec![0, 255])];
    assert_eq!(db.execute(insert, params).await.unwrap(), 1);
    let rows = db
        .query("SELECT * FROM t WHERE id = $1", vec![1.into()])
        .await
        .unwrap();
    assert_eq!(rows[0].value(1), Some(&Value::from("a")));
    assert_eq!(rows[0].value(2), Some(&Value::Bytes(vec![0, 255])));
    let named = one(
        &*db,
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM t%'",
        vec![],
    );
    assert_eq!(named.await, Value::I64(0));
    let error = db
        .query("SELECT '1 day'::interval", vec![])
        .await
        .unwrap_err();
    assert!(error.to_string().contains("cast it to text"), "{error}");
    let error = db.holds_session().unwrap_err();
    assert!(error.to_string().contains("directUrl"), "{error}");
    assert!(open(&database).await.holds_session().is_ok());
    assert!(open(&mariadb("session")).await.holds_session().is_ok());
}
