//! What goes wrong: classified, without a secret, and without harm to what follows.

use std::time::{Duration, Instant};

use relata::{Dialect, Error, Value};

use crate::{both, fails, mariadb, one, open, open_with, password, postgres, url};

async fn refused(text: &str) -> Error {
    match relata::connect(&url(text), std::path::Path::new("")).await {
        Ok(_) => panic!("connected"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn constraints_are_told_apart() {
    for database in both("constraints") {
        let db = open(&database).await;
        db.batch(
            "CREATE TABLE p (id INT PRIMARY KEY, email VARCHAR(20), n INT NOT NULL, CONSTRAINT p_email UNIQUE (email), CONSTRAINT p_n CHECK (n > 0));
             CREATE TABLE c (id INT PRIMARY KEY, p INT, CONSTRAINT c_p FOREIGN KEY (p) REFERENCES p (id));
             INSERT INTO p VALUES (1, 'ann@x', 1); INSERT INTO c VALUES (1, 1)",
        )
        .await
        .unwrap();
        let Error::Unique(it) = fails(&*db, "INSERT INTO p VALUES (2, 'ann@x', 1)").await else {
            panic!("not unique")
        };
        assert_eq!(it.name.as_deref(), Some("p_email"));
        let shown = Error::Unique(it.clone());
        assert!(!format!("{shown} {shown:?}").contains("ann@x"), "{shown}");
        if db.dialect() == Dialect::Postgres {
            assert_eq!(
                (it.table.as_deref(), it.columns),
                (Some("p"), vec!["email".to_owned()])
            );
        }
        for sql in ["INSERT INTO c VALUES (2, 7)", "DELETE FROM p"] {
            let Error::ForeignKey(it) = fails(&*db, sql).await else {
                panic!("{sql}")
            };
            assert_eq!(
                (it.name.as_deref(), it.table.as_deref()),
                (Some("c_p"), Some("c"))
            );
        }
        let Error::NotNull(it) = fails(&*db, "INSERT INTO p VALUES (3, NULL, NULL)").await else {
            panic!("not null")
        };
        assert_eq!(it.columns, ["n"]);
        let Error::Check(it) = fails(&*db, "INSERT INTO p VALUES (3, NULL, -1)").await else {
            panic!("check")
        };
        assert_eq!(
            (it.name.as_deref(), it.table.as_deref()),
            (Some("p_n"), Some("p"))
        );
        let error = fails(&*db, "SELECT 1,\n 2 FORM x y").await;
        let Error::Database {
            native_code,
            offset,
            ..
        } = &error
        else {
            panic!("{error:?}")
        };
        assert!(matches!(native_code.as_deref(), Some("42601" | "1064")));
        assert!(
            offset.is_some_and(|at| (11..=18).contains(&at)),
            "{offset:?}"
        );
        let error = fails(&*db, "SELECT * FROM nothing").await;
        assert!(
            matches!(&error, Error::Database { native_code: Some(code), .. } if code == "42P01" || code == "1146")
        );
    }
}

#[tokio::test]
async fn conflicts_locks_and_limits() {
    for database in both("conflicts") {
        let (a, b) = (open(&database).await, open(&database).await);
        let is_postgres = a.dialect() == Dialect::Postgres;
        a.batch("CREATE TABLE t (id INT PRIMARY KEY, v INT); INSERT INTO t VALUES (1, 0), (2, 0)")
            .await
            .unwrap();
        b.batch(if is_postgres {
            "SET lock_timeout = '100ms'"
        } else {
            "SET innodb_lock_wait_timeout = 1"
        })
        .await
        .unwrap();
        let tx = a.begin().await.unwrap();
        tx.execute("UPDATE t SET v = 1 WHERE id = 1", vec![])
            .await
            .unwrap();
        let error = fails(&*b, "UPDATE t SET v = 2 WHERE id = 1").await;
        assert!(
            matches!(error, Error::Busy { .. }) && error.is_transient(),
            "{error:?}"
        );
        tx.rollback().await.unwrap();

        b.batch(if is_postgres {
            "SET lock_timeout = 0"
        } else {
            "SET innodb_lock_wait_timeout = 20"
        })
        .await
        .unwrap();
        let (x, y) = (a.begin().await.unwrap(), b.begin().await.unwrap());
        x.execute("UPDATE t SET v = 1 WHERE id = 1", vec![])
            .await
            .unwrap();
        y.execute("UPDATE t SET v = 1 WHERE id = 2", vec![])
            .await
            .unwrap();
        let (one, two) = tokio::join!(
            x.execute("UPDATE t SET v = 1 WHERE id = 2", vec![]),
            async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                let result = y.execute("UPDATE t SET v = 1 WHERE id = 1", vec![]).await;
                if result.is_err() {
                    y.rollback().await.unwrap();
                }
                result
            }
        );
        let error = one.err().or(two.err()).expect("a deadlock");
        assert!(
            matches!(error, Error::Conflict { .. }) && error.is_transient(),
            "{error:?}"
        );
        drop(x);

        b.batch(if is_postgres {
            "SET statement_timeout = '100ms'"
        } else {
            "SET max_statement_time = 0.1"
        })
        .await
        .unwrap();
        let slow = if is_postgres {
            "SELECT pg_sleep(5)"
        } else {
            "SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c"
        };
        let error = fails(&*b, slow).await;
        assert!(matches!(error, Error::StatementTimeout { .. }), "{error:?}");
    }
    let database = postgres("serializable");
    let (a, b) = (open(&database).await, open(&database).await);
    a.batch("CREATE TABLE t (v int); INSERT INTO t VALUES (1)")
        .await
        .unwrap();
    let (x, y) = (a.begin().await.unwrap(), b.begin().await.unwrap());
    for tx in [&x, &y] {
        tx.batch("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT * FROM t")
            .await
            .unwrap();
    }
    x.execute("UPDATE t SET v = 2", vec![]).await.unwrap();
    x.commit().await.unwrap();
    let error = y.execute("UPDATE t SET v = 3", vec![]).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error:?}");
}

#[tokio::test]
async fn a_statement_can_be_cancelled_and_limited() {
    let base = std::path::Path::new("");
    let database = postgres("cancel");
    let db = relata::postgres::Options::from_url(&url(&database.url()), base)
        .unwrap()
        .connect()
        .await
        .unwrap();
    let (error, ()) = tokio::join!(fails(&db, "SELECT pg_sleep(10)"), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        db.cancel().await.unwrap();
    });
    assert!(matches!(error, Error::Cancelled { .. }), "{error:?}");
    assert_eq!(one(&db, "SELECT 1", vec![]).await, Value::I64(1));

    let database = mariadb("cancel");
    let db = relata::mysql::Options::from_url(&url(&database.url()), base)
        .unwrap()
        .connect()
        .await
        .unwrap();
    let slow = "SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c";
    let (error, ()) = tokio::join!(fails(&db, slow), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        db.cancel().await.unwrap();
    });
    assert!(matches!(error, Error::Cancelled { .. }), "{error:?}");
    assert_eq!(one(&db, "SELECT 1", vec![]).await, Value::I64(1));

    for database in both("limit") {
        let db = open_with(&database, "?socket_timeout=1").await.unwrap();
        let slow = if db.dialect() == Dialect::Postgres {
            "SELECT pg_sleep(20)"
        } else {
            "SELECT SLEEP(20)"
        };
        let start = Instant::now();
        let error = fails(&*db, slow).await;
        assert!(matches!(error, Error::StatementTimeout { .. }), "{error:?}");
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_is_told() {
    for database in both("killed") {
        let (db, other) = (open(&database).await, open(&database).await);
        let is_postgres = db.dialect() == Dialect::Postgres;
        let own = if is_postgres {
            "SELECT pg_backend_pid()::int8"
        } else {
            "SELECT CONNECTION_ID()"
        };
        for is_idle in [false, true] {
            let db = open(&database).await;
            let Value::I64(id) = one(&*db, own, vec![]).await else {
                panic!("no id")
            };
            let kill = if is_postgres {
                format!("SELECT pg_terminate_backend({id})::text")
            } else {
                format!("KILL {id}")
            };
            if is_idle {
                other.batch(&kill).await.unwrap();
                tokio::time::sleep(Duration::from_millis(200)).await;
            } else {
                let slow = if is_postgres {
                    "SELECT pg_sleep(20)"
                } else {
                    "SELECT SLEEP(20)"
                };
                let (error, ()) = tokio::join!(fails(&*db, slow), async {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    other.batch(&kill).await.unwrap();
                });
                assert!(matches!(error, Error::Disconnected { .. }), "{error:?}");
            }
            let error = fails(&*db, "SELECT 1").await;
            assert!(
                matches!(error, Error::Disconnected { .. }) && error.is_transient(),
                "{error:?}"
            );
            assert!(db.is_closed());
            let error = db.begin().await.err().expect("no transaction");
            assert!(matches!(error, Error::Disconnected { .. }), "{error:?}");
        }
        assert_eq!(one(&*db, "SELECT 1", vec![]).await, Value::I64(1));
    }
}

#[tokio::test]
async fn refusals_are_told_apart_and_hold_no_secret() {
    for database in both("refused") {
        let (full, secret) = (database.url(), password(&database));
        let is_postgres = full.starts_with("postgres");
        let wrong = full.replace(&secret, "s3cret");
        let error = refused(&wrong).await;
        assert!(matches!(error, Error::Authentication { .. }), "{error:?}");
        let elsewhere = full.replace(database.name(), "no_such_db");
        let unknown = refused(&elsewhere).await;
        assert!(
            matches!(unknown, Error::UnknownDatabase { .. }),
            "{unknown:?}"
        );
        let port = full.rsplit_once(':').unwrap().1.split('/').next().unwrap();
        let mut errors = vec![error, unknown];
        for (text, expected) in [
            (full.replace("127.0.0.1", "no-such-host.invalid"), "P1001"),
            (full.replace(port, "1"), "P1001"),
            (format!("{full}?sslmode=verify-full"), "P1011"),
            (format!("{full}?sslmode=require"), "P1011"),
            (
                format!(
                    "{full}?{}",
                    if is_postgres {
                        "host=/nowhere"
                    } else {
                        "socket=/nowhere/s"
                    }
                ),
                "P1001",
            ),
            (format!("{full}?sslmode=nonsense"), "P1013"),
            (format!("{full}?sslrootcert=/no/such.pem"), "/no/such.pem"),
        ] {
            let error = refused(&text).await;
            assert!(error.to_string().contains(expected), "{expected}: {error}");
            errors.push(error);
        }
        let db = open_with(&database, "?sslmode=prefer").await.unwrap();
        errors.push(fails(&*db, "SELEC").await);
        for error in errors {
            let shown = format!("{error} {error:?} {:#?}", std::error::Error::source(&error));
            assert!(
                !shown.contains(&secret) && !shown.contains("s3cret"),
                "{shown}"
            );
        }
        let base = std::path::Path::new("");
        let shown = if is_postgres {
            let options = relata::postgres::Options::from_url(&url(&full), base).unwrap();
            let shown = format!("{options:?}");
            format!("{shown} {:?}", options.connect().await.unwrap())
        } else {
            let options = relata::mysql::Options::from_url(&url(&full), base).unwrap();
            let shown = format!("{options:?}");
            format!("{shown} {:?}", options.connect().await.unwrap())
        };
        assert!(!shown.contains(&secret), "{shown}");
    }
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    // Listens and never answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    for scheme in ["postgresql", "mysql"] {
        let text = format!("{scheme}://u:s3cret@127.0.0.1:{port}/d?connect_timeout=1");
        let start = Instant::now();
        let error = refused(&text).await;
        assert!(start.elapsed() < Duration::from_secs(4));
        assert!(error.to_string().contains("P1002"), "{error}");
    }
}

#[tokio::test]
async fn each_sqlstate_has_its_class() {
    let database = postgres("sqlstate");
    let db = open(&database).await;
    for (state, code) in [
        ("23505", "R2001"),
        ("23503", "R2002"),
        ("23502", "R2003"),
        ("23514", "R2004"),
        ("23P01", "R2004"),
        ("55P03", "R2006"),
        ("22012", "R2012"),
        ("40001", "R2016"),
        ("40P01", "R2016"),
        ("57014", "R2018"),
        ("28P01", "R2019"),
        ("28000", "R2019"),
        ("42501", "R2020"),
        ("3D000", "R2021"),
        ("57P01", "R2022"),
        ("08006", "R2022"),
        // What a pooler in transaction mode says of statements that were prepared on another connection.
        ("26000", "R2024"),
        ("42P05", "R2024"),
    ] {
        let sql = format!(
            "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}', HINT = 'yes', DETAIL = 'Key (a)=(ann@x)'; END $$"
        );
        let error = fails(&*db, &sql).await;
        assert_eq!(error.code(), code, "{state}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("ann@x"), "{error:?}");
    }
    assert_eq!(one(&*db, "SELECT 1", vec![]).await, Value::I64(1));
}

#[tokio::test]
async fn permissions() {
    let database = postgres("permission");
    let db = open(&database).await;
    db.batch("CREATE TABLE t (v int)").await.unwrap();
    let tx = db.begin().await.unwrap();
    tx.batch("CREATE ROLE relata_nobody_t; SET LOCAL ROLE relata_nobody_t")
        .await
        .unwrap();
    let error = fails(&*tx, "SELECT * FROM t").await;
    assert!(matches!(error, Error::Permission { .. }), "{error:?}");
}

#[tokio::test]
async fn unix_sockets() {
    let database = postgres("socket");
    let folders = database.query("SHOW unix_socket_directories");
    let folder = folders[0][0].clone().unwrap_or_default();
    if !folder.is_empty() {
        let folder = folder.split(',').next().unwrap().replace('/', "%2F");
        let db = open_with(&database, &format!("?host={folder}"))
            .await
            .unwrap();
        let address = one(&*db, "SELECT inet_server_addr() IS NULL", vec![]).await;
        assert_eq!(address, Value::Bool(true));
    }
    let database = mariadb("socket");
    let socket = database.query("SELECT @@socket")[0][0]
        .clone()
        .unwrap_or_default();
    if !socket.is_empty() {
        // The account is one of 127.0.0.1 or of anywhere; either way the server answers over the socket.
        match open_with(&database, &format!("?socket={socket}")).await {
            Ok(db) => assert_eq!(one(&*db, "SELECT 1", vec![]).await, Value::I64(1)),
            Err(error) => assert!(matches!(error, Error::Authentication { .. }), "{error:?}"),
        }
    }
}
