//! What the schema language allows on each database, one row a database.

use super::Provider;
use crate::ir::ReferentialAction::{self, Cascade, NoAction, Restrict, SetDefault, SetNull};

/// What the schema language allows on one database.
///
/// ```
/// use relata_schema::provider::Provider;
/// assert!(Provider::Postgresql.facts().scalar_lists && !Provider::Mysql.facts().scalar_lists);
/// assert_eq!(Provider::Mysql.facts().identifier_bytes, 64);
/// ```
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "a row of a table of facts")]
pub struct Facts {
    /// The longest name in bytes.
    pub identifier_bytes: usize,
    /// Whether names of tables that differ in case alone are one name.
    pub tables_fold_case: bool,
    /// Whether names of columns that differ in case alone are one name.
    pub columns_fold_case: bool,
    /// Whether a scalar field can be a list.
    pub scalar_lists: bool,
    /// Whether enums exist, as types of their own or in a column.
    pub enums: bool,
    /// Whether enums are types of their own.
    pub enum_types: bool,
    /// Whether `Json` exists.
    pub json: bool,
    /// Whether objects live in schemas (`@@schema`).
    pub namespaces: bool,
    /// Whether a primary key has a name of its own.
    pub named_primary_keys: bool,
    /// Whether a foreign key can be given a name.
    pub named_foreign_keys: bool,
    /// Whether an implicit many-to-many table has a primary key, or a unique index in its place.
    pub join_table_primary_key: bool,
    /// Whether an index can have a `where`.
    pub partial_indexes: bool,
    /// Whether an index element takes a `length`.
    pub index_length: bool,
    /// Whether an index element takes `ops`.
    pub operator_classes: bool,
    /// Whether an index carries columns that it does not cover (`include`).
    pub index_include: bool,
    /// Whether an index element says where NULL stands (`nulls`).
    pub index_nulls: bool,
    /// Whether an index element has a collation of its own (`collate`).
    pub index_collation: bool,
    /// Whether a unique can take rows with NULL for alike (`nullsDistinct`; PostgreSQL 15).
    pub nulls_distinct: bool,
    /// Whether `@@exclude` exists.
    pub exclusions: bool,
    /// Whether a column can be an `identity()`.
    pub identity: bool,
    /// Whether tables and columns have comments.
    pub comments: bool,
    /// Whether types and views have comments.
    pub type_comments: bool,
    /// Whether a foreign key can be `deferrable`.
    pub deferrable: bool,
    /// Whether `@@rls` and policies exist.
    pub row_security: bool,
    /// Whether views can be materialized.
    pub materialized_views: bool,
    /// Whether functions exist.
    pub functions: bool,
    /// Whether domains exist.
    pub domains: bool,
    /// Whether `@@fulltext` exists.
    pub fulltext: bool,
    /// The referential actions with foreign keys.
    pub actions: &'static [ReferentialAction],
    /// The referential actions with `relationMode = "prisma"`.
    pub emulated_actions: &'static [ReferentialAction],
}

const ALL_ACTIONS: &[ReferentialAction] = &[Cascade, Restrict, NoAction, SetNull, SetDefault];

const POSTGRES: Facts = Facts {
    identifier_bytes: 63,
    tables_fold_case: false,
    columns_fold_case: false,
    scalar_lists: true,
    enums: true,
    enum_types: true,
    json: true,
    namespaces: true,
    named_primary_keys: true,
    named_foreign_keys: true,
    join_table_primary_key: true,
    partial_indexes: true,
    index_length: false,
    operator_classes: true,
    index_include: true,
    index_nulls: true,
    index_collation: true,
    nulls_distinct: true,
    exclusions: true,
    identity: true,
    comments: true,
    type_comments: true,
    deferrable: true,
    row_security: true,
    materialized_views: true,
    functions: true,
    domains: true,
    fulltext: false,
    actions: ALL_ACTIONS,
    emulated_actions: &[Cascade, Restrict, SetNull],
};

const COCKROACH: Facts = Facts {
    join_table_primary_key: false,
    operator_classes: false,
    index_nulls: false,
    index_collation: false,
    nulls_distinct: false,
    exclusions: false,
    deferrable: false,
    row_security: false,
    domains: false,
    emulated_actions: &[Cascade, Restrict, SetNull, NoAction],
    ..POSTGRES
};

const MYSQL: Facts = Facts {
    identifier_bytes: 64,
    // Of tables `lower_case_table_names` decides, and on Linux they differ (manual, "Identifier Case Sensitivity").
    tables_fold_case: false,
    columns_fold_case: true,
    scalar_lists: false,
    enums: true,
    enum_types: false,
    json: true,
    namespaces: false,
    named_primary_keys: false,
    named_foreign_keys: true,
    join_table_primary_key: false,
    partial_indexes: false,
    index_length: true,
    operator_classes: false,
    index_include: false,
    index_nulls: false,
    index_collation: false,
    nulls_distinct: false,
    exclusions: false,
    identity: false,
    comments: true,
    type_comments: false,
    deferrable: false,
    row_security: false,
    materialized_views: false,
    functions: true,
    domains: false,
    fulltext: true,
    actions: ALL_ACTIONS,
    emulated_actions: &[Cascade, Restrict, SetNull, NoAction],
};

const SQLITE: Facts = Facts {
    identifier_bytes: 10_000,
    tables_fold_case: true,
    columns_fold_case: true,
    scalar_lists: false,
    enums: true,
    enum_types: false,
    json: true,
    namespaces: false,
    named_primary_keys: false,
    named_foreign_keys: false,
    join_table_primary_key: false,
    partial_indexes: true,
    index_length: false,
    operator_classes: false,
    index_include: false,
    index_nulls: false,
    index_collation: true,
    nulls_distinct: false,
    exclusions: false,
    identity: false,
    comments: false,
    type_comments: false,
    deferrable: true,
    row_security: false,
    materialized_views: false,
    functions: false,
    domains: false,
    fulltext: false,
    actions: ALL_ACTIONS,
    emulated_actions: &[Cascade, Restrict, SetNull],
};

const SQLSERVER: Facts = Facts {
    identifier_bytes: 128,
    tables_fold_case: false,
    columns_fold_case: false,
    scalar_lists: false,
    enums: false,
    json: false,
    named_primary_keys: true,
    actions: &[Cascade, NoAction, SetNull, SetDefault],
    emulated_actions: &[Cascade, NoAction, SetNull],
    ..POSTGRES
};

const MONGODB: Facts = Facts {
    identifier_bytes: 127,
    namespaces: false,
    fulltext: true,
    emulated_actions: &[Cascade, Restrict, SetNull, NoAction],
    ..POSTGRES
};

pub(super) fn of(provider: Provider) -> &'static Facts {
    match provider {
        Provider::Postgresql => &POSTGRES,
        Provider::Cockroachdb => &COCKROACH,
        Provider::Mysql => &MYSQL,
        Provider::Sqlite => &SQLITE,
        Provider::Sqlserver => &SQLSERVER,
        Provider::Mongodb => &MONGODB,
    }
}
