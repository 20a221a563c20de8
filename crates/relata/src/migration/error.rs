use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use relata_script::{Dialect, Statement, terminal, terminal_lines};

use crate::Error;

/// A migration that was begun and not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedMigration {
    /// Its name.
    pub name: String,
    /// When it was begun.
    pub started_at: crate::types::jiff::Timestamp,
    /// What the history recorded of the failure.
    pub logs: Option<String>,
}

/// Rows that refer to rows that do not exist. They are counted and not shown: they may be personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The table that refers.
    pub table: String,
    /// The table that is referred to.
    pub parent: String,
    /// How many more rows than before.
    pub rows: usize,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [table, parent] = [&self.table, &self.parent].map(|name| terminal(name));
        write!(f, "{} in `{table}` without a row in `{parent}`", self.rows)
    }
}

/// The program that holds the lock for migrations, as far as the server tells.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The server's number of its session: the process on PostgreSQL, the connection on MySQL.
    pub session: i64,
    /// `application_name`, or what else the program calls itself.
    pub application: Option<String>,
    /// The user, and from where.
    pub user: Option<String>,
    /// Since when the session exists, as the server prints it.
    pub since: Option<String>,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "session {}", self.session)?;
        if let Some(application) = &self.application {
            write!(f, ", application `{}`", terminal(application))?;
        }
        if let Some(user) = &self.user {
            write!(f, ", user {}", terminal(user))?;
        }
        if let Some(since) = &self.since {
            write!(f, ", connected since {}", terminal(since))?;
        }
        Ok(())
    }
}

/// Why migrations could not be read, checked or applied. Messages name Prisma's code where there is one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// A migration directory without its script.
    #[error(
        "{} is missing (P3015); restore the file, or remove its directory",
        shown(path)
    )]
    MissingScript {
        /// The file that should be there.
        path: PathBuf,
    },

    /// A script or name that is not UTF-8.
    #[error("{} is not UTF-8; save it as UTF-8", shown(path))]
    NotUtf8 {
        /// The file or directory.
        path: PathBuf,
    },

    /// A script or directory that leads out of the migrations folder.
    #[error(
        "{} leads out of the migrations folder; replace the link by the file",
        shown(path)
    )]
    Escapes {
        /// The link.
        path: PathBuf,
    },

    /// Two history tables.
    #[error(
        "the database has two migration histories, `_prisma_migrations` and `_relata_migrations`; \
         drop the one that is not in use, after comparing their rows"
    )]
    TwoHistories,

    /// A backup that was not brought back as a whole (MySQL).
    #[error(
        "the database is half restored: `relata db restore` was cut off, and has left the table `_relata_restoring`. Bring the backup back once more"
    )]
    HalfRestored,

    /// A history table with other columns than Prisma's.
    #[error("the history table `{table}` cannot be read: {problem}")]
    BadHistory {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        problem: String,
    },

    /// Earlier failures stand in the way.
    #[error(
        "{} failed in this database before, and new migrations are not applied on top (P3009); repair the database, then say of each what became of it: `relata migrate resolve --applied <name>`, or `--rolled-back <name>`{}",
        names(.0.iter().map(|failed| failed.name.as_str())),
        logs(.0)
    )]
    Failed(Vec<FailedMigration>),

    /// Tables, but no history.
    #[error(
        "the database is not empty and has no migration history (P3005); \
         if its tables are what the first migrations create, say so of each of these (baseline): `relata migrate resolve --applied <name>`"
    )]
    NotEmpty,

    /// Applied migrations whose script is another one now.
    #[error(
        "{} changed after being applied: the script in the folder is not the one that ran here; \
         restore the script and put the change into a new migration",
        names(.0.iter().map(String::as_str))
    )]
    Edited(Vec<String>),

    /// Applied migrations that the folder does not have.
    #[error(
        "{} was applied to this database and is missing in the migrations folder; \
         restore the directory, or check that this is the right database",
        names(.0.iter().map(String::as_str))
    )]
    Missing(Vec<String>),

    /// A statement failed.
    #[error(
        "migration `{}` failed at statement {number} of {of}, line {line} (P3018): {source}\n  {}\n{}",
        terminal(name), excerpt(statement), outcome(source, *rolled_back, *number)
    )]
    Apply {
        /// The migration.
        name: String,
        /// Which statement, counted from one.
        number: usize,
        /// How many statements there are.
        of: usize,
        /// The line of the script, counted from one.
        line: usize,
        /// The statement.
        statement: String,
        /// Whether nothing of the migration is left in the database.
        rolled_back: bool,
        /// What the database said.
        source: Box<Error>,
    },

    /// Another program migrates this database, or, on SQLite, writes to it for a long time.
    #[error("{}", locked(*waited, *dialect, holder.as_ref()))]
    Locked {
        /// How long we waited.
        waited: Duration,
        /// Which database it is.
        dialect: Dialect,
        /// Who holds the lock, where the server says so.
        holder: Option<Holder>,
    },

    /// The script would leave rows that refer to nothing.
    #[error(
        "migration `{}` leaves rows that refer to nothing (P3018): {}; {}",
        terminal(name), violated(violations),
        if *rolled_back { "nothing was changed" } else { "it stays unfinished in the history until they are repaired" }
    )]
    ForeignKeys {
        /// The migration.
        name: String,
        /// The tables and how many rows each.
        violations: Vec<Violation>,
        /// Whether nothing of the migration is left in the database.
        rolled_back: bool,
    },

    /// The script began a transaction and did not end it.
    #[error(
        "migration `{}` begins a transaction that it does not commit; its changes were rolled back. Add the COMMIT",
        terminal(name)
    )]
    OpenTransaction {
        /// The migration.
        name: String,
    },

    /// A migration that stopped half-way and cannot be taken up again by itself.
    #[error(
        "migration `{}` stopped after statement {done} and cannot be resumed: {reason}; \
         bring the database to the state after the migration and say `relata migrate resolve --applied {}`, or undo its statements and say `--rolled-back`",
        terminal(name),
        terminal(name)
    )]
    CannotResume {
        /// The migration.
        name: String,
        /// How many statements have run.
        done: usize,
        /// Why it cannot go on.
        reason: String,
    },

    /// A statement was under way when the deploy before was cut off, and the database does not show whether it has run.
    #[error(
        "migration `{}` was cut off while statement {number} of {of}, line {line}, was running, and nothing in the database tells whether it has taken effect:\n  {}\n\
         look for its effect; then say `relata migrate resolve --has-run {}`, or `--has-not-run`, and deploy again, which goes on from there",
        terminal(name),
        excerpt(statement),
        terminal(name)
    )]
    Undecided {
        /// The migration.
        name: String,
        /// Which statement, counted from one.
        number: usize,
        /// How many statements there are.
        of: usize,
        /// The line of the script, counted from one.
        line: usize,
        /// The statement.
        statement: String,
    },

    /// There is nothing to decide.
    #[error(
        "migration `{}` has no statement of which it is open whether it has run; `relata migrate status` tells how it stands",
        terminal(name)
    )]
    NotUndecided {
        /// The migration.
        name: String,
    },

    /// The connection was lost between a `COMMIT` and its answer.
    #[error(
        "the connection was lost while migration `{}` was committed: {message}. Either all of it is in the database or nothing; \
         `relata migrate status` tells, and the next deploy goes on from there",
        terminal(name)
    )]
    CommitLost {
        /// The migration.
        name: String,
        /// What is known of the reason.
        message: String,
    },

    /// Another runner has taken this migration further meanwhile.
    #[error(
        "another program is applying migration `{}` at this moment; wait for it to finish",
        terminal(name)
    )]
    Concurrent {
        /// The migration.
        name: String,
    },

    /// No such migration in the folder.
    #[error(
        "there is no migration `{}` in the migrations folder (P3017)",
        terminal(name)
    )]
    Unknown {
        /// The name as given.
        name: String,
    },

    /// It is applied already.
    #[error(
        "migration `{}` is already recorded as applied (P3008)",
        terminal(name)
    )]
    AlreadyApplied {
        /// The migration.
        name: String,
    },

    /// It has never been begun.
    #[error(
        "migration `{}` cannot be marked as rolled back: it was never applied to this database (P3011)",
        terminal(name)
    )]
    NeverApplied {
        /// The migration.
        name: String,
    },

    /// It has not failed.
    #[error(
        "migration `{}` cannot be marked as rolled back: it is not in a failed state (P3012)",
        terminal(name)
    )]
    NotFailed {
        /// The migration.
        name: String,
    },

    /// Migrations that are being taken back.
    #[error(
        "{} is being taken back, and that stopped half-way; `relata migrate down` goes on with it",
        names(.0.iter().map(String::as_str))
    )]
    Reverting(Vec<String>),

    /// Migrations that stopped half-way, and cannot be taken back as they are.
    #[error(
        "{} stopped half-way; `relata migrate deploy` goes on with it, and then it can be taken back",
        names(.0.iter().map(String::as_str))
    )]
    Unfinished(Vec<String>),

    /// Something was applied after it.
    #[error(
        "migration `{}` cannot be taken back before `{}`, which was applied after it",
        terminal(name),
        terminal(last)
    )]
    NotLast {
        /// The migration.
        name: String,
        /// The last one that was applied.
        last: String,
    },

    /// It is not applied.
    #[error("migration `{}` is not applied to this database", terminal(name))]
    NotApplied {
        /// The migration.
        name: String,
    },

    /// A squashed migration of which the database has a part.
    #[error(
        "migration `{}` stands for others, of which the database has some, but not {}; deploy the ones before the squash first, from an older \
         revision of the folder",
        terminal(name),
        names(missing.iter().map(String::as_str))
    )]
    PartlyReplaced {
        /// The migration.
        name: String,
        /// Those that are not applied.
        missing: Vec<String>,
    },

    /// A statement that must not run on a scratch database.
    #[error(
        "migration `{}` line {line} reaches beyond its own database (`{word}`) and is not run on a scratch database",
        terminal(name)
    )]
    ReachesOut {
        /// The migration.
        name: String,
        /// The line of the script, counted from one.
        line: usize,
        /// The statement's first word.
        word: String,
    },

    /// A database that is not in the state that generated code was made for: see [`Contract`](crate::contract::Contract).
    #[error("{problem}")]
    Contract {
        /// What is wrong and what to do about it.
        problem: String,
    },
}

impl MigrationError {
    /// Says that a statement of a script failed, on the line that the database complains of, where it tells one.
    pub fn apply(
        name: &str,
        statements: &[Statement<'_>],
        index: usize,
        source: Error,
        rolled_back: bool,
    ) -> Self {
        let statement = &statements[index];
        let line = match &source {
            Error::Database {
                offset: Some(offset),
                ..
            } => statement.line_at(*offset),
            _ => statement.line(),
        };
        Self::Apply {
            name: name.to_owned(),
            number: index + 1,
            of: statements.len(),
            line,
            statement: statement.text().to_owned(),
            rolled_back,
            source: Box::new(source),
        }
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingScript { .. } => "R2101",
            Self::NotUtf8 { .. } => "R2102",
            Self::Escapes { .. } => "R2103",
            Self::TwoHistories => "R2104",
            Self::BadHistory { .. } => "R2105",
            Self::Failed(_) => "R2106",
            Self::NotEmpty => "R2107",
            Self::Edited(_) => "R2108",
            Self::Missing(_) => "R2109",
            Self::Apply { .. } => "R2110",
            Self::Locked { .. } => "R2111",
            Self::ForeignKeys { .. } => "R2112",
            Self::OpenTransaction { .. } => "R2113",
            Self::CannotResume { .. } => "R2114",
            Self::Concurrent { .. } => "R2115",
            Self::Unknown { .. } => "R2116",
            Self::AlreadyApplied { .. } => "R2117",
            Self::NeverApplied { .. } => "R2118",
            Self::NotFailed { .. } => "R2119",
            Self::ReachesOut { .. } => "R2120",
            Self::Undecided { .. } => "R2121",
            Self::CommitLost { .. } => "R2122",
            Self::NotUndecided { .. } => "R2123",
            Self::Contract { .. } => "R2124",
            Self::Reverting(_) => "R2125",
            Self::Unfinished(_) => "R2126",
            Self::NotLast { .. } => "R2127",
            Self::NotApplied { .. } => "R2128",
            Self::PartlyReplaced { .. } => "R2129",
            Self::HalfRestored => "R2130",
        }
    }
}

fn locked(waited: Duration, dialect: Dialect, holder: Option<&Holder>) -> String {
    let waited = waited.as_secs_f32();
    if dialect == Dialect::Sqlite {
        return format!(
            "another connection holds the database's write lock, for longer than {waited} s (P1002); \
             find the program that writes, or wait longer"
        );
    }
    let holder = holder.map_or_else(
        || "the server does not tell which".to_owned(),
        ToString::to_string,
    );
    format!(
        "another program holds the lock for migrations, for longer than {waited} s (P1002): {holder}; \
         wait for it to finish, or end it if it is stuck, which lets the lock go"
    )
}

fn shown(path: &std::path::Path) -> String {
    terminal(&path.display().to_string())
}

fn names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{}`", terminal(name))).collect();
    let noun = if names.len() == 1 {
        "migration"
    } else {
        "migrations"
    };
    format!("{noun} {}", names.join(", "))
}

fn logs(failed: &[FailedMigration]) -> String {
    let mut out = String::new();
    for migration in failed {
        let logs = migration.logs.as_deref().unwrap_or("no logs").trim();
        let logs = terminal_lines(logs).replace('\n', "\n    ");
        let (name, at) = (terminal(&migration.name), migration.started_at);
        let _ = write!(out, "\n  `{name}`, begun {at}: {logs}");
    }
    out
}

fn violated(violations: &[Violation]) -> String {
    let parts: Vec<String> = violations.iter().map(ToString::to_string).collect();
    parts.join(", ")
}

/// The first lines of a statement: enough to recognise it.
fn excerpt(statement: &str) -> String {
    let mut lines = statement.lines();
    let mut out: Vec<String> = lines
        .by_ref()
        .take(6)
        .map(|line| line.chars().take(160).collect())
        .collect();
    if lines.next().is_some() {
        out.push("…".to_owned());
    }
    terminal_lines(&out.join("\n")).replace('\n', "\n  ")
}

fn outcome(source: &Error, rolled_back: bool, number: usize) -> String {
    let is_cut_off = matches!(
        source,
        Error::Disconnected { .. } | Error::StatementTimeout { .. }
    );
    if rolled_back {
        "nothing was changed: the migration was rolled back as a whole".to_owned()
    } else if is_cut_off {
        "the statements before it stay applied; the next deploy finds out whether this one has run, and goes on".to_owned()
    } else {
        format!(
            "the statements before it stay applied; the next deploy goes on at statement {number}"
        )
    }
}
