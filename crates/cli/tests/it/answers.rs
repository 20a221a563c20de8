//! Questions answered by flags and by a file, where nobody can be asked.

use super::support::Project;

const ONE: &str = "model A {\n  id Int @id\n  b  String?\n}\n";
const STRICT: &str = "model A {\n  id Int @id\n  b  String\n  c  Int\n  d  Boolean\n}\n";

fn filled() -> Project {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project
        .database()
        .execute_batch("INSERT INTO A VALUES (1, NULL), (2, 'x'), (3, NULL)")
        .unwrap();
    project.schema(STRICT);
    project
}

#[test]
fn what_is_required_is_filled_in_three_phases() {
    let project = filled();
    let before = project.tree();
    project.dev("strict").fails(
        "R6009",
        &[
            "2 rows have no value",
            "--backfill 'A.b=<value>'",
            "--backfill 'A.c=<value>'",
        ],
    );
    assert_eq!(project.tree(), before);
    let fill = [
        "--backfill",
        "A.b=it's",
        "--backfill",
        "A.c=sql:id * 2 + length('=')",
        "--backfill",
        "A.d=true",
    ];
    // One that is not answered keeps the rest from being done.
    let args = [&["migrate", "dev", "--name", "strict"], &fill[..4]].concat();
    project.relata(&args).fails("R6009", &["`d`"]);
    let args = [&["migrate", "dev", "--name", "strict"], &fill[..]].concat();
    let ran = project.relata(&args).ok();
    assert!(
        ran.stdout.contains("Proof: it leads to the schema"),
        "{ran:?}"
    );
    assert_eq!(
        project.rows("SELECT * FROM A ORDER BY id"),
        ["1|it's|3|1", "2|x|5|1", "3|it's|7|1"]
    );
    let ran = project.dev("none").ok();
    assert!(ran.stdout.contains("in sync"), "{ran:?}");
    let script = project.read(&format!(
        "migrations/{}/migration.sql",
        project.migrations()[1]
    ));
    assert!(
        script.contains("-- Backfill\nUPDATE \"A\" SET \"b\" = 'it''s' WHERE \"b\" IS NULL;"),
        "{script}"
    );
    project
        .relata(&["migrate", "dev", "--name", "x", "--backfill", "nothing"])
        .fails("R7031", &["nothing"]);
}

#[test]
fn a_push_fills_too() {
    let project = filled();
    let args = [
        "db",
        "push",
        "--backfill",
        "A.b=",
        "--backfill",
        "A.c=0",
        "--backfill",
        "A.d=false",
    ];
    project.relata(&args).ok();
    assert_eq!(
        project.rows("SELECT * FROM A ORDER BY id"),
        ["1||0|0", "2|x|0|0", "3||0|0"]
    );
}

#[test]
fn a_file_answers_every_question() {
    let project = filled();
    project.write(
        "answers.toml",
        "name = \"by file\"\naccept-data-loss = true\nforce = true\ndrift = \"revert\"\nno-rename = true\n\n[backfill]\n\"A.b\" = \"none\"\n\"A.c\" = \"7\"\n\"A.d\" = \"false\"\n",
    );
    project
        .database()
        .execute_batch("ALTER TABLE A ADD COLUMN by_hand TEXT")
        .unwrap();
    let ran = project
        .relata(&["migrate", "dev", "--answers", "answers.toml"])
        .ok();
    assert!(
        ran.stdout.contains("back to what its migrations"),
        "{ran:?}"
    );
    assert!(project.migrations()[1].ends_with("_by_file"));
    assert_eq!(
        project.rows("SELECT b, c, d FROM A WHERE id = 1"),
        ["none|7|0"]
    );
    project.schema("model A {\n  id Int @id\n}\n");
    // A flag wins.
    project
        .relata(&[
            "migrate",
            "dev",
            "--answers",
            "answers.toml",
            "--name",
            "by flag",
        ])
        .ok();
    assert!(project.migrations()[2].ends_with("_by_flag"));
    // Rows have no value for what comes back.
    let down = ["migrate", "down", "--answers", "answers.toml"];
    project.relata(&down).fails("R6029", &["`b`", "3 rows"]);
    project.database().execute_batch("DELETE FROM A").unwrap();
    project.relata(&down).ok();
    project
        .relata(&["migrate", "reset", "--answers", "answers.toml"])
        .ok();
    assert_eq!(project.rows("SELECT * FROM A"), [""; 0]);
    project.write("answers.toml", "name = \"x\"\nnmae = \"y\"\n");
    project
        .relata(&["migrate", "dev", "--answers", "answers.toml"])
        .fails("R7030", &["line 2", "nmae"]);
    project
        .relata(&["migrate", "dev", "--answers", "none.toml"])
        .fails("R7013", &["none.toml"]);
}

#[test]
fn duplicates_are_counted_and_shown_only_if_asked_for() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project
        .database()
        .execute_batch(
            "INSERT INTO A VALUES (1, 'ann@x'), (2, 'ann@x'), (3, 'bob@x'), (4, NULL), (5, NULL)",
        )
        .unwrap();
    project.schema(&ONE.replace("String?", "String? @unique"));
    for command in [&["migrate", "dev", "--name", "unique"][..], &["db", "push"]] {
        let ran = project.relata(command).fails(
            "R6009",
            &["1 value is there more than once", "--show-values"],
        );
        assert!(!ran.stderr.contains("ann@x"), "{ran:?}");
        let ran = project.relata(&[command, &["--show-values"]].concat());
        let ran = ran.fails("R6009", &["ann@x: 2 times"]);
        assert!(!ran.stderr.contains("bob@x"), "{ran:?}");
    }
}
