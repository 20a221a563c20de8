//! Scripts that run as a whole on PostgreSQL, and what holds for both servers.

use std::time::Duration;

use relata::migration::{MigrationError, Progress};

use super::*;
use crate::{both, open, postgres};

#[tokio::test]
async fn migrations_apply_once_and_in_order() {
    for database in both("in_order") {
        let texts = [
            "CREATE TABLE a (b VARCHAR(20)); INSERT INTO a VALUES ('kept')",
            "ALTER TABLE a ADD c INT DEFAULT 7;",
        ];
        assert_eq!(deploy(&database, &texts[..1]).await.unwrap(), ["01_m"]);
        assert_eq!(deploy(&database, &texts).await.unwrap(), ["02_m"]);
        assert!(deploy(&database, &texts).await.unwrap().is_empty());
        assert_eq!(rows(&database, "SELECT b, c FROM a"), ["kept 7"]);
        let history = "SELECT migration_name, applied_steps_count, length(id), length(checksum), CASE WHEN logs IS NULL THEN 'no logs' ELSE logs END \
             FROM _relata_migrations WHERE finished_at >= started_at AND rolled_back_at IS NULL ORDER BY migration_name";
        assert_eq!(
            rows(&database, history),
            ["01_m 2 36 64 no logs", "02_m 1 36 64 no logs"]
        );
        let runner = runner(&database).await;
        let status = runner.status(&scripts(&texts)).await.unwrap();
        assert!(status.is_up_to_date(), "{status:?}");
    }
}

#[tokio::test]
async fn a_failure_leaves_nothing_behind() {
    let database = postgres("failure");
    let before = database.dump();
    let script = "CREATE TABLE a (b int);\n-- note\nCREATE TABLE c (d int);\n\nINSERT INTO\n  nowhere VALUES (1);";
    let error = deploy_fails(&database, &[script]).await;
    assert_eq!(
        error.to_string(),
        "migration `01_m` failed at statement 3 of 3, line 6 (P3018): relation \"nowhere\" does not exist\n  \
         INSERT INTO\n    nowhere VALUES (1)\n\
         nothing was changed: the migration was rolled back as a whole"
    );
    assert_eq!(database.dump(), before);
    let status = runner(&database)
        .await
        .status(&scripts(&[""]))
        .await
        .unwrap();
    assert_eq!(
        (status.table, status.pending),
        (None, vec!["01_m".to_owned()])
    );
}

#[tokio::test]
async fn a_deferred_key_that_stays_violated_fails_at_the_commit() {
    let database = postgres("deferred");
    let script = "CREATE TABLE a (b int PRIMARY KEY, c int REFERENCES a DEFERRABLE INITIALLY DEFERRED); INSERT INTO a VALUES (1, 2)";
    let error = deploy_fails(&database, &[script]).await;
    assert!(
        error.to_string().contains("foreign key violated"),
        "{error}"
    );
    assert!(rows(&database, "SELECT 1 FROM pg_class WHERE relname = 'a'").is_empty());
}

/// What a server refuses inside a transaction is found out by trying: nothing of it has happened then.
#[tokio::test]
async fn what_is_refused_in_a_transaction_runs_in_steps() {
    let database = postgres("refused_inside");
    let texts = [
        // The value alone may stand in a transaction; its use may not.
        "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE a (b mood DEFAULT 'sad')",
        "ALTER TYPE mood ADD VALUE 'ok'; ALTER TABLE a ADD c int",
        "ALTER TYPE mood ADD VALUE 'happy'; ALTER TABLE a ALTER b SET DEFAULT 'happy'; INSERT INTO a VALUES (DEFAULT)",
        // A procedure that commits.
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO a VALUES ('ok'); COMMIT; END $$",
        "INSERT INTO a VALUES ('sad'); CALL p(); INSERT INTO a VALUES ('ok')",
    ];
    deploy(&database, &texts).await.unwrap();
    assert_eq!(
        rows(&database, "SELECT b, count(*) FROM a GROUP BY b ORDER BY b"),
        ["sad 1", "ok 2", "happy 1"]
    );
    assert_eq!(
        rows(&database, LEDGER),
        ["2 0 1", "2 0 1", "3 0 1", "1 0 1", "3 0 1"]
    );
}

#[tokio::test]
async fn settings_of_a_script_do_not_outlive_it() {
    for database in both("settings") {
        let is_postgres = database.url().starts_with("postgres");
        let texts = if is_postgres {
            [
                "CREATE SCHEMA s; SET search_path = s; SET work_mem = '8MB'; CREATE TABLE a (b int)",
                // As `pg_dump` writes it.
                "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.b (c int)",
                "INSERT INTO s.a VALUES (1); INSERT INTO b VALUES (2)",
            ]
        } else {
            [
                "SET FOREIGN_KEY_CHECKS = 0; CREATE TABLE a (b INT)",
                "SET sql_mode = 'ANSI_QUOTES'; CREATE TABLE \"b\" (c INT); SET autocommit = 0",
                "INSERT INTO a VALUES (1); INSERT INTO b VALUES (\"2\")",
            ]
        };
        deploy(&database, &texts).await.unwrap();
        assert_eq!(rows(&database, "SELECT c FROM b"), ["2"]);
    }
}

#[tokio::test]
async fn a_session_keeps_what_was_set_on_it() {
    for database in both("kept") {
        let url = crate::url(&database.url());
        let base = std::path::Path::new("");
        let (db, runner): (Box<dyn relata::Connection>, Runner) =
            if url.dialect() == Dialect::Postgres {
                let db = relata::postgres::Options::from_url(&url, base)
                    .unwrap()
                    .connect()
                    .await
                    .unwrap();
                let runner = Runner::new(&db);
                (Box::new(db), runner)
            } else {
                let db = relata::mysql::Options::from_url(&url, base)
                    .unwrap()
                    .connect()
                    .await
                    .unwrap();
                let runner = Runner::new(&db);
                (Box::new(db), runner)
            };
        let (set, get) = if url.dialect() == Dialect::Postgres {
            (
                "SET lock_timeout = '77s'; SET work_mem = '8MB'",
                "SELECT current_setting('lock_timeout') || ' ' || current_setting('work_mem')",
            )
        } else {
            (
                "SET SESSION lock_wait_timeout = 77, sql_mode = 'ANSI'",
                "SELECT CONCAT(@@lock_wait_timeout, ' ', @@sql_mode)",
            )
        };
        db.batch(set).await.unwrap();
        let before = crate::one(&*db, get, vec![]).await;
        let scripts = scripts(&["CREATE TABLE a (b INT)", "SELECC"]);
        let runner = runner.wait(Duration::from_mins(1));
        runner.deploy(&scripts, |_| {}).await.unwrap_err();
        assert_eq!(crate::one(&*db, get, vec![]).await, before);
    }
}

#[tokio::test]
async fn the_last_one_to_apply_can_be_named() {
    for database in both("up_to") {
        let migrations = scripts(&["CREATE TABLE a (b INT)", "DROP TABLE a", "SELECT 1"]);
        let runner = runner(&database).await;
        let preview = runner
            .clone()
            .up_to("02_m")
            .preview(&migrations)
            .await
            .unwrap();
        let names: Vec<_> = preview
            .iter()
            .map(|it| (it.name.as_str(), it.statements, it.in_one_transaction))
            .collect();
        let whole = database.url().starts_with("postgres");
        assert_eq!(names, [("01_m", 1, whole), ("02_m", 1, whole)]);
        let one = runner.clone().up_to("01_m");
        assert_eq!(
            one.deploy(&migrations, |_| {}).await.unwrap().applied.len(),
            1
        );
        assert!(
            one.deploy(&migrations, |_| {})
                .await
                .unwrap()
                .applied
                .is_empty()
        );
        let error = runner.clone().up_to("09").deploy(&migrations, |_| {}).await;
        assert_eq!(error.unwrap_err().code(), "R2116");
        assert_eq!(
            runner.deploy(&migrations, |_| {}).await.unwrap().applied,
            ["02_m", "03_m"]
        );
    }
}

#[tokio::test]
async fn a_replay_keeps_no_history() {
    for database in both("replay") {
        let mut texts = vec![
            "CREATE TABLE a (b INT); INSERT INTO a VALUES (1)",
            "DELETE FROM a",
        ];
        if database.url().starts_with("postgres") {
            texts.push(
                "BEGIN; INSERT INTO a VALUES (2); COMMIT; CREATE INDEX CONCURRENTLY i ON a (b)",
            );
            texts.push("CREATE TYPE t AS ENUM ('x'); ALTER TYPE t ADD VALUE 'y'; ALTER TABLE a ADD c t DEFAULT 'y'");
        }
        let runner = runner(&database).await;
        runner.replay(&scripts(&texts), |_| {}).await.unwrap();
        assert!(!database.dump().contains("_relata_migrations"));
        let error = runner
            .replay(&scripts(&["BEGIN; INSERT INTO a (b) VALUES (3)"]), |_| {})
            .await
            .unwrap_err();
        assert_eq!(error.code(), "R2113");
        assert_eq!(rows(&database, "SELECT count(*) FROM a WHERE b = 3"), ["0"]);
    }
}

#[tokio::test]
async fn progress_is_told_in_order() {
    for database in both("progress") {
        let mut told = Vec::new();
        let runner = runner(&database).await;
        let migrations = scripts(&["CREATE TABLE a (b INT); CREATE TABLE c (d INT)", ""]);
        let listener = |event| match event {
            Progress::Started {
                name, statements, ..
            } => told.push(format!("{name} has {statements}")),
            Progress::Statement { done, of, .. } => told.push(format!("{done}/{of}")),
            Progress::Finished { name, .. } => told.push(format!("{name} done")),
            Progress::Waiting { .. } => {}
            other => panic!("{other:?}"),
        };
        runner.deploy(&migrations, listener).await.unwrap();
        assert_eq!(
            told,
            [
                "01_m has 2",
                "1/2",
                "2/2",
                "01_m done",
                "02_m has 0",
                "02_m done"
            ]
        );
    }
}

#[tokio::test]
async fn hostile_names_harm_only_themselves() {
    for database in both("hostile") {
        let name = "1_\u{1b}[2J\n'; DROP TABLE x; --";
        let migration = Migration::new(name, "SELEC \u{1b}[31m").unwrap();
        let runner = runner(&database).await;
        let error = runner.deploy(&[migration], |_| {}).await.unwrap_err();
        let error = error.to_string();
        assert!(
            !error.contains('\u{1b}') && error.contains(r"1_\u{1b}[2J\n'"),
            "{error}"
        );
        let migration = Migration::new(name, "CREATE TABLE a (b INT)").unwrap();
        runner.deploy(&[migration], |_| {}).await.unwrap();
        let db = open(&database).await;
        let found = crate::one(
            &*db,
            "SELECT migration_name FROM _relata_migrations",
            vec![],
        )
        .await;
        assert_eq!(found, name.into());
    }
}

#[tokio::test]
async fn a_future_that_is_dropped_does_not_stop_the_work() {
    for database in both("dropped") {
        let is_postgres = database.url().starts_with("postgres");
        let sleep = if is_postgres {
            "SELECT pg_sleep(0.3)"
        } else {
            "SELECT SLEEP(0.3)"
        };
        let script = format!("CREATE TABLE a (b INT); {sleep}; INSERT INTO a VALUES (1)");
        let runner = runner(&database).await;
        let migrations = scripts(&[&script]);
        let short = Duration::from_millis(100);
        let early = tokio::time::timeout(short, runner.deploy(&migrations, |_| {})).await;
        if let Ok(done) = early {
            panic!("too early: {done:?}");
        }
        // Waits for the lock that the first one still holds.
        let again = super::runner(&database).await;
        again.deploy(&migrations, |_| {}).await.unwrap();
        assert_eq!(rows(&database, "SELECT count(*) FROM a"), ["1"]);
        assert_eq!(rows(&database, LEDGER), ["3 0 1"]);
    }
}

#[tokio::test]
async fn a_lost_connection_is_told_and_the_next_deploy_goes_on() {
    for database in both("lost") {
        let is_postgres = database.url().starts_with("postgres");
        let sleep = if is_postgres {
            "SELECT pg_sleep(20)"
        } else {
            "SELECT SLEEP(20)"
        };
        let script = |sleep| {
            format!(
                "CREATE TABLE a (b INT); INSERT INTO a VALUES (1); {sleep}; INSERT INTO a VALUES (2)"
            )
        };
        let runner = runner(&database).await;
        let migrations = scripts(&[script(sleep)]);
        let (sender, mut begun) = tokio::sync::mpsc::unbounded_channel();
        let deploying = runner.deploy(&migrations, move |event| {
            if matches!(event, Progress::Statement { done: 2, .. }) {
                sender.send(()).unwrap();
            }
        });
        let (result, ()) = tokio::join!(deploying, async {
            begun.recv().await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
            cut_off(&database).await;
        });
        let error = result.unwrap_err();
        let Error::Migration(MigrationError::Apply { source, number, .. }) = &error else {
            panic!("{error:?}")
        };
        assert!(
            matches!(**source, Error::Disconnected { .. }) && *number == 3,
            "{error:?}"
        );
        assert!(error.to_string().contains("P1017"), "{error}");
        deploy(&database, &[script("SELECT 1")]).await.unwrap();
        assert_eq!(rows(&database, "SELECT b FROM a ORDER BY b"), ["1", "2"]);
    }
}
