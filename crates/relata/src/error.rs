use std::path::PathBuf;

use relata_script::{Dialect, terminal, terminal_lines};

use crate::DecodeError;
use crate::migration::MigrationError;

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a database said about a constraint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Constraint {
    /// The table, where the database names it.
    pub table: Option<String>,
    /// The columns, where the database names them.
    pub columns: Vec<String>,
    /// The constraint's or index's own name, where the database names it.
    pub name: Option<String>,
}

impl std::fmt::Display for Constraint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        if !self.columns.is_empty() {
            parts.push(format!(" on `{}`", terminal(&self.columns.join(", "))));
        }
        if let Some(table) = &self.table {
            parts.push(format!(" of table `{}`", terminal(table)));
        }
        if let Some(name) = &self.name {
            parts.push(format!(" (`{}`)", terminal(name)));
        }
        f.write_str(&parts.concat())
    }
}

/// Everything that can go wrong at run time.
///
/// Messages say what happened and what to do. They never hold a password: connection strings appear only as
/// [`crate::ConnectionUrl`] prints them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A row with this key exists already.
    #[error("a row with the same value exists already: unique constraint{0}")]
    Unique(Constraint),

    /// A row refers to one that does not exist, or is still referred to.
    #[error(
        "foreign key violated{0}: the row that is referred to does not exist, or rows still refer to the one that goes"
    )]
    ForeignKey(Constraint),

    /// A required column got no value.
    #[error("a required column got no value: NOT NULL{0}")]
    NotNull(Constraint),

    /// A check refused the row.
    #[error("a check refused the row{0}")]
    Check(Constraint),

    /// A query that must find a row found none.
    #[error("no row was found{}", .table.as_ref().map(|table| format!(" in `{}`", terminal(table))).unwrap_or_default())]
    NotFound {
        /// The table, where it is known.
        table: Option<String>,
    },

    /// Another connection holds the lock, longer than we may wait: SQLite's busy timeout, `lock_timeout` of PostgreSQL,
    /// `innodb_lock_wait_timeout` of MySQL.
    #[error(
        "the database is locked by another connection (P1008): {message}; try again, or raise the timeout for locks",
        message = terminal_lines(message)
    )]
    Busy {
        /// What the database said.
        message: String,
    },

    /// The file is damaged or is no database.
    #[error(
        "the database file is damaged or is not a database: {message}; check the path, or restore the file from a backup",
        message = terminal_lines(message)
    )]
    Corrupt {
        /// What the database said.
        message: String,
    },

    /// The database cannot be written.
    #[error(
        "the database cannot be written: {message}; check the permissions of the file and of its folder, in which SQLite needs to create its journal",
        message = terminal_lines(message)
    )]
    ReadOnly {
        /// What the database said.
        message: String,
    },

    /// No room is left: on the disk, under a quota, or in a file that may grow no further.
    #[error(
        "no room is left for the database: {message}; free some space, then run the same again",
        message = terminal_lines(message)
    )]
    DiskFull {
        /// What the database said.
        message: String,
    },

    /// The database could not be reached or opened, or the connection is gone.
    #[error(
        "cannot connect: {message}",
        message = terminal_lines(message)
    )]
    Connection {
        /// What happened and what to do.
        message: String,
    },

    /// A connection string that cannot be understood.
    #[error(
        "the connection string is not valid (P1013): {message}",
        message = terminal_lines(message)
    )]
    Url {
        /// What is wrong; never the string itself.
        message: String,
    },

    /// A database whose driver is not built in.
    #[error(
        "this build has no driver for {dialect}: switch on the feature `{}` of the crate `relata`",
        feature(*dialect)
    )]
    NoDriver {
        /// The database asked for.
        dialect: Dialect,
    },

    /// Transactions got into each other's way, and this one was given up: serialization failures and deadlocks. Doing the
    /// whole transaction again may succeed.
    #[error(
        "the transaction conflicts with another one: {message}; run it again from its start",
        message = terminal_lines(message)
    )]
    Conflict {
        /// What the database said.
        message: String,
        /// `SQLSTATE`, or the error number of MySQL.
        native_code: Option<String>,
    },

    /// A statement ran longer than the limit that is set, on the server or by `socket_timeout`.
    #[error(
        "the statement took too long: {message}",
        message = terminal_lines(message)
    )]
    StatementTimeout {
        /// What the database said.
        message: String,
    },

    /// A statement was cancelled on request.
    #[error(
        "the statement was cancelled: {message}",
        message = terminal_lines(message)
    )]
    Cancelled {
        /// What the database said.
        message: String,
    },

    /// The server refused the user or the password.
    #[error(
        "the server refused the login (P1000): {message}; check user and password, percent-encoded in the connection string",
        message = terminal_lines(message)
    )]
    Authentication {
        /// What the server said.
        message: String,
    },

    /// The user may not do this.
    #[error(
        "permission denied (P1010): {message}",
        message = terminal_lines(message)
    )]
    Permission {
        /// What the database said.
        message: String,
    },

    /// The server has no such database.
    #[error(
        "the database does not exist (P1003): {message}",
        message = terminal_lines(message)
    )]
    UnknownDatabase {
        /// What the server said.
        message: String,
    },

    /// The connection is gone: the server closed it, was shut down, or ended the session. Whether a statement that was under
    /// way has taken effect is not known.
    #[error(
        "the connection is gone (P1017): {message}; open a new one",
        message = terminal_lines(message)
    )]
    Disconnected {
        /// What is known of the reason.
        message: String,
    },

    /// No connection became free in time.
    #[error(
        "no connection of the pool became free within {} s (P2024): all {size} are in use; hold them for shorter, or raise `connection_limit` or `pool_timeout`",
        waited.as_secs_f32()
    )]
    PoolTimeout {
        /// How many connections the pool may open.
        size: usize,
        /// How long was waited.
        waited: std::time::Duration,
    },

    /// A pooler stands between us and the server, and what is asked for needs one session.
    #[error(
        "this needs a session of its own, and a pooler in transaction mode gives each transaction another one: {message}; set `directUrl` to the server itself",
        message = terminal_lines(message)
    )]
    Pooler {
        /// What was asked for, or what the server said.
        message: String,
    },

    /// Anything else that the database reported.
    #[error("{}", terminal_lines(message))]
    Database {
        /// What the database said.
        message: String,
        /// The database's own code: SQLSTATE, or SQLite's extended result code.
        native_code: Option<String>,
        /// Where in the SQL the database saw the problem, in bytes.
        offset: Option<usize>,
    },

    /// A value in the database does not fit the Rust type.
    #[error(
        "column `{}`: {source}; the schema and the database disagree",
        terminal(column)
    )]
    Decode {
        /// The column's name.
        column: String,
        /// What was expected and found.
        source: DecodeError,
    },

    /// A migration could not be read or applied.
    #[error(transparent)]
    Migration(#[from] MigrationError),

    /// A text of the migrations folder is not as it should be.
    #[error(transparent)]
    Script(#[from] relata_script::Error),

    /// A file could not be read or written.
    #[error("{}: {source}", terminal(&path.display().to_string()))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },

    /// What this database cannot do, or not for these rows.
    #[error(
        "not supported here: {message}",
        message = terminal_lines(message)
    )]
    NotSupported {
        /// What was asked for.
        message: String,
    },

    /// An error of the program itself, carried through a transaction's closure.
    #[error(transparent)]
    User(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// The stable code, for `relata explain` and for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unique(_) => "R2001",
            Self::ForeignKey(_) => "R2002",
            Self::NotNull(_) => "R2003",
            Self::Check(_) => "R2004",
            Self::NotFound { .. } => "R2005",
            Self::Busy { .. } => "R2006",
            Self::Corrupt { .. } => "R2007",
            Self::ReadOnly { .. } => "R2008",
            Self::Connection { .. } => "R2009",
            Self::Url { .. } => "R2010",
            Self::NoDriver { .. } => "R2011",
            Self::Database { .. } => "R2012",
            Self::Decode { .. } => "R2013",
            Self::Io { .. } => "R2014",
            Self::User(_) => "R2015",
            Self::Conflict { .. } => "R2016",
            Self::StatementTimeout { .. } => "R2017",
            Self::Cancelled { .. } => "R2018",
            Self::Authentication { .. } => "R2019",
            Self::Permission { .. } => "R2020",
            Self::UnknownDatabase { .. } => "R2021",
            Self::Disconnected { .. } => "R2022",
            Self::PoolTimeout { .. } => "R2023",
            Self::Pooler { .. } => "R2024",
            Self::NotSupported { .. } => "R2025",
            Self::DiskFull { .. } => "R2026",
            Self::Migration(error) => error.code(),
            Self::Script(error) => error.code(),
        }
    }

    /// Carries an error of the program itself, so that `?` with other error types stays one call away.
    ///
    /// ```
    /// let error = relata::Error::user("the account is closed");
    /// assert_eq!(error.code(), "R2015");
    /// ```
    pub fn user(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::User(error.into())
    }

    /// Whether the same work may succeed when it is done again from the start.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Busy { .. }
                | Self::Conflict { .. }
                | Self::Disconnected { .. }
                | Self::PoolTimeout { .. }
        )
    }

    /// Whether it tells of the server, the connection or the disk, and nothing of the statement that was under way: the same statement may
    /// succeed elsewhere, or once that is repaired. What a migration met counts as what it is.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Busy { .. }
            | Self::Cancelled { .. }
            | Self::Connection { .. }
            | Self::Corrupt { .. }
            | Self::Disconnected { .. }
            | Self::DiskFull { .. }
            | Self::Authentication { .. }
            | Self::UnknownDatabase { .. }
            | Self::PoolTimeout { .. }
            | Self::ReadOnly { .. }
            | Self::StatementTimeout { .. }
            | Self::Io { .. }
            | Self::Migration(MigrationError::CommitLost { .. }) => true,
            Self::Migration(MigrationError::Apply { source, .. }) => source.is_outage(),
            _ => false,
        }
    }

    pub(crate) fn not_supported(message: impl Into<String>) -> Self {
        Self::NotSupported {
            message: message.into(),
        }
    }

    pub(crate) fn connection(message: impl Into<String>) -> Self {
        Self::Connection {
            message: message.into(),
        }
    }
}

/// The cargo feature that brings a driver.
const fn feature(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "postgres",
        Dialect::Mysql => "mysql",
        Dialect::Sqlite => "sqlite",
    }
}
