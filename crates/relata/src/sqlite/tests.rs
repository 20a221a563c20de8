use std::path::Path;
use std::time::Duration;

use super::*;
use crate::types::jiff::Timestamp;
use crate::{Error, FromRow};

async fn open(path: &Path) -> Sqlite {
    Options::file(path)
        .create(true)
        .busy_timeout(Duration::from_millis(50))
        .open()
        .await
        .unwrap()
}

fn file() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    (folder, path)
}

#[derive(Debug, PartialEq)]
struct User {
    id: i64,
    email: String,
    seen: Option<Timestamp>,
}

impl FromRow for User {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            email: row.get(1)?,
            seen: row.get(2)?,
        })
    }
}

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, seen DATETIME);
    CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER NOT NULL REFERENCES users (id), n INT CHECK (n > 0));";

async fn users() -> Sqlite {
    let db = Sqlite::memory().await.unwrap();
    db.batch(USERS).await.unwrap();
    db.execute("INSERT INTO users (email) VALUES ('ann')", vec![])
        .await
        .unwrap();
    db
}

async fn count(db: &dyn Connection, table: &str) -> i64 {
    let rows = db
        .query(&format!("SELECT count(*) FROM {table}"), vec![])
        .await
        .unwrap();
    rows[0].get(0).unwrap()
}

#[tokio::test]
async fn rows_come_back_as_they_went_in() {
    let db = users().await;
    let now: Timestamp = "2026-01-31T12:30:45.123Z".parse().unwrap();
    let insert = "INSERT INTO users VALUES (?, ?, ?), (8, 'cid', '2026-01-31 12:30:45')";
    let changed = db
        .execute(insert, vec![7_i64.into(), "bob".into(), now.into()])
        .await
        .unwrap();
    assert_eq!(changed, 2);
    let rows = db
        .query("SELECT id, email, seen FROM users ORDER BY id", vec![])
        .await
        .unwrap();
    let found: Vec<User> = rows
        .clone()
        .into_iter()
        .map(|mut row| User::from_row(&mut row).unwrap())
        .collect();
    assert_eq!(
        found[0],
        User {
            id: 1,
            email: "ann".to_owned(),
            seen: None
        }
    );
    assert_eq!(
        found[1],
        User {
            id: 7,
            email: "bob".to_owned(),
            seen: Some(now)
        }
    );
    assert_eq!(found[2].seen, "2026-01-31T12:30:45Z".parse().ok());
    assert_eq!(
        rows[0].get::<i64>(1).unwrap_err().to_string(),
        "column `email`: expected an integer, found text; the schema and the database disagree"
    );
}

#[tokio::test]
async fn models_are_fetched() {
    let db = users().await;
    db.batch("INSERT INTO users VALUES (2, 'longer than ann', 0), (3, '', NULL), (4, 'dan', 1000)")
        .await
        .unwrap();
    let select = "SELECT id, email, seen FROM users WHERE id > ? ORDER BY id";
    let found: Vec<User> = crate::fetch(&db, select, vec![0_i64.into()]).await.unwrap();
    let rows = db.query(select, vec![0_i64.into()]).await.unwrap();
    assert_eq!(
        found,
        rows.into_iter()
            .map(|mut row| User::from_row(&mut row).unwrap())
            .collect::<Vec<_>>()
    );
    assert_eq!(
        found[2],
        User {
            id: 3,
            email: String::new(),
            seen: None
        }
    );

    let tx = db.begin().await.unwrap();
    let error = crate::fetch::<User>(&*tx, "SELECT id, NULL, NULL FROM users", vec![])
        .await
        .unwrap_err();
    assert_eq!(error.code(), "R2013");
}

#[tokio::test]
async fn statements_that_change_nothing_count_nothing() {
    let db = users().await;
    assert_eq!(
        db.execute("UPDATE users SET email = 'x' WHERE id = 99", vec![])
            .await
            .unwrap(),
        0
    );
    assert_eq!(db.execute("CREATE TABLE a (b)", vec![]).await.unwrap(), 0);
    assert_eq!(db.execute("PRAGMA user_version", vec![]).await.unwrap(), 0);
}

#[tokio::test]
async fn constraints_have_names() {
    let db = users().await;
    let said = async |sql: &str| {
        let error = db.execute(sql, vec![]).await.unwrap_err();
        format!("{} {error}", error.code())
    };
    assert_eq!(
        said("INSERT INTO users (email) VALUES ('ann')").await,
        "R2001 a row with the same value exists already: unique constraint on `email` of table `users`"
    );
    assert!(
        said("INSERT INTO posts (author) VALUES (9)")
            .await
            .starts_with("R2002")
    );
    assert_eq!(
        said("INSERT INTO users (email) VALUES (NULL)").await,
        "R2003 a required column got no value: NOT NULL on `email` of table `users`"
    );
    assert_eq!(
        said("INSERT INTO posts (author, n) VALUES (1, 0)").await,
        "R2004 a check refused the row (`n > 0`)"
    );
    assert_eq!(said("SELEC 1").await, "R2012 near \"SELEC\": syntax error");
    assert_eq!(
        said("SELECT 1; SELECT 2").await,
        "R2012 Multiple statements provided"
    );
    assert!(said("SELECT 1 -- \0\n, 2").await.contains("NUL"));
}

#[tokio::test]
async fn a_dropped_transaction_is_rolled_back() {
    let db = users().await;
    let tx = db.begin().await.unwrap();
    tx.execute("DELETE FROM users", vec![]).await.unwrap();
    assert_eq!(count(&*tx, "users").await, 0);
    drop(tx);
    assert_eq!(count(&db, "users").await, 1);

    let tx = db.begin().await.unwrap();
    tx.execute("INSERT INTO users (email) VALUES ('bob')", vec![])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&db, "users").await, 2);

    let tx = db.begin().await.unwrap();
    assert_eq!(tx.begin().await.err().unwrap().code(), "R2012");
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn other_tasks_wait_for_a_transaction() {
    let db = users().await;
    let tx = db.begin().await.unwrap();
    tx.execute("INSERT INTO users (email) VALUES ('bob')", vec![])
        .await
        .unwrap();
    let other = tokio::spawn({
        let db = db.clone();
        async move { count(&db, "users").await }
    });
    tokio::task::yield_now().await;
    tx.rollback().await.unwrap();
    assert_eq!(other.await.unwrap(), 1);
}

#[tokio::test]
async fn a_statement_that_ends_the_transaction_ends_it_for_good() {
    let db = users().await;
    let tx = db.begin().await.unwrap();
    tx.execute(
        "INSERT OR ROLLBACK INTO users (email) VALUES ('ann')",
        vec![],
    )
    .await
    .unwrap_err();
    let error = tx
        .execute("INSERT INTO users (email) VALUES ('bob')", vec![])
        .await
        .unwrap_err();
    assert_eq!(error.code(), "R2009");
    drop(tx);
    assert_eq!(count(&db, "users").await, 1);
}

#[tokio::test]
async fn a_panic_in_the_work_reaches_its_caller_only() {
    let db = users().await;
    let task = tokio::spawn({
        let db = db.clone();
        async move {
            db.with(|conn| -> Result<()> {
                conn.execute_batch("BEGIN; DELETE FROM users")
                    .map_err(from_rusqlite)?;
                panic!("on purpose")
            })
            .await
        }
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(count(&db, "users").await, 1);
    db.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn closing() {
    let (_folder, path) = file();
    let db = open(&path).await;
    let clone = db.clone();
    db.batch("CREATE TABLE a (b)").await.unwrap();
    db.close().await.unwrap();
    assert_eq!(clone.batch("SELECT 1").await.unwrap_err().code(), "R2009");
    clone.close().await.unwrap();
}

#[tokio::test]
async fn a_lock_is_waited_for_and_named() {
    let (_folder, path) = file();
    let (one, two) = (open(&path).await, open(&path).await);
    one.batch("CREATE TABLE a (b)").await.unwrap();
    let tx = one.begin().await.unwrap();
    let error = two
        .execute("INSERT INTO a VALUES (1)", vec![])
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Busy { .. }) && error.is_transient(),
        "{error}"
    );
    tx.commit().await.unwrap();
    two.execute("INSERT INTO a VALUES (1)", vec![])
        .await
        .unwrap();
}

#[tokio::test]
async fn what_cannot_be_opened_is_told_plainly() {
    let (folder, path) = file();
    let said = async |options: Options| {
        let error = options.open().await.unwrap_err();
        (
            error.code(),
            error
                .to_string()
                .replace(&folder.path().display().to_string(), "…"),
        )
    };
    assert_eq!(
        said(Options::file(&path)).await,
        ("R2009", "cannot connect: the database file `…/app.db` does not exist (P1003); check the path, or create it".to_owned())
    );
    assert_eq!(
        said(Options::file(folder.path().join("no/app.db")).create(true)).await,
        ("R2009", "cannot connect: the folder `…/no` does not exist (P1003); create it, or correct the path".to_owned())
    );
    assert_eq!(
        said(Options::file(folder.path())).await,
        (
            "R2009",
            "cannot connect: `…` is a folder; name a file in it, such as `…/dev.db`".to_owned()
        )
    );
    std::fs::write(
        &path,
        "no database, but long enough to look at: ".repeat(40),
    )
    .unwrap();
    let (code, text) = said(Options::file(&path)).await;
    assert_eq!(code, "R2007");
    assert!(
        text.contains("`…/app.db`: file is not a database"),
        "{text}"
    );
}

#[tokio::test]
async fn a_full_file_takes_back_what_was_under_way() {
    let (_folder, path) = file();
    let db = open(&path).await;
    db.batch("CREATE TABLE a (b); PRAGMA max_page_count = 20")
        .await
        .unwrap();
    let tx = db.begin().await.unwrap();
    tx.execute("INSERT INTO a VALUES (1)", vec![])
        .await
        .unwrap();
    let error = tx
        .execute("INSERT INTO a VALUES (zeroblob(200000))", vec![])
        .await
        .unwrap_err();
    assert!(matches!(error, Error::DiskFull { .. }), "{error:?}");
    assert!(error.is_outage() && error.code() == "R2026");
    drop(tx);
    let rows = db.query("SELECT b FROM a", vec![]).await.unwrap();
    assert!(rows.is_empty());
    db.execute("INSERT INTO a VALUES (1)", vec![])
        .await
        .unwrap();
}

/// SQLite reads no further than a NUL, so that what is run would not be what was written.
#[tokio::test]
async fn a_nul_in_sql_is_refused_and_nothing_is_run() {
    let db = Sqlite::memory().await.unwrap();
    for sql in [
        "CREATE TABLE \"a\0b\" (v INT)",
        "CREATE TABLE a (v INT);\0 CREATE TABLE b (v INT)",
    ] {
        db.batch(sql).await.unwrap_err();
        db.execute(sql, vec![]).await.unwrap_err();
        db.query(sql, vec![]).await.unwrap_err();
        let tables = db
            .query("SELECT name FROM sqlite_schema", vec![])
            .await
            .unwrap();
        assert!(tables.is_empty(), "{sql:?}");
    }
}

#[tokio::test]
async fn read_only_files_are_read() {
    let (_folder, path) = file();
    let db = open(&path).await;
    db.batch("CREATE TABLE a (b)").await.unwrap();
    db.close().await.unwrap();
    let db = Options::file(&path).read_only(true).open().await.unwrap();
    assert_eq!(count(&db, "a").await, 0);
    let error = db
        .execute("INSERT INTO a VALUES (1)", vec![])
        .await
        .unwrap_err();
    assert_eq!(error.code(), "R2008");
    db.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn strange_file_names_are_only_names() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a?mode=memory", "a b%20.db", ":memory:", "ü\n.db"] {
        let path = folder.path().join(name);
        open(&path).await.close().await.unwrap();
        assert!(path.is_file(), "{name}");
    }
}

#[tokio::test]
async fn connection_strings_connect() {
    let folder = tempfile::tempdir().unwrap();
    let url = "file:./dev.db?socket_timeout=1".parse().unwrap();
    let db = crate::connect(&url, folder.path()).await.unwrap();
    assert_eq!(db.dialect(), Dialect::Sqlite);
    assert!(folder.path().join("dev.db").is_file());
}

#[cfg(not(feature = "postgres"))]
#[tokio::test]
async fn a_missing_driver_is_named_by_its_feature() {
    let url = "postgresql://u:s3cret@h/d".parse().unwrap();
    let error = crate::connect(&url, Path::new("")).await.err().unwrap();
    assert_eq!(
        error.to_string(),
        "this build has no driver for postgresql: switch on the feature `postgres` of the crate `relata`"
    );
}

#[tokio::test]
async fn an_interrupt_stops_a_statement() {
    let db = Sqlite::memory().await.unwrap();
    let endless = tokio::spawn({
        let db = db.clone();
        let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        async move { db.query(sql, vec![]).await }
    });
    while !endless.is_finished() {
        db.interrupt();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(
        endless
            .await
            .unwrap()
            .unwrap_err()
            .to_string()
            .contains("interrupted")
    );
}

#[tokio::test]
async fn a_terminal_obeys_no_message_of_the_database() {
    let db = Sqlite::memory().await.unwrap();
    let error = db
        .query("SELECT * FROM \"a\u{1b}[31m\"", vec![])
        .await
        .unwrap_err();
    assert!(error.to_string().contains(r"a\u{1b}[31m"), "{error}");
    assert!(
        matches!(&error, Error::Database { message, .. } if message.contains('\u{1b}')),
        "programs get it as it is: {error:?}"
    );
}
