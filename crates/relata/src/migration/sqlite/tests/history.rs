//! What the history says, and what the runner makes of it.

use super::*;

async fn deploy_code(db: &Sqlite, texts: &[&str]) -> &'static str {
    deploy(db, texts).await.unwrap_err().code()
}

/// A history as Prisma's engine leaves it.
async fn prisma(db: &Sqlite, extra: &str) {
    let checksum = relata_script::checksum("CREATE TABLE a (b)");
    let sql = format!(
        r#"CREATE TABLE a (b);
        CREATE TABLE "_prisma_migrations" (
            "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL,
            "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
            "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0);
        INSERT INTO _prisma_migrations VALUES ('x', '{checksum}', 1769862645000, '1_m', NULL, NULL, 1769862644000, 1);
        {extra}"#
    );
    db.batch(&sql).await.unwrap();
}

#[tokio::test]
async fn prismas_history_is_kept() {
    let database = Database::new();
    let db = database.open().await;
    prisma(&db, "").await;
    assert_eq!(
        deploy(&db, &["CREATE TABLE a (b)", "CREATE TABLE c (d)"])
            .await
            .unwrap(),
        ["2_m"]
    );
    assert_eq!(objects(&db).await, ["_prisma_migrations", "a", "c"]);
    let times = "SELECT typeof(started_at), typeof(finished_at), logs IS NULL FROM _prisma_migrations WHERE migration_name = '2_m'";
    assert_eq!(rows(&db, times).await, ["integer integer 1"]);
}

#[tokio::test]
async fn new_histories_have_prismas_columns() {
    let db = Sqlite::memory().await.unwrap();
    Runner::new(&db)
        .history_table(HistoryTable::Prisma)
        .deploy(&scripts(&[""]), |_| {})
        .await
        .unwrap();
    let columns = "SELECT name, type, \"notnull\", pk FROM pragma_table_info('_prisma_migrations')";
    assert_eq!(
        rows(&db, columns).await,
        [
            "id TEXT 1 1",
            "checksum TEXT 1 0",
            "finished_at DATETIME 0 0",
            "migration_name TEXT 1 0",
            "logs TEXT 0 0",
            "rolled_back_at DATETIME 0 0",
            "started_at DATETIME 1 0",
            "applied_steps_count INTEGER UNSIGNED 1 0",
        ]
    );
}

#[tokio::test]
async fn two_histories_are_an_error() {
    let database = Database::new();
    let db = database.open().await;
    deploy(&db, &["CREATE TABLE z (y)"]).await.unwrap();
    prisma(&db, "").await;
    assert_eq!(deploy_code(&db, &["CREATE TABLE z (y)"]).await, "R2104");
}

#[tokio::test]
async fn a_failed_row_of_prisma_stands_in_the_way() {
    let database = Database::new();
    let db = database.open().await;
    prisma(&db, "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs) VALUES ('y', '', '2_m', 'boom\u{1b}[2J')").await;
    let texts = ["CREATE TABLE a (b)", "CREATE TABLE c (d)"];
    let error = deploy(&db, &texts).await.unwrap_err().to_string();
    assert!(
        error.contains("P3009") && error.contains(r"boom\u{1b}[2J"),
        "{error}"
    );
    let runner = Runner::new(&db);
    runner.mark_rolled_back("2_m").await.unwrap();
    assert_eq!(deploy(&db, &texts).await.unwrap(), ["2_m"]);
}

#[tokio::test]
async fn marks_follow_prismas_rules() {
    let database = Database::new();
    let db = database.open().await;
    let runner = Runner::new(&db);
    let migrations = scripts(&["CREATE TABLE a (b)", "CREATE TABLE c (d)"]);
    assert_eq!(
        runner.mark_rolled_back("1_m").await.unwrap_err().code(),
        "R2118"
    );

    // A database with tables and no history: refused, until the first migration is marked as applied.
    db.batch("CREATE TABLE a (b)").await.unwrap();
    assert_eq!(deploy_code(&db, &["CREATE TABLE a (b)"]).await, "R2107");
    runner.mark_applied(&migrations[0]).await.unwrap();
    assert_eq!(
        runner
            .mark_applied(&migrations[0])
            .await
            .unwrap_err()
            .code(),
        "R2117"
    );
    assert_eq!(
        runner.mark_rolled_back("1_m").await.unwrap_err().code(),
        "R2119"
    );
    assert_eq!(
        runner.mark_rolled_back("x'; --").await.unwrap_err().code(),
        "R2118"
    );
    assert_eq!(
        runner.deploy(&migrations, |_| {}).await.unwrap().applied,
        ["2_m"]
    );
    assert!(runner.status(&migrations).await.unwrap().is_up_to_date());
}

#[tokio::test]
async fn edited_and_missing_migrations_are_named() {
    let database = Database::new();
    let db = database.open().await;
    deploy(&db, &["CREATE TABLE a (b);\n", "CREATE TABLE c (d)"])
        .await
        .unwrap();
    // Line endings are no edit.
    deploy(&db, &["CREATE TABLE a (b);\r\n", "CREATE TABLE c (d)"])
        .await
        .unwrap();

    let edited = deploy(&db, &["CREATE TABLE a (x)", "CREATE TABLE c (d)"])
        .await
        .unwrap_err();
    assert!(
        edited
            .to_string()
            .starts_with("migration `1_m` changed after being applied"),
        "{edited}"
    );
    let missing = deploy(&db, &["CREATE TABLE a (b);\n"]).await.unwrap_err();
    assert!(
        missing
            .to_string()
            .starts_with("migration `2_m` was applied to this database and is missing"),
        "{missing}"
    );

    let runner = Runner::new(&db).allow_edited(true).allow_missing(true);
    assert!(
        runner
            .deploy(&scripts(&["other"]), |_| {})
            .await
            .unwrap()
            .applied
            .is_empty()
    );
}

#[tokio::test]
async fn every_form_of_a_time_is_read() {
    let database = Database::new();
    let db = database.open().await;
    let more = "INSERT INTO _prisma_migrations VALUES
        ('b', '', '2026-01-31T12:30:45.000+00:00', '2_m', NULL, NULL, '2026-01-31 12:30:44', 1),
        ('c', '', NULL, '3_m', NULL, '2026-01-31T12:30:45Z', CURRENT_TIMESTAMP, 0)";
    prisma(&db, more).await;
    let status = Runner::new(&db)
        .status(&scripts(&["CREATE TABLE a (b)", "", ""]))
        .await
        .unwrap();
    assert_eq!(status.applied, ["1_m", "2_m"]);
    assert_eq!(status.pending, ["3_m"]);
}

#[tokio::test]
async fn a_table_that_only_has_the_name_is_no_history() {
    let database = Database::new();
    let db = database.open().await;
    db.batch("CREATE TABLE _relata_migrations (a)")
        .await
        .unwrap();
    assert_eq!(deploy_code(&db, &["SELECT 1"]).await, "R2105");
}
