//! Databases that somebody else made with SQLite: what is read of one and made again is the same.

use std::fs;
use std::path::PathBuf;

use relata::Connection;
use relata::sqlite::Sqlite;
use relata_introspect::{Description, describe};
use relata_script::Dialect;
use relata_sql::{Catalog, diff, plan};
use relata_testing::workspace_root;

/// A folder of `*.sqlite.sql` files that are read beside the fixtures.
const FOLDER: &str = "RELATA_BROWNFIELD";

/// The scripts, by the name of their case.
fn scripts() -> Vec<(String, String)> {
    let list = |folder: PathBuf, ending: &str| -> Vec<PathBuf> {
        fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.to_string_lossy().ends_with(ending))
            .collect()
    };
    let mut files = list(workspace_root().join("fixtures/brownfield/sqlite"), ".sql");
    if let Some(folder) = std::env::var_os(FOLDER) {
        files.extend(list(folder.into(), ".sqlite.sql"));
    }
    files.sort();
    let read = |file: PathBuf| {
        let sql = fs::read_to_string(&file).expect("a script");
        (file.display().to_string(), sql)
    };
    files.into_iter().map(read).collect()
}

async fn made(sql: &str) -> Result<(Sqlite, Description), String> {
    let db = Sqlite::memory().await.expect("memory");
    db.batch(sql)
        .await
        .map_err(|error| format!("{error}\n{sql}"))?;
    let description = describe(&db).await.map_err(|error| error.to_string())?;
    Ok((db, description))
}

fn create(catalog: &Catalog) -> String {
    plan(&diff(&Catalog::empty(Dialect::Sqlite), catalog).expect("one dialect")).script()
}

/// Without what a script's order decides: SQLite tells tables in the order in which they were made.
fn in_order(mut catalog: Catalog) -> Catalog {
    catalog.tables.sort_by(|a, b| a.name.cmp(&b.name));
    for table in &mut catalog.tables {
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        // Those of columns come before those of the table.
        table
            .checks
            .sort_by(|a, b| a.expression.source.cmp(&b.expression.source));
    }
    catalog
}

async fn made_again(sql: &str) -> Result<(), String> {
    let (_, first) = made(sql).await?;
    if !first.notes.is_empty() {
        return Err(format!("not read: {:?}", first.notes));
    }
    let script = create(&first.catalog);
    let (second, again) = made(&script).await?;
    let (before, after) = (in_order(first.catalog), in_order(again.catalog));
    if before != after {
        return Err(format!(
            "catalogs differ\n{}\n{script}",
            difference(&before, &after)
        ));
    }
    // And everything can go again.
    let away = plan(&diff(&after, &Catalog::empty(Dialect::Sqlite)).expect("one dialect")).script();
    second
        .batch(&away)
        .await
        .map_err(|error| format!("{error}\n{away}"))?;
    Ok(())
}

fn difference(before: &Catalog, after: &Catalog) -> String {
    let (before, after) = (format!("{before:#?}"), format!("{after:#?}"));
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.lines().collect(), after.lines().collect());
    let same = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let show = |lines: &[&str]| lines[same.saturating_sub(9)..lines.len().min(same + 5)].join("\n");
    format!("--- before\n{}\n--- after\n{}", show(&before), show(&after))
}

#[tokio::test(flavor = "current_thread")]
async fn databases_of_others_are_made_again() {
    let scripts = scripts();
    assert!(scripts.len() >= 20, "only {} fixtures", scripts.len());
    let mut failed = Vec::new();
    for (name, sql) in scripts {
        if let Err(error) = made_again(&sql).await {
            failed.push(format!("===== {name}: {error}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
