//! `migrate dev`: from a changed schema to a migration that has been proved, and a database that has it.

pub(crate) mod drift;
mod proposal;
pub(crate) mod stamp;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use relata::migration::{
    Folder, HistoryTable, Migration, MigrationError, Progress, Runner, Status,
};
use relata::types::jiff;
use relata_introspect::introspect;
use relata_schema::Schema;
use relata_script::MigrationName;
use relata_sql::catalog::Managed;

use crate::directory::Files;
use crate::history::{made_by, standing};
use crate::proof::Proof;
use crate::strays::strays;
use crate::{Ask, Error, Live, Place, Renames, Weighed, write_migration};
pub use drift::DriftAnswer;
use proposal::Proposal;
pub(crate) use proposal::fingerprint;

/// What `migrate dev` is asked to do.
pub struct Dev<'a> {
    /// The schema to reach.
    pub schema: &'a Schema,
    /// The migrations folder.
    pub folder: &'a Path,
    /// Where things are tried.
    pub place: &'a Place,
    /// How the migration goes about tables that are in use.
    pub style: Style,
    /// Whether to write the migration and leave the database alone. Without a change an empty one is written, to be filled
    /// by hand.
    pub create_only: bool,
    /// The kinds of object that the schema owns; where nobody says, all of them, but in a project of Prisma's.
    pub managed: Option<BTreeSet<Managed>>,
    /// Whether values that are in the way are shown; they may be personal.
    pub show_values: bool,
    /// The oldest server that the project runs on; what it does not have is refused.
    pub target: Option<relata_sql::Target>,
    /// What applies migrations and writes the history, on the same connection.
    pub runner: Runner,
    /// The history that a database gets which has none.
    pub table: HistoryTable,
    /// The time, for the stamp in the directory's name.
    pub now: jiff::Timestamp,
}

/// How a migration goes about tables that are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// In few statements, in one transaction where that can be. Readers and writers wait for as long as the work takes.
    Simple,
    /// In statements that keep nobody out for longer than a moment, each in a transaction of its own (PostgreSQL). Tables that are new are
    /// in nobody's use.
    Online,
}

/// What `migrate dev` did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The directory it wrote, if there was something to write.
    pub written: Option<PathBuf>,
    /// The script in it.
    pub script: Option<String>,
    /// What came of running it on a scratch database.
    pub proof: Option<Proof>,
    /// What came of the renames.
    pub renames: Renames,
    /// Rows that are not as the schema says, which it did not have to change.
    pub notes: Vec<Weighed>,
    /// The migration into which it has put what was changed by hand.
    pub absorbed: Option<String>,
    /// Whether it has put the database back to what its migrations make of it.
    pub reverted: bool,
    /// The migrations it applied, in order.
    pub applied: Vec<String>,
}

/// Brings migrations and database to the schema: looks for drift, plans, asks, proves, writes, applies.
///
/// The database is looked at but not changed before the migration is written, and not at all with `create_only`; but for a drift that is to be
/// reverted, as the answer says.
pub async fn dev(
    dev: &Dev<'_>,
    db: &Live,
    ask: &mut dyn Ask,
    progress: impl FnMut(Progress),
) -> Result<Outcome, Error> {
    let dialect = db.connection().dialect();
    let folder = Folder::read(dev.folder)?;
    folder.check(dialect)?;
    let mut migrations = folder.migrations;
    let runner = &dev.runner;
    let status = runner.status(&migrations).await?;
    let mut outcome = Outcome::default();
    check_history(&status)?;
    settle_drift(dev, db, &status, &mut migrations, ask, &mut outcome).await?;
    let proposal = Proposal::of(
        dev,
        db,
        &status,
        &migrations,
        ask,
        &mut outcome.renames,
        &mut outcome.notes,
    );
    if let Some(proposal) = proposal.await? {
        let name = ask.migration_name().ok_or(Error::NoName)?;
        let name = MigrationName::new(&stamp::next(dev.now, &migrations), &name)?;
        let files = Files {
            script: &proposal.script,
            down: proposal.down.as_deref(),
            plan: proposal.document.as_deref(),
        };
        outcome.written = Some(write_migration(dev.folder, &name, &files, dialect)?);
        migrations.push(Migration {
            name,
            script: proposal.script.clone(),
        });
        outcome.script = Some(proposal.script);
        outcome.proof = proposal.proof;
    }
    if !dev.create_only {
        outcome.applied = runner.deploy(&migrations, progress).await?.applied;
        if !outcome.notes.is_empty() && !outcome.applied.is_empty() {
            let now = introspect(db.connection()).await?;
            outcome.notes = strays(dev.schema, &now, db.connection()).await?;
        }
    }
    Ok(outcome)
}

/// Refuses a history that does not fit the folder.
fn check_history(status: &Status) -> Result<(), Error> {
    if !status.reverting.is_empty() {
        let names = status.reverting.clone();
        return Err(relata::Error::from(MigrationError::Reverting(names)).into());
    }
    if !status.failed.is_empty() {
        let names = status.failed.iter().map(|failed| failed.name.clone());
        return Err(Error::Failed {
            names: names.collect(),
        });
    }
    if !status.edited.is_empty() {
        return Err(Error::Edited {
            names: status.edited.clone(),
        });
    }
    if !status.missing.is_empty() {
        return Err(Error::Missing {
            names: status.missing.clone(),
        });
    }
    Ok(())
}

/// Looks whether the database is what its migrations make of it, and asks what to do where it is not.
async fn settle_drift(
    dev: &Dev<'_>,
    db: &Live,
    status: &Status,
    migrations: &mut Vec<Migration>,
    ask: &mut dyn Ask,
    outcome: &mut Outcome,
) -> Result<(), Error> {
    let actual = introspect(db.connection()).await?;
    if status.table.is_none() {
        return if actual.tables.is_empty() {
            Ok(())
        } else {
            Err(Error::NoHistory)
        };
    }
    // A migration that stopped half-way is resumed by the next deploy; until then there is nothing to compare with.
    if !status.interrupted.is_empty() {
        return Ok(());
    }
    let applied = standing(status, migrations);
    let expected = made_by(dev.place, &applied).await?;
    let Some(drift) = drift::between(&expected, &actual)? else {
        return Ok(());
    };
    let stop = || Error::Drift {
        summary: drift.summary.clone(),
    };
    match ask.drift(&drift.summary) {
        DriftAnswer::Ignore => {}
        // Both change something that `create_only` leaves alone: the database, or its history.
        DriftAnswer::Absorb | DriftAnswer::Revert if dev.create_only => return Err(stop()),
        DriftAnswer::Absorb => {
            let migration = drift::migration(&stamp::next(dev.now, migrations), &drift.absorb)?;
            let files = Files {
                script: &migration.script,
                down: Some(&drift.revert),
                plan: None,
            };
            let dialect = db.connection().dialect();
            write_migration(dev.folder, &migration.name, &files, dialect)?;
            dev.runner.mark_applied(&migration).await?;
            outcome.absorbed = Some(migration.name.as_str().to_owned());
            migrations.push(migration);
        }
        DriftAnswer::Revert => {
            for statement in relata_script::split(db.connection().dialect(), &drift.revert) {
                db.connection().batch(statement.text()).await?;
            }
            outcome.reverted = true;
        }
        DriftAnswer::Stop => return Err(stop()),
    }
    Ok(())
}
