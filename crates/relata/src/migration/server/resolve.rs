//! Rows written by hand: baselines, failures that were repaired, and statements of which only a person can tell whether they
//! have run.

use std::sync::Arc;

use relata_script::checksum;

use super::history::Entry;
use super::{Session, history, lock};
use crate::migration::ledger::Ledger;
use crate::migration::runner::Settings;
use crate::migration::script::Script;
use crate::migration::status::begun;
use crate::migration::{HistoryRow, Migration, MigrationError, RowState};
use crate::types::{jiff::Timestamp, uuid};
use crate::{Connection, Result};

pub(in crate::migration) async fn mark_applied(
    db: &Arc<dyn Connection>,
    settings: &Settings,
    migration: &Migration,
) -> Result<()> {
    let session = Session::new(db, settings, &|_| {}).await?;
    let held = lock::acquire(&session).await?;
    let result = record(&session, migration).await;
    held.release(&session).await;
    result
}

/// Gives a migration another name in the history.
pub(in crate::migration) async fn rename(
    db: &Arc<dyn Connection>,
    settings: &Settings,
    from: &str,
    to: &str,
) -> Result<()> {
    let session = Session::new(db, settings, &|_| {}).await?;
    let held = lock::acquire(&session).await?;
    let result = async {
        if let Some(table) = history::find(session.db, &session.place).await? {
            history::rename(session.db, &session.place, table, from, to).await?;
        }
        Ok(())
    }
    .await;
    held.release(&session).await;
    result
}

/// Writes the row of a migration that the database has, whoever applied it.
pub(super) async fn record(session: &Session<'_>, migration: &Migration) -> Result<()> {
    let place = &session.place;
    let name = migration.name.as_str();
    history::make_namespace(session.db, place).await?;
    let table = history::find_or_create(session.db, place, session.settings.table).await?;
    let tx = session.db.begin().await?;
    let rows = history::rows(&*tx, place, table).await?;
    if rows
        .iter()
        .any(|row| row.migration_name == name && row.state() == RowState::Applied)
    {
        let name = name.to_owned();
        return Err(MigrationError::AlreadyApplied { name }.into());
    }
    history::roll_back(&*tx, place, table, name).await?;
    let now = Timestamp::now();
    let row = HistoryRow {
        id: uuid::Uuid::new_v4().to_string(),
        checksum: migration.checksum(),
        finished_at: Some(now),
        migration_name: name.to_owned(),
        logs: Some(String::new()),
        rolled_back_at: None,
        started_at: now,
        applied_steps_count: 0,
    };
    history::insert(&*tx, place, table, &row).await?;
    tx.commit().await
}

pub(in crate::migration) async fn mark_rolled_back(
    db: &Arc<dyn Connection>,
    settings: &Settings,
    name: &str,
) -> Result<()> {
    let session = Session::new(db, settings, &|_| {}).await?;
    let held = lock::acquire(&session).await?;
    let result = rolled_back(&session, name).await;
    held.release(&session).await;
    result
}

pub(in crate::migration) async fn decide(
    db: &Arc<dyn Connection>,
    settings: &Settings,
    migration: &Migration,
    has_run: bool,
) -> Result<()> {
    let session = Session::new(db, settings, &|_| {}).await?;
    let held = lock::acquire(&session).await?;
    let result = decided(&session, migration, has_run).await;
    held.release(&session).await;
    result
}

async fn decided(session: &Session<'_>, migration: &Migration, has_run: bool) -> Result<()> {
    let (db, place) = (session.db, &session.place);
    let script = Script::new(session.dialect(), migration);
    let name = || script.name().to_owned();
    let nothing = || MigrationError::NotUndecided { name: name() };
    let table = history::find(db, place).await?.ok_or_else(nothing)?;
    let rows = history::rows(db, place, table).await?;
    let row = begun(&rows, script.name()).ok_or_else(nothing)?;
    if row.logs.as_deref().and_then(Ledger::parse).is_none() {
        return Err(nothing().into());
    }
    let ledger = script.resume(row)?;
    let trying = ledger.trying.ok_or_else(nothing)?;
    if trying.statement != checksum(script.text(ledger.done)) {
        return Err(MigrationError::CannotResume {
            name: name(),
            done: ledger.done,
            reason: "the statement that was under way was edited since".to_owned(),
        }
        .into());
    }
    let done = ledger.done + usize::from(has_run);
    let entry = Entry {
        place: place.clone(),
        table,
        id: row.id.clone(),
    };
    let logs = script.ledger(&script.prefixes(), done).write(None);
    let count = |steps: usize| i64::try_from(steps).unwrap_or(i64::MAX);
    if entry
        .advance(db, count(ledger.done)..count(done), logs)
        .await?
    {
        return Ok(());
    }
    Err(MigrationError::Concurrent { name: name() }.into())
}

async fn rolled_back(session: &Session<'_>, name: &str) -> Result<()> {
    let place = &session.place;
    let name = name.to_owned();
    let Some(table) = history::find(session.db, place).await? else {
        return Err(MigrationError::NeverApplied { name }.into());
    };
    let rows = history::rows(session.db, place, table).await?;
    if !rows.iter().any(|row| row.migration_name == name) {
        return Err(MigrationError::NeverApplied { name }.into());
    }
    if history::roll_back(session.db, place, table, &name).await? == 0 {
        return Err(MigrationError::NotFailed { name }.into());
    }
    Ok(())
}
