//! Rows written by hand: baselines, and failures that were repaired.

use std::sync::Arc;

use super::{Session, history, lock};
use crate::migration::runner::Settings;
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
    let result = applied(&session, migration).await;
    held.release(&session).await;
    result
}

async fn applied(session: &Session<'_>, migration: &Migration) -> Result<()> {
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
