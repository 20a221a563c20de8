//! A migration on its way: its statements, how they stand to transactions, and what marks how far it has come.

use relata_script::{
    Backfill, Dialect, Statement, TransactionClass, backfill, checksum, classify, first_word,
    marked_non_transactional, pragma, split,
};

use super::ledger::Ledger;
use super::progress::Progress;
use super::{HistoryRow, Migration, MigrationError};
use crate::Error;

/// A migration on its way.
pub(super) struct Script<'m> {
    pub(super) dialect: Dialect,
    pub(super) migration: &'m Migration,
    pub(super) statements: Vec<Statement<'m>>,
    /// On SQLite, what the script sets `PRAGMA foreign_keys` to, which does nothing inside a transaction; off, if it does
    /// both.
    #[cfg_attr(
        not(feature = "sqlite"),
        allow(dead_code, reason = "SQLite's runner reads it")
    )]
    pub(super) foreign_keys: Option<bool>,
    /// Whether it takes its migration back.
    pub(super) is_down: bool,
}

impl<'m> Script<'m> {
    pub(super) fn new(dialect: Dialect, migration: &'m Migration) -> Self {
        let statements = split(dialect, &migration.script);
        let switches = || {
            let values = statements
                .iter()
                .filter_map(|statement| pragma(statement.text()))
                .filter(|pragma| pragma.name == "foreign_keys")
                .filter_map(|pragma| pragma.value.as_deref().map(is_on));
            values.reduce(|a, b| a && b)
        };
        Self {
            dialect,
            migration,
            foreign_keys: (dialect == Dialect::Sqlite).then(switches).flatten(),
            statements,
            is_down: false,
        }
    }

    /// A script that takes a migration back. It bears the migration's name.
    pub(super) fn down(dialect: Dialect, migration: &'m Migration) -> Self {
        Self {
            is_down: true,
            ..Self::new(dialect, migration)
        }
    }

    /// The ledger for so many statements.
    pub(super) fn ledger(&self, prefixes: &[String], done: usize) -> Ledger {
        Ledger {
            is_down: self.is_down,
            ..Ledger::of(prefixes, done)
        }
    }

    /// The statement as one that may be done in batches, if it is marked so.
    pub(super) fn backfill(&self, index: usize) -> Option<Backfill<'m>> {
        backfill(self.dialect, &self.statements[index])
    }

    pub(super) fn report_rows(&self, report: &dyn Fn(Progress), done: u64, of: u64) {
        report(Progress::Rows {
            name: self.name().to_owned(),
            done,
            of,
        });
    }

    pub(super) fn name(&self) -> &'m str {
        self.migration.name.as_str()
    }

    pub(super) fn text(&self, index: usize) -> &'m str {
        self.statements[index].text()
    }

    pub(super) fn class(&self, index: usize) -> TransactionClass {
        classify(self.dialect, self.text(index))
    }

    /// Whether it is tried in one transaction. Never on MySQL, which commits around every statement that defines something.
    ///
    /// `ALTER TYPE … ADD VALUE` does not stand in the way: servers since 12 take it in a transaction, and refuse the
    /// statement that uses the new value there, after which the script runs in steps.
    pub(super) fn runs_whole(&self) -> bool {
        let may = |index: usize| match self.class(index) {
            TransactionClass::Any => true,
            TransactionClass::Outside => adds_enum_value(self.dialect, self.text(index)),
            TransactionClass::Controls => false,
        };
        self.dialect != Dialect::Mysql
            && !marked_non_transactional(self.dialect, &self.migration.script)
            && (0..self.statements.len()).all(|index| may(index) && self.backfill(index).is_none())
    }

    pub(super) fn failed(&self, index: usize, source: Error, rolled_back: bool) -> Error {
        MigrationError::apply(self.name(), &self.statements, index, source, rolled_back).into()
    }

    pub(super) fn report_start(&self, report: &dyn Fn(Progress), resumed_after: usize) {
        report(Progress::Started {
            name: self.name().to_owned(),
            statements: self.statements.len(),
            resumed_after,
        });
    }

    pub(super) fn report(&self, report: &dyn Fn(Progress), done: usize) {
        report(Progress::Statement {
            name: self.name().to_owned(),
            done,
            of: self.statements.len(),
        });
    }

    /// For every count of statements, the checksum that stands for them: of the one before and the next statement's text, so
    /// that a long script is hashed once. Comments may change between two runs.
    pub(super) fn prefixes(&self) -> Vec<String> {
        let mut prefixes = vec![checksum("")];
        for statement in &self.statements {
            let before = prefixes.last().map_or("", String::as_str);
            prefixes.push(checksum(&format!("{before}{}", statement.text())));
        }
        prefixes
    }

    /// The ledger of a row, if what it says has run is still what the script says.
    pub(super) fn resume(&self, row: &HistoryRow) -> Result<Ledger, Error> {
        let recorded = row.logs.as_deref().and_then(Ledger::parse);
        let done = recorded.as_ref().map_or(0, |ledger| ledger.done);
        let cannot = |reason: &str| MigrationError::CannotResume {
            name: self.name().to_owned(),
            done,
            reason: reason.to_owned(),
        };
        let recorded =
            recorded.ok_or_else(|| cannot("the history does not say how far it came"))?;
        if recorded.is_down != self.is_down {
            return Err(cannot(if recorded.is_down {
                "it is being taken back; `relata migrate down` goes on with that"
            } else {
                "it is being applied; `relata migrate deploy` goes on with that, and then it can be taken back"
            })
            .into());
        }
        if usize::try_from(row.applied_steps_count) != Ok(done) {
            return Err(cannot("the history contradicts itself").into());
        }
        if done > self.statements.len() || recorded.prefix != self.prefix(done) {
            return Err(cannot("the statements that have run were edited since").into());
        }
        if recorded.trying.is_some() && done == self.statements.len() {
            return Err(cannot("the statement that was under way is gone from the script").into());
        }
        if let Some(lost) = self.lost_with_connection(done) {
            return Err(cannot(lost).into());
        }
        Ok(recorded)
    }

    fn prefix(&self, done: usize) -> String {
        self.statements[..done]
            .iter()
            .fold(checksum(""), |before, statement| {
                checksum(&format!("{before}{}", statement.text()))
            })
    }

    /// What statements have left on a connection that cannot be said again on another one.
    fn lost_with_connection(&self, done: usize) -> Option<&'static str> {
        let (ran, rest) = self.statements.split_at(done);
        if ran.iter().any(|it| makes_temporary(it.text())) {
            return Some("a temporary object that it made is gone with its connection");
        }
        let is_mysql = self.dialect == Dialect::Mysql;
        let computes = |text: &str| {
            let sets = matches!(first_word(self.dialect, text).as_str(), "SET" | "SELECT");
            sets && uses_variable(text) && text.to_ascii_uppercase().contains("SELECT")
        };
        if is_mysql
            && ran.iter().any(|it| computes(it.text()))
            && rest.iter().any(|it| uses_variable(it.text()))
        {
            return Some("a variable that it computed is gone with its connection");
        }
        None
    }
}

/// Whether a backfill fills the same rows again and again. Other programs may add some meanwhile.
pub(super) fn is_endless(fill: &Backfill<'_>, done: u64, of: u64) -> bool {
    fill.by.is_none() && done > of.saturating_mul(2) + 20 * u64::from(fill.size)
}

/// What is said of an endless backfill.
pub(super) fn still_met() -> Error {
    Error::Database {
        message: "the rows that it fills still meet its condition, so that it would never end; name the column to walk by in the marker"
            .to_owned(),
        native_code: None,
        offset: None,
    }
}

/// `ALTER TYPE … ADD VALUE`.
pub(super) fn adds_enum_value(dialect: Dialect, text: &str) -> bool {
    dialect == Dialect::Postgres
        && first_word(dialect, text) == "ALTER"
        && text
            .split_ascii_whitespace()
            .nth(1)
            .is_some_and(|word| word.eq_ignore_ascii_case("TYPE"))
        && classify(dialect, text) == TransactionClass::Outside
}

/// `CREATE [OR REPLACE] [LOCAL | GLOBAL] TEMP …`, but not a table that is called so.
fn makes_temporary(text: &str) -> bool {
    let words: Vec<_> = text
        .split_ascii_whitespace()
        .take(4)
        .map(str::to_ascii_uppercase)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        ["CREATE", "TEMP" | "TEMPORARY", ..]
            | ["CREATE", "LOCAL" | "GLOBAL", "TEMP" | "TEMPORARY", ..]
            | ["CREATE", "OR", "REPLACE", "TEMP" | "TEMPORARY"]
    )
}

/// Whether a statement names a variable of MySQL's user, `@x`; `@@x` is one of the server's.
fn uses_variable(text: &str) -> bool {
    let bytes = text.as_bytes();
    (0..bytes.len()).any(|at| {
        let next = bytes.get(at + 1);
        bytes[at] == b'@'
            && (at == 0 || !matches!(bytes[at - 1], b'@' | b'`' | b'\'' | b'"'))
            && next.is_some_and(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'`'))
    })
}

/// Reads a boolean as SQLite does ("PRAGMA Statements": 1, yes, true and on); everything else is off.
fn is_on(value: &str) -> bool {
    matches!(value, "on" | "yes" | "true") || value.parse().is_ok_and(|number: i64| number != 0)
}
