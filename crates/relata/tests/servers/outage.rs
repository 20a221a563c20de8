//! Servers of a test's own: killed, filled up, with a certificate that nobody trusts.

use std::path::Path;
use std::time::{Duration, Instant};

use relata::{Dialect, Error, Value};
use relata_testing::OwnServer;

use crate::{both, fails, one, open, open_with, password, url};

async fn refused(text: &str) -> Error {
    match relata::connect(&url(text), Path::new("")).await {
        Ok(_) => panic!("connected"),
        Err(error) => error,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_in_the_middle_is_told() {
    for mut own in [OwnServer::postgres(), OwnServer::mariadb()] {
        let database = own.fresh_database("killed");
        let (address, secret) = (database.url(), password(&database));
        let (db, idle) = (open(&database).await, open(&database).await);
        db.batch("CREATE TABLE t (v INT); INSERT INTO t VALUES (1)")
            .await
            .unwrap();
        // Nobody is there to drop it.
        std::mem::forget(database);
        let tx = db.begin().await.unwrap();
        tx.execute("UPDATE t SET v = 2", vec![]).await.unwrap();
        let slow = if db.dialect() == Dialect::Postgres {
            "SELECT pg_sleep(60)"
        } else {
            "SELECT SLEEP(60)"
        };
        let started = Instant::now();
        let killing = tokio::task::spawn_blocking(move || {
            std::thread::sleep(Duration::from_millis(300));
            own.crash();
        });
        let error = fails(&*tx, slow).await;
        killing.await.unwrap();
        assert!(started.elapsed() < Duration::from_secs(40), "it waited");
        assert!(
            matches!(error, Error::Disconnected { .. })
                && error.is_outage()
                && error.is_transient(),
            "{error:?}"
        );
        let ended = tx.commit().await.expect_err("gone");
        assert!(ended.is_outage(), "{ended:?}");
        let other = fails(&*idle, "SELECT 1").await;
        assert!(matches!(other, Error::Disconnected { .. }), "{other:?}");
        let again = refused(&address).await;
        assert!(matches!(again, Error::Connection { .. }), "{again:?}");
        for error in [error, ended, other, again] {
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(&secret), "{shown}");
        }
    }
}

#[tokio::test]
async fn certificates_are_looked_at_as_sslmode_says() {
    for own in OwnServer::both_with_tls() {
        let database = own.fresh_database("tls");
        let secret = password(&database);
        let authority = own.certificate().to_owned();
        let encrypted = if database.url().starts_with("postgres") {
            "SELECT ssl::int4::int8 FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        } else {
            "SELECT CAST(variable_value <> '' AS SIGNED) FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'"
        };
        for (query, is_encrypted) in [
            ("?sslmode=disable".to_owned(), 0),
            ("?sslmode=require".to_owned(), 1),
            // The name is another one, and this mode does not look at it.
            (format!("?sslmode=verify-ca&sslrootcert={authority}"), 1),
        ] {
            let db = open_with(&database, &query).await.expect(&query);
            let found = one(&*db, encrypted, vec![]).await;
            assert_eq!(found, Value::I64(is_encrypted), "{query}");
        }
        for query in [
            // Signed by nobody that this machine knows, and for another name.
            "?sslmode=verify-ca".to_owned(),
            "?sslmode=verify-full".to_owned(),
            format!("?sslmode=verify-full&sslrootcert={authority}"),
        ] {
            let error = refused(&format!("{}{query}", database.url())).await;
            let shown = format!("{error} {error:?}");
            assert_eq!(error.code(), "R2009", "{query}: {shown}");
            assert!(shown.contains("P1011"), "{query}: {shown}");
            assert!(!shown.contains(&secret), "{shown}");
        }
    }
}

#[tokio::test]
async fn a_full_disk_takes_back_what_was_under_way() {
    for own in OwnServer::both_up_to(18) {
        let database = own.fresh_database("full");
        let db = open(&database).await;
        db.batch("CREATE TABLE t (v VARCHAR(1000)); CREATE TABLE small (v INT)")
            .await
            .unwrap();
        let rows = if db.dialect() == Dialect::Postgres {
            "generate_series(1, 40000) AS s"
        } else {
            "seq_1_to_40000"
        };
        let tx = db.begin().await.unwrap();
        tx.execute("INSERT INTO small VALUES (1)", vec![])
            .await
            .unwrap();
        let sql = format!("INSERT INTO t SELECT repeat('x', 1000) FROM {rows}");
        let error = fails(&*tx, &sql).await;
        assert!(matches!(error, Error::DiskFull { .. }), "{error:?}");
        assert!(error.is_outage() && error.code() == "R2026");
        tx.rollback().await.unwrap();
        let count = "SELECT (SELECT COUNT(*) FROM t) + (SELECT COUNT(*) FROM small)";
        assert_eq!(one(&*db, count, vec![]).await, Value::I64(0));
        db.execute("INSERT INTO small VALUES (1)", vec![])
            .await
            .unwrap();
    }
}

/// No server takes a NUL in SQL, and a name that is cut off there would be another name.
#[tokio::test]
async fn what_a_nul_cuts_off_is_never_run() {
    for database in both("nul") {
        let db = open(&database).await;
        let quote = if db.dialect() == Dialect::Postgres {
            '"'
        } else {
            '`'
        };
        for (sql, never) in [
            (
                format!("CREATE TABLE {quote}a\0b{quote} (v INT)"),
                "'a', 'ab'",
            ),
            // MariaDB is sent one statement after the other.
            (
                "CREATE TABLE c (v INT);\0 CREATE TABLE b (v INT)".to_owned(),
                "'b'",
            ),
        ] {
            let error = db.batch(&sql).await.expect_err("refused");
            assert!(!error.is_outage(), "{error:?}");
            let tables = format!(
                "SELECT COUNT(*) FROM information_schema.tables WHERE table_name IN ({never}) AND table_schema IN ('public', '{}')",
                database.name()
            );
            assert_eq!(one(&*db, &tables, vec![]).await, Value::I64(0), "{sql:?}");
        }
        assert_eq!(one(&*db, "SELECT 1", vec![]).await, Value::I64(1));
    }
}
