//! Migrations taken back, squashed and put into another order.

use super::support::Project;

const ONE: &str = "model A {\n  id Int @id\n  b  String?\n}\n";
const TWO: &str =
    "model A {\n  id Int @id\n  b  String?\n  c  Int @default(3)\n}\nmodel B {\n  id Int @id\n}\n";

#[test]
fn the_last_migration_is_taken_back_and_its_losses_are_asked_about() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project.schema(TWO);
    project.dev("two").ok();
    let [one, two] = &project.migrations()[..] else {
        panic!()
    };
    let plan = project.relata(&["migrate", "down", "--dry-run"]).ok();
    assert!(
        plan.stdout.contains(&format!("Would take back {two}")),
        "{plan:?}"
    );
    project
        .database()
        .execute_batch("INSERT INTO A (id, b) VALUES (1, 'x'); INSERT INTO B VALUES (1), (2)")
        .unwrap();
    let before = project.rows("SELECT sql FROM sqlite_schema");
    project.relata(&["migrate", "down"]).fails(
        "R6008",
        &["`c` of `A`", "`B`", "2 rows", "--accept-data-loss"],
    );
    assert_eq!(project.rows("SELECT sql FROM sqlite_schema"), before);
    let ran = project
        .relata(&["migrate", "down", "--accept-data-loss"])
        .ok();
    assert!(ran.stdout.contains(&format!("Took back {two}")), "{ran:?}");
    assert_eq!(project.rows("SELECT * FROM A"), ["1|x"]);
    let status = project.relata(&["migrate", "status"]);
    assert!(
        status.stdout.contains("Not yet applied") && status.stdout.contains(two),
        "{status:?}"
    );
    // It is pending again, and comes back.
    project.relata(&["migrate", "deploy"]).ok();
    assert_eq!(project.rows("SELECT id, c FROM A"), ["1|3"]);
    project.relata(&["migrate", "status"]).ok();
    project
        .relata(&["migrate", "down", "--to", one, "--accept-data-loss"])
        .ok();
    project
        .relata(&["migrate", "down", "--all", "--accept-data-loss"])
        .ok();
    assert_eq!(
        project.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ),
        ["_relata_migrations"]
    );
    let ran = project.relata(&["migrate", "down"]).ok();
    assert!(ran.stdout.contains("No migration is applied"), "{ran:?}");
    project
        .relata(&["migrate", "down", "--to", "nothing"])
        .fails("R2128", &["nothing"]);
}

#[test]
fn a_way_back_that_leads_elsewhere_is_refused() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project.schema(TWO);
    project.dev("two").ok();
    let two = project.migrations().pop().unwrap();
    let file = format!("migrations/{two}/down.sql");
    for (script, code) in [
        ("DROP TABLE \"B\";", "R6022"),
        ("DROP TABLE nowhere;", "R6021"),
    ] {
        project.write(&file, script);
        project
            .relata(&["migrate", "down", "--accept-data-loss"])
            .fails(code, &[&two]);
        assert_eq!(project.rows("SELECT COUNT(*) FROM B"), ["0"]);
    }
    std::fs::remove_file(project.path().join(&file)).unwrap();
    project
        .relata(&["migrate", "down"])
        .fails("R6020", &["down.sql"]);
    // Neither a link nor a name leads out of the folder.
    #[cfg(unix)]
    {
        project.write("outside.sql", "DROP TABLE \"B\";");
        std::os::unix::fs::symlink(
            project.path().join("outside.sql"),
            project.path().join(&file),
        )
        .unwrap();
        project
            .relata(&["migrate", "down"])
            .fails("R2103", &["down.sql"]);
    }
}

#[test]
fn a_rename_taken_back_loses_nothing() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project
        .database()
        .execute_batch("INSERT INTO A VALUES (1, 'x')")
        .unwrap();
    project.schema(&ONE.replace("b  String?", "name String? @renamed(from: \"b\")"));
    project.dev("name").ok();
    project.relata(&["migrate", "down"]).ok();
    assert_eq!(project.rows("SELECT id, b FROM A"), ["1|x"]);
}

#[test]
fn a_squash_does_the_same_and_databases_that_have_it_know() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project.relata(&["migrate", "squash"]).fails("R6023", &[]);
    project.schema(TWO);
    project.dev("two").ok();
    let before = project
        .rows("SELECT name, sql FROM sqlite_schema WHERE name <> '_relata_migrations' ORDER BY 1");
    let ran = project
        .relata(&["migrate", "squash", "--name", "all of it"])
        .ok();
    assert!(ran.stdout.contains("2 migrations"), "{ran:?}");
    let [squashed] = &project.migrations()[..] else {
        panic!("{:?}", project.migrations())
    };
    assert!(squashed.ends_with("_all_of_it"), "{squashed}");
    // This database has it already.
    let ran = project.dev("none").ok();
    assert!(
        ran.stdout.contains("in sync") || ran.stdout.contains("applied"),
        "{ran:?}"
    );
    let status = project.relata(&["migrate", "status"]).ok();
    assert!(status.stdout.contains("up to date"), "{status:?}");
    assert_eq!(project.migrations().len(), 1);
    // A new one is made by it.
    std::fs::remove_file(project.path().join("dev.db")).unwrap();
    project.relata(&["migrate", "deploy"]).ok();
    let after = project
        .rows("SELECT name, sql FROM sqlite_schema WHERE name <> '_relata_migrations' ORDER BY 1");
    assert_eq!(after.len(), before.len());
    assert_eq!(
        project.rows("SELECT COUNT(*) FROM _relata_migrations"),
        ["1"]
    );
    project.schema(ONE);
    project.dev("three").ok();
    project.relata(&["migrate", "squash"]).ok();
    project.relata(&["migrate", "deploy"]).ok();
    project.relata(&["migrate", "status"]).ok();
}

#[test]
fn a_database_with_half_of_a_squash_is_refused() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project.schema(TWO);
    project
        .relata(&["migrate", "dev", "--name", "two", "--create-only"])
        .ok();
    let two = project.migrations().pop().unwrap();
    project.relata(&["migrate", "squash"]).ok();
    project
        .relata(&["migrate", "deploy"])
        .fails("R2129", &[&two]);
}

#[test]
fn rows_that_migrations_write_are_not_squashed_away() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project.write(
        "migrations/29990101000000_rows/migration.sql",
        "INSERT INTO A VALUES (1, 'x');\n",
    );
    let before = project.tree();
    project
        .relata(&["migrate", "squash"])
        .fails("R6024", &["`A` (1)", "--without-rows"]);
    assert_eq!(project.tree(), before);
    project
        .relata(&["migrate", "squash", "--without-rows"])
        .ok();
    assert_eq!(project.migrations().len(), 1);
}

/// A project with a migration of ours, and one that was merged meanwhile and is named behind it.
fn merged(mine: &str, theirs: &str) -> (Project, String, String) {
    let project = Project::new(ONE);
    project.dev("base").ok();
    project.schema(mine);
    project.dev("mine").ok();
    let name = project.migrations().pop().unwrap();
    let merged = "29990101000000_theirs".to_owned();
    project.write(&format!("migrations/{merged}/migration.sql"), theirs);
    (project, name, merged)
}

#[test]
fn the_migrations_of_a_branch_go_behind_what_was_merged() {
    let mine = ONE.to_owned() + "model Mine {\n  id Int @id\n}\n";
    let (project, mine, theirs) = merged(&mine, "CREATE TABLE theirs (id INTEGER PRIMARY KEY);\n");
    let ran = project.relata(&["migrate", "rebase", &mine]).ok();
    let renamed = project.migrations().pop().unwrap();
    assert!(
        ran.stdout.contains(&format!("Renamed {mine} to {renamed}")),
        "{ran:?}"
    );
    assert!(renamed.ends_with("_mine") && renamed > theirs, "{renamed}");
    let status = project.relata(&["migrate", "status"]);
    assert!(status.stdout.contains("2 applied"), "{status:?}");
    project.relata(&["migrate", "deploy"]).ok();
    let status = project.relata(&["migrate", "status"]).ok();
    assert!(status.stdout.contains("up to date"), "{status:?}");
    project.relata(&["migrate", "rebase", &renamed]).ok();
    assert_eq!(project.migrations().pop().unwrap(), renamed);
    // The plan says between which states it leads now, and still explains its script.
    let shown = project
        .relata(&["migrate", "show", &renamed, "--format", "json"])
        .ok();
    assert!(shown.stdout.contains("\"after\""), "{shown:?}");
    // A name that is not there, or leads elsewhere, is not renamed.
    project
        .relata(&["migrate", "rebase", "../x"])
        .fails("R2116", &[]);
}

#[test]
fn git_tells_which_migrations_are_of_the_branch() {
    let mine = ONE.to_owned() + "model Mine {\n  id Int @id\n}\n";
    let (project, mine, theirs) = merged(&mine, "CREATE TABLE theirs (id INTEGER PRIMARY KEY);\n");
    // Whatever repository the temporary folder may lie in is not the project's.
    let git = |args: &[&str]| {
        let status = std::process::Command::new("git")
            .args([
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(args)
            .current_dir(project.path())
            .stdout(std::process::Stdio::null())
            .status();
        assert!(status.unwrap().success(), "{args:?}");
    };
    git(&["init", "-q"]);
    let base = &project.migrations()[0];
    git(&[
        "add",
        &format!("migrations/{base}"),
        &format!("migrations/{theirs}"),
    ]);
    git(&["commit", "-q", "-m", "theirs"]);
    project
        .relata(&["migrate", "rebase", "--onto", "nowhere"])
        .fails("R7028", &["nowhere"]);
    let ran = project.relata(&["migrate", "rebase"]).ok();
    assert!(
        ran.stdout.contains(&format!("Renamed {mine} to")),
        "{ran:?}"
    );
    assert!(project.exists(&format!("migrations/{theirs}")));
}

#[test]
fn an_order_that_matters_is_told() {
    let mine = ONE.replace("b  String?", "b  String?\n  c  Int?");
    let (project, mine, _) = merged(&mine, "DROP TABLE A;\n");
    let before = project.tree();
    project
        .relata(&["migrate", "rebase", &mine])
        .fails("R6025", &["_mine", "no such table"]);
    assert_eq!(project.tree(), before);
    let (project, mine, _) = merged(
        &ONE.replace("b  String?", "b  String?\n  c  Int?"),
        "DROP TABLE A;\nCREATE TABLE A (id INTEGER NOT NULL PRIMARY KEY, d INTEGER);\n",
    );
    let before = project.tree();
    project
        .relata(&["migrate", "rebase", &mine])
        .fails("R6026", &["order", "`A`"]);
    assert_eq!(project.tree(), before);
}

#[test]
fn status_tells_drift_and_where_a_migration_stopped() {
    let project = Project::new(ONE);
    project.dev("one").ok();
    project
        .database()
        .execute_batch("ALTER TABLE A ADD COLUMN by_hand TEXT")
        .unwrap();
    let status = project.relata(&["migrate", "status"]).ok();
    assert!(
        status.stdout.contains("drift") && status.stdout.contains("by_hand"),
        "{status:?}"
    );
    assert_eq!(project.relata(&["migrate", "status", "--drift"]).status, 1);
    let status = project.relata(&["migrate", "status", "--no-drift"]).ok();
    assert!(status.stdout.contains("up to date"), "{status:?}");
    project.write(
        "migrations/29990101000000_half/migration.sql",
        "-- relata: no-transaction\nCREATE TABLE h (id INTEGER);\nINSERT INTO nowhere\nVALUES (1);\n",
    );
    project
        .relata(&["migrate", "deploy"])
        .fails("R2110", &["P3018"]);
    let status = project.relata(&["migrate", "status"]);
    assert_eq!(status.status, 1);
    for words in [
        "Stopped half-way",
        "statement 2 of 2, line 3",
        "INSERT INTO nowhere",
        "no such table",
    ] {
        assert!(status.stdout.contains(words), "{words} {status:?}");
    }
    let json = project.relata(&["migrate", "status", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        json["stopped"][0]["statement"],
        "INSERT INTO nowhere\nVALUES (1)"
    );
    project
        .relata(&["migrate", "down"])
        .fails("R2126", &["half"]);
}

#[test]
fn a_history_that_fails_on_a_scratch_database_is_told_as_such() {
    let project = Project::new(ONE);
    project.write(
        "migrations/20200101000000_bad/migration.sql",
        "SELECT 1;\nCREATE TABLE (;\n",
    );
    project
        .dev("one")
        .fails("R6019", &["P3006", "20200101000000_bad", "line 2"]);
}
