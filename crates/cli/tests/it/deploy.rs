//! `relata migrate deploy` and `resolve` on SQLite.

use crate::support::Project;

const FIRST: &str = "migrations/1_first/migration.sql";
const SECOND: &str = "migrations/2_second/migration.sql";

fn project() -> Project {
    let project = Project::new("");
    project.write(FIRST, "CREATE TABLE a (b INT);");
    project.write(SECOND, "-- relata: no-transaction\nDROP TABLE a;");
    project
}

#[test]
fn a_dry_run_changes_nothing() {
    let project = project();
    let dry = project.relata(&["migrate", "deploy", "--dry-run"]).ok();
    assert_eq!(
        dry.stdout,
        "Would apply 1_first: 1 statement, in one transaction\nWould apply 2_second: 1 statement, in steps\n"
    );
    assert!(!project.exists("dev.db"));
}

#[test]
fn a_deploy_stops_where_it_is_told() {
    let project = project();
    let none = project.relata(&["migrate", "deploy", "--to", "3"]);
    none.fails("R2116", &["P3017"]);
    let one = project
        .relata(&["migrate", "deploy", "--to", "1_first"])
        .ok();
    assert!(one.stdout.starts_with("Applied 1_first\n"), "{one:?}");
    let status = project.relata(&["migrate", "status"]);
    assert_eq!(status.status, 1);
    assert!(
        status.stdout.contains("Not yet applied:\n  2_second\n"),
        "{status:?}"
    );
    project.relata(&["migrate", "deploy"]).ok();
    project.relata(&["migrate", "status"]).ok();

    project.write("migrations/1_late/migration.sql", "SELECT 1;");
    let status = project.relata(&["migrate", "status"]);
    assert!(
        status.stdout.contains("applied late:\n  1_late\n"),
        "{status:?}"
    );
}

#[test]
fn rows_are_written_by_hand() {
    let project = project();
    project
        .relata(&["migrate", "resolve", "--applied", "1_first"])
        .ok();
    project.write(
        SECOND,
        "-- relata: no-transaction\nCREATE TABLE c (d INT); DROP TABLE a;",
    );
    let failed = project.relata(&["migrate", "deploy"]);
    failed.fails("R2110", &["statement 2 of 2"]);
    let json = [
        "migrate",
        "resolve",
        "--rolled-back",
        "2_second",
        "--format",
        "json",
    ];
    let resolved = project.relata(&json).ok();
    assert_eq!(resolved.stdout, "{\n  \"rolledBack\": \"2_second\"\n}\n");
    let decided = project.relata(&["migrate", "resolve", "--has-run", "2_second"]);
    decided.fails("R2123", &["2_second"]);
    let neither = project.relata(&["migrate", "resolve"]);
    assert_eq!(neither.status, 2);
    let both = project.relata(&["migrate", "resolve", "--applied", "a", "--rolled-back", "b"]);
    assert_eq!(both.status, 2);
    let odd = project.relata(&["migrate", "deploy", "--wait", "soon"]);
    assert!(
        odd.status == 2 && odd.stderr.contains("number of seconds"),
        "{odd:?}"
    );
}
