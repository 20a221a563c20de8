//! `db push`, `db seed`, `migrate reset`, `migrate show`.

use super::support::Project;

const USER: &str = "model User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n  age   Int?\n}\n";

#[test]
fn a_push_brings_a_database_to_the_schema_without_history() {
    let project = Project::new(USER);
    let ran = project.relata(&["db", "push", "--skip-generate"]).ok();
    assert!(ran.stdout.contains("in sync"), "{ran:?}");
    assert!(!project.exists("migrations"));
    project
        .database()
        .execute_batch("INSERT INTO User (email, age) VALUES ('a', 1), ('b', NULL)")
        .unwrap();
    let again = project.relata(&["db", "push", "--skip-generate"]).ok();
    assert!(again.stdout.contains("already in sync"), "{again:?}");
    // What would be lost is asked for, what does not fit is counted, and neither changes anything.
    project.schema(&USER.replace("  age   Int?\n", ""));
    project
        .relata(&["db", "push"])
        .fails("R6008", &["holds 1 value"]);
    project.schema(&USER.replace("Int?", "Int"));
    project
        .relata(&["db", "push"])
        .fails("R6009", &["1 row has no value"]);
    assert_eq!(
        project.rows("SELECT email, age FROM User"),
        ["a|1", "b|NULL"]
    );
    project.schema(&USER.replace("  age   Int?\n", ""));
    project
        .relata(&["db", "push", "--accept-data-loss", "--skip-generate"])
        .ok();
    assert_eq!(project.rows("SELECT * FROM User"), ["1|a", "2|b"]);
    project
        .relata(&["db", "push", "--force-reset", "--skip-generate"])
        .ok();
    assert!(project.rows("SELECT * FROM User").is_empty());
}

#[test]
fn a_seed_is_whole_or_not_there() {
    let project = Project::new(USER);
    project
        .relata(&["db", "seed"])
        .fails("R7020", &["seed.sql"]);
    project.relata(&["db", "push", "--skip-generate"]).ok();
    project.write(
        "seed.sql",
        "INSERT INTO User (email) VALUES ('a');\n\nINSERT INTO Nowhere VALUES (1);\n",
    );
    let ran = project.relata(&["db", "seed"]);
    assert!(
        ran.status == 1 && ran.stderr.contains("seed.sql:3"),
        "{ran:?}"
    );
    assert!(project.rows("SELECT * FROM User").is_empty());
    project.write("seed.sql", "INSERT INTO User (email) VALUES ('a');\n");
    project.relata(&["db", "seed"]).ok();
    assert_eq!(project.rows("SELECT email FROM User"), ["a"]);
}

#[test]
fn a_reset_needs_consent_and_applies_everything_anew() {
    let project = Project::new(USER);
    project.dev("init").ok();
    project
        .database()
        .execute_batch("INSERT INTO User (email) VALUES ('a'); CREATE VIEW v AS SELECT 1")
        .unwrap();
    project
        .relata(&["migrate", "reset"])
        .fails("R7021", &["--force"]);
    assert_eq!(project.rows("SELECT email FROM User"), ["a"]);
    project.write("seed.sql", "INSERT INTO User (email) VALUES ('s');\n");
    project.relata(&["migrate", "reset", "--force"]).ok();
    assert_eq!(project.rows("SELECT email FROM User"), ["s"]);
    assert!(
        project
            .rows("SELECT name FROM sqlite_schema WHERE name = 'v'")
            .is_empty()
    );
    project
        .relata(&["migrate", "reset", "--force", "--skip-seed"])
        .ok();
    assert!(project.rows("SELECT email FROM User").is_empty());
    project.relata(&["migrate", "status"]).ok();
}

#[test]
fn a_migration_is_shown_with_its_proof() {
    let project = Project::new(USER);
    project.dev("init").ok();
    project.schema(&USER.replace("Int?", "Int @default(0)"));
    project.dev("age").ok();
    let text = project.relata(&["migrate", "show"]).ok().stdout;
    assert!(
        text.contains("_age") && text.contains("down.sql leads back"),
        "{text}"
    );
    let json = project
        .relata(&["migrate", "show", "--format", "json"])
        .ok()
        .stdout;
    assert!(json.contains("\"format\": 1"), "{json}");
    let markdown = project
        .relata(&["migrate", "show", "--format", "markdown"])
        .ok()
        .stdout;
    assert!(markdown.contains("```sql"), "{markdown}");
    // A plan explains the text that it was made for, and no other.
    let name = project.migrations().pop().unwrap();
    let file = format!("migrations/{name}/migration.sql");
    project.write(&file, project.read(&file) + "\n-- edited\n");
    let text = project.relata(&["migrate", "show"]).ok().stdout;
    assert!(text.contains("No plan explains it"), "{text}");
    project
        .relata(&["migrate", "show", "../../etc"])
        .fails("R1004", &[]);
    project
        .relata(&["migrate", "show", "nope"])
        .fails("R7022", &["nope"]);
}
