//! PostgreSQL, MySQL and MariaDB: a session that holds the lock for migrations, on which scripts run whole (PostgreSQL) or
//! in steps.
//!
//! [`deploy`] is the way through; [`lock`] keeps others out, [`history`] reads and writes the table, [`variables`] puts the
//! session back, [`whole`] and [`steps`] are the two ways to run a script, [`retry`] says what is tried again, [`blocker`] who was
//! in the way, and [`probe`] asks the database whether a statement has taken effect.

mod blocker;
mod history;
mod lock;
mod place;
mod probe;
mod resolve;
mod retry;
mod steps;
mod variables;
mod whole;

use std::sync::Arc;
use std::time::Instant;

use self::place::Place;
use self::variables::Variables;
use super::runner::Settings;
use super::script::Script;
use super::status::{self, begun, compare, refuse};
use super::{Deployed, HistoryRow, Migration, MigrationError, Pending, Progress, RowState, Status};
use crate::{Connection, Dialect, Error, Result};

pub(super) use self::resolve::{decide, mark_applied, mark_rolled_back, rename};

/// Where reports go.
type Report<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// A connection, and what is to be done on it.
struct Session<'s> {
    db: &'s dyn Connection,
    settings: &'s Settings,
    report: Report<'s>,
    place: Place,
}

impl<'s> Session<'s> {
    async fn new(
        db: &'s Arc<dyn Connection>,
        settings: &'s Settings,
        report: Report<'s>,
    ) -> Result<Self> {
        db.holds_session()?;
        Ok(Self {
            db: db.as_ref(),
            settings,
            report,
            place: Place::read(db.as_ref()).await?,
        })
    }

    fn dialect(&self) -> Dialect {
        self.place.dialect
    }
}

/// The history as it was read.
struct Plan {
    rows: Vec<HistoryRow>,
    status: Status,
}

impl Plan {
    async fn read(db: &dyn Connection, place: &Place, migrations: &[Migration]) -> Result<Self> {
        let table = history::find(db, place).await?;
        let rows = match table {
            Some(table) => history::rows(db, place, table).await?,
            None => Vec::new(),
        };
        let status = compare(table, &rows, migrations);
        Ok(Self { rows, status })
    }

    async fn check(&self, session: &Session<'_>) -> Result<()> {
        if self.status.table.is_none() && !history::is_empty(session.db, &session.place).await? {
            return Err(MigrationError::NotEmpty.into());
        }
        refuse(session.settings, &self.status)
    }
}

/// The history of a server's database, if it has one.
pub(super) async fn history(
    db: &dyn Connection,
) -> Result<Option<(super::HistoryTable, Vec<HistoryRow>)>> {
    let place = Place::read(db).await?;
    let Some(table) = history::find(db, &place).await? else {
        return Ok(None);
    };
    Ok(Some((table, history::rows(db, &place, table).await?)))
}

pub(super) async fn status(db: &Arc<dyn Connection>, migrations: &[Migration]) -> Result<Status> {
    let place = Place::read(db.as_ref()).await?;
    Ok(Plan::read(db.as_ref(), &place, migrations).await?.status)
}

pub(super) async fn preview(
    db: &Arc<dyn Connection>,
    settings: &Settings,
    migrations: &[Migration],
) -> Result<Vec<Pending>> {
    let session = Session::new(db, settings, &|_| {}).await?;
    let plan = Plan::read(session.db, &session.place, migrations).await?;
    plan.check(&session).await?;
    let chosen = status::chosen(settings, &plan.status, migrations)?;
    status::preview(session.dialect(), &plan.rows, &chosen)
}

pub(super) async fn deploy(
    db: &Arc<dyn Connection>,
    settings: &Settings,
    migrations: &[Migration],
    report: Report<'_>,
) -> Result<Deployed> {
    let session = Session::new(db, settings, report).await?;
    // A program that starts many times a day should not have to wait for the lock to learn that there is nothing to do.
    // Anything else is looked at again under the lock: what another deploy is doing may look like a mistake half-way.
    let plan = Plan::read(session.db, &session.place, migrations).await?;
    let is_known = plan.status.table.is_some() && refuse(settings, &plan.status).is_ok();
    if is_known && status::chosen(settings, &plan.status, migrations)?.is_empty() {
        return Ok(Deployed::default());
    }
    let held = lock::acquire(&session).await?;
    let deployed = apply(&session, migrations).await;
    held.release(&session).await;
    deployed
}

async fn apply(session: &Session<'_>, migrations: &[Migration]) -> Result<Deployed> {
    let plan = Plan::read(session.db, &session.place, migrations).await?;
    plan.check(session).await?;
    history::make_namespace(session.db, &session.place).await?;
    let mut deployed = Deployed::default();
    for migration in status::chosen(session.settings, &plan.status, migrations)? {
        let start = Instant::now();
        if status::stands_for(&plan.status, migration)? {
            resolve::record(session, migration).await?;
        } else {
            let script = Script::new(session.dialect(), migration);
            one(session, begun(&plan.rows, script.name()), &script).await?;
        }
        deployed.applied.push(finished(session, migration, start));
    }
    Ok(deployed)
}

/// Runs one script, whole or in steps, from where it stopped. The row is that of the migration, if it has one.
async fn one(session: &Session<'_>, row: Option<&HistoryRow>, script: &Script<'_>) -> Result<()> {
    if !lock::keep(session, session.db).await? {
        let name = script.name().to_owned();
        return Err(MigrationError::Concurrent { name }.into());
    }
    let variables = Variables::keep(session.db, &session.place).await?;
    variables::limit_locks(session.db, session.dialect(), session.settings).await?;
    // What was begun in steps goes on in steps.
    let is_fresh = row.is_none_or(|row| row.state() == RowState::Applied);
    let ran = if is_fresh && script.runs_whole() {
        match whole::run(session, row, script).await {
            Ok(whole::Outcome::Done) => Ok(()),
            Ok(whole::Outcome::NeedsSteps) => {
                variables.restore(session.db).await?;
                variables::limit_locks(session.db, session.dialect(), session.settings).await?;
                steps::run(session, row, script).await
            }
            Err(error) => Err(error),
        }
    } else {
        steps::run(session, row, script).await
    };
    let restored = variables.restore(session.db).await;
    ran.and(restored)
}

/// Reports that a migration is done, and gives its name.
fn finished(session: &Session<'_>, migration: &Migration, start: Instant) -> String {
    let name = migration.name.as_str().to_owned();
    (session.report)(Progress::Finished {
        name: name.clone(),
        elapsed: start.elapsed(),
    });
    name
}

/// Does work under the lock.
pub(super) async fn alone<T>(
    db: &Arc<dyn Connection>,
    settings: &Settings,
    report: Report<'_>,
    work: impl Future<Output = T>,
) -> Result<T> {
    let session = Session::new(db, settings, report).await?;
    let held = lock::acquire(&session).await?;
    let done = work.await;
    held.release(&session).await;
    Ok(done)
}

/// Takes migrations back, in this order.
pub(super) async fn revert(
    db: &Arc<dyn Connection>,
    settings: &Settings,
    folder: &[Migration],
    downs: &[Migration],
    report: Report<'_>,
) -> Result<Vec<String>> {
    let session = Session::new(db, settings, report).await?;
    let held = lock::acquire(&session).await?;
    let reverted = take_back(&session, folder, downs).await;
    held.release(&session).await;
    reverted
}

async fn take_back(
    session: &Session<'_>,
    folder: &[Migration],
    downs: &[Migration],
) -> Result<Vec<String>> {
    let plan = Plan::read(session.db, &session.place, folder).await?;
    status::check_downs(session.settings, &plan.status, downs)?;
    let mut reverted = Vec::new();
    for down in downs {
        let start = Instant::now();
        let script = Script::down(session.dialect(), down);
        one(
            session,
            status::standing(&plan.rows, script.name()),
            &script,
        )
        .await?;
        reverted.push(finished(session, down, start));
    }
    Ok(reverted)
}

/// Runs every script without a history.
pub(super) async fn replay(
    db: &Arc<dyn Connection>,
    settings: &Settings,
    migrations: &[Migration],
    report: Report<'_>,
) -> Result<()> {
    let session = Session::new(db, settings, report).await?;
    history::make_namespace(session.db, &session.place).await?;
    for migration in migrations {
        let start = Instant::now();
        let script = Script::new(session.dialect(), migration);
        let variables = Variables::keep(session.db, &session.place).await?;
        let mut ran = Ok(whole::Outcome::NeedsSteps);
        if script.runs_whole() {
            ran = whole::replay(&session, &script).await;
        }
        if matches!(ran, Ok(whole::Outcome::NeedsSteps)) {
            ran = steps::replay(&session, &script)
                .await
                .map(|()| whole::Outcome::Done);
        }
        let restored = variables.restore(session.db).await;
        ran?;
        restored?;
        report(Progress::Finished {
            name: script.name().to_owned(),
            elapsed: start.elapsed(),
        });
    }
    Ok(())
}

/// Runs work in a task of its own, so that it goes on if nobody waits for it any more: a migration that is dropped half-way
/// would leave its transaction and its lock behind on the connection.
pub(super) async fn spawned<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Disconnected {
                message: "the runtime of the deploy has been shut down".to_owned(),
            }),
        },
    }
}
