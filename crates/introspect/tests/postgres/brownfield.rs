//! Databases that somebody else made: what is read of one and made again is the same.

use std::fs;
use std::path::PathBuf;

use relata_script::Dialect;
use relata_sql::{Catalog, diff, plan};
use relata_testing::{Database, Postgres, workspace_root};

use crate::read;

/// A folder of `*.sql` files that are read beside the fixtures.
const FOLDER: &str = "RELATA_BROWNFIELD";

/// The scripts that the server can run, by the name of their case.
pub(crate) fn scripts(server: &Postgres) -> Vec<(String, String)> {
    let list = |folder: PathBuf| -> Vec<PathBuf> {
        fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.expect("an entry").path())
            .collect()
    };
    let mut files: Vec<PathBuf> = list(workspace_root().join("fixtures/brownfield"))
        .into_iter()
        .map(|case| case.join("postgres.sql"))
        .filter(|file| file.is_file())
        .collect();
    if let Some(folder) = std::env::var_os(FOLDER) {
        let others = list(folder.into()).into_iter();
        files.extend(others.filter(|file| file.extension().is_some_and(|ending| ending == "sql")));
    }
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let sql = fs::read_to_string(&file).expect("a script");
            (file.display().to_string(), sql)
        })
        .filter(|(_, sql)| server.can_run(sql))
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

pub(crate) fn create(catalog: &Catalog) -> String {
    plan(&diff(&Catalog::empty(Dialect::Postgres), catalog).expect("one dialect")).script()
}

fn differences(before: &Catalog, after: &Catalog) -> String {
    if before == after {
        return String::new();
    }
    lines_that_differ(&format!("{before:#?}"), &format!("{after:#?}"))
}

/// The first lines that only one side has, with those around them.
pub(crate) fn lines_that_differ(before: &str, after: &str) -> String {
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
    let failed: Vec<String> = scripts(&server)
        .iter()
        .filter(|(name, _)| only.as_ref().is_none_or(|only| name.contains(only)))
        .filter_map(|(name, sql)| {
            let error = made_again(&server, sql).err()?;
            Some(format!("===== {name}: {error}"))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
