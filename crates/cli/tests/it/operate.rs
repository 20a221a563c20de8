//! What an operator does: back up, bring back, apply to many.

use rusqlite::Connection;

use super::support::Project;

const ONE: &str = "model A {\n  id Int @id\n  b  String?\n}\n";

#[test]
fn a_database_is_saved_before_it_is_changed_and_brought_back() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project
        .database()
        .execute_batch("INSERT INTO A VALUES (1, 'x')")
        .unwrap();
    // Nothing to do, nothing to save.
    project
        .relata(&["migrate", "deploy", "--backup", "saved"])
        .ok();
    assert!(!project.exists("saved"));
    project.write(
        "migrations/29990101000000_bad/migration.sql",
        "DELETE FROM A;\n",
    );
    let ran = project
        .relata(&["migrate", "deploy", "--backup", "saved"])
        .ok();
    assert!(
        ran.stdout.contains("Saved the database as `saved/"),
        "{ran:?}"
    );
    assert!(project.rows("SELECT * FROM A").is_empty());
    let file = std::fs::read_dir(project.path().join("saved"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    let file = file.display().to_string();
    project
        .relata(&["db", "restore", &file])
        .fails("R7021", &["--force"]);
    assert!(project.rows("SELECT * FROM A").is_empty());
    project.relata(&["db", "restore", &file, "--force"]).ok();
    assert_eq!(project.rows("SELECT * FROM A"), ["1|x"]);
    let status = project.relata(&["migrate", "status"]);
    assert!(status.stdout.contains("Not yet applied"), "{status:?}");
    // What is no backup leaves the database alone.
    project.write("text.db", "not a database");
    project
        .relata(&["db", "restore", "text.db", "--force"])
        .fails("R6028", &["text.db"]);
    project
        .relata(&["db", "restore", "none.db", "--force"])
        .fails("R7013", &["none.db"]);
    assert_eq!(project.rows("SELECT * FROM A"), ["1|x"]);
    // A deploy that fails says how to go back.
    project.write(
        "migrations/29990101000000_bad/migration.sql",
        "DELETE FROM nowhere;\n",
    );
    let ran = project.relata(&["migrate", "deploy", "--backup", "saved"]);
    assert!(ran.stderr.contains("relata db restore saved/"), "{ran:?}");
}

#[test]
fn migrations_go_to_many_tenants() {
    let project = Project::new(ONE);
    project
        .relata(&["migrate", "dev", "--name", "one", "--create-only"])
        .ok();
    let deploy =
        |args: &[&str]| project.relata(&[&["migrate", "deploy", "--tenants"], args].concat());
    let ran = deploy(&["a.db, b.db,c.db", "--dry-run"]).ok();
    assert!(ran.stdout.contains("would get 1 migration"), "{ran:?}");
    assert!(!project.exists("a.db"));
    let ran = deploy(&["a.db, b.db,c.db", "--parallel", "2"]).ok();
    assert!(
        ran.stdout.contains("3 tenants, 0 failed, 0 not tried."),
        "{ran:?}"
    );
    let open = |name: &str| Connection::open(project.path().join(name)).unwrap();
    for name in ["a.db", "b.db", "c.db"] {
        let count: i64 = open(name)
            .query_row("SELECT COUNT(*) FROM A", [], |row| row.get(0))
            .unwrap();
        assert_eq!(count, 0);
    }
    // The names may stand in a database.
    project
        .database()
        .execute_batch(
            "CREATE TABLE tenants (file TEXT); INSERT INTO tenants VALUES ('a.db'), ('d.db')",
        )
        .unwrap();
    let ran = deploy(&["SELECT file FROM tenants ORDER BY 1"]).ok();
    assert!(
        ran.stdout.contains("a.db  up to date") && ran.stdout.contains("d.db  1 migration"),
        "{ran:?}"
    );
    // One that fails stops the rest, unless it is to go on.
    open("e.db")
        .execute_batch("CREATE TABLE stranger (id INT)")
        .unwrap();
    let ran = deploy(&["e.db,f.db", "--parallel", "1"]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.stdout.contains("failed [R2107]") && ran.stdout.contains("f.db  not tried"),
        "{ran:?}"
    );
    let ran = deploy(&[
        "e.db,f.db",
        "--parallel",
        "1",
        "--keep-going",
        "--format",
        "json",
    ]);
    assert_eq!(ran.status, 1);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["tenants"][0]["error"]["code"], "R2107");
    assert_eq!(json["tenants"][1]["applied"].as_array().unwrap().len(), 1);
}
