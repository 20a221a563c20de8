//! Which version of which server has what: a table of facts, each with the page of the manual that tells it.
//!
//! Facts of PostgreSQL 15, MariaDB 10.11 and SQLite are run by tests; the others are from the manuals.

use super::{Server, Version};

/// Something that not every supported server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "each is the feature of its name; the table says more"
)]
pub enum Feature {
    NullsNotDistinct,
    VirtualColumns,
    StoredColumns,
    Include,
    Exclusions,
    Identity,
    Domains,
    RowSecurity,
    MaterializedViews,
    Deferrable,
    ForeignKeySetColumns,
    PartialIndexes,
    ExpressionIndexes,
    DescendingIndexes,
    Checks,
    Functions,
    Triggers,
    Strict,
    Sequences,
    SystemVersioning,
    InvisibleColumns,
    DropColumn,
}

impl Feature {
    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::NullsNotDistinct => "`NULLS NOT DISTINCT`",
            Self::VirtualColumns => "generated columns that are not stored",
            Self::StoredColumns => "generated columns that are stored",
            Self::Include => "`INCLUDE` in an index",
            Self::Exclusions => "exclusion constraints",
            Self::Identity => "identity columns",
            Self::Domains => "domains",
            Self::RowSecurity => "row-level security",
            Self::MaterializedViews => "materialized views",
            Self::Deferrable => "deferrable foreign keys",
            Self::ForeignKeySetColumns => "`SET NULL` of some columns of a foreign key",
            Self::PartialIndexes => "partial indexes",
            Self::ExpressionIndexes => "indexes over expressions",
            Self::DescendingIndexes => "indexes in descending order",
            Self::Checks => "check constraints",
            Self::Functions => "functions in SQL",
            Self::Triggers => "triggers",
            Self::Strict => "strict tables",
            Self::Sequences => "sequences",
            Self::SystemVersioning => "system-versioned tables",
            Self::InvisibleColumns => "invisible columns",
            Self::DropColumn => "`ALTER TABLE … DROP COLUMN`",
        }
    }
}

/// The oldest versions that are supported: what came with them or before is "always".
const ALWAYS: Version = Version(0, 0, 0);

/// The version from which on a server has a feature; `None` where none has it.
#[allow(
    clippy::match_same_arms,
    clippy::unnested_or_patterns,
    reason = "a table of facts, each beside the page that tells it"
)]
pub(super) fn since(feature: Feature, server: Server) -> Option<Version> {
    use Server::{Cockroachdb, Mariadb, Mysql, Postgresql, Sqlite};
    let version = match (feature, server) {
        // PostgreSQL 15, "CREATE INDEX"; release notes of 15.
        (Feature::NullsNotDistinct, Postgresql) => Version(15, 0, 0),
        // PostgreSQL 18, "Generated Columns": virtual is the default there. CockroachDB, "Computed Columns" (21.1).
        (Feature::VirtualColumns, Postgresql) => Version(18, 0, 0),
        (Feature::VirtualColumns, Cockroachdb) => Version(21, 1, 0),
        // PostgreSQL 12, release notes. SQLite 3.31, "Generated Columns". MariaDB, "Generated Columns" (10.2 for STORED).
        (Feature::StoredColumns | Feature::VirtualColumns, Sqlite) => Version(3, 31, 0),
        (Feature::StoredColumns, Postgresql) => Version(12, 0, 0),
        (Feature::StoredColumns, Cockroachdb | Mysql | Mariadb)
        | (Feature::VirtualColumns, Mysql | Mariadb) => ALWAYS,
        // PostgreSQL 11, "CREATE INDEX". CockroachDB writes STORING for it and takes INCLUDE.
        (Feature::Include, Postgresql | Cockroachdb)
        // PostgreSQL, "CREATE TABLE".
        | (Feature::Exclusions | Feature::Domains | Feature::RowSecurity | Feature::Deferrable, Postgresql)
        // PostgreSQL 10, "CREATE TABLE"; "CREATE MATERIALIZED VIEW".
        | (Feature::Identity | Feature::MaterializedViews, Postgresql | Cockroachdb)
        | (Feature::PartialIndexes | Feature::ExpressionIndexes, Postgresql | Cockroachdb | Sqlite)
        | (Feature::DescendingIndexes, Postgresql | Cockroachdb | Sqlite)
        | (Feature::Checks, Postgresql | Cockroachdb | Sqlite | Mariadb)
        // SQLite, "Foreign Key Support", 4.2.
        | (Feature::Deferrable, Sqlite)
        | (Feature::Functions, Postgresql | Mysql | Mariadb)
        | (Feature::Triggers, Postgresql | Mysql | Mariadb | Sqlite)
        | (Feature::Sequences, Postgresql | Cockroachdb)
        | (Feature::DropColumn, Postgresql | Cockroachdb | Mysql | Mariadb) => ALWAYS,
        // PostgreSQL 15, "CREATE TABLE": ON DELETE SET NULL (column).
        (Feature::ForeignKeySetColumns, Postgresql) => Version(15, 0, 0),
        // MySQL 8.0.13, "CREATE INDEX", functional key parts. MySQL 8.0, "Descending Indexes". MariaDB 10.8, "CREATE INDEX":
        // before, DESC is read and does nothing.
        (Feature::ExpressionIndexes, Mysql) => Version(8, 0, 13),
        (Feature::DescendingIndexes, Mysql) => Version(8, 0, 0),
        (Feature::DescendingIndexes, Mariadb) => Version(10, 8, 0),
        // MySQL 8.0.16, "CHECK Constraints": before, they are read and do nothing.
        (Feature::Checks, Mysql) => Version(8, 0, 16),
        // CockroachDB 22.2, "CREATE FUNCTION"; 24.3, "CREATE TRIGGER".
        (Feature::Functions, Cockroachdb) => Version(22, 2, 0),
        (Feature::Triggers, Cockroachdb) => Version(24, 3, 0),
        // SQLite 3.37, "STRICT Tables"; 3.35, "ALTER TABLE".
        (Feature::Strict, Sqlite) => Version(3, 37, 0),
        (Feature::DropColumn, Sqlite) => Version(3, 35, 0),
        // MariaDB 10.3, "CREATE SEQUENCE", "System-Versioned Tables", "Invisible Columns". MySQL 8.0.23, "Invisible Columns".
        (Feature::Sequences | Feature::SystemVersioning | Feature::InvisibleColumns, Mariadb) => {
            Version(10, 3, 0)
        }
        (Feature::InvisibleColumns, Mysql) => Version(8, 0, 23),
        _ => return None,
    };
    Some(version)
}
