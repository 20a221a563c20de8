//! The migration runner on PostgreSQL and MariaDB.

mod cut;
mod embedded;
mod history;
mod kill;
mod lock;
mod steps;
mod whole;

use std::path::Path;
use std::time::Duration;

use relata::migration::{Migration, Runner, Target};
use relata::{Connection, Dialect, Error, Result};
use relata_testing::Database;

use crate::url;

/// A connection of its own for a runner.
async fn target(text: &str) -> Result<Target> {
    let (url, base) = (url(text), Path::new(""));
    Ok(match url.dialect() {
        Dialect::Postgres => (&relata::postgres::Options::from_url(&url, base)?
            .connect()
            .await?)
            .into(),
        _ => (&relata::mysql::Options::from_url(&url, base)?
            .connect()
            .await?)
            .into(),
    })
}

/// Waits long: MariaDB's lock is the whole server's, and other tests deploy on it at the same time.
async fn runner(database: &Database) -> Runner {
    runner_at(&database.url()).await.unwrap()
}

async fn runner_at(url: &str) -> Result<Runner> {
    Ok(Runner::new(target(url).await?).wait(Duration::from_mins(2)))
}

/// Migrations `1_m`, `2_m`, … of these scripts.
fn scripts<S: AsRef<str>>(scripts: &[S]) -> Vec<Migration> {
    (1..)
        .zip(scripts)
        .map(|(n, script)| Migration::new(&format!("{n:02}_m"), script.as_ref()).unwrap())
        .collect()
}

async fn deploy<S: AsRef<str>>(database: &Database, texts: &[S]) -> Result<Vec<String>> {
    let runner = runner(database).await;
    let deployed = runner.deploy(&scripts(texts), |_| {}).await?;
    Ok(deployed.applied)
}

async fn deploy_fails<S: AsRef<str>>(database: &Database, texts: &[S]) -> Error {
    match deploy(database, texts).await {
        Ok(applied) => panic!("applied {applied:?}"),
        Err(error) => error,
    }
}

/// One line per row, columns joined by a space.
fn rows(database: &Database, sql: &str) -> Vec<String> {
    let rows = database.query(sql);
    rows.into_iter()
        .map(|row| {
            let cells = row
                .into_iter()
                .map(|cell| cell.unwrap_or_else(|| "NULL".to_owned()));
            cells.collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// The ledger: per row of the history its steps, whether it has logs, and whether it is finished.
const LEDGER: &str = "SELECT applied_steps_count, CASE WHEN logs IS NULL THEN 0 ELSE 1 END, CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END \
     FROM _relata_migrations ORDER BY migration_name";

/// Kills every other session of the database, first those that a statement runs in: what it waits for must not be let go before.
async fn cut_off(database: &Database) {
    let db = crate::open(database).await;
    let others = if db.dialect() == Dialect::Postgres {
        "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY state = 'active' DESC"
    } else {
        "SELECT CONCAT('KILL ', id) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID() \
         ORDER BY command = 'Sleep'"
    };
    for row in db.query(others, vec![]).await.unwrap() {
        if db.dialect() != Dialect::Postgres {
            let kill: String = row.get(0).unwrap();
            // It may be gone already.
            let _ = db.batch(&kill).await;
        }
    }
}
