//! A script in one transaction with its history row, on PostgreSQL.

use super::retry::{Retry, is_refused_inside};
use super::{Report, Session, blocker, history, lock};
use crate::migration::script::Script;
use crate::migration::{HistoryRow, MigrationError};
use crate::types::{jiff::Timestamp, uuid};
use crate::{Error, Result, Transaction};

/// How it ended.
pub(super) enum Outcome {
    Done,
    /// The server refuses a statement inside a transaction. Nothing has happened.
    NeedsSteps,
}

/// Runs a script and writes its row.
///
/// One that takes a migration back marks the row of that migration.
pub(super) async fn run(
    session: &Session<'_>,
    applied: Option<&HistoryRow>,
    script: &Script<'_>,
) -> Result<Outcome> {
    let mut retry = Retry::new(session);
    loop {
        let started_at = Timestamp::now();
        let tx = session.db.begin().await?;
        let mut ran = statements(&*tx, script, session.report).await;
        if ran.is_ok() {
            ran = record(session, &*tx, applied, script, started_at).await;
        }
        let error = match outcome(tx, ran, script).await {
            Ok(outcome) => return Ok(outcome),
            Err(error) => blocker::told(session, error).await,
        };
        if !retry.again(session, script, &error).await {
            return Err(error);
        }
    }
}

/// Runs a script and writes nothing down.
pub(super) async fn replay(session: &Session<'_>, script: &Script<'_>) -> Result<Outcome> {
    let tx = session.db.begin().await?;
    let result = statements(&*tx, script, session.report).await;
    outcome(tx, result, script).await
}

async fn statements(tx: &dyn Transaction, script: &Script<'_>, report: Report<'_>) -> Result<()> {
    script.report_start(report, 0);
    for index in 0..script.statements.len() {
        tx.batch(script.text(index))
            .await
            .map_err(|error| script.failed(index, error, true))?;
        script.report(report, index + 1);
    }
    Ok(())
}

async fn record(
    session: &Session<'_>,
    tx: &dyn Transaction,
    applied: Option<&HistoryRow>,
    script: &Script<'_>,
    started_at: Timestamp,
) -> Result<()> {
    if !lock::keep(session, tx).await? {
        let name = script.name().to_owned();
        return Err(MigrationError::Concurrent { name }.into());
    }
    let table = history::find_or_create(tx, &session.place, session.settings.table).await?;
    if let Some(applied) = applied {
        let entry = history::Entry {
            place: session.place.clone(),
            table,
            id: applied.id.clone(),
        };
        return entry.take_back(tx).await;
    }
    let row = HistoryRow {
        id: uuid::Uuid::new_v4().to_string(),
        checksum: script.migration.checksum(),
        finished_at: Some(Timestamp::now()),
        migration_name: script.name().to_owned(),
        logs: None,
        rolled_back_at: None,
        started_at,
        applied_steps_count: i64::try_from(script.statements.len()).unwrap_or(i64::MAX),
    };
    history::insert(tx, &session.place, table, &row).await
}

/// Commits, or takes everything back.
async fn outcome(
    tx: Box<dyn Transaction>,
    result: Result<()>,
    script: &Script<'_>,
) -> Result<Outcome> {
    let error = match result {
        Ok(()) => match tx.commit().await {
            Ok(()) => return Ok(Outcome::Done),
            Err(Error::Disconnected { message }) => {
                let name = script.name().to_owned();
                return Err(MigrationError::CommitLost { name, message }.into());
            }
            // Deferred constraints are looked at here.
            Err(error) => match script.statements.len().checked_sub(1) {
                Some(last) => script.failed(last, error, true),
                None => error,
            },
        },
        Err(error) => {
            let _ = tx.rollback().await;
            error
        }
    };
    if is_refused_inside(&error) {
        return Ok(Outcome::NeedsSteps);
    }
    Err(error)
}
