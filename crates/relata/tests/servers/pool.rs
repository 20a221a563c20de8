//! The pool, on each server.

use std::time::Duration;

use relata::{Connection as _, Error, Pool, PoolOptions, Value};

use crate::{both, one, url};

async fn pool(database: &relata_testing::Database, query: &str) -> Pool {
    let url = url(&format!("{}?{query}", database.url()));
    Pool::connect(&url, std::path::Path::new("")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_than_its_size_and_no_longer_than_its_limit() {
    for database in both("pool") {
        let pool = pool(&database, "connection_limit=3&pool_timeout=1").await;
        pool.batch("CREATE TABLE t (v INT)").await.unwrap();
        let tasks: Vec<_> = (0..30)
            .map(|_| {
                let pool = pool.clone();
                tokio::spawn(async move {
                    let tx = pool.begin().await.unwrap();
                    tx.execute("INSERT INTO t VALUES (1)", vec![])
                        .await
                        .unwrap();
                    tx.commit().await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(
            one(&pool, "SELECT COUNT(*) FROM t", vec![]).await,
            Value::I64(30)
        );
        let held = [pool.acquire().await.unwrap(), pool.acquire().await.unwrap()];
        let tx = pool.begin().await.unwrap();
        let error = pool.acquire().await.unwrap_err();
        assert!(
            matches!(error, Error::PoolTimeout { size: 3, .. }),
            "{error:?}"
        );
        drop(held);
        // Dropped, a transaction gives its connection back, clean.
        tx.execute("INSERT INTO t VALUES (2)", vec![])
            .await
            .unwrap();
        drop(tx);
        for _ in 0..4 {
            assert_eq!(
                one(&pool, "SELECT COUNT(*) FROM t", vec![]).await,
                Value::I64(30)
            );
        }
        pool.shut_down().await.unwrap();
        assert!(pool.query("SELECT 1", vec![]).await.is_err());
    }
}

#[tokio::test]
async fn what_the_server_has_closed_is_replaced() {
    for database in both("replaced") {
        let text = database.url();
        let dialect = url(&text).dialect();
        let pool = PoolOptions::default()
            .size(1)
            .check_after(Duration::ZERO)
            .open_with(dialect, move || {
                let url = url(&text);
                Box::pin(async move { relata::connect(&url, std::path::Path::new("")).await })
            });
        let is_postgres = dialect == relata::Dialect::Postgres;
        let own = if is_postgres {
            "SELECT pg_backend_pid()::int8"
        } else {
            "SELECT CONNECTION_ID()"
        };
        let Value::I64(id) = one(&pool, own, vec![]).await else {
            panic!("no id")
        };
        let kill = if is_postgres {
            format!("SELECT pg_terminate_backend({id});")
        } else {
            format!("KILL {id};")
        };
        database.run(&kill).unwrap();
        // Without a pause: the connection still believes that it is open.
        let Value::I64(other) = one(&pool, own, vec![]).await else {
            panic!("no id")
        };
        assert_ne!(id, other);
    }
}
