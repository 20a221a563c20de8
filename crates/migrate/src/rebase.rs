//! `migrate rebase`: migrations of a branch put behind those that were merged meanwhile.

use std::path::Path;

use relata::migration::{Folder, Migration, MigrationError, Runner};
use relata::types::jiff;
use relata_script::{Dialect, MigrationName};
use relata_sql::{diff, plan};
use serde_json::{Value, json};

use crate::dev::{fingerprint, stamp};
use crate::history::made_by;
use crate::{Error, Place};

/// What is rebased.
pub struct Rebase<'a> {
    /// The migrations folder.
    pub folder: &'a Path,
    /// The database that they are for.
    pub dialect: Dialect,
    /// Where both orders are run.
    pub place: &'a Place,
    /// The migrations of the branch.
    pub names: &'a [String],
    /// What keeps the history of the branch's own database.
    pub runner: &'a Runner,
    /// The time, for the new stamps.
    pub now: jiff::Timestamp,
}

/// Renames the migrations of a branch so that they come last, in the folder and in the history of the branch's database. Gives the old
/// and the new names.
///
/// Both orders are run first: a migration that fails behind the others, or that leads elsewhere there, is not renamed.
pub async fn rebase(work: &Rebase<'_>) -> Result<Vec<(String, String)>, Error> {
    let folder = Folder::read(work.folder)?;
    folder.check(work.dialect)?;
    let all = folder.migrations;
    let status = work.runner.status(&all).await?;
    let is_applied = |it: &Migration| status.applied.iter().any(|name| name == it.name.as_str());
    for name in work.names {
        if !all.iter().any(|it| it.name.as_str() == name) {
            let name = name.clone();
            return Err(relata::Error::from(MigrationError::Unknown { name }).into());
        }
    }
    let is_ours = |it: &Migration| work.names.iter().any(|name| name == it.name.as_str());
    let (ours, theirs): (Vec<Migration>, Vec<Migration>) = all.iter().cloned().partition(is_ours);
    let newest = theirs.iter().map(|it| &it.name).max();
    if ours.is_empty() || newest.is_none_or(|newest| ours.iter().all(|it| it.name > *newest)) {
        return Ok(Vec::new());
    }
    let mut moved = theirs.clone();
    let mut renamed = Vec::new();
    for old in &ours {
        let name = match old.name.stamp() {
            Some(stamp) => old.name.as_str()[stamp.len()..].trim_start_matches('_'),
            None => old.name.as_str(),
        };
        let name = MigrationName::new(&stamp::next(work.now, &moved), name)?;
        renamed.push((old.name.as_str().to_owned(), name.as_str().to_owned()));
        moved.push(Migration {
            name,
            script: old.script.clone(),
        });
    }
    // As this database has it: what it has already, and then what was merged.
    let mut here: Vec<Migration> = all.iter().filter(|it| is_applied(it)).cloned().collect();
    here.extend(ours.iter().filter(|it| !is_applied(it)).cloned());
    here.extend(theirs.iter().filter(|it| !is_applied(it)).cloned());
    let behind = made_by(work.place, &moved)
        .await
        .map_err(|error| match error {
            Error::Replay { name, message, .. } => Error::RebaseFails { name, message },
            other => other,
        })?;
    // An order that never worked has nothing to be compared with.
    if let Ok(before) = made_by(work.place, &here).await {
        let left = diff(&before, &behind)?;
        if !left.is_empty() {
            return Err(Error::OrderMatters {
                names: renamed.iter().map(|(old, _)| old.clone()).collect(),
                summary: plan(&left).summary().to_owned(),
            });
        }
    }
    for (index, (old, new)) in renamed.iter().enumerate() {
        let (from, to) = (work.folder.join(old), work.folder.join(new));
        let at = theirs.len() + index;
        update_plan(work, &from, &moved[..at], &moved[..=at]).await?;
        let io = |source| Error::Io {
            path: to.clone(),
            source,
        };
        std::fs::rename(&from, &to).map_err(io)?;
        work.runner.rename(old, new).await?;
    }
    Ok(renamed)
}

/// A plan tells between which states it leads, and these are others now.
async fn update_plan(
    work: &Rebase<'_>,
    directory: &Path,
    before: &[Migration],
    after: &[Migration],
) -> Result<(), Error> {
    let path = directory.join("plan.json");
    let document = std::fs::read_to_string(&path)
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let Some(mut document) = document.filter(Value::is_object) else {
        return Ok(());
    };
    document["before"] = json!(fingerprint(&made_by(work.place, before).await?)?);
    document["after"] = json!(fingerprint(&made_by(work.place, after).await?)?);
    std::fs::write(&path, format!("{document:#}\n")).map_err(|source| Error::Io { path, source })
}
