//! What the history and the folder say together: what is applied, what is to be done, and what stands in the way.

use super::ledger::Ledger;
use super::runner::Settings;
use super::script::Script;
use super::{FailedMigration, HistoryRow, HistoryTable, Migration, MigrationError, RowState};
use crate::{Dialect, Result};

/// What a history and a folder say together. Lists of names, in the order of the history or of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// The history that the database has.
    pub table: Option<HistoryTable>,
    /// Applied migrations.
    pub applied: Vec<String>,
    /// Migrations of the folder that are not applied, those begun among them.
    pub pending: Vec<String>,
    /// Migrations that failed, of which the history does not say how far they came.
    pub failed: Vec<FailedMigration>,
    /// Migrations that stopped between two statements: the next deploy resumes them.
    pub interrupted: Vec<String>,
    /// Where each of these stopped.
    pub stopped: Vec<Stopped>,
    /// Migrations that are being taken back, and stopped half-way: taking them back again goes on.
    pub reverting: Vec<String>,
    /// Applied migrations whose script in the folder is another one.
    pub edited: Vec<String>,
    /// Applied migrations that the folder does not have.
    pub missing: Vec<String>,
    /// Pending migrations whose names come before that of an applied one, as after a merge of two branches. They are applied
    /// all the same, as with Prisma, but on a new database they would run earlier than here.
    pub out_of_order: Vec<String>,
}

impl Status {
    /// Whether there is nothing to apply and nothing wrong.
    pub fn is_up_to_date(&self) -> bool {
        self.pending.is_empty()
            && self.failed.is_empty()
            && self.interrupted.is_empty()
            && self.reverting.is_empty()
            && self.edited.is_empty()
            && self.missing.is_empty()
    }

    pub(super) fn is_applied(&self, name: &str) -> bool {
        self.applied.iter().any(|applied| applied == name)
    }
}

/// Where a migration stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// Its name.
    pub name: String,
    /// How many of its statements have run.
    pub done: usize,
    /// How many it has.
    pub of: usize,
    /// The line of the script, counted from one, of the next statement.
    pub line: usize,
    /// The next statement: the one that failed, or was under way; empty behind the last.
    pub statement: String,
    /// What the database said, if it was noted.
    pub error: Option<String>,
}

/// A migration that a deploy would apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Its name.
    pub name: String,
    /// How many statements it has.
    pub statements: usize,
    /// The statement it would go on behind, if it stopped half-way before; otherwise 0.
    pub resumed_after: usize,
    /// Whether it would run in one transaction together with its history row; otherwise in steps, each of which is recorded.
    pub in_one_transaction: bool,
}

/// Compares the rows of a history with the migrations of a folder.
pub(crate) fn compare(
    table: Option<HistoryTable>,
    rows: &[HistoryRow],
    migrations: &[Migration],
) -> Status {
    let mut status = Status {
        table,
        ..Status::default()
    };
    for row in rows {
        let name = row.migration_name.clone();
        let local = migrations
            .iter()
            .find(|migration| migration.name.as_str() == name);
        match row.state() {
            RowState::RolledBack => {}
            RowState::Applied => {
                match local {
                    None if is_replaced(migrations, &name) => {}
                    None => status.missing.push(name.clone()),
                    Some(local) if !relata_script::matches(&row.checksum, &local.script) => {
                        status.edited.push(name.clone());
                    }
                    Some(_) => {}
                }
                status.applied.push(name);
            }
            RowState::Failed => {
                // What the folder no longer has cannot be resumed.
                let ledger = row.logs.as_deref().and_then(Ledger::parse);
                if let (Some(ledger), Some(local)) = (&ledger, local) {
                    if ledger.is_down {
                        status.reverting.push(name);
                    } else {
                        status.stopped.push(stopped(row, ledger, local));
                        status.interrupted.push(name);
                    }
                } else {
                    let (started_at, logs) = (row.started_at, row.logs.clone());
                    status.failed.push(FailedMigration {
                        name,
                        started_at,
                        logs,
                    });
                }
            }
        }
    }
    let names = migrations.iter().map(|migration| migration.name.as_str());
    status.pending = names
        .filter(|name| !status.is_applied(name))
        .filter(|name| !status.reverting.iter().any(|it| it == name))
        .map(str::to_owned)
        .collect();
    let last = status.applied.iter().max();
    status.out_of_order = status
        .pending
        .iter()
        .filter(|name| last.is_some_and(|last| *name < last))
        .filter(|name| {
            let local = migrations.iter().find(|it| it.name.as_str() == **name);
            local.is_none_or(|it| it.replaces().is_empty())
        })
        .cloned()
        .collect();
    status
}

/// Whether a migration of the folder stands for one that it does not have any more.
fn is_replaced(migrations: &[Migration], name: &str) -> bool {
    let mut all = migrations.iter().flat_map(Migration::replaces);
    all.any(|it| it.name == name)
}

fn stopped(row: &HistoryRow, ledger: &Ledger, local: &Migration) -> Stopped {
    // The marker and the comments do not matter here, but the delimiters do: every dialect's own are cut alike where the count agrees.
    let all = [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite];
    let statements = all
        .into_iter()
        .map(|dialect| relata_script::split(dialect, &local.script))
        .find(|statements| statements.len() == ledger.of)
        .unwrap_or_default();
    let next = statements.get(ledger.done);
    Stopped {
        name: local.name.as_str().to_owned(),
        done: ledger.done,
        of: ledger.of,
        line: next.map_or(1, |it| it.line()),
        statement: next.map(|it| it.text().to_owned()).unwrap_or_default(),
        error: row.logs.as_deref().and_then(Ledger::error),
    }
}

/// Whether the database has what a migration does: all that it stands for are applied. Where only some are, it can neither run nor be
/// recorded.
pub(super) fn stands_for(status: &Status, migration: &Migration) -> Result<bool> {
    let (applied, missing) = migration.replaced(|name| status.is_applied(name));
    if missing.is_empty() || applied.is_empty() {
        return Ok(!applied.is_empty());
    }
    Err(MigrationError::PartlyReplaced {
        name: migration.name.as_str().to_owned(),
        missing: missing.into_iter().map(str::to_owned).collect(),
    }
    .into())
}

/// Refuses to take back what is not the last that was applied, or on top of something unknown.
pub(super) fn check_downs(settings: &Settings, status: &Status, downs: &[Migration]) -> Result<()> {
    if !status.failed.is_empty() {
        return Err(MigrationError::Failed(status.failed.clone()).into());
    }
    if !status.interrupted.is_empty() {
        return Err(MigrationError::Unfinished(status.interrupted.clone()).into());
    }
    let mut standing = status.applied.iter().chain(&status.reverting).rev();
    for down in downs {
        let name = down.name.as_str().to_owned();
        match standing.next() {
            Some(last) if *last == name => {}
            Some(last) if status.is_applied(&name) || status.reverting.contains(&name) => {
                let last = last.clone();
                return Err(MigrationError::NotLast { name, last }.into());
            }
            _ => return Err(MigrationError::NotApplied { name }.into()),
        }
        if status.edited.contains(&name) && !settings.allow_edited {
            return Err(MigrationError::Edited(vec![name]).into());
        }
    }
    Ok(())
}

/// The row of a migration that is applied, or was begun.
pub(super) fn standing<'r>(rows: &'r [HistoryRow], name: &str) -> Option<&'r HistoryRow> {
    let mut standing = rows
        .iter()
        .filter(|row| row.migration_name == name && row.state() != RowState::RolledBack);
    standing.next_back()
}

/// Refuses where applying on top of this history would build on something unknown.
pub(super) fn refuse(settings: &Settings, status: &Status) -> Result<()> {
    if !status.failed.is_empty() {
        return Err(MigrationError::Failed(status.failed.clone()).into());
    }
    if !status.reverting.is_empty() {
        return Err(MigrationError::Reverting(status.reverting.clone()).into());
    }
    if !status.edited.is_empty() && !settings.allow_edited {
        return Err(MigrationError::Edited(status.edited.clone()).into());
    }
    if !status.missing.is_empty() && !settings.allow_missing {
        return Err(MigrationError::Missing(status.missing.clone()).into());
    }
    Ok(())
}

/// The migrations that a deploy is to apply, in order.
pub(super) fn chosen<'m>(
    settings: &Settings,
    status: &Status,
    migrations: &'m [Migration],
) -> Result<Vec<&'m Migration>> {
    if let Some(last) = &settings.up_to
        && !migrations.iter().any(|it| it.name.as_str() == last)
    {
        let name = last.clone();
        return Err(MigrationError::Unknown { name }.into());
    }
    let is_wanted = |name: &str| settings.up_to.as_deref().is_none_or(|last| name <= last);
    let is_pending = |name: &str| status.pending.iter().any(|pending| pending == name);
    Ok(migrations
        .iter()
        .filter(|it| is_wanted(it.name.as_str()) && is_pending(it.name.as_str()))
        .collect())
}

/// What a deploy would do with these migrations.
pub(super) fn preview(
    dialect: Dialect,
    rows: &[HistoryRow],
    chosen: &[&Migration],
) -> Result<Vec<Pending>> {
    let one = |migration: &&Migration| -> Result<Pending> {
        let script = Script::new(dialect, migration);
        let begun = begun(rows, script.name());
        let resumed_after = match begun {
            Some(row) => script.resume(row)?.done,
            None => 0,
        };
        Ok(Pending {
            name: script.name().to_owned(),
            statements: script.statements.len(),
            resumed_after,
            in_one_transaction: script.runs_whole() && begun.is_none(),
        })
    };
    chosen.iter().map(one).collect()
}

/// The row of a migration that was begun and not finished.
pub(super) fn begun<'r>(rows: &'r [HistoryRow], name: &str) -> Option<&'r HistoryRow> {
    rows.iter()
        .find(|row| row.migration_name == name && row.state() == RowState::Failed)
}
