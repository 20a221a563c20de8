//! Databases that somebody else made: what is read of one and made again is the same.

use std::fs;
use std::path::PathBuf;

use relata_script::Dialect;
use relata_sql::{Catalog, diff, plan};
use relata_testing::{Database, Postgres, workspace_root};

use crate::read;

/// The scripts, by the name of their case.
fn scripts() -> Vec<(String, String)> {
    let folder = workspace_root().join("fixtures/brownfield");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("postgres.sql").is_file())
        .collect();
    cases.sort();
    cases
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let sql = fs::read_to_string(path.join("postgres.sql")).expect("a script");
            (name.into_owned(), sql)
        })
        .collect()
}

/// Makes the database of a script, reads it, makes what was read, and compares.
fn made_again(server: &Postgres, sql: &str) -> Result<(), String> {
    let first = server.fresh_database("brownfield");
    first
        .run(sql)
        .map_err(|error| format!("the fixture: {error}"))?;
    let description = read(&first);
    if !description.notes.is_empty() {
        return Err(format!("not read: {:?}", description.notes));
    }
    let script = create(&description.catalog);
    let second = server.fresh_database("brownfield");
    second
        .run(&script)
        .map_err(|error| format!("{error}\n{script}"))?;
    let again = read(&second).catalog;
    let differences = differences(&description.catalog, &again);
    if !differences.is_empty() {
        return Err(format!("catalogs differ\n{differences}"));
    }
    if create(&again) != script {
        return Err("the script differs".to_owned());
    }
    let dump = |database: &Database| database.dump_with_privileges();
    let (before, after) = (dump(&first), dump(&second));
    if before != after {
        return Err(format!(
            "dumps differ\n{}",
            lines_that_differ(&before, &after)
        ));
    }
    let changes = diff(&description.catalog, &again).expect("one dialect");
    if !changes.is_empty() {
        return Err(format!("a plan\n{}", plan(&changes).script()));
    }
    Ok(())
}

fn create(catalog: &Catalog) -> String {
    plan(&diff(&Catalog::empty(Dialect::Postgres), catalog).expect("one dialect")).script()
}

fn differences(before: &Catalog, after: &Catalog) -> String {
    if before == after {
        return String::new();
    }
    lines_that_differ(&format!("{before:#?}"), &format!("{after:#?}"))
}

/// The first lines that only one side has, with those around them.
fn lines_that_differ(before: &str, after: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.lines().collect(), after.lines().collect());
    let same = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let show = |lines: &[&str]| {
        let from = same.saturating_sub(12).min(lines.len());
        lines[from..lines.len().min(same + 8)].join("\n")
    };
    format!("--- before\n{}\n--- after\n{}", show(&before), show(&after))
}

#[test]
fn databases_of_others_are_made_again() {
    let server = Postgres::from_env();
    let only = std::env::var("RELATA_TEST_ONLY").ok();
    let failed: Vec<String> = scripts()
        .iter()
        .filter(|(name, _)| only.as_ref().is_none_or(|only| name == only))
        .filter_map(|(name, sql)| {
            let error = made_again(&server, sql).err()?;
            Some(format!("===== {name}: {error}"))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
