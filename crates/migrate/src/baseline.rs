//! A database that was there before its migrations: what it holds becomes the first of them.

use std::path::{Path, PathBuf};

use relata::migration::{Folder, Migration, Runner};
use relata::types::jiff;
use relata_introspect::introspect;
use relata_script::MigrationName;
use relata_sql::{Catalog, diff, plan};

use crate::dev::stamp;
use crate::{Error, Files, Live, write_migration};

/// Writes what a database holds as a migration, and records it as applied. Rights are left out: they are given per environment.
///
/// The folder and the database's history must both be empty. Where the history cannot be written, the directory goes again.
pub async fn baseline(
    db: &Live,
    runner: &Runner,
    folder: &Path,
    now: jiff::Timestamp,
) -> Result<PathBuf, Error> {
    let dialect = db.connection().dialect();
    let there = Folder::read(folder)?.migrations;
    let mut actual = introspect(db.connection()).await?;
    actual.grants.clear();
    actual.default_privileges.clear();
    let script = plan(&diff(&Catalog::empty(dialect), &actual)?).script();
    let name = MigrationName::new(&stamp::next(now, &there), "baseline")?;
    let files = Files {
        script: &script,
        down: None,
        plan: None,
    };
    let directory = write_migration(folder, &name, &files, dialect)?;
    if let Err(error) = runner.mark_applied(&Migration { name, script }).await {
        let _ = std::fs::remove_dir_all(&directory);
        return Err(error.into());
    }
    Ok(directory)
}
