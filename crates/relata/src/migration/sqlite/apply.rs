//! The two ways to run a script: as a whole, in one transaction with its history row; or in steps ([`super::steps`]).

use std::time::Instant;

use relata_script::{Dialect, first_word};
use rusqlite::Connection;

use super::guard::{self, Locked};
use super::plan::{self, Plan};
use super::turn::Turn;
use super::{foreign_keys, history, steps};
use crate::migration::runner::Settings;
use crate::migration::script::Script;
use crate::migration::status::{check_downs, chosen, standing, stands_for};
use crate::migration::{Deployed, HistoryRow, Migration, MigrationError, Progress};
use crate::sqlite::execute;
use crate::types::{jiff::Timestamp, uuid};
use crate::{Error, Result};

impl Script<'_> {
    pub(super) fn switches_foreign_keys_off(&self) -> bool {
        self.foreign_keys == Some(false)
    }

    /// Runs one statement; the error says where it stands in the script.
    pub(super) fn run(&self, conn: &Connection, index: usize, rolled_back: bool) -> Result<()> {
        execute(conn, self.text(index), Vec::new())
            .map(|_| ())
            .map_err(|error| self.failed(index, error, rolled_back))
    }
}

pub(in crate::migration) fn deploy(
    conn: &Connection,
    settings: &Settings,
    migrations: &[Migration],
    report: &dyn Fn(Progress),
) -> Result<Deployed> {
    let _timeout = guard::BusyTimeout::set(conn, settings.wait)?;
    let _turn = Turn::take(conn, settings.wait)?;
    let mut plan = Plan::read(conn, migrations)?;
    plan::check(conn, settings, &plan.status)?;
    let pending = chosen(settings, &plan.status, migrations)?;
    let mut deployed = Deployed::default();
    for migration in pending {
        let start = Instant::now();
        let script = Script::new(Dialect::Sqlite, migration);
        let begun = plan
            .status
            .interrupted
            .iter()
            .any(|name| name == script.name());
        let ran = if stands_for(&plan.status, migration)? {
            super::resolve::mark_applied(conn, settings, migration).map(|()| true)?
        } else if script.runs_whole() && !begun {
            whole(conn, settings, migrations, &mut plan, &script, report)?
        } else {
            steps::run(conn, settings, migrations, &mut plan, &script, report)?
        };
        if ran {
            let name = script.name().to_owned();
            report(Progress::Finished {
                name: name.clone(),
                elapsed: start.elapsed(),
            });
            deployed.applied.push(name);
        }
    }
    Ok(deployed)
}

/// Takes migrations back, in this order.
pub(in crate::migration) fn revert(
    conn: &Connection,
    settings: &Settings,
    folder: &[Migration],
    downs: &[Migration],
    report: &dyn Fn(Progress),
) -> Result<Vec<String>> {
    let _timeout = guard::BusyTimeout::set(conn, settings.wait)?;
    let _turn = Turn::take(conn, settings.wait)?;
    let mut reverted = Vec::new();
    for (index, down) in downs.iter().enumerate() {
        let start = Instant::now();
        // Read for each: what the one before has changed is known then.
        let mut plan = Plan::read(conn, folder)?;
        check_downs(settings, &plan.status, &downs[index..])?;
        let script = Script::down(Dialect::Sqlite, down);
        let begun = plan.status.reverting.iter().any(|it| it == script.name());
        let ran = if script.runs_whole() && !begun {
            whole(conn, settings, folder, &mut plan, &script, report)?
        } else {
            steps::run(conn, settings, folder, &mut plan, &script, report)?
        };
        if ran {
            let name = script.name().to_owned();
            report(Progress::Finished {
                name: name.clone(),
                elapsed: start.elapsed(),
            });
            reverted.push(name);
        }
    }
    Ok(reverted)
}

/// Runs a script and writes its row in one transaction; one that takes a migration back marks its row. False if another program has applied it meanwhile.
fn whole(
    conn: &Connection,
    settings: &Settings,
    migrations: &[Migration],
    plan: &mut Plan,
    script: &Script<'_>,
    report: &dyn Fn(Progress),
) -> Result<bool> {
    // Declared first, so dropped last: after the transaction, where `foreign_keys` can be put back.
    let _settings = guard::Settings::keep(conn)?;
    switch_foreign_keys(conn, script)?;
    let transaction = Locked::begin(conn)?;
    plan.refresh(conn, settings, migrations, script.is_down)?;
    if plan.status.is_applied(script.name()) != script.is_down {
        return Ok(false);
    }
    let table = history::find_or_create(conn, settings.table)?;
    let started_at = Timestamp::now();
    run_whole(conn, script, report)?;
    if let (true, Some(row)) = (script.is_down, standing(&plan.rows, script.name())) {
        history::take_back(conn, table, &row.id)?;
        commit(transaction, script)?;
        return Ok(true);
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
    history::insert(conn, table, &row)?;
    commit(transaction, script)?;
    Ok(true)
}

/// Runs the statements inside the transaction that is open, and checks what they leave.
fn run_whole(conn: &Connection, script: &Script<'_>, report: &dyn Fn(Progress)) -> Result<()> {
    script.report_start(report, 0);
    // A database in which the check itself fails has nothing to compare with.
    let before = if script.switches_foreign_keys_off() {
        foreign_keys::count(conn).ok()
    } else {
        None
    };
    for index in 0..script.statements.len() {
        script.run(conn, index, true)?;
        if conn.is_autocommit() {
            let message =
                "the statement ended the transaction (RAISE(ROLLBACK) or OR ROLLBACK)".to_owned();
            let error = Error::Database {
                message,
                native_code: None,
                offset: None,
            };
            return Err(script.failed(index, error, true));
        }
        script.report(report, index + 1);
    }
    if let Some(before) = before {
        let violations = foreign_keys::introduced(&before, foreign_keys::count(conn)?);
        if !violations.is_empty() {
            let name = script.name().to_owned();
            return Err(MigrationError::ForeignKeys {
                name,
                violations,
                rolled_back: true,
            }
            .into());
        }
    }
    Ok(())
}

/// Commits; a deferred foreign key that is still violated fails here.
fn commit(transaction: Locked<'_>, script: &Script<'_>) -> Result<()> {
    let result = transaction.commit();
    match script.statements.len().checked_sub(1) {
        Some(last) => result.map_err(|error| script.failed(last, error, true)),
        None => result,
    }
}

/// Does before the transaction what `PRAGMA foreign_keys` could not do inside it.
fn switch_foreign_keys(conn: &Connection, script: &Script<'_>) -> Result<()> {
    if let Some(on) = script.foreign_keys {
        execute(conn, &format!("PRAGMA foreign_keys = {on}"), Vec::new())?;
    }
    Ok(())
}

/// Runs every script without a history.
pub(in crate::migration) fn replay(
    conn: &Connection,
    migrations: &[Migration],
    report: &dyn Fn(Progress),
) -> Result<()> {
    for migration in migrations {
        let start = Instant::now();
        let script = Script::new(Dialect::Sqlite, migration);
        stays_inside(&script)?;
        let _settings = guard::Settings::keep(conn)?;
        if script.runs_whole() {
            switch_foreign_keys(conn, &script)?;
            let transaction = Locked::begin(conn)?;
            run_whole(conn, &script, report)?;
            commit(transaction, &script)?;
        } else {
            steps::replay(conn, &script, report)?;
        }
        report(Progress::Finished {
            name: script.name().to_owned(),
            elapsed: start.elapsed(),
        });
    }
    Ok(())
}

fn stays_inside(script: &Script<'_>) -> Result<()> {
    for statement in &script.statements {
        let word = first_word(Dialect::Sqlite, statement.text());
        // "VACUUM" alone rewrites the database itself; with INTO it writes a file.
        let into = || statement.text().to_ascii_uppercase().contains("INTO");
        if word == "ATTACH" || word == "DETACH" || (word == "VACUUM" && into()) {
            let (name, line) = (script.name().to_owned(), statement.line());
            return Err(MigrationError::ReachesOut { name, line, word }.into());
        }
    }
    Ok(())
}
