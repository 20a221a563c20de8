//! From a schema to a database, change by change.

use super::support::Project;

const USER: &str =
    "model User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n}\n";

#[test]
fn a_first_migration_makes_the_database_and_a_second_keeps_its_rows() {
    let project = Project::new(USER);
    let ran = project.dev("init").ok();
    assert!(
        ran.stdout.contains("Migration: `./migrations/"),
        "{}",
        ran.stdout
    );
    let [init] = &project.migrations()[..] else {
        panic!("{:?}", project.migrations())
    };
    assert!(init.ends_with("_init"), "{init}");
    project
        .database()
        .execute("INSERT INTO \"User\" (email) VALUES ('a@x.dev')", [])
        .unwrap();

    project.schema(
        "model User {\n  id    Int     @id @default(autoincrement())\n  email String  @unique\n  name  String?\n  age   Int     @default(7)\n}\n",
    );
    project.dev("names").ok();
    assert_eq!(project.migrations().len(), 2);
    assert_eq!(
        project.rows("SELECT id, email, name, age FROM \"User\""),
        ["1|a@x.dev|NULL|7"]
    );
    assert_eq!(
        project.rows(
            "SELECT applied_steps_count > 0, finished_at IS NOT NULL FROM _relata_migrations"
        ),
        ["1|1", "1|1"]
    );

    let ran = project.dev("nothing").ok();
    assert!(ran.stdout.contains("in sync"), "{}", ran.stdout);
    assert_eq!(project.migrations().len(), 2);
    let status = project.relata(&["migrate", "status"]).ok();
    assert!(status.stdout.contains("up to date"), "{}", status.stdout);
}

#[test]
fn create_only_writes_a_file_and_leaves_the_database_alone() {
    let project = Project::new(USER);
    project
        .relata(&["migrate", "dev", "--name", "init", "--create-only"])
        .ok();
    assert_eq!(project.migrations().len(), 1);
    assert!(!project.exists("dev.db"));
    let status = project.relata(&["migrate", "status", "--url", "file:dev.db"]);
    assert_eq!(status.status, 1, "{status:?}");
    project.relata(&["migrate", "deploy"]).ok();
    assert!(project.rows("SELECT * FROM \"User\"").is_empty());
    // Without a change it writes an empty migration, to be filled by hand.
    project
        .relata(&["migrate", "dev", "--name", "by hand", "--create-only"])
        .ok();
    let by_hand = project.migrations().pop().unwrap();
    assert!(by_hand.ends_with("_by_hand"), "{by_hand}");
    assert_eq!(
        project.read(&format!("migrations/{by_hand}/migration.sql")),
        "-- This is an empty migration.\n"
    );
}

#[test]
fn nothing_is_lost_without_consent() {
    let project =
        Project::new("model A {\n  id Int @id\n  b  String?\n}\nmodel Gone {\n  id Int @id\n}\n");
    project.dev("init").ok();
    project
        .database()
        .execute_batch("INSERT INTO A VALUES (1, 'x'), (2, NULL); INSERT INTO Gone VALUES (1)")
        .unwrap();
    project.schema("model A {\n  id Int @id\n}\n");
    project.dev("drop").fails(
        "R6008",
        &[
            "`b` of `A`",
            "holds 1 value",
            "`Gone`",
            "--accept-data-loss",
        ],
    );
    assert_eq!(project.migrations().len(), 1);
    assert_eq!(project.rows("SELECT * FROM A"), ["1|x", "2|NULL"]);
    project
        .relata(&["migrate", "dev", "--name", "drop", "--accept-data-loss"])
        .ok();
    assert_eq!(project.rows("SELECT * FROM A"), ["1", "2"]);
    let script = project.read(&format!(
        "migrations/{}/migration.sql",
        project.migrations()[1]
    ));
    assert!(script.starts_with("/*\n  Warnings:\n"), "{script}");
}

#[test]
fn an_empty_table_loses_nothing() {
    let project = Project::new("model A {\n  id Int @id\n  b  String?\n}\n");
    project.dev("init").ok();
    project.schema("model A {\n  id Int @id\n}\n");
    project.dev("drop").ok();
}

#[test]
fn rows_that_do_not_fit_are_found_before_anything_is_written() {
    let project = Project::new("model A {\n  id Int @id\n  b  String?\n}\n");
    project.dev("init").ok();
    project
        .database()
        .execute_batch("INSERT INTO A VALUES (1, NULL), (2, NULL), (3, 'x')")
        .unwrap();
    project.schema("model A {\n  id Int @id\n  b  String\n  c  Int\n}\n");
    project
        .dev("strict")
        .fails("R6009", &["2 rows have no value", "`A` has 3 rows", "`c`"]);
    assert_eq!(project.migrations().len(), 1);
    project.schema(
        "model A {\n  id Int    @id\n  b  String @default(\"none\")\n  c  Int    @default(0)\n}\n",
    );
    project.dev("strict").ok();
    assert_eq!(
        project.rows("SELECT id, b, c FROM A"),
        ["1|none|0", "2|none|0", "3|x|0"]
    );
}

#[test]
fn drift_is_told_and_nothing_is_done() {
    let project = Project::new(USER);
    project.dev("init").ok();
    project
        .database()
        .execute_batch("ALTER TABLE \"User\" ADD COLUMN by_hand TEXT")
        .unwrap();
    project.schema(&USER.replace("email", "mail"));
    project.dev("rename").fails("R6003", &["drift", "by_hand"]);
    assert_eq!(project.migrations().len(), 1);
}

#[test]
fn an_edited_or_missing_migration_is_named() {
    let project = Project::new(USER);
    project.dev("init").ok();
    let init = project.migrations().remove(0);
    let file = format!("migrations/{init}/migration.sql");
    let script = project.read(&file);
    project.write(&file, script.clone() + "\n-- changed\n");
    project.dev("next").fails("R6005", &[&init]);
    project.write(&file, script);
    project.dev("next").ok();
    std::fs::remove_dir_all(project.path().join("migrations").join(&init)).unwrap();
    project.dev("next").fails("R6006", &[&init]);
    let status = project.relata(&["migrate", "status"]);
    assert_eq!(status.status, 1);
    assert!(
        status.stdout.contains("not in the folder"),
        "{}",
        status.stdout
    );
}

#[test]
fn a_database_with_tables_and_no_history_is_refused() {
    let project = Project::new(USER);
    project
        .database()
        .execute_batch("CREATE TABLE stranger (id INTEGER)")
        .unwrap();
    project.dev("init").fails("R6004", &["P3005"]);
    assert!(project.migrations().is_empty());
    assert!(
        project
            .rows("SELECT name FROM sqlite_schema WHERE name LIKE '%migrations'")
            .is_empty()
    );
}

#[test]
fn prisma_history_is_carried_on() {
    let project = Project::new(USER);
    project
        .relata(&["migrate", "dev", "--name", "init", "--create-only"])
        .ok();
    let init = project.migrations().remove(0);
    let script = project.read(&format!("migrations/{init}/migration.sql"));
    let db = project.database();
    db.execute_batch(&script).unwrap();
    db.execute_batch(
        "CREATE TABLE \"_prisma_migrations\" (\"id\" TEXT PRIMARY KEY NOT NULL, \"checksum\" TEXT NOT NULL, \"finished_at\" DATETIME,
         \"migration_name\" TEXT NOT NULL, \"logs\" TEXT, \"rolled_back_at\" DATETIME,
         \"started_at\" DATETIME NOT NULL DEFAULT current_timestamp, \"applied_steps_count\" INTEGER UNSIGNED NOT NULL DEFAULT 0)",
    )
    .unwrap();
    db.execute(
        "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
         VALUES ('9b2d2b0e-0000-4000-8000-000000000000', ?1, 1767225600000, ?2, 1767225600000, 1)",
        [relata_script::checksum(&script), init],
    )
    .unwrap();
    project.schema(&(USER.to_owned() + "model Post {\n  id Int @id\n}\n"));
    project.dev("posts").ok();
    assert_eq!(
        project.rows("SELECT COUNT(*) FROM _prisma_migrations"),
        ["2"]
    );
    assert!(
        project
            .rows("SELECT name FROM sqlite_schema WHERE name = '_relata_migrations'")
            .is_empty()
    );
}

#[test]
fn without_a_terminal_a_name_is_asked_for_by_flag() {
    let project = Project::new(USER);
    project
        .relata(&["migrate", "dev"])
        .fails("R6012", &["--name"]);
    assert!(project.migrations().is_empty());
}

#[test]
fn a_failing_migration_leaves_the_database_as_it_was() {
    let project = Project::new(USER);
    project.dev("init").ok();
    project
        .database()
        .execute("INSERT INTO \"User\" (email) VALUES ('a@x.dev')", [])
        .unwrap();
    project.write(
        "migrations/29990101000000_bad/migration.sql",
        "CREATE TABLE half (id INTEGER);\nINSERT INTO nowhere VALUES (1);\n",
    );
    let ran = project.relata(&["migrate", "deploy"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stderr.contains("nowhere") && ran.stderr.contains("P3018"),
        "{}",
        ran.stderr
    );
    assert!(
        project
            .rows("SELECT name FROM sqlite_schema WHERE name = 'half'")
            .is_empty()
    );
    assert_eq!(project.rows("SELECT email FROM \"User\""), ["a@x.dev"]);
}

#[test]
fn views_and_triggers_come_and_go_with_the_schema() {
    let model = "model A {\n  id Int @id\n  b String\n}\n";
    let code = "view V {\n  id Int @unique\n  @@sql(\"CREATE VIEW V AS SELECT id FROM A WHERE b <> ''\")\n}\n\
        trigger t {\n  @@sql(\"CREATE TRIGGER t AFTER INSERT ON A BEGIN UPDATE A SET b = 'x' WHERE id = NEW.id; END\")\n}\n";
    let project = Project::new(&format!("{model}{code}"));
    project.dev("init").ok();
    let objects = "SELECT type || ' ' || name FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY 1";
    assert_eq!(project.rows(objects), ["trigger t", "view V"]);
    // Nothing more to do, and a table that is made anew keeps both.
    let before = project.migrations().len();
    project.dev("again").ok();
    assert_eq!(project.migrations().len(), before);
    project.schema(&format!(
        "{}{code}",
        model.replace("b String", "b String\n  c Int @default(3)")
    ));
    project.dev("column").ok();
    assert_eq!(project.rows(objects), ["trigger t", "view V"]);
    project
        .database()
        .execute_batch("INSERT INTO A (id, b) VALUES (1, 'y')")
        .unwrap();
    assert_eq!(project.rows("SELECT b FROM A"), ["x"]);
    project.schema(&model.replace("b String", "b String\n  c Int @default(3)"));
    project.dev("away").ok();
    assert!(project.rows(objects).is_empty());
}
