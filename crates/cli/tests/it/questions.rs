//! What is asked at a terminal, and what is not.

use super::support::Project;
use super::terminal::Talk;

const ONE: &str = "model A {\n  id Int @id\n  b  String?\n}\n";

#[test]
fn a_name_is_asked_for() {
    let project = Project::new(ONE);
    let talk = Talk::new(&project, &["migrate", "dev"])
        .hears("A name for the new migration:")
        .says("first one");
    talk.ends().ok();
    assert!(project.migrations()[0].ends_with("_first_one"));
}

#[test]
fn a_loss_is_consented_to_or_not() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project
        .database()
        .execute_batch("INSERT INTO A VALUES (1, 'x')")
        .unwrap();
    project.schema("model A {\n  id Int @id\n}\n");
    for answer in ["n", "", "perhaps"] {
        let ran = Talk::new(&project, &["migrate", "dev", "--name", "two"])
            .hears("Go on? [y/N]")
            .says(answer)
            .ends();
        assert_eq!(ran.status, 130, "{ran:?}");
        assert!(ran.stdout.contains("R6008"), "{ran:?}");
        assert_eq!(project.rows("SELECT * FROM A"), ["1|x"]);
    }
    let ran = Talk::new(&project, &["migrate", "dev", "--name", "two"])
        .hears("holds 1 value")
        .says("y")
        .ends();
    ran.ok();
    assert_eq!(project.rows("SELECT * FROM A"), ["1"]);
    let ran = Talk::new(&project, &["migrate", "reset"])
        .hears("will be dropped")
        .says("no")
        .ends();
    assert_eq!(ran.status, 130, "{ran:?}");
    assert_eq!(project.rows("SELECT * FROM A"), ["1"]);
    Talk::new(&project, &["migrate", "reset"])
        .hears("Go on?")
        .says("yes")
        .ends()
        .ok();
    assert!(project.rows("SELECT * FROM A").is_empty());
}

#[test]
fn what_looks_like_a_rename_is_asked_about() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project
        .database()
        .execute_batch("INSERT INTO A VALUES (1, 'x')")
        .unwrap();
    project.schema(&ONE.replace("b  String?", "text String?"));
    Talk::new(&project, &["migrate", "dev", "--name", "two"])
        .hears("renamed, with what it holds? [y/N]")
        .says("y")
        .ends()
        .ok();
    assert_eq!(project.rows("SELECT text FROM A"), ["x"]);
}

#[test]
fn a_value_for_rows_without_one_is_asked_for() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project
        .database()
        .execute_batch("INSERT INTO A VALUES (1, NULL)")
        .unwrap();
    project.schema(&ONE.replace("String?", "String"));
    let args = ["migrate", "dev", "--name", "two"];
    let ran = Talk::new(&project, &args)
        .hears("A value for them")
        .says("")
        .ends();
    assert_eq!(ran.status, 1, "{ran:?}");
    Talk::new(&project, &args)
        .hears("1 row has no value")
        .says("it's")
        .ends()
        .ok();
    assert_eq!(project.rows("SELECT b FROM A"), ["it's"]);
}

#[test]
fn a_drift_is_settled() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    let by_hand = "ALTER TABLE A ADD COLUMN by_hand TEXT";
    project.database().execute_batch(by_hand).unwrap();
    let ran = Talk::new(&project, &["migrate", "dev"])
        .hears("[s]top?")
        .says("s")
        .ends();
    assert_eq!(ran.status, 130, "{ran:?}");
    Talk::new(&project, &["migrate", "dev"])
        .hears("by_hand")
        .says("r")
        .ends()
        .ok();
    assert_eq!(
        project.rows("SELECT COUNT(*) FROM pragma_table_info('A')"),
        ["2"]
    );
}

/// Bars and colours are for people; a log gets neither.
#[test]
fn bars_are_for_terminals() {
    let project = Project::new(ONE);
    project
        .relata(&["migrate", "dev", "--name", "one", "--create-only"])
        .ok();
    let ran = project.relata(&["migrate", "deploy"]).ok();
    assert!(
        !ran.stdout.contains('\x1b') && ran.stderr.is_empty(),
        "{ran:?}"
    );
    let ran = project.relata(&["validate", "--schema", "none"]);
    assert!(!ran.stderr.contains('\x1b'), "{ran:?}");
    project.write("bad.schema", "model {");
    let ran = Talk::new(&project, &["validate", "--schema", "bad.schema"]).ends();
    assert!(ran.stdout.contains('\x1b'), "{ran:?}");
    let ran = Talk::with(
        &project,
        &["validate", "--schema", "bad.schema"],
        &[("NO_COLOR", "1")],
    )
    .ends();
    assert!(!ran.stdout.contains('\x1b'), "{ran:?}");
}

/// A command whose input stays open and never says anything must not wait for it.
#[test]
fn nothing_waits_for_an_answer_without_a_terminal() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project
        .database()
        .execute_batch("INSERT INTO A VALUES (1, 'x'); ALTER TABLE A ADD COLUMN by_hand TEXT")
        .unwrap();
    project.schema("model A {\n  id Int @id\n  c  Int\n}\n");
    for args in [
        &["migrate", "dev"][..],
        &["migrate", "dev", "--drift", "ignore"],
        &["migrate", "dev", "--drift", "revert", "--accept-data-loss"],
        &["migrate", "reset"],
        &["migrate", "deploy"],
        &["migrate", "status"],
        &["migrate", "down"],
        &["migrate", "squash"],
        &["migrate", "rebase"],
        &["migrate", "show"],
        &[
            "migrate",
            "diff",
            "--from-empty",
            "--to-schema",
            "app.schema",
        ],
        &["migrate", "resolve", "--applied", "x"],
        &["db", "push"],
        &["db", "pull", "--print"],
        &["db", "seed"],
        &["db", "restore", "dev.db"],
        &["init"],
        &["config"],
        &["validate"],
        &["format", "--check"],
        &["generate"],
        &["graph"],
        &["explain", "R0001"],
    ] {
        let ran = project.relata_that_waits(args);
        assert!(ran.status == 0 || ran.status == 1, "{args:?} {ran:?}");
    }
}
