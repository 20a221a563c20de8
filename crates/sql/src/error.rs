//! What can go wrong.

use crate::target::{Feature, Target, Version};

/// What can stop a schema from becoming SQL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The datasource names a database that SQL is not written for.
    #[error("SQL is not written for {provider}: only for PostgreSQL, MySQL, MariaDB and SQLite")]
    NotATarget {
        /// The database's name as people write it.
        provider: &'static str,
    },
    /// The schema says something that SQL is not written for yet.
    #[error("SQL for `{construct}` is not written yet: `{owner}` needs it")]
    NotYet {
        /// The block, attribute or argument.
        construct: &'static str,
        /// What it belongs to.
        owner: String,
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
        /// The dialect on the left.
        from: relata_script::Dialect,
        /// The dialect on the right.
        to: relata_script::Dialect,
    },
}

impl Error {
    /// Returns the stable code that `relata explain` knows.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotATarget { .. } => "R3001",
            Self::NoProvider => "R3002",
            Self::DialectMismatch { .. } => "R3003",
            Self::NotYet { .. } => "R3004",
            Self::NotInTarget { .. } => "R3005",
            Self::Target { .. } => "R3006",
            Self::NotRaised { .. } => "R3007",
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
