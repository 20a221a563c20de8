//! Databases that somebody else made: what is read of one and made again is the same, for us and for the server's own
//! `SHOW CREATE`.

use std::fs;
use std::path::{Path, PathBuf};

use relata::Connection;
use relata_script::{Dialect, split};
use relata_sql::{Catalog, diff, plan};
use relata_testing::{Database, Mariadb, workspace_root};

use crate::read;

/// A folder of `*.mysql.sql` files that are read beside the fixtures.
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
    let mut files = list(workspace_root().join("fixtures/brownfield/mysql"), ".sql");
    if let Some(folder) = std::env::var_os(FOLDER) {
        files.extend(list(folder.into(), ".mysql.sql"));
    }
    files.sort();
    let read = |file: PathBuf| {
        let sql = fs::read_to_string(&file).expect("a script");
        (file.display().to_string(), sql)
    };
    files.into_iter().map(read).collect()
}

/// Runs a script as relata does, statement by statement: a client would cut bodies at their semicolons.
fn run(database: &Database, script: &str) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let url = database.url().parse().expect("a URL");
        let db: Box<dyn Connection> = relata::connect(&url, Path::new(""))
            .await
            .map_err(|error| error.to_string())?;
        for statement in split(Dialect::Mysql, script) {
            db.batch(statement.text())
                .await
                .map_err(|error| format!("{error}\n{}", statement.text()))?;
        }
        db.close().await.map_err(|error| error.to_string())
    })
}

fn create(catalog: &Catalog) -> String {
    plan(&diff(&Catalog::empty(Dialect::Mysql), catalog).expect("one dialect")).script()
}

fn made_again(server: &Mariadb, sql: &str) -> Result<(), String> {
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
    run(&second, &script).map_err(|error| format!("{error}\n{script}"))?;
    let again = read(&second).catalog;
    if description.catalog != again {
        let texts = [&description.catalog, &again].map(|catalog| format!("{catalog:#?}"));
        return Err(format!("catalogs differ\n{}\n{script}", difference(&texts)));
    }
    let dumps = [&first, &second].map(|database| without_heads(&database.dump_unordered()));
    if dumps[0] != dumps[1] {
        return Err(format!("dumps differ\n{}\n{script}", difference(&dumps)));
    }
    let away = plan(&diff(&again, &Catalog::empty(Dialect::Mysql)).expect("one dialect")).script();
    run(&second, &away).map_err(|error| format!("{error}\n{away}"))
}

/// What the server keeps of the head of a routine, trigger or event is what somebody typed; the catalogs compare that already.
fn without_heads(dump: &str) -> String {
    let heads = ["FUNCTION", "PROCEDURE", "TRIGGER", "EVENT"];
    let is_head = |line: &&str| {
        let kind = line.strip_prefix("CREATE ").unwrap_or_default();
        heads.iter().any(|head| kind.starts_with(head))
    };
    let lines: Vec<&str> = dump.lines().filter(|line| !is_head(line)).collect();
    lines.join("\n")
}

/// The first lines that differ, with those around them.
fn difference(texts: &[String; 2]) -> String {
    let [before, after] = texts
        .each_ref()
        .map(|text| text.lines().collect::<Vec<_>>());
    let same = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let show = |lines: &[&str]| {
        let from = same.saturating_sub(9).min(lines.len());
        lines[from..lines.len().min(same + 5)].join("\n")
    };
    format!("--- before\n{}\n--- after\n{}", show(&before), show(&after))
}

#[test]
fn databases_of_others_are_made_again() {
    let server = Mariadb::from_env();
    let only = std::env::var("RELATA_TEST_ONLY").ok();
    let failed: Vec<String> = scripts()
        .iter()
        .filter(|(name, _)| only.as_ref().is_none_or(|only| name.contains(only)))
        .filter_map(|(name, sql)| {
            let error = made_again(&server, sql).err()?;
            Some(format!("===== {name}: {error}"))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
