//! Databases that somebody else made.

use std::fs;

use relata_testing::{Postgres, workspace_root};

use crate::support::{kinds, pulled_twice, round_trip};

#[test]
fn databases_of_others_are_pulled_and_made_again() {
    let only = std::env::var("RELATA_TEST_ONLY").ok();
    let kinds = kinds();
    let kind = kinds
        .iter()
        .find(|kind| kind.provider == "postgresql")
        .expect("a server");
    let server = Postgres::from_env();
    let folder = workspace_root().join("fixtures/brownfield");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the fixtures")
        .map(|entry| entry.expect("an entry").path().join("postgres.sql"))
        .filter(|file| file.is_file())
        .collect();
    files.sort();
    assert!(files.len() > 25, "only {} scripts", files.len());
    let mut failed = Vec::new();
    for file in files {
        let name = file.display().to_string();
        if only.as_ref().is_some_and(|only| !name.contains(only)) {
            continue;
        }
        let sql = fs::read_to_string(&file).expect("a script");
        if !server.can_run(&sql) {
            continue;
        }
        let made = kind.make(&sql).expect("the fixture");
        // A view and a function that need each other are ordered by what a server recorded, which a schema does not know: such a
        // schema is read and stays, and cannot be made from nothing yet.
        let done = if name.contains("/circles/") {
            pulled_twice(kind, &made).map(drop)
        } else {
            round_trip(kind, &made).map(drop)
        };
        if let Err(error) = done {
            failed.push(format!("===== {name}: {error}"));
        }
    }
    assert!(
        failed.is_empty(),
        "{} failed\n{}",
        failed.len(),
        failed.join("\n\n")
    );
}
