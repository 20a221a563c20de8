//! What is only called otherwise keeps what it holds.

use super::support::Project;

const BEFORE: &str = "model User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n  age   Int?\n}\n";

/// A database with a row in it.
fn filled() -> Project {
    let project = Project::new(BEFORE);
    project.dev("init").ok();
    project
        .database()
        .execute(
            "INSERT INTO \"User\" (email, age) VALUES ('a@x.dev', 7)",
            [],
        )
        .unwrap();
    project
}

#[test]
fn attributes_are_followed_once_and_can_then_be_taken_out() {
    let project = filled();
    let after = "model Account {\n  id   Int    @id @default(autoincrement())\n  mail String @unique @renamed(from: \"email\")\n  age  Int?\n  \
                 @@renamed(from: \"User\")\n}\n";
    project.schema(after);
    let ran = project.dev("names").ok();
    assert!(
        ran.stdout.contains("Renamed: table `User` to `Account`."),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stderr
            .contains("`@renamed(from: \"email\")` can be taken out"),
        "{}",
        ran.stderr
    );
    assert_eq!(
        project.rows("SELECT id, mail, age FROM \"Account\""),
        ["1|a@x.dev|7"]
    );
    let name = project.migrations().pop().unwrap();
    let plan: serde_json::Value =
        serde_json::from_str(&project.read(&format!("migrations/{name}/plan.json"))).unwrap();
    assert_eq!(
        plan["renames"],
        serde_json::json!([
            { "what": "table", "from": "User", "to": "Account" },
            { "what": "column", "of": "Account", "from": "email", "to": "mail" },
        ])
    );
    assert_eq!(plan["risks"], serde_json::json!([]));
    assert_eq!(plan["proof"]["altered"], serde_json::json!([]));
    assert_eq!(plan["proof"]["down"]["result"], "returned");
    let down = project.read(&format!("migrations/{name}/down.sql"));
    assert!(
        down.contains("ALTER TABLE \"Account\" RENAME TO \"User\";"),
        "{down}"
    );
    // Left in, they do nothing.
    let ran = project.dev("nothing").ok();
    assert!(ran.stdout.contains("in sync"), "{}", ran.stdout);
    assert!(ran.stderr.contains("can be taken out"), "{}", ran.stderr);
    assert_eq!(project.migrations().len(), 2);
}

#[test]
fn nothing_is_renamed_because_it_looks_alike() {
    let project = filled();
    project.schema(&BEFORE.replace("age  ", "years"));
    project.dev("guess").fails(
        "R6008",
        &[
            "`age` of `User`",
            "--rename User.age:years",
            "@renamed(from: \"age\")",
        ],
    );
    project
        .relata(&[
            "migrate",
            "dev",
            "--name",
            "years",
            "--rename",
            "User.age:years",
        ])
        .ok();
    assert_eq!(
        project.rows("SELECT id, email, years FROM \"User\""),
        ["1|a@x.dev|7"]
    );
}

#[test]
fn a_flag_names_what_is_there() {
    let project = filled();
    project.schema(&BEFORE.replace("age  ", "years"));
    let run = |rename: &str| {
        project.relata(&[
            "migrate",
            "dev",
            "--name",
            "x",
            "--no-rename",
            "--rename",
            rename,
        ])
    };
    run("User.height:years").fails("R3010", &["`User.height`"]);
    run("age").fails("R3010", &["old_table:new_table"]);
    // A table and its columns at once.
    project.schema(
        &BEFORE
            .replace("age  ", "years")
            .replace("model User", "model Person"),
    );
    project
        .relata(&[
            "migrate",
            "dev",
            "--name",
            "person",
            "--rename",
            "User:Person",
            "--rename",
            "User.age:years",
        ])
        .ok();
    assert_eq!(
        project.rows("SELECT id, email, years FROM \"Person\""),
        ["1|a@x.dev|7"]
    );
}

#[test]
fn push_and_diff_follow_renames_too() {
    let project = filled();
    project.schema(&BEFORE.replace("age   Int?", "years Int? @renamed(from: \"age\")"));
    let ran = project
        .relata(&[
            "migrate",
            "diff",
            "--from-url",
            "file:dev.db",
            "--to-schema",
            "app.schema",
            "--script",
        ])
        .ok();
    assert!(
        ran.stdout
            .contains("ALTER TABLE \"User\" RENAME COLUMN \"age\" TO \"years\";"),
        "{}",
        ran.stdout
    );
    project
        .database()
        .execute_batch("DROP TABLE _relata_migrations")
        .unwrap();
    project.relata(&["db", "push"]).ok();
    assert_eq!(
        project.rows("SELECT id, email, years FROM \"User\""),
        ["1|a@x.dev|7"]
    );
}
