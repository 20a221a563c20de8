//! Scripts that run as a whole.

use super::*;

#[tokio::test]
async fn migrations_apply_once_and_in_order() {
    let database = Database::new();
    let db = database.open().await;
    let both = [
        "CREATE TABLE a (b); INSERT INTO a VALUES ('kept')",
        "ALTER TABLE a ADD c INT DEFAULT 7;",
    ];
    assert_eq!(deploy(&db, &both[..1]).await.unwrap(), ["1_m"]);
    assert_eq!(deploy(&db, &both).await.unwrap(), ["2_m"]);
    assert!(deploy(&db, &both).await.unwrap().is_empty());
    assert_eq!(rows(&db, "SELECT b, c FROM a").await, ["kept 7"]);
    let history = "SELECT migration_name, applied_steps_count, typeof(finished_at), length(id), length(checksum) FROM _relata_migrations";
    assert_eq!(
        rows(&db, history).await,
        ["1_m 2 integer 36 64", "2_m 1 integer 36 64"]
    );
}

#[tokio::test]
async fn a_failure_leaves_nothing_behind() {
    let database = Database::new();
    let db = database.open().await;
    let error = deploy(&db, &["CREATE TABLE a (b);\n-- note\nCREATE TABLE c (d);\n\nINSERT INTO\n  nowhere VALUES (1);"]).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "migration `1_m` failed at statement 3 of 3, line 5 (P3018): no such table: nowhere\n  \
         INSERT INTO\n    nowhere VALUES (1)\n\
         nothing was changed: the migration was rolled back as a whole"
    );
    assert!(objects(&db).await.is_empty());
    let status = Runner::new(&db).status(&scripts(&[""])).await.unwrap();
    assert_eq!(
        (status.table, status.pending),
        (None, vec!["1_m".to_owned()])
    );
}

#[tokio::test]
async fn a_syntax_error_is_told_by_its_own_line() {
    let database = Database::new();
    let db = database.open().await;
    let error = deploy(
        &db,
        &["CREATE TABLE a (b);\n/* two\nlines */\nCREATE TABLE c (\n  d INT,\n  e INT INT (\n);"],
    )
    .await;
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("statement 2 of 2, line 7 (P3018): near \")\": syntax error"),
        "{error}"
    );
}

#[tokio::test]
async fn an_earlier_migration_stays_when_a_later_one_fails() {
    let database = Database::new();
    let db = database.open().await;
    let error = deploy(&db, &["CREATE TABLE a (b)", "DROP TABLE a; DROP TABLE a"])
        .await
        .unwrap_err();
    assert_eq!(error.code(), "R2110");
    assert_eq!(objects(&db).await, ["_relata_migrations", "a"]);
    assert_eq!(
        deploy(&db, &["CREATE TABLE a (b)", "DROP TABLE a"])
            .await
            .unwrap(),
        ["2_m"]
    );
}

const PARENT_AND_CHILD: &str = "CREATE TABLE parent (id INTEGER PRIMARY KEY, n TEXT);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent INT NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
    INSERT INTO parent VALUES (1, 'a'), (2, 'b'); INSERT INTO child VALUES (1, 1), (2, 2);";

/// Prisma's way to change a column on SQLite. With foreign keys on, `DROP TABLE` would delete every child.
fn rebuild(filter: &str) -> String {
    format!(
        "-- RedefineTables\nPRAGMA defer_foreign_keys=ON;\nPRAGMA foreign_keys=OFF;\n\
         CREATE TABLE \"new_parent\" (id INTEGER PRIMARY KEY, n TEXT NOT NULL);\n\
         INSERT INTO new_parent SELECT id, n FROM parent {filter};\nDROP TABLE parent;\n\
         ALTER TABLE new_parent RENAME TO parent;\nPRAGMA foreign_keys=ON;\nPRAGMA defer_foreign_keys=OFF;\n"
    )
}

#[tokio::test]
async fn rows_survive_a_rebuilt_parent() {
    let database = Database::new();
    let db = database.open().await;
    deploy(&db, &[PARENT_AND_CHILD, &rebuild("")])
        .await
        .unwrap();
    assert_eq!(rows(&db, "SELECT * FROM child").await, ["1 1", "2 2"]);
    assert_eq!(rows(&db, "PRAGMA foreign_keys").await, ["1"]);
}

#[tokio::test]
async fn rows_that_refer_to_nothing_are_refused() {
    let database = Database::new();
    let db = database.open().await;
    let error = deploy(&db, &[PARENT_AND_CHILD, &rebuild("WHERE id = 1")])
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "migration `2_m` leaves rows that refer to nothing (P3018): 1 in `child` without a row in `parent`; nothing was changed"
    );
    assert_eq!(rows(&db, "SELECT count(*) FROM parent").await, ["2"]);
    assert_eq!(rows(&db, "PRAGMA foreign_keys").await, ["1"]);
}

#[tokio::test]
async fn a_script_that_switches_foreign_keys_on_has_them_on() {
    let database = Database::new();
    let db = database.open().await;
    deploy(
        &db,
        &[
            PARENT_AND_CHILD,
            "PRAGMA foreign_keys = ON; DELETE FROM parent WHERE id = 1",
        ],
    )
    .await
    .unwrap();
    assert_eq!(rows(&db, "SELECT * FROM child").await, ["2 2"]);
    // A cascade that a script switches off beneath itself would leave rows behind; it is refused.
    let script = "DELETE FROM parent; PRAGMA foreign_keys = OFF; PRAGMA foreign_keys = ON";
    let texts = [
        PARENT_AND_CHILD,
        "PRAGMA foreign_keys = ON; DELETE FROM parent WHERE id = 1",
        script,
    ];
    assert_eq!(deploy(&db, &texts).await.unwrap_err().code(), "R2112");
}

#[tokio::test]
async fn violations_from_before_do_not_stand_in_the_way() {
    let database = Database::new();
    let db = database.open().await;
    deploy(&db, &[PARENT_AND_CHILD]).await.unwrap();
    db.batch(
        "PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (3, 99); PRAGMA foreign_keys = ON",
    )
    .await
    .unwrap();
    assert_eq!(
        deploy(&db, &[PARENT_AND_CHILD, &rebuild("")])
            .await
            .unwrap(),
        ["2_m"]
    );
}

#[tokio::test]
async fn a_deferred_key_that_stays_violated_fails_at_the_commit() {
    let database = Database::new();
    let db = database.open().await;
    let script = "PRAGMA defer_foreign_keys = ON; INSERT INTO child VALUES (9, 99)";
    let error = deploy(&db, &[PARENT_AND_CHILD, script]).await.unwrap_err();
    assert!(
        error.to_string().contains("foreign key violated"),
        "{error}"
    );
    assert_eq!(rows(&db, "SELECT count(*) FROM child").await, ["2"]);
}

#[tokio::test]
async fn the_lock_is_waited_for_within_its_limit() {
    let database = Database::new();
    let (one, two) = (database.open().await, database.open().await);
    let tx = one.begin().await.unwrap();
    let error = deploy(&two, &["CREATE TABLE a (b)"]).await.unwrap_err();
    assert!(
        matches!(error, Error::Migration(MigrationError::Locked { .. })),
        "{error}"
    );
    assert!(error.to_string().contains("P1002"), "{error}");
    // The connection's own limit is back.
    assert_eq!(rows(&two, "PRAGMA busy_timeout").await, ["3000"]);
    tx.rollback().await.unwrap();
    deploy(&two, &["CREATE TABLE a (b)"]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_deploys_at_once_apply_each_migration_once() {
    let database = Database::new();
    let texts: Vec<String> = (0..20)
        .map(|n| format!("CREATE TABLE t{n} (a); INSERT INTO t{n} VALUES (1)"))
        .collect();
    let migrations = scripts(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let (db, migrations) = (database.open().await, migrations.clone());
        tasks.push(tokio::spawn(async move {
            Runner::new(&db)
                .deploy(&migrations, |_| {})
                .await
                .map(|it| it.applied.len())
        }));
    }
    let mut applied = 0;
    for task in tasks {
        applied += task.await.unwrap().unwrap();
    }
    assert_eq!(applied, 20);
    let db = database.open().await;
    assert_eq!(
        rows(
            &db,
            "SELECT count(*), count(DISTINCT migration_name) FROM _relata_migrations"
        )
        .await,
        ["20 20"]
    );
}

#[tokio::test]
async fn hostile_scripts_harm_only_themselves() {
    let database = Database::new();
    let db = database.open().await;
    for script in [
        "CREATE TABLE a (b); SELECT 'not closed",
        "CREATE TABLE a (b); INSERT OR ROLLBACK INTO a SELECT 1 FROM nowhere",
        "CREATE TABLE a (b UNIQUE); INSERT INTO a VALUES (1); INSERT OR ROLLBACK INTO a VALUES (1); CREATE TABLE c (d)",
        "CREATE TABLE a (b);\0 CREATE TABLE c (d)",
        "CREATE TABLE a (b); CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; CREATE TABLE c (d)",
        "CREATE TABLE a (b); DROP TABLE _relata_migrations",
    ] {
        let error = deploy(&db, &[script]).await.unwrap_err();
        assert!(
            matches!(error.code(), "R2110" | "R2012"),
            "{script}: {error}"
        );
        assert!(objects(&db).await.is_empty(), "{script}");
    }
    let name = "1_\u{1b}[2J\n'; DROP TABLE x; --";
    let migration = Migration::new(name, "SELEC \u{1b}[31m").unwrap();
    let error = Runner::new(&db)
        .deploy(&[migration], |_| {})
        .await
        .unwrap_err()
        .to_string();
    assert!(
        !error.contains('\u{1b}') && error.contains(r"1_\u{1b}[2J\n'"),
        "{error}"
    );
    let migration = Migration::new(name, "CREATE TABLE a (b)").unwrap();
    Runner::new(&db).deploy(&[migration], |_| {}).await.unwrap();
    assert_eq!(
        rows(&db, "SELECT migration_name FROM _relata_migrations").await,
        [name]
    );
}

#[tokio::test]
async fn settings_of_a_script_do_not_outlive_it() {
    let database = Database::new();
    let db = database.open().await;
    deploy(&db, &["PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; PRAGMA ignore_check_constraints = ON"]).await.unwrap();
    assert_eq!(rows(&db, "PRAGMA foreign_keys").await, ["1"]);
    assert_eq!(rows(&db, "PRAGMA legacy_alter_table").await, ["0"]);
    assert_eq!(rows(&db, "PRAGMA ignore_check_constraints").await, ["0"]);
}

#[tokio::test]
async fn progress_is_told_in_order() {
    let db = Sqlite::memory().await.unwrap();
    let mut told = Vec::new();
    let runner = Runner::new(&db);
    runner
        .deploy(
            &scripts(&["CREATE TABLE a (b); CREATE TABLE c (d)", ""]),
            |event| {
                told.push(match event {
                    Progress::Started {
                        name, statements, ..
                    } => format!("{name} has {statements}"),
                    Progress::Statement { done, of, .. } => format!("{done}/{of}"),
                    Progress::Finished { name, .. } => format!("{name} done"),
                    other => panic!("{other:?}"),
                });
            },
        )
        .await
        .unwrap();
    assert_eq!(
        told,
        [
            "1_m has 2",
            "1/2",
            "2/2",
            "1_m done",
            "2_m has 0",
            "2_m done"
        ]
    );
}

#[tokio::test]
async fn a_replay_keeps_no_history_and_stays_inside() {
    let db = Sqlite::memory().await.unwrap();
    let replay = async |texts: &[&str]| Runner::new(&db).replay(&scripts(texts), |_| {}).await;
    replay(&[
        PARENT_AND_CHILD,
        &rebuild(""),
        "VACUUM",
        "BEGIN; CREATE TABLE x (y); COMMIT",
    ])
    .await
    .unwrap();
    assert_eq!(objects(&db).await, ["child", "parent", "x"]);
    for script in ["ATTACH '/tmp/other.db' AS o", "VACUUM INTO '/tmp/other.db'"] {
        let error = replay(&["CREATE TABLE z (y)", script]).await.unwrap_err();
        assert_eq!(error.code(), "R2120");
        db.batch("DROP TABLE z").await.unwrap();
    }
}
