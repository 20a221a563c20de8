//! The two ways to run a script: as a whole, in one transaction with its history row; or in steps ([`super::steps`]).

use std::time::Instant;

use relata_script::{
    Dialect, Statement, TransactionClass, classify, first_word, marked_non_transactional, pragma,
    split,
};
use rusqlite::Connection;

use super::guard::{self, Locked};
use super::plan::{self, Plan};
use super::runner::{Deployed, Progress, Settings};
use super::{HistoryRow, Migration, MigrationError, foreign_keys, history, steps};
use crate::sqlite::execute;
use crate::types::{jiff::Timestamp, uuid};
use crate::{Error, Result};

/// A migration on its way.
pub(super) struct Script<'m> {
    pub(super) migration: &'m Migration,
    pub(super) statements: Vec<Statement<'m>>,
    /// What the script sets `PRAGMA foreign_keys` to, which does nothing inside a transaction; off, if it does both.
    pub(super) foreign_keys: Option<bool>,
}

impl<'m> Script<'m> {
    fn new(migration: &'m Migration) -> Self {
        let statements = split(Dialect::Sqlite, &migration.script);
        let foreign_keys = statements
            .iter()
            .filter_map(|statement| pragma(statement.text()))
            .filter(|pragma| pragma.name == "foreign_keys")
            .filter_map(|pragma| pragma.value.as_deref().map(is_on))
            .reduce(|a, b| a && b);
        Self {
            migration,
            statements,
            foreign_keys,
        }
    }

    pub(super) fn switches_foreign_keys_off(&self) -> bool {
        self.foreign_keys == Some(false)
    }

    pub(super) fn name(&self) -> &'m str {
        self.migration.name.as_str()
    }

    fn runs_whole(&self) -> bool {
        !marked_non_transactional(Dialect::Sqlite, &self.migration.script)
            && self
                .statements
                .iter()
                .all(|it| classify(Dialect::Sqlite, it.text()) == TransactionClass::Any)
    }

    /// Runs one statement; the error says where it stands in the script.
    pub(super) fn run(&self, conn: &Connection, index: usize, rolled_back: bool) -> Result<()> {
        let statement = &self.statements[index];
        execute(conn, statement.text(), Vec::new())
            .map(|_| ())
            .map_err(|error| self.failed(index, error, rolled_back))
    }

    pub(super) fn failed(&self, index: usize, source: Error, rolled_back: bool) -> Error {
        let statement = &self.statements[index];
        let line = match &source {
            Error::Database {
                offset: Some(offset),
                ..
            } => statement.line_at(*offset),
            _ => statement.line(),
        };
        MigrationError::Apply {
            name: self.name().to_owned(),
            number: index + 1,
            of: self.statements.len(),
            line,
            statement: statement.text().to_owned(),
            rolled_back,
            source: Box::new(source),
        }
        .into()
    }

    pub(super) fn report(&self, report: &dyn Fn(Progress), done: usize) {
        report(Progress::Statement {
            name: self.name().to_owned(),
            done,
            of: self.statements.len(),
        });
    }
}

pub(super) fn deploy(
    conn: &Connection,
    settings: &Settings,
    migrations: &[Migration],
    report: &dyn Fn(Progress),
) -> Result<Deployed> {
    let _timeout = guard::BusyTimeout::set(conn, settings.lock_timeout)?;
    let mut plan = Plan::read(conn, migrations)?;
    plan::check(conn, settings, &plan.status)?;
    let pending = plan.status.pending.clone();
    let mut deployed = Deployed::default();
    for migration in migrations
        .iter()
        .filter(|it| pending.iter().any(|name| name == it.name.as_str()))
    {
        let start = Instant::now();
        let script = Script::new(migration);
        let begun = plan
            .status
            .interrupted
            .iter()
            .any(|name| name == script.name());
        let ran = if script.runs_whole() && !begun {
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

/// Runs a script and writes its row in one transaction. False if another program has applied it meanwhile.
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
    plan.refresh(conn, settings, migrations)?;
    if plan.is_applied(script.name()) {
        return Ok(false);
    }
    let table = history::find_or_create(conn, settings.table)?;
    let started_at = Timestamp::now();
    run_whole(conn, script, report)?;
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
    let (name, statements) = (script.name().to_owned(), script.statements.len());
    report(Progress::Started {
        name,
        statements,
        resumed_after: 0,
    });
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

/// Reads a boolean as SQLite does ("PRAGMA Statements": 1, yes, true and on); everything else is off.
fn is_on(value: &str) -> bool {
    matches!(value, "on" | "yes" | "true") || value.parse().is_ok_and(|number: i64| number != 0)
}

/// Runs every script without a history.
pub(super) fn replay(
    conn: &Connection,
    migrations: &[Migration],
    report: &dyn Fn(Progress),
) -> Result<()> {
    for migration in migrations {
        let start = Instant::now();
        let script = Script::new(migration);
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
