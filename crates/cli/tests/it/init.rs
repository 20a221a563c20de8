//! A new project, and one that adopts a database.

use super::support::Project;

#[test]
fn a_new_project_is_on_sqlite_and_works_at_once() {
    let project = Project::empty();
    let ran = project.relata(&["init"]).ok();
    assert!(ran.stdout.contains("app.schema"), "{ran:?}");
    assert_eq!(project.read(".env"), "DATABASE_URL='file:./dev.db'\n");
    assert!(
        project
            .read(".gitignore")
            .lines()
            .any(|line| line == ".env")
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(project.path().join(".env"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let schema = project.read("app.schema");
    assert!(!schema.contains("generator"), "{schema}");
    project.relata(&["validate"]).ok();
    project.write("app.schema", schema + "\nmodel A {\n  id Int @id\n}\n");
    project.dev("init").ok();
    assert_eq!(
        project.rows("SELECT COUNT(*) FROM _relata_migrations"),
        ["1"]
    );
    // Nothing is written over.
    let before = project.tree();
    project
        .relata(&["init"])
        .fails("R7025", &["app.schema", "db pull"]);
    project
        .relata(&["init", "--schema", "b.schema"])
        .fails("R7025", &["app.schema"]);
    assert_eq!(project.tree(), before);
}

#[test]
fn what_is_there_stays() {
    let project = Project::empty();
    project.write(".env", "A=1\nDATABASE_URL=postgresql://u:p@h/d\n");
    project.write(".gitignore", "target\n.env");
    project.write("Cargo.toml", "");
    project.relata(&["init"]).ok();
    assert_eq!(
        project.read(".env"),
        "A=1\nDATABASE_URL=postgresql://u:p@h/d\n"
    );
    assert_eq!(project.read(".gitignore"), "target\n.env");
    let schema = project.read("app.schema");
    assert!(
        schema.contains("\"postgresql\"") && schema.contains("generator rust"),
        "{schema}"
    );
}

#[test]
fn an_existing_database_is_adopted_with_its_rows() {
    let project = Project::empty();
    project
        .database()
        .execute_batch(
            "CREATE TABLE \"order\" (id INTEGER PRIMARY KEY, \"for\" TEXT NOT NULL DEFAULT 'x''y' CHECK (length(\"for\") > 0), n INT);
             CREATE INDEX \"by n\" ON \"order\" (n) WHERE n > 3;
             CREATE VIEW big AS SELECT id FROM \"order\" WHERE n > 10;
             INSERT INTO \"order\" VALUES (1, 'a', 5);",
        )
        .unwrap();
    let ran = project.relata(&["init", "--url", "file:dev.db"]).ok();
    assert!(ran.stdout.contains("recorded it as applied"), "{ran:?}");
    assert_eq!(project.migrations().len(), 1);
    let status = project.relata(&["migrate", "status"]).ok();
    assert!(status.stdout.contains("up to date"), "{status:?}");
    // Nothing differs: neither the schema nor the history.
    let ran = project.dev("none").ok();
    assert!(ran.stdout.contains("in sync"), "{ran:?}");
    assert_eq!(project.migrations().len(), 1);
    // And changes go on from there.
    let schema = project.read("app.schema");
    project.write("app.schema", schema.replacen("Int?", "Int @default(4)", 1));
    project.dev("more").ok();
    assert_eq!(
        project.rows("SELECT id, \"for\", n FROM \"order\""),
        ["1|a|5"]
    );
}

#[test]
fn an_empty_database_or_one_with_a_history_has_no_first_migration() {
    let project = Project::empty();
    project
        .relata(&["init", "--url", "file:dev.db", "--provider", "mysql"])
        .fails("R7027", &["mysql", "sqlite"]);
    project
        .relata(&["init", "--url", "file:dev.db"])
        .fails("R2009", &["P1003"]);
    assert!(project.tree().is_empty());
    project
        .database()
        .execute_batch("PRAGMA user_version = 1")
        .unwrap();
    project.relata(&["init", "--url", "file:dev.db"]).ok();
    assert!(project.migrations().is_empty());

    let project = Project::new("model A {\n  id Int @id\n}\n");
    project.dev("init").ok();
    std::fs::remove_file(project.path().join("app.schema")).unwrap();
    let ran = project.relata(&["init", "--url", "file:dev.db"]).ok();
    assert!(ran.stderr.contains("has a history already"), "{ran:?}");
    assert_eq!(project.migrations().len(), 1);
    let ran = project.dev("none").ok();
    assert!(ran.stdout.contains("in sync"), "{ran:?}");
}
