//! Scripts that run in steps: always on MariaDB, where they must on PostgreSQL.

use std::fmt::Write as _;

use relata::migration::MigrationError;

use super::*;
use crate::{both, mariadb, postgres};

#[tokio::test]
async fn the_rest_runs_after_the_failure_is_repaired() {
    for database in both("rest") {
        let script = |table: &str, last: &str| {
            format!(
                "-- relata: no-transaction\nCREATE TABLE {table};\n-- why\nINSERT INTO a VALUES (1);\n{last};"
            )
        };
        let bad = script("a (b INT)", "INSERT INTO nowhere VALUES (2)");
        let error = deploy_fails(&database, &[&bad]).await;
        let text = error.to_string();
        assert!(
            text.contains("statement 3 of 3, line 5") && text.contains("goes on at statement 3"),
            "{text}"
        );
        assert_eq!(rows(&database, LEDGER), ["2 1 0"]);
        let runner = runner(&database).await;
        let status = runner.status(&scripts(&[&bad])).await.unwrap();
        assert_eq!(status.interrupted, ["01_m"]);
        let preview = runner.preview(&scripts(&[&bad])).await.unwrap();
        assert_eq!(preview[0].resumed_after, 2);

        // What has run may not change; comments may, and so may the rest.
        let edited = script("a (b INT, c INT)", "INSERT INTO a VALUES (2)");
        let error = deploy_fails(&database, &[&edited]).await;
        assert_eq!(error.code(), "R2114");
        let fixed = script("a (b INT)", "INSERT INTO a VALUES (2)").replace("why", "because");
        deploy(&database, &[&fixed]).await.unwrap();
        assert_eq!(rows(&database, "SELECT b FROM a ORDER BY b"), ["1", "2"]);
        assert_eq!(rows(&database, LEDGER), ["3 0 1"]);
        let status = runner.status(&scripts(&[&fixed])).await.unwrap();
        assert!(status.is_up_to_date(), "{status:?}");
    }
}

#[tokio::test]
async fn own_transactions_begin_again_at_their_begin() {
    for database in both("own") {
        let script = |last: &str| {
            format!(
                "CREATE TABLE a (b INT);\nBEGIN;\nINSERT INTO a VALUES (1);\n{last};\nCOMMIT;\nINSERT INTO a VALUES (9)"
            )
        };
        deploy_fails(&database, &[script("INSERT INTO nowhere VALUES (1)")]).await;
        assert_eq!(rows(&database, "SELECT count(*) FROM a"), ["0"]);
        assert_eq!(rows(&database, LEDGER), ["1 1 0"]);
        deploy(&database, &[script("INSERT INTO a VALUES (2)")])
            .await
            .unwrap();
        assert_eq!(
            rows(&database, "SELECT b FROM a ORDER BY b"),
            ["1", "2", "9"]
        );
        assert_eq!(rows(&database, LEDGER), ["6 0 1"]);
    }
}

/// It has to be the first in its transaction.
#[tokio::test]
async fn own_transactions_choose_their_isolation() {
    let database = postgres("isolation");
    let script = "CREATE TABLE a (b text);\nBEGIN;\nSET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\n\
        INSERT INTO a SELECT current_setting('transaction_isolation');\nCOMMIT";
    deploy(&database, &[script]).await.unwrap();
    assert_eq!(rows(&database, "SELECT b FROM a"), ["serializable"]);
    assert_eq!(rows(&database, LEDGER), ["5 0 1"]);
}

/// A transaction that the server ends by itself, for a statement that defines something or begins another.
#[tokio::test]
async fn implicit_commits_are_marked() {
    let database = mariadb("implicit");
    let script = |last: &str| {
        format!(
            "CREATE TABLE a (b INT);\nBEGIN;\nINSERT INTO a VALUES (1);\nBEGIN;\nINSERT INTO a VALUES (2);\nALTER TABLE a ADD c INT;\n{last};\nCOMMIT"
        )
    };
    deploy_fails(&database, &[script("INSERT INTO nowhere VALUES (1)")]).await;
    assert_eq!(rows(&database, LEDGER), ["6 1 0"]);
    deploy(&database, &[script("INSERT INTO a VALUES (3, 3)")])
        .await
        .unwrap();
    assert_eq!(
        rows(&database, "SELECT b FROM a ORDER BY b"),
        ["1", "2", "3"]
    );
}

#[tokio::test]
async fn rolled_back_parts_and_savepoints_are_counted() {
    for database in both("savepoints") {
        let script = "CREATE TABLE a (b INT); BEGIN; INSERT INTO a VALUES (1); ROLLBACK; \
            START TRANSACTION; SAVEPOINT s; INSERT INTO a VALUES (2); SAVEPOINT t; INSERT INTO a VALUES (3); ROLLBACK TO SAVEPOINT t; \
            RELEASE SAVEPOINT s; COMMIT AND CHAIN; INSERT INTO a VALUES (4); COMMIT; INSERT INTO a VALUES (5)";
        deploy(&database, &[script]).await.unwrap();
        assert_eq!(
            rows(&database, "SELECT b FROM a ORDER BY b"),
            ["2", "4", "5"]
        );
        assert_eq!(rows(&database, LEDGER), ["15 0 1"]);
    }
}

#[tokio::test]
async fn a_transaction_that_stays_open_is_rolled_back() {
    for database in both("open") {
        let script = "CREATE TABLE a (b INT); BEGIN; INSERT INTO a VALUES (1)";
        let error = deploy_fails(&database, &[script]).await;
        assert_eq!(error.code(), "R2113");
        assert_eq!(rows(&database, "SELECT count(*) FROM a"), ["0"]);
    }
}

/// Concurrent indexes, on their own and among others; one that fails leaves no invalid index behind.
#[tokio::test]
async fn concurrent_indexes() {
    let database = postgres("concurrent");
    let first = "CREATE TABLE a (b int, c int); INSERT INTO a VALUES (1, 1), (1, 2)";
    let second = |delete: &str| {
        format!(
            "CREATE INDEX CONCURRENTLY i ON a (c);\nDROP INDEX CONCURRENTLY i;\n{delete};\nCREATE UNIQUE INDEX CONCURRENTLY u ON a (b);\nREINDEX TABLE CONCURRENTLY a"
        )
    };
    let bad = second("SELECT 1");
    let error = deploy_fails(&database, &[first, &bad]).await;
    assert!(error.to_string().contains("statement 4 of 5"), "{error}");
    let indexes = "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'a'::regclass";
    assert!(rows(&database, indexes).is_empty());
    assert_eq!(rows(&database, LEDGER), ["2 0 1", "3 1 0"]);
    database.run("DELETE FROM a WHERE c = 1").unwrap();
    deploy(&database, &[first, &bad]).await.unwrap();
    assert_eq!(rows(&database, indexes), ["u t"]);
    assert_eq!(rows(&database, LEDGER), ["2 0 1", "5 0 1"]);
}

/// What is not the last statement's doing stays: an index that was there, and invalid, before.
#[tokio::test]
async fn an_index_of_others_is_let_be() {
    let database = postgres("invalid_before");
    let first = "CREATE TABLE a (b int); INSERT INTO a VALUES (1), (1)";
    deploy(&database, &[first]).await.unwrap();
    database
        .run("CREATE UNIQUE INDEX CONCURRENTLY u ON a (b)")
        .unwrap_err();
    let error = deploy_fails(
        &database,
        &[first, "CREATE UNIQUE INDEX CONCURRENTLY u ON a (b)"],
    )
    .await;
    assert!(error.to_string().contains("already exists"), "{error}");
    assert_eq!(
        rows(
            &database,
            "SELECT indisvalid FROM pg_index WHERE indexrelid = 'u'::regclass"
        ),
        ["f"]
    );
}

#[tokio::test]
async fn a_session_is_set_up_again() {
    let database = postgres("set_up");
    let script = |last: &str| {
        format!(
            "-- relata: no-transaction\nCREATE SCHEMA s;\nSET search_path = s;\nCREATE TABLE a (b int);\n{last};\nINSERT INTO a VALUES (1)"
        )
    };
    deploy_fails(&database, &[script("SELECT * FROM nowhere")]).await;
    deploy(&database, &[script("SELECT 1")]).await.unwrap();
    assert_eq!(rows(&database, "SELECT b FROM s.a"), ["1"]);

    let database = mariadb("set_up");
    let script = |last: &str| {
        format!(
            "SET @old = @@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS = 0, @n = 7;\nCREATE TABLE a (b INT, FOREIGN KEY (b) REFERENCES later (id));\n{last};\nINSERT INTO a VALUES (@n);\nSET FOREIGN_KEY_CHECKS = @old"
        )
    };
    deploy_fails(&database, &[script("SELECT * FROM nowhere")]).await;
    deploy(&database, &[script("SELECT 1")]).await.unwrap();
    assert_eq!(rows(&database, "SELECT b FROM a"), ["7"]);
}

#[tokio::test]
async fn what_is_gone_with_the_session_cannot_be_resumed() {
    let database = postgres("temporary");
    let script =
        "-- relata: no-transaction\nCREATE TEMP TABLE x (y int); INSERT INTO nowhere VALUES (1)";
    deploy_fails(&database, &[script]).await;
    let error = deploy_fails(&database, &[script]).await;
    assert!(error.to_string().contains("temporary object"), "{error}");

    let database = mariadb("temporary");
    let script = "SET @n = (SELECT 7); INSERT INTO nowhere VALUES (1); SELECT @n";
    deploy_fails(&database, &[script]).await;
    let error = deploy_fails(&database, &[script]).await;
    assert!(
        error.to_string().contains("a variable that it computed"),
        "{error}"
    );
}

/// MariaDB's own ways: bodies, delimiters, locked tables, prepared statements, statements that commit.
#[tokio::test]
async fn dumps_and_routines_of_mysql() {
    let database = mariadb("routines");
    let script = "DELIMITER //\nCREATE PROCEDURE p(n INT) BEGIN INSERT INTO a VALUES (n); INSERT INTO a VALUES (n + 1); END//\nDELIMITER ;\n\
        CREATE TABLE a (b INT);\nLOCK TABLES a WRITE;\n/*!40000 ALTER TABLE a DISABLE KEYS */;\nINSERT INTO a VALUES (1);\n\
        /*!40000 ALTER TABLE a ENABLE KEYS */;\nUNLOCK TABLES;\nCALL p(2);\n\
        SET @sql = 'CREATE TABLE c (delimiter INT)';\nPREPARE s FROM @sql;\nEXECUTE s;\nDEALLOCATE PREPARE s;\n\
        START TRANSACTION;\nINSERT INTO a VALUES (4);\nALTER TABLE a ADD d INT;\nINSERT INTO a VALUES (5, 5);\nROLLBACK;\n\
        SET autocommit = 0;\nINSERT INTO a VALUES (6, 6);\nINSERT INTO c VALUES (1);\nCOMMIT";
    deploy(&database, &[script]).await.unwrap();
    // The ALTER committed, and ended the transaction: the ROLLBACK had nothing to take back.
    assert_eq!(
        rows(&database, "SELECT b FROM a ORDER BY b"),
        ["1", "2", "3", "4", "5", "6"]
    );
    assert_eq!(rows(&database, "SELECT * FROM c"), ["1"]);
}

/// A statement of which nobody can tell whether it has run: the next deploy stops and names it.
#[tokio::test]
async fn what_cannot_be_decided_is_named() {
    let database = mariadb("undecided");
    let script = "CREATE TABLE a (b INT);\nCREATE PROCEDURE p() INSERT INTO a VALUES (1);\n\nCALL p();\nINSERT INTO a VALUES (2)";
    let bad = script.replace("CALL p()", "CALL nowhere()");
    deploy_fails(&database, &[&bad]).await;
    assert_eq!(rows(&database, LEDGER), ["2 1 0"]);
    announce(&database, "CALL p()");
    let error = deploy_fails(&database, &[script]).await;
    let Error::Migration(MigrationError::Undecided {
        number: 3, line: 4, ..
    }) = &error
    else {
        panic!("{error:?}")
    };
    let text = error.to_string();
    assert!(
        text.contains("CALL p()") && text.contains("--has-run 01_m"),
        "{text}"
    );
    // It stays undecided, and says so again.
    assert_eq!(deploy_fails(&database, &[script]).await.code(), "R2121");
    let edited = script.replace("CALL p()", "CALL p( )");
    assert_eq!(deploy_fails(&database, &[&edited]).await.code(), "R2114");
    let runner = runner(&database).await;
    let migration = &scripts(&[script])[0];
    runner.decide(migration, true).await.unwrap();
    let error = runner.decide(migration, true).await.unwrap_err();
    assert_eq!(error.code(), "R2123");
    deploy(&database, &[script]).await.unwrap();
    // Said to have run, it was not run again.
    assert_eq!(rows(&database, "SELECT b FROM a"), ["2"]);
    let status = runner.status(&scripts(&[script])).await.unwrap();
    assert!(status.is_up_to_date(), "{status:?}");
    let error = runner.decide(migration, false).await.unwrap_err();
    assert_eq!(error.code(), "R2123");
}

#[tokio::test]
async fn what_has_not_run_is_run() {
    let database = mariadb("not_run");
    let script =
        "CREATE TABLE a (b INT);\nCREATE PROCEDURE p() INSERT INTO a VALUES (1);\nCALL p()";
    deploy_fails(&database, &[script.replace("CALL p()", "CALL nowhere()")]).await;
    announce(&database, "CALL p()");
    assert_eq!(deploy_fails(&database, &[script]).await.code(), "R2121");
    let runner = runner(&database).await;
    runner.decide(&scripts(&[script])[0], false).await.unwrap();
    deploy(&database, &[script]).await.unwrap();
    assert_eq!(rows(&database, "SELECT b FROM a"), ["1"]);
}

/// A row of a table without transactions stays although its mark does not: it is announced, and undecided after a cut.
#[tokio::test]
async fn tables_without_transactions() {
    let database = mariadb("myisam");
    let script = |last: &str| {
        format!(
            "CREATE TABLE a (b INT UNIQUE) ENGINE = MyISAM;\nINSERT INTO `a` VALUES (1);\nINSERT INTO {last}"
        )
    };
    deploy_fails(&database, &[script("a VALUES (1)")]).await;
    assert_eq!(rows(&database, LEDGER), ["2 1 0"]);
    let logs = "SELECT logs LIKE '%trying%' FROM _relata_migrations";
    assert_eq!(rows(&database, logs), ["0"]);
    deploy(&database, &[script("a VALUES (2)")]).await.unwrap();
    assert_eq!(rows(&database, "SELECT b FROM a"), ["1", "2"]);

    let (runner, reader) = (runner(&database).await, crate::open(&database).await);
    reader.batch("LOCK TABLES a READ").await.unwrap();
    let texts = [
        script("a VALUES (2)"),
        "INSERT INTO a VALUES (3)".to_owned(),
    ];
    let migrations = scripts(&texts);
    let (result, ()) = tokio::join!(runner.deploy(&migrations, |_| {}), async {
        // The lock for migrations is the whole server's, and may be waited for first.
        let waits = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'INSERT INTO a VALUES (3)%' AND db = DATABASE()";
        while rows(&database, waits) != ["1"] {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        cut_off(&database).await;
    });
    assert!(result.unwrap_err().to_string().contains("P1017"));
    assert_eq!(deploy_fails(&database, &texts).await.code(), "R2121");
}

/// Tables that differ in case alone are two.
#[tokio::test]
async fn a_table_is_renamed_to_other_case() {
    let database = mariadb("case");
    if rows(&database, "SELECT @@lower_case_table_names") != ["0"] {
        return;
    }
    let script = "CREATE TABLE a (b INT);\nRENAME TABLE a TO A;\nINSERT INTO A VALUES (1)";
    deploy_fails(
        &database,
        &[script.replace("INSERT INTO A", "INSERT INTO nowhere")],
    )
    .await;
    // As if the mark of the second statement had been cut off.
    let first = Migration::new("1", "").unwrap().checksum();
    let first = Migration::new("1", format!("{first}CREATE TABLE a (b INT)"))
        .unwrap()
        .checksum();
    let statement = Migration::new("1", "RENAME TABLE a TO A")
        .unwrap()
        .checksum();
    database
        .run(&format!(
            "UPDATE _relata_migrations SET applied_steps_count = 1, \
             logs = '{{\"relata\":1,\"done\":1,\"of\":3,\"prefix\":\"{first}\",\"trying\":\"{statement}\",\"before\":\"open\"}}'"
        ))
        .unwrap();
    deploy(&database, &[script]).await.unwrap();
    assert_eq!(rows(&database, "SELECT b FROM A"), ["1"]);
}

/// Leaves the ledger as a kill would: the next statement is announced, and there is no word of it since.
fn announce(database: &Database, statement: &str) {
    let statement = Migration::new("1", statement).unwrap().checksum();
    database
        .run(&format!(
            "UPDATE _relata_migrations SET logs = CONCAT(SUBSTRING_INDEX(logs, ',\"error', 1), ',\"trying\":\"{statement}\",\"before\":\"unknown\"}}')"
        ))
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_deploys_at_once_run_each_statement_once() {
    for database in both("at_once") {
        let mut script = "-- relata: no-transaction\nCREATE TABLE a (b INT);".to_owned();
        for n in 0..20 {
            let _ = write!(script, "\nINSERT INTO a VALUES ({n});");
        }
        let migrations = scripts(&[&script]);
        let mut tasks = Vec::new();
        for _ in 0..3 {
            let (runner, migrations) = (runner(&database).await, migrations.clone());
            tasks.push(tokio::spawn(async move {
                let deployed = runner.deploy(&migrations, |_| {}).await;
                deployed.map(|it| it.applied.len())
            }));
        }
        let mut applied = 0;
        for task in tasks {
            applied += task.await.unwrap().unwrap();
        }
        assert_eq!(applied, 1);
        assert_eq!(
            rows(&database, "SELECT count(*), count(DISTINCT b) FROM a"),
            ["20 20"]
        );
        assert_eq!(rows(&database, LEDGER), ["21 0 1"]);
    }
}

/// Without the lock, where a server has none: what each batch of a backfill does is done once all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_in_one_backfill_fill_each_row_once() {
    for database in both("one_backfill") {
        let mut first = "CREATE TABLE a (b INT PRIMARY KEY, c INT, d INT);".to_owned();
        let values: Vec<String> = (0..200).map(|n| format!("({n}, 0, NULL)")).collect();
        let _ = write!(first, "\nINSERT INTO a VALUES {};", values.join(", "));
        deploy(&database, &[&first]).await.unwrap();
        // One is walked through by its key, and one by its condition.
        let fill = "-- relata: no-transaction\n-- relata: backfill by b batch 5\nUPDATE a SET c = c + 1;\n\
             -- relata: backfill batch 5\nUPDATE a SET d = c + 1 WHERE d IS NULL;";
        let migrations = scripts(&[first.as_str(), fill]);
        let mut ends = Vec::new();
        // Whoever is overtaken says so, and is started again.
        for _ in 0..20 {
            let mut tasks = Vec::new();
            for _ in 0..3 {
                let (runner, migrations) =
                    (runner(&database).await.lock(false), migrations.clone());
                tasks.push(tokio::spawn(async move {
                    let deployed = runner.deploy(&migrations, |_| {}).await;
                    deployed.map(|it| it.applied.len())
                }));
            }
            for task in tasks {
                ends.push(task.await.unwrap());
            }
            if rows(&database, LEDGER)[1..] == ["2 0 1"] {
                break;
            }
        }
        for end in &ends {
            let is_overtaken = |error: &Error| error.code() == "R2115";
            assert!(end.as_ref().err().is_none_or(is_overtaken), "{ends:?}");
        }
        assert_eq!(
            rows(&database, "SELECT count(*), sum(c), sum(d) FROM a"),
            ["200 200 400"],
            "{ends:?}"
        );
    }
}
