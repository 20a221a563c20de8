//! What can go wrong.

use crate::target::{Feature, Target, Version};

/// What can stop a schema from becoming SQL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The datasource names a database that SQL is not written for.
    #[error(
        "SQL is not written for {provider}: only for PostgreSQL, MySQL, MariaDB, SQLite and CockroachDB"
    )]
    NotATarget {
        /// The database's name as people write it.
        provider: &'static str,
    },
    /// The schema or database holds what the server does not have that SQL is written for.
    #[error("`{owner}` needs {}, which {}: the target is {target}", feature.title(), came(*since, *target))]
    NotInTarget {
        /// What it needs.
        feature: Feature,
        /// What needs it.
        owner: String,
        /// The server.
        target: Target,
        /// The version that brought it, if one did.
        since: Option<Version>,
    },
    /// A target is not a server and a version.
    #[error(
        "`{text}` is no target: write a server and its version, as in `postgresql 14`, `mysql 8.0`, `mariadb 10.11` or `sqlite 3.37`"
    )]
    Target {
        /// What was written.
        text: String,
    },
    /// Renames contradict each other.
    #[error("{reason}; give one of them another name first, in a migration of its own")]
    Renames {
        /// How.
        reason: String,
    },
    /// A value of an enum is renamed where the database does not know the values of enums.
    #[error(
        "`{value}` has `@renamed`, and SQLite keeps values as text, so that nobody can tell whether it was renamed already: write an `UPDATE` \
         into a migration by hand, and take `@renamed` out"
    )]
    RenamedText {
        /// The enum and its value.
        value: String,
    },
    /// What a caller wants renamed is not understood.
    #[error("`{text}` is no rename: {reason}")]
    NoRename {
        /// What was written.
        text: String,
        /// Why.
        reason: String,
    },
    /// The schema does not name a database.
    #[error("the schema names no database: it needs a `datasource` with a `provider`")]
    NoProvider,
    /// A database was raised into a schema that breaks the rules of the language.
    #[error("the database cannot be written as a schema: {reason}")]
    NotRaised {
        /// What the rules say against it.
        reason: String,
        /// The schema as far as it came.
        text: String,
    },
    /// A plan would lead from a database of one kind to one of another.
    #[error("a {from} database cannot be migrated to a {to} schema")]
    DialectMismatch {
        /// The server or dialect on the left.
        from: &'static str,
        /// The server or dialect on the right.
        to: &'static str,
    },
}

impl Error {
    /// Returns the stable code that `relata explain` knows.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotATarget { .. } => "R3001",
            Self::NoProvider => "R3002",
            Self::DialectMismatch { .. } => "R3003",
            Self::NotInTarget { .. } => "R3005",
            Self::Target { .. } => "R3006",
            Self::NotRaised { .. } => "R3007",
            Self::Renames { .. } => "R3008",
            Self::RenamedText { .. } => "R3009",
            Self::NoRename { .. } => "R3010",
        }
    }
}

fn came(since: Option<Version>, target: Target) -> String {
    let server = target.server.name();
    match since {
        Some(version) => format!("came with {server} {version}"),
        None => format!("{server} does not have"),
    }
}
