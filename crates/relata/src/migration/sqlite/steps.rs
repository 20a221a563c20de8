//! A script that runs in steps: the history row is a ledger that moves on with every statement.
//!
//! Wherever SQLite allows it, a statement and its mark in the ledger share a transaction: ours for a plain statement, the
//! script's own between its `BEGIN` and `COMMIT`. What is left (`VACUUM`, `PRAGMA`) may be repeated without harm.

use relata_script::{
    Backfill, Dialect, SQLITE_CONNECTION_PRAGMAS, TransactionClass, first_word, pragma,
};
use rusqlite::Connection;

use super::guard::{self, Locked};
use super::plan::Plan;
use super::{foreign_keys, history};
use crate::migration::ledger::Ledger;
use crate::migration::runner::Settings;
use crate::migration::script::{Script, is_endless, still_met};
use crate::migration::status::{begun, standing};
use crate::migration::{HistoryRow, HistoryTable, Migration, MigrationError, Progress, RowState};
use crate::sqlite::{execute, query};
use crate::types::{jiff::Timestamp, uuid};
use crate::{Error, Result};

/// Runs a script from where it stopped. False if another program has applied it meanwhile.
pub(super) fn run(
    conn: &Connection,
    settings: &Settings,
    migrations: &[Migration],
    plan: &mut Plan,
    script: &Script<'_>,
    report: &dyn Fn(Progress),
) -> Result<bool> {
    let _settings = guard::Settings::keep(conn)?;
    let Some(mut run) = claim(conn, settings, migrations, plan, script)? else {
        return Ok(false);
    };
    script.report_start(report, run.done);
    match run.all(report) {
        Ok(()) => Ok(true),
        Err(error) => {
            guard::roll_back(conn);
            run.note(&error);
            Err(error)
        }
    }
}

/// Runs a script statement by statement, without a ledger.
pub(super) fn replay(
    conn: &Connection,
    script: &Script<'_>,
    report: &dyn Fn(Progress),
) -> Result<()> {
    script.report_start(report, 0);
    for index in 0..script.statements.len() {
        if let Err(error) = script.run(conn, index, false) {
            guard::roll_back(conn);
            return Err(error);
        }
        script.report(report, index + 1);
    }
    if !conn.is_autocommit() {
        guard::roll_back(conn);
        return Err(MigrationError::OpenTransaction {
            name: script.name().to_owned(),
        }
        .into());
    }
    Ok(())
}

/// Finds or writes the ledger, and brings the connection to the state in which the next statement expects it.
fn claim<'r>(
    conn: &'r Connection,
    settings: &'r Settings,
    migrations: &[Migration],
    plan: &mut Plan,
    script: &'r Script<'r>,
) -> Result<Option<Run<'r>>> {
    let transaction = Locked::begin(conn)?;
    plan.refresh(conn, settings, migrations, script.is_down)?;
    if plan.status.is_applied(script.name()) != script.is_down
        && !plan.status.reverting.iter().any(|it| it == script.name())
    {
        return Ok(None);
    }
    let prefixes = script.prefixes();
    let table = history::find_or_create(conn, settings.table)?;
    let row = if script.is_down {
        standing(&plan.rows, script.name())
    } else {
        begun(&plan.rows, script.name())
    };
    let (id, ledger) = match row {
        // A migration that is taken back is begun anew, in its own row.
        Some(row) if row.state() == RowState::Applied => {
            let ledger = script.ledger(&prefixes, 0);
            if !history::reopen(conn, table, &row.id, &ledger.write(None))? {
                return Ok(None);
            }
            (row.id.clone(), ledger)
        }
        Some(row) => (row.id.clone(), script.resume(row)?),
        None => {
            let id = insert(conn, table, script, &prefixes)?;
            (id, script.ledger(&prefixes, 0))
        }
    };
    let done = ledger.done;
    transaction.commit()?;
    let before = if script.switches_foreign_keys_off() && done == 0 {
        foreign_keys::count(conn).ok()
    } else {
        None
    };
    let run = Run {
        conn,
        table,
        script,
        prefixes,
        id,
        done,
        at: ledger.at,
        before: before.unwrap_or_default(),
    };
    run.restore_connection()?;
    Ok(Some(run))
}

fn insert(
    conn: &Connection,
    table: HistoryTable,
    script: &Script<'_>,
    prefixes: &[String],
) -> Result<String> {
    let row = HistoryRow {
        id: uuid::Uuid::new_v4().to_string(),
        checksum: script.migration.checksum(),
        finished_at: None,
        migration_name: script.name().to_owned(),
        logs: Some(script.ledger(prefixes, 0).write(None)),
        rolled_back_at: None,
        started_at: Timestamp::now(),
        applied_steps_count: 0,
    };
    history::insert(conn, table, &row)?;
    Ok(row.id)
}

struct Run<'r> {
    conn: &'r Connection,
    table: HistoryTable,
    script: &'r Script<'r>,
    prefixes: Vec<String>,
    id: String,
    /// Statements marked in the ledger, as far as this connection sees it.
    done: usize,
    /// How far the backfill behind them has come.
    at: Option<String>,
    before: foreign_keys::Counts,
}

impl Run<'_> {
    fn all(&mut self, report: &dyn Fn(Progress)) -> Result<()> {
        for index in self.done..self.script.statements.len() {
            self.step(index, report)?;
            self.script.report(report, index + 1);
        }
        let name = || self.script.name().to_owned();
        if !self.conn.is_autocommit() {
            return Err(MigrationError::OpenTransaction { name: name() }.into());
        }
        if self.script.switches_foreign_keys_off() {
            let violations =
                foreign_keys::introduced(&self.before, foreign_keys::count(self.conn)?);
            if !violations.is_empty() {
                return Err(MigrationError::ForeignKeys {
                    name: name(),
                    violations,
                    rolled_back: false,
                }
                .into());
            }
        }
        let transaction = Locked::begin(self.conn)?;
        if self.script.is_down {
            history::take_back(self.conn, self.table, &self.id)?;
        } else {
            let checksum = self.script.migration.checksum();
            history::finish(self.conn, self.table, &self.id, &checksum)?;
        }
        transaction.commit()
    }

    fn step(&mut self, index: usize, report: &dyn Fn(Progress)) -> Result<()> {
        let text = self.script.text(index);
        let own = !self.conn.is_autocommit();
        if !own && let Some(fill) = self.script.backfill(index) {
            return self.backfill(index, &fill, report);
        }
        match self.script.class(index) {
            TransactionClass::Controls => {
                // Before a COMMIT, so that the mark is committed with it.
                if own {
                    self.mark(index + 1)?;
                }
                self.script.run(self.conn, index, false)?;
                // A ROLLBACK has taken marks back.
                self.done = usize::try_from(history::steps(self.conn, self.table, &self.id)?)
                    .unwrap_or_default();
                if self.done != index + 1 && (own || !is_begin(text)) {
                    self.mark(index + 1)?;
                }
                Ok(())
            }
            // The mark comes first: where another program has run the statement, it fails, and the statement is not tried.
            _ if own => {
                self.mark(index + 1)?;
                self.script.run(self.conn, index, false)
            }
            // PRAGMAs are obeyed outside a transaction only, or do not mind.
            TransactionClass::Any if first_word(Dialect::Sqlite, text) != "PRAGMA" => {
                let transaction = Locked::begin(self.conn)?;
                self.mark(index + 1)?;
                self.script.run(self.conn, index, false)?;
                transaction
                    .commit()
                    .map_err(|error| self.script.failed(index, error, false))
            }
            TransactionClass::Any | TransactionClass::Outside => {
                self.script.run(self.conn, index, false)?;
                self.mark(index + 1)
            }
        }
    }

    /// Fills rows batch by batch. A batch and how far it has come share a transaction, so that none is filled twice.
    fn backfill(
        &mut self,
        index: usize,
        fill: &Backfill<'_>,
        report: &dyn Fn(Progress),
    ) -> Result<()> {
        let failed = |script: &Script<'_>, error| script.failed(index, error, false);
        let conn = self.conn;
        let counted = query(conn, &fill.count(), Vec::new());
        let counted = counted.map_err(|error| failed(self.script, error))?;
        let of: i64 = counted.first().map_or(Ok(0), |row| row.get(0))?;
        let of = u64::try_from(of).unwrap_or_default();
        let mut done = 0;
        loop {
            let transaction = Locked::begin(conn)?;
            self.stands_where_it_was_left()?;
            let before = self.at.clone();
            let batch = self.batch(fill).map_err(|error| failed(self.script, error));
            let rows = match batch.and_then(|rows| {
                self.mark(index + usize::from(rows.is_none()))?;
                transaction.commit()?;
                Ok(rows)
            }) {
                Ok(rows) => rows,
                Err(error) => {
                    self.at = before;
                    return Err(error);
                }
            };
            let Some(rows) = rows else { return Ok(()) };
            done += rows;
            self.script.report_rows(report, done, of);
            if is_endless(fill, done, of) {
                return Err(failed(self.script, still_met()));
            }
        }
    }

    /// Fills one batch, and tells how many rows that were; none if there is nothing left.
    fn batch(&mut self, fill: &Backfill<'_>) -> Result<Option<u64>> {
        if fill.by.is_none() {
            let rows = execute(self.conn, &fill.some(), Vec::new())?;
            return Ok((rows > 0).then_some(rows));
        }
        let found = query(self.conn, &fill.end(self.at.as_deref()), Vec::new())?;
        let end: Option<String> = found.first().map_or(Ok(None), |row| row.get(0))?;
        let rows = match &end {
            Some(end) => {
                let sql = fill.batch(self.at.as_deref(), end);
                Some(execute(self.conn, &sql, Vec::new())?)
            }
            None => None,
        };
        self.at = end;
        Ok(rows)
    }

    /// Fails if another program has filled rows meanwhile, which the number of statements does not tell.
    fn stands_where_it_was_left(&self) -> Result<()> {
        let logs = history::logs(self.conn, self.table, &self.id)?;
        let at = logs.as_deref().and_then(Ledger::parse).and_then(|it| it.at);
        if at == self.at {
            return Ok(());
        }
        Err(MigrationError::Concurrent {
            name: self.script.name().to_owned(),
        }
        .into())
    }

    /// Moves the ledger on; fails if another program has moved it.
    fn mark(&mut self, done: usize) -> Result<()> {
        let count = |steps: usize| i64::try_from(steps).unwrap_or(i64::MAX);
        let logs = Ledger {
            at: self.at.clone(),
            ..self.script.ledger(&self.prefixes, done)
        };
        let logs = logs.write(None);
        let range = count(self.done)..count(done);
        if history::advance(self.conn, self.table, &self.id, range, &logs)? {
            self.done = done;
            return Ok(());
        }
        Err(MigrationError::Concurrent {
            name: self.script.name().to_owned(),
        }
        .into())
    }

    /// Writes what went wrong beside the count. What the error says is reported anyway; this is for the next reader.
    fn note(&self, error: &Error) {
        if matches!(error, Error::Migration(MigrationError::Concurrent { .. })) {
            return;
        }
        let Ok(steps) = history::steps(self.conn, self.table, &self.id) else {
            return;
        };
        let done = usize::try_from(steps).unwrap_or_default();
        let logs = Ledger {
            at: self.at.clone(),
            ..self.script.ledger(&self.prefixes, done)
        };
        let logs = logs.write(Some(&error.to_string()));
        let _ = history::advance(self.conn, self.table, &self.id, steps..steps, &logs);
    }

    /// Says again what the statements before have set up on the connection that is gone.
    fn restore_connection(&self) -> Result<()> {
        for (index, statement) in self.script.statements[..self.done].iter().enumerate() {
            let word = first_word(Dialect::Sqlite, statement.text());
            let sets_up = pragma(statement.text())
                .is_some_and(|pragma| SQLITE_CONNECTION_PRAGMAS.contains(&pragma.name.as_str()));
            if sets_up || word == "ATTACH" || word == "DETACH" {
                self.script.run(self.conn, index, false)?;
            }
        }
        Ok(())
    }
}

/// A `BEGIN` is not marked: until its `COMMIT`, a resumed run has to begin there again.
fn is_begin(text: &str) -> bool {
    matches!(
        first_word(Dialect::Sqlite, text).as_str(),
        "BEGIN" | "SAVEPOINT"
    )
}
