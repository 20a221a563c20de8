//! `migrate squash`: many migrations become one that does the same.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use relata::migration::{Folder, Migration, MigrationError};
use relata_script::{Dialect, MigrationName};
use relata_sql::{Catalog, diff, plan};

use crate::history::made_by;
use crate::{Error, Files, Place, write_migration};

/// What is squashed, and how.
pub struct Squash<'a> {
    /// The migrations folder.
    pub folder: &'a Path,
    /// The database that they are for.
    pub dialect: Dialect,
    /// Where things are tried.
    pub place: &'a Place,
    /// The last migration to squash; all are if none is given.
    pub to: Option<&'a str>,
    /// What the new one is called.
    pub name: &'a str,
    /// Whether rows that the migrations write into an empty database may be left out.
    pub without_rows: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Squashed {
    /// The new directory.
    pub directory: PathBuf,
    /// The migrations that it stands for, and that are gone.
    pub replaced: Vec<String>,
    /// Tables whose first rows it leaves out.
    pub without_rows: Vec<String>,
}

/// Makes one migration of many, proves that the folder still leads to the same database, and replaces their directories.
///
/// The new script names those that it stands for: a database that has them all has it, too, and the next deploy records it without
/// running it.
pub async fn squash(work: &Squash<'_>) -> Result<Squashed, Error> {
    let dialect = work.dialect;
    let folder = Folder::read(work.folder)?;
    folder.check(dialect)?;
    let all = folder.migrations;
    let count = match work.to {
        Some(last) => {
            let at = all.iter().position(|it| it.name.as_str() == last);
            let name = last.to_owned();
            let unknown = relata::Error::from(MigrationError::Unknown { name });
            at.ok_or(unknown)? + 1
        }
        None => all.len(),
    };
    let (old, rest) = all.split_at(count);
    let [.., last] = old else {
        return Err(Error::NothingToSquash);
    };
    if old.len() < 2 {
        return Err(Error::NothingToSquash);
    }
    let scratch = work.place.replay(old).await?;
    let target = scratch.catalog().await?;
    let mut with_rows = Vec::new();
    for table in &target.tables {
        let name = match &table.name.namespace {
            Some(namespace) => {
                format!(
                    "{}.{}",
                    dialect.ident(namespace),
                    dialect.ident(&table.name.name)
                )
            }
            None => dialect.ident(&table.name.name),
        };
        let sql = format!("SELECT COUNT(*) FROM {name}");
        let rows = scratch.connection().query(&sql, Vec::new()).await?;
        let rows: i64 = rows.first().map_or(Ok(0), |row| row.get(0))?;
        if rows > 0 {
            with_rows.push(format!("`{}` ({rows})", table.name));
        }
    }
    scratch.close().await?;
    if !with_rows.is_empty() && !work.without_rows {
        return Err(Error::SquashLosesRows { tables: with_rows });
    }
    let replaced: Vec<String> = old.iter().map(|it| it.name.as_str().to_owned()).collect();
    let mut markers = String::new();
    for it in old {
        let name = it.name.as_str();
        let _ = writeln!(markers, "-- relata: replaces {name}");
        // What was squashed before is still known to databases by its parts.
        for part in it.replaces() {
            let whole = part.part_of.unwrap_or(name);
            let _ = writeln!(
                markers,
                "-- relata: replaces {} as a part of {whole}",
                part.name
            );
        }
    }
    let script = plan(&diff(&Catalog::empty(dialect), &target)?).script();
    let script = format!("{markers}\n{script}");
    let name = MigrationName::new(last.name.stamp().unwrap_or("0"), work.name)?;
    let made = Migration {
        name: name.clone(),
        script: script.clone(),
    };
    prove(work.place, &made, &target).await?;
    if !rest.is_empty() {
        // What comes behind must find what it found before, in the order in which it is found now.
        let after = made_by(work.place, &all).await?;
        let mut now = vec![made];
        now.extend(rest.iter().cloned());
        now.sort_by(|a, b| a.name.cmp(&b.name));
        let reached = made_by(work.place, &now).await?;
        same(&reached, &after)?;
    }
    let files = Files {
        script: &script,
        down: None,
        plan: None,
    };
    let directory = write_migration(work.folder, &name, &files, dialect)?;
    for name in &replaced {
        let path = work.folder.join(name);
        std::fs::remove_dir_all(&path).map_err(|source| Error::Io { path, source })?;
    }
    Ok(Squashed {
        directory,
        replaced,
        without_rows: with_rows,
    })
}

async fn prove(place: &Place, made: &Migration, target: &Catalog) -> Result<(), Error> {
    let reached = made_by(place, std::slice::from_ref(made)).await?;
    same(&reached, target)
}

fn same(reached: &Catalog, target: &Catalog) -> Result<(), Error> {
    let left = diff(reached, target)?;
    if left.is_empty() {
        return Ok(());
    }
    Err(Error::Unproved {
        summary: plan(&left).summary().to_owned(),
    })
}
