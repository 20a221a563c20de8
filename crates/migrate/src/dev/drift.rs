use relata::migration::Migration;
use relata_sql::{Catalog, diff, plan};

use crate::Error;

/// What is to be done with a database that is not what its migrations make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriftAnswer {
    /// Stop, and change nothing.
    Stop,
    /// Write what differs into a migration of its own, and record it as applied: the database is right.
    Absorb,
    /// Put the database back to what its migrations make of it: the migrations are right.
    Revert,
    /// Go on, and leave the difference where it is.
    Ignore,
}

/// A database that is not what its migrations make of it.
pub(crate) struct Drift {
    /// What differs, for people.
    pub(crate) summary: String,
    /// The script that leads from the migrations to the database.
    pub(super) absorb: String,
    /// The script that leads from the database to the migrations.
    pub(super) revert: String,
}

/// Compares a database with what its migrations make of it. Rights are nobody's mistake: they are given per environment.
pub(crate) fn between(expected: &Catalog, actual: &Catalog) -> Result<Option<Drift>, Error> {
    let mut actual = actual.clone();
    actual.grants.clone_from(&expected.grants);
    actual
        .default_privileges
        .clone_from(&expected.default_privileges);
    // Nor is it one that `public` lost its own comment, which it does whenever somebody drops and makes it.
    let mut expected = expected.clone();
    for catalog in [&mut expected, &mut actual] {
        catalog.comments.retain(|comment| !comment.text.is_empty());
    }
    let expected = &expected;
    let there = diff(expected, &actual)?;
    if there.is_empty() {
        return Ok(None);
    }
    let back = diff(&actual, expected)?;
    Ok(Some(Drift {
        summary: plan(&there).summary().to_owned(),
        absorb: plan(&there).script(),
        revert: plan(&back).script(),
    }))
}

/// The migration that absorbs a drift.
pub(super) fn migration(stamp: &str, script: &str) -> Result<Migration, Error> {
    Ok(Migration::new(&format!("{stamp}_drift"), script)?)
}
