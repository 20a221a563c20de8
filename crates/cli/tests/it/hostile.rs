//! Names are hostile: what a schema or a flag holds comes out right in paths, SQL, Rust and the terminal.

use super::support::Project;

/// A schema whose database names and default hold what breaks naive printers.
const SCHEMA: &str = r#"
/// docs with */ and `ticks` and a "quote"
model Evil {
  id   Int    @id @default(autoincrement())
  col  String @default("it's \"quoted\" */ -- \\ \n; DROP TABLE x; \u001b[31mred") @map("a\"b'c`d */ -- \n e")
  kind Kind   @default(A)
  up   Evil?  @relation("Up", fields: [upId], references: [id])
  upId Int?   @map("up\nid")
  down Evil[] @relation("Up")

  @@index([col, upId])
  @@map("ta\"ble'; DROP TABLE x; -- \u001b[31m\n../..")
}

enum Kind {
  A @map("va'l\"ue */ \n --")
  B @map("../../etc")
}
"#;

#[test]
fn database_names_and_values_are_quoted_in_sql_and_escaped_in_the_terminal() {
    let project = Project::new(SCHEMA);
    let ran = project.relata(&["migrate", "dev", "--name", "init"]).ok();
    assert!(
        !ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'),
        "{ran:?}"
    );
    let table = "ta\"ble'; DROP TABLE x; -- \u{1b}[31m\n../..";
    let quoted = format!("\"{}\"", table.replace('"', "\"\""));
    assert_eq!(
        project.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'ta%'"),
        [table]
    );
    project
        .database()
        .execute_batch(&format!("INSERT INTO {quoted} DEFAULT VALUES"))
        .unwrap();
    assert_eq!(
        project.rows(&format!("SELECT * FROM {quoted}")),
        ["1|it's \"quoted\" */ -- \\ \n; DROP TABLE x; \u{1b}[31mred|va'l\"ue */ \n --|NULL"]
    );
    // What was made is what the schema says, to the letter.
    let again = project.dev("again").ok();
    assert!(again.stdout.contains("in sync"), "{}", again.stdout);

    // Dropping it names it in a message, a comment and a rebuild.
    project.schema("model Other {\n  id Int @id\n}\n");
    let ran = project
        .dev("drop")
        .fails("R6008", &["DROP TABLE x", "\\u{1b}"]);
    assert!(!ran.stderr.contains('\u{1b}'), "{ran:?}");
    project
        .relata(&["migrate", "dev", "--name", "drop", "--accept-data-loss"])
        .ok();
    assert_eq!(
        project.rows("SELECT name FROM sqlite_schema WHERE name LIKE 'ta%' OR name = 'Other'"),
        ["Other"]
    );
}

#[test]
fn a_rebuild_keeps_rows_under_hostile_names() {
    let project = Project::new(SCHEMA);
    project.dev("init").ok();
    let quoted = "\"ta\"\"ble'; DROP TABLE x; -- \u{1b}[31m\n../..\"";
    project
        .database()
        .execute_batch(&format!(
            "INSERT INTO {quoted} DEFAULT VALUES; INSERT INTO {quoted} (\"up\nid\") VALUES (1)"
        ))
        .unwrap();
    project.schema(&SCHEMA.replace("upId Int? ", "upId BigInt? "));
    // The type of the key and of the column that refers to it differ now, which is an error of the schema.
    let ran = project.dev("type");
    assert_eq!(ran.status, 1, "{ran:?}");
    project.schema(&SCHEMA.replace("kind Kind   @default(A)", "kind Kind?  @default(B)"));
    project.dev("type").ok();
    assert_eq!(
        project.rows(&format!("SELECT id, \"up\nid\" FROM {quoted} ORDER BY id")),
        ["1|NULL", "2|1"]
    );
}

#[test]
fn a_migration_name_cannot_leave_its_folder() {
    let project = Project::new("model A {\n  id Int @id\n}\n");
    let ran = project.dev("../../x'; DROP\n\u{1b}[31m/etc").ok();
    assert!(!ran.stdout.contains('\u{1b}'), "{ran:?}");
    let [name] = &project.migrations()[..] else {
        panic!("{:?}", project.tree())
    };
    assert!(
        name.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
        "{name}"
    );
    project.schema("model A {\n  id Int @id\n  b  Int?\n}\n");
    let ran = project.dev(&"long".repeat(100));
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("P3010"), "{}", ran.stderr);
    assert_eq!(project.migrations().len(), 1);
}

#[test]
fn generated_files_stay_in_their_folder() {
    let project = Project::new(SCHEMA);
    project.relata(&["generate", "--output", "out"]).ok();
    for path in project.tree() {
        assert!(path == "app.schema" || path.starts_with("out"), "{path}");
    }
}

#[test]
fn frames_show_control_characters_and_do_not_send_them() {
    let project =
        Project::new("model A {\n  id Int @id // \u{1b}[31m\u{202e}\n  x  \u{1b}[31mString\n}\n");
    let ran = project.relata(&["validate"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        !ran.stderr.contains('\u{1b}') && !ran.stderr.contains('\u{202e}'),
        "{:?}",
        ran.stderr
    );
}
