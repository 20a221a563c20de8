//! What a schema may say for each database: scalar support, native types, limits.
//!
//! These are facts, read like documentation; no rule lives here. Column types are resolved with them once, in the IR,
//! so that SQL and Rust agree on what a field is.

mod cockroach;
mod facts;
mod mysql;
mod native;
mod operator_class;
mod postgres;
mod scalar;
mod sqlite;

use relata_script::Dialect;

pub use facts::Facts;
pub use native::{Arguments, NativeArguments, NativeType, TypeInfo};
pub use operator_class::OperatorClassInfo;
pub(crate) use operator_class::without_class;
pub use scalar::Scalar;

/// The database that a `datasource` names with `provider = "…"`.
///
/// ```
/// use relata_schema::provider::{Provider, Scalar};
///
/// let provider = Provider::parse("postgresql").unwrap();
/// assert_eq!(provider.default_type(Scalar::Json).unwrap().sql(), "JSONB");
/// assert!(provider.facts().row_security && !Provider::Sqlite.facts().row_security);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provider {
    /// PostgreSQL; `postgres` is the same.
    Postgresql,
    /// MySQL and MariaDB.
    Mysql,
    /// SQLite.
    Sqlite,
    /// CockroachDB: SQL is written for it as text, and nothing is run on it.
    Cockroachdb,
    /// SQL Server: parsed and formatted, not a target.
    Sqlserver,
    /// MongoDB: parsed and formatted, not a target.
    Mongodb,
}

impl Provider {
    /// Every provider, in the order messages list them.
    pub const ALL: [Provider; 6] = [
        Provider::Postgresql,
        Provider::Mysql,
        Provider::Sqlite,
        Provider::Cockroachdb,
        Provider::Sqlserver,
        Provider::Mongodb,
    ];

    /// The provider for what a datasource writes.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "postgres" {
            return Some(Self::Postgresql);
        }
        Self::ALL
            .into_iter()
            .find(|provider| provider.name() == text)
    }

    /// The name a datasource writes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgresql => "postgresql",
            Self::Mysql => "mysql",
            Self::Sqlite => "sqlite",
            Self::Cockroachdb => "cockroachdb",
            Self::Sqlserver => "sqlserver",
            Self::Mongodb => "mongodb",
        }
    }

    /// The name people use for it.
    pub fn display_name(self) -> &'static str {
        match self {
            Self::Postgresql => "PostgreSQL",
            Self::Mysql => "MySQL",
            Self::Sqlite => "SQLite",
            Self::Cockroachdb => "CockroachDB",
            Self::Sqlserver => "SQL Server",
            Self::Mongodb => "MongoDB",
        }
    }

    /// The SQL dialect that is written for it, if it is a target.
    pub fn dialect(self) -> Option<Dialect> {
        match self {
            Self::Postgresql | Self::Cockroachdb => Some(Dialect::Postgres),
            Self::Mysql => Some(Dialect::Mysql),
            Self::Sqlite => Some(Dialect::Sqlite),
            Self::Sqlserver | Self::Mongodb => None,
        }
    }

    /// Every column type this database has, the ones a schema can write with `@db.…` and the ones it cannot.
    pub fn types(self) -> &'static [TypeInfo] {
        match self {
            Self::Postgresql => postgres::TYPES,
            Self::Mysql => mysql::TYPES,
            Self::Sqlite => sqlite::TYPES,
            Self::Cockroachdb => cockroach::TYPES,
            Self::Sqlserver | Self::Mongodb => &[],
        }
    }

    /// The type with this schema name, written or not.
    pub fn type_named(self, name: &str) -> Option<&'static TypeInfo> {
        self.types().iter().find(|info| info.name == name)
    }

    /// The column type of a scalar without a `@db.…` attribute; none on databases that are no target.
    pub fn default_type(self, scalar: Scalar) -> Option<NativeType> {
        let (name, args): (_, &[u32]) = match self {
            Self::Postgresql => postgres::default_type(scalar),
            Self::Mysql => mysql::default_type(scalar),
            Self::Sqlite => sqlite::default_type(scalar),
            Self::Cockroachdb => cockroach::default_type(scalar),
            Self::Sqlserver | Self::Mongodb => return None,
        };
        Some(NativeType::new(self.type_named(name)?, args))
    }

    /// What the schema language allows on this database.
    pub fn facts(self) -> &'static Facts {
        facts::of(self)
    }
}
