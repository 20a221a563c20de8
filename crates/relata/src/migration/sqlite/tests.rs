use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::migration::*;
use crate::sqlite::{Options, Sqlite};
use crate::{Connection, Error, Result};

mod history;
mod steps;
mod whole;

/// A database file that lives as long as the test.
struct Database {
    folder: tempfile::TempDir,
}

impl Database {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("app.db")
    }

    async fn open(&self) -> Sqlite {
        open(&self.path()).await
    }
}

async fn open(path: &Path) -> Sqlite {
    Options::file(path)
        .create(true)
        .busy_timeout(Duration::from_secs(3))
        .open()
        .await
        .unwrap()
}

/// Migrations `1_`, `2_`, … of these scripts.
fn scripts(scripts: &[&str]) -> Vec<Migration> {
    (1..)
        .zip(scripts)
        .map(|(n, script)| Migration::new(&format!("{n}_m"), *script).unwrap())
        .collect()
}

async fn deploy(db: &Sqlite, texts: &[&str]) -> Result<Vec<String>> {
    let runner = Runner::new(db).wait(Duration::from_millis(100));
    runner
        .deploy(&scripts(texts), |_| {})
        .await
        .map(|deployed| deployed.applied)
}

/// One line per row, columns joined by a space.
async fn rows(db: &Sqlite, sql: &str) -> Vec<String> {
    let rows = db.query(sql, vec![]).await.unwrap();
    rows.into_iter()
        .map(|row| {
            let cells = row.into_values().into_iter().map(|value| match value {
                crate::Value::Text(text) => text,
                crate::Value::I64(number) => number.to_string(),
                other => format!("{other:?}"),
            });
            cells.collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// Every object of the database, so that "nothing was changed" can be seen.
async fn objects(db: &Sqlite) -> Vec<String> {
    rows(
        db,
        "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .await
}
