//! Scripts that run in steps, and are resumed.

use std::fmt::Write as _;

use super::*;

const LEDGER: &str = "SELECT applied_steps_count, finished_at IS NULL, rolled_back_at IS NULL FROM _relata_migrations";

#[tokio::test]
async fn a_script_with_its_own_transaction() {
    let database = Database::new();
    let db = database.open().await;
    deploy(&db, &["CREATE TABLE a (b); BEGIN; INSERT INTO a VALUES (1); COMMIT; VACUUM; PRAGMA user_version = 3"]).await.unwrap();
    assert_eq!(rows(&db, "SELECT * FROM a").await, ["1"]);
    assert_eq!(
        rows(
            &db,
            "SELECT applied_steps_count, finished_at > 0, logs IS NULL FROM _relata_migrations"
        )
        .await,
        ["6 1 1"]
    );
}

#[tokio::test]
async fn goes_on_behind_the_last_statement() {
    let database = Database::new();
    let db = database.open().await;
    let script = "-- relata: no-transaction\nCREATE TABLE a (b UNIQUE);\nINSERT INTO a VALUES (1);\nINSERT INTO a SELECT n FROM other;\nINSERT INTO a VALUES (3);";
    let error = deploy(&db, &[script]).await.unwrap_err().to_string();
    assert!(
        error.contains("statement 3 of 4, line 4")
            && error.ends_with("the next deploy goes on at statement 3"),
        "{error}"
    );
    assert_eq!(rows(&db, LEDGER).await, ["2 1 1"]);
    let status = Runner::new(&db).status(&scripts(&[script])).await.unwrap();
    assert_eq!(
        (
            status.interrupted.len(),
            status.failed.len(),
            status.pending.len()
        ),
        (1, 0, 1)
    );

    // Again, with the reason still there; then repaired.
    deploy(&db, &[script]).await.unwrap_err();
    db.batch("CREATE TABLE other (n); INSERT INTO other VALUES (2)")
        .await
        .unwrap();
    assert_eq!(deploy(&db, &[script]).await.unwrap(), ["1_m"]);
    assert_eq!(
        rows(&db, "SELECT b FROM a ORDER BY b").await,
        ["1", "2", "3"]
    );
    assert_eq!(rows(&db, LEDGER).await, ["4 0 1"]);
}

#[tokio::test]
async fn the_rest_may_be_corrected_but_not_what_has_run() {
    let database = Database::new();
    let db = database.open().await;
    let script =
        |first: &str, second: &str| format!("-- relata: no-transaction\n{first};\n{second};");
    deploy(
        &db,
        &[&script("CREATE TABLE a (b)", "INSERT INTO a VALUES (1, 2)")],
    )
    .await
    .unwrap_err();
    let error = deploy(
        &db,
        &[&script(
            "CREATE TABLE a (b, c)",
            "INSERT INTO a VALUES (1, 2)",
        )],
    )
    .await
    .unwrap_err();
    assert_eq!(error.code(), "R2114");
    let fixed = script("CREATE TABLE a (b)", "INSERT INTO a VALUES (1)");
    deploy(&db, &[&fixed]).await.unwrap();
    let status = Runner::new(&db).status(&scripts(&[&fixed])).await.unwrap();
    assert!(status.is_up_to_date(), "{status:?}");
}

#[tokio::test]
async fn a_failure_inside_its_own_transaction_begins_again_there() {
    let database = Database::new();
    let db = database.open().await;
    let script = |last: &str| {
        format!("CREATE TABLE a (b);\nBEGIN;\nINSERT INTO a VALUES (1);\n{last};\nCOMMIT;\nVACUUM;")
    };
    deploy(&db, &[&script("INSERT INTO nowhere VALUES (1)")])
        .await
        .unwrap_err();
    assert_eq!(rows(&db, "SELECT count(*) FROM a").await, ["0"]);
    assert_eq!(rows(&db, LEDGER).await, ["1 1 1"]);
    deploy(&db, &[&script("INSERT INTO a VALUES (2)")])
        .await
        .unwrap();
    assert_eq!(rows(&db, "SELECT b FROM a ORDER BY b").await, ["1", "2"]);
}

#[tokio::test]
async fn rolled_back_parts_and_savepoints_are_counted() {
    let database = Database::new();
    let db = database.open().await;
    let script = "CREATE TABLE a (b); BEGIN; INSERT INTO a VALUES (1); ROLLBACK; \
        SAVEPOINT s; INSERT INTO a VALUES (2); SAVEPOINT t; INSERT INTO a VALUES (3); ROLLBACK TO t; RELEASE s; \
        INSERT INTO a VALUES (4)";
    deploy(&db, &[script]).await.unwrap();
    assert_eq!(rows(&db, "SELECT b FROM a ORDER BY b").await, ["2", "4"]);
    assert_eq!(rows(&db, LEDGER).await, ["11 0 1"]);
}

#[tokio::test]
async fn a_transaction_that_stays_open_is_rolled_back() {
    let database = Database::new();
    let db = database.open().await;
    let error = deploy(
        &db,
        &["CREATE TABLE a (b); BEGIN; INSERT INTO a VALUES (1)"],
    )
    .await
    .unwrap_err();
    assert_eq!(error.code(), "R2113");
    assert_eq!(rows(&db, "SELECT count(*) FROM a").await, ["0"]);
}

/// A kill is a connection that goes away between two statements: the row says so, and nothing else is left.
#[tokio::test]
async fn after_a_kill_the_connection_is_set_up_again() {
    let database = Database::new();
    let db = database.open().await;
    let script = "-- relata: no-transaction\nCREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p (id));\n\
        PRAGMA foreign_keys = OFF;\nINSERT INTO c VALUES (1);\nINSERT INTO p SELECT n FROM other;\nPRAGMA foreign_keys = ON;";
    deploy(&db, &[script]).await.unwrap_err();
    db.close().await.unwrap();
    let db = database.open().await;
    db.batch("CREATE TABLE other (n); INSERT INTO other VALUES (2)")
        .await
        .unwrap();
    // `c` still refers to nothing when the script is through.
    let error = deploy(&db, &[script]).await.unwrap_err();
    assert_eq!(error.code(), "R2112");
    db.batch("INSERT INTO p VALUES (1)").await.unwrap();
    assert_eq!(deploy(&db, &[script]).await.unwrap(), ["1_m"]);
    assert_eq!(rows(&db, "PRAGMA foreign_keys").await, ["1"]);
}

#[tokio::test]
async fn an_interrupted_migration_that_is_gone_stands_in_the_way() {
    let database = Database::new();
    let db = database.open().await;
    deploy(
        &db,
        &[
            "CREATE TABLE a (b)",
            "VACUUM; INSERT INTO nowhere VALUES (1)",
        ],
    )
    .await
    .unwrap_err();
    let error = deploy(&db, &["CREATE TABLE a (b)"]).await.unwrap_err();
    assert_eq!(error.code(), "R2106");
    assert!(
        error.to_string().contains("no such table: nowhere"),
        "{error}"
    );
}

#[tokio::test]
async fn temporary_tables_cannot_be_resumed() {
    let database = Database::new();
    let db = database.open().await;
    let script =
        "-- relata: no-transaction\nCREATE TEMP TABLE x (y); INSERT INTO nowhere VALUES (1)";
    deploy(&db, &[script]).await.unwrap_err();
    let error = deploy(&db, &[script]).await.unwrap_err();
    assert!(error.to_string().contains("temporary object"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_deploys_one_applies_and_seven_find_nothing_to_do() {
    let database = Database::new();
    let mut script = "-- relata: no-transaction\nCREATE TABLE a (b, c INT DEFAULT 0);".to_owned();
    for n in 0..60 {
        let _ = write!(script, "\nINSERT INTO a (b) VALUES ({n});");
    }
    // A batch that runs twice shows.
    script.push_str("\n-- relata: backfill by b batch 2\nUPDATE a SET c = c + 1;");
    let migrations = scripts(&[&script]);
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let (db, migrations) = (database.open().await, migrations.clone());
        tasks.push(tokio::spawn(async move {
            Runner::new(&db).deploy(&migrations, |_| {}).await
        }));
    }
    let mut applied = Vec::new();
    for task in tasks {
        applied.extend(task.await.unwrap().unwrap().applied);
    }
    assert_eq!(applied, ["1_m"]);
    let db = database.open().await;
    assert_eq!(
        rows(&db, "SELECT count(*), count(DISTINCT b), sum(c) FROM a").await,
        ["60 60 60"]
    );
    assert_eq!(rows(&db, LEDGER).await, ["62 0 1"]);
    assert!(!database.path().with_extension("db-relata-lock").exists());
}
