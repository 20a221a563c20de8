//! What the history says, and what the runner makes of it.

use relata::migration::HistoryTable;

use super::*;
use crate::{both, mariadb, open_with, postgres};

/// A history as Prisma's engine leaves it.
fn prisma(database: &Database, extra: &str) {
    let checksum = relata_script_checksum();
    let table = if database.url().starts_with("postgres") {
        "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, \
         migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), \
         applied_steps_count INTEGER NOT NULL DEFAULT 0)"
    } else {
        "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at DATETIME(3), \
         migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at DATETIME(3), \
         started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), \
         applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
    };
    database
        .run(&format!(
            "CREATE TABLE a (b INT); {table}; \
             INSERT INTO _prisma_migrations VALUES ('x', '{checksum}', '2026-01-31 12:30:45.123', '01_m', NULL, NULL, '2026-01-31 12:30:44', 1); {extra}"
        ))
        .unwrap();
}

fn relata_script_checksum() -> String {
    Migration::new("1", "CREATE TABLE a (b INT)")
        .unwrap()
        .checksum()
}

#[tokio::test]
async fn prismas_history_is_kept() {
    for database in both("prisma") {
        prisma(&database, "");
        let texts = ["CREATE TABLE a (b INT)", "CREATE TABLE c (d INT)"];
        assert_eq!(deploy(&database, &texts).await.unwrap(), ["02_m"]);
        assert!(!database.dump().contains("_relata_migrations"));
        let age = if database.url().starts_with("postgres") {
            "SELECT count(*) FROM _prisma_migrations WHERE started_at > now() - interval '1 minute' AND finished_at <= now()"
        } else {
            "SELECT count(*) FROM _prisma_migrations WHERE started_at > UTC_TIMESTAMP() - INTERVAL 1 MINUTE AND finished_at <= UTC_TIMESTAMP(3)"
        };
        assert_eq!(rows(&database, age), ["1"]);
    }
}

#[tokio::test]
async fn new_histories_have_prismas_columns() {
    for name in ["theirs", "ours"] {
        for database in both(name) {
            if name == "theirs" {
                prisma(&database, "");
            } else {
                let runner = runner(&database).await.history_table(HistoryTable::Prisma);
                let migrations = scripts(&["CREATE TABLE a (b INT)"]);
                runner.deploy(&migrations, |_| {}).await.unwrap();
            }
            let columns = rows(
                &database,
                "SELECT column_name, data_type, COALESCE(CAST(character_maximum_length AS CHAR(20)), '-'), is_nullable, COALESCE(column_default, '-') \
                 FROM information_schema.columns WHERE table_name = '_prisma_migrations' AND table_schema IN ('public', DATABASE_NAME) ORDER BY ordinal_position"
                    .replace("DATABASE_NAME", &format!("'{}'", database.name()))
                    .as_str(),
            );
            let expected = if database.url().starts_with("postgres") {
                [
                    "id character varying 36 NO -",
                    "checksum character varying 64 NO -",
                    "finished_at timestamp with time zone - YES -",
                    "migration_name character varying 255 NO -",
                    "logs text - YES -",
                    "rolled_back_at timestamp with time zone - YES -",
                    "started_at timestamp with time zone - NO now()",
                    "applied_steps_count integer - NO 0",
                ]
            } else {
                [
                    "id varchar 36 NO -",
                    "checksum varchar 64 NO -",
                    "finished_at datetime - YES NULL",
                    "migration_name varchar 255 NO -",
                    "logs text 65535 YES NULL",
                    "rolled_back_at datetime - YES NULL",
                    "started_at datetime - NO current_timestamp(3)",
                    "applied_steps_count int - NO 0",
                ]
            };
            let columns: Vec<&str> = columns.iter().map(|it| it.trim_end()).collect();
            let plain: Vec<String> = columns
                .iter()
                .map(|it| it.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
                .collect();
            assert_eq!(plain, expected, "{name}");
        }
    }
}

#[tokio::test]
async fn two_histories_are_an_error() {
    for database in both("two") {
        deploy(&database, &["CREATE TABLE z (y INT)"])
            .await
            .unwrap();
        prisma(&database, "");
        let error = deploy_fails(&database, &["CREATE TABLE z (y INT)"]).await;
        assert_eq!(error.code(), "R2104");
    }
}

#[tokio::test]
async fn a_failed_row_of_prisma_stands_in_the_way() {
    for database in both("failed") {
        prisma(
            &database,
            "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs) VALUES ('y', '', '02_m', 'boom')",
        );
        let texts = ["CREATE TABLE a (b INT)", "CREATE TABLE c (d INT)"];
        let error = deploy_fails(&database, &texts).await.to_string();
        assert!(error.contains("P3009") && error.contains("boom"), "{error}");
        let runner = runner(&database).await;
        runner.mark_rolled_back("02_m").await.unwrap();
        assert_eq!(deploy(&database, &texts).await.unwrap(), ["02_m"]);
        let kept =
            "SELECT count(*), count(rolled_back_at), count(finished_at) FROM _prisma_migrations";
        assert_eq!(rows(&database, kept), ["3 1 2"]);
    }
}

#[tokio::test]
async fn marks_follow_prismas_rules() {
    for database in both("marks") {
        let runner = runner(&database).await;
        let migrations = scripts(&["CREATE TABLE a (b INT)", "CREATE TABLE c (d INT)"]);
        let error = runner.mark_rolled_back("01_m").await.unwrap_err();
        assert_eq!(error.code(), "R2118");

        // A database with tables and no history: refused, until the first migration is marked as applied.
        database.run("CREATE TABLE a (b INT)").unwrap();
        let error = deploy_fails(&database, &["CREATE TABLE a (b INT)"]).await;
        assert_eq!(error.code(), "R2107");
        runner.mark_applied(&migrations[0]).await.unwrap();
        let error = runner.mark_applied(&migrations[0]).await.unwrap_err();
        assert_eq!(error.code(), "R2117");
        let error = runner.mark_rolled_back("01_m").await.unwrap_err();
        assert_eq!(error.code(), "R2119");
        let error = runner.mark_rolled_back("x'; --").await.unwrap_err();
        assert_eq!(error.code(), "R2118");
        let row = "SELECT logs = '', applied_steps_count, started_at = finished_at FROM _relata_migrations";
        let shown = rows(&database, row);
        assert!(matches!(shown[0].as_str(), "t 0 t" | "1 0 1"), "{shown:?}");
        let deployed = runner.deploy(&migrations, |_| {}).await.unwrap();
        assert_eq!(deployed.applied, ["02_m"]);
        assert!(runner.status(&migrations).await.unwrap().is_up_to_date());
    }
}

#[tokio::test]
async fn edited_missing_and_late_migrations_are_named() {
    for database in both("edited") {
        let texts = ["CREATE TABLE a (b INT);\n", "CREATE TABLE c (d INT)"];
        deploy(&database, &texts).await.unwrap();
        // Line endings are no edit.
        let crlf = ["CREATE TABLE a (b INT);\r\n", "CREATE TABLE c (d INT)"];
        deploy(&database, &crlf).await.unwrap();
        let edited = deploy_fails(&database, &["CREATE TABLE a (x INT)", texts[1]]).await;
        assert!(
            edited
                .to_string()
                .starts_with("migration `01_m` changed after being applied"),
            "{edited}"
        );
        let missing = deploy_fails(&database, &texts[..1]).await;
        assert!(
            missing
                .to_string()
                .starts_with("migration `02_m` was applied to this database and is missing"),
            "{missing}"
        );
        let runner = runner(&database).await;
        let mut migrations = scripts(&texts);
        migrations.push(Migration::new("01_z", "CREATE TABLE late (x INT)").unwrap());
        let status = runner.status(&migrations).await.unwrap();
        assert_eq!(status.out_of_order, ["01_z"]);
        assert_eq!(
            runner.deploy(&migrations, |_| {}).await.unwrap().applied,
            ["01_z"]
        );
        let loose = runner.allow_edited(true).allow_missing(true);
        let deployed = loose.deploy(&scripts(&["other"]), |_| {}).await.unwrap();
        assert!(deployed.applied.is_empty());
    }
}

#[tokio::test]
async fn the_history_lies_in_the_schema_of_the_connection() {
    let database = postgres("schema");
    let url = format!("{}?schema=My%20%22app", database.url());
    database.run("CREATE TABLE public.other (a int)").unwrap();
    let migrations = scripts(&[
        "CREATE TABLE a (b int); SET search_path = public",
        "CREATE TABLE c (d int)",
    ]);
    let runner = runner_at(&url).await.unwrap();
    assert_eq!(runner.status(&migrations).await.unwrap().table, None);
    runner.deploy(&migrations, |_| {}).await.unwrap();
    let tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'My \"app' ORDER BY 1";
    assert_eq!(rows(&database, tables), ["_relata_migrations", "a", "c"]);
    assert!(runner.status(&migrations).await.unwrap().is_up_to_date());
    // Another schema of the same database has a history of its own.
    let error = deploy_fails(&database, &["SELECT 1"]).await;
    assert_eq!(error.code(), "R2107");
}

#[tokio::test]
async fn what_extensions_bring_is_no_content() {
    let database = postgres("extension");
    if database.run("CREATE EXTENSION pg_stat_statements").is_err() {
        database.run("CREATE EXTENSION citext").unwrap();
    }
    deploy(&database, &["CREATE TABLE a (b int)"])
        .await
        .unwrap();
    let database = postgres("enum_only");
    database.run("CREATE TYPE t AS ENUM ('x')").unwrap();
    let error = deploy_fails(&database, &["CREATE TABLE a (b int)"]).await;
    assert_eq!(error.code(), "R2107");
}

#[tokio::test]
async fn a_table_that_only_has_the_name_is_no_history() {
    for database in both("only_name") {
        database
            .run("CREATE TABLE _relata_migrations (a INT)")
            .unwrap();
        let error = deploy_fails(&database, &["SELECT 1"]).await;
        assert_eq!(error.code(), "R2105");
    }
}

#[tokio::test]
async fn poolers_and_missing_databases_are_refused() {
    let database = postgres("pooler");
    let runner = runner_at(&format!("{}?pgbouncer=true", database.url()))
        .await
        .unwrap();
    let error = runner.deploy(&scripts(&["SELECT 1"]), |_| {}).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("directUrl"), "{error}");

    let database = mariadb("none");
    let url = database
        .url()
        .replace(&format!("/{}", database.name()), "/");
    let runner = runner_at(&url).await.unwrap();
    let error = runner.status(&scripts(&["SELECT 1"])).await.unwrap_err();
    assert!(error.to_string().contains("P1003"), "{error}");
    drop(open_with(&database, "").await.unwrap());
}
