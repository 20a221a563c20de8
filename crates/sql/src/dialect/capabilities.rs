//! What each database can do, as a table of facts.

use relata_script::Dialect;

use crate::target::Server;

/// What one database can do, as far as a plan depends on it.
#[derive(Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "a row of a table, whose columns are yes or no"
)]
pub(crate) struct Capabilities {
    /// The longest name in bytes (MySQL: 64 characters, which are at least as many bytes).
    pub(crate) name_bytes: usize,
    /// Whether enums are types of their own.
    pub(crate) enum_types: bool,
    /// Whether a primary key bears a name, and can be renamed.
    pub(crate) named_primary_keys: bool,
    /// Whether a table changes in place. Where it does not, it is made anew, foreign keys and all.
    pub(crate) alters_tables: bool,
    /// Whether one clause restates a whole column, so that a change of any part restates the others.
    pub(crate) restates_columns: bool,
    /// Whether the indexes of a new table stand inside its `CREATE TABLE`.
    pub(crate) indexes_in_table: bool,
    /// Whether a column that numbers its rows must lead a key at every moment, so that both change in one statement.
    pub(crate) numbers_need_keys: bool,
    /// Whether an index can be renamed.
    pub(crate) renames_indexes: bool,
    /// Whether a foreign key can be renamed.
    pub(crate) renames_foreign_keys: bool,
    /// Whether what a table's `CREATE TABLE` cannot say is said afterwards, by `ALTER TABLE`; elsewhere all of it stands inside.
    pub(crate) settings_after_table: bool,
    /// Whether the text of a function is read when it is made, unless a setting says otherwise.
    pub(crate) checks_function_bodies: bool,
    /// Whether a trigger's name is one of its table alone, so that dropping it names the table.
    pub(crate) triggers_named_by_table: bool,
    /// Whether functions of one name are told apart by their arguments.
    pub(crate) overloads: bool,
    /// Whether a comment stands where its table or column is made, and changes with it.
    pub(crate) comments_in_table: bool,
    /// Whether both ends of a foreign key need an index that begins with its columns; one that is missing on the near end
    /// is made by the server.
    pub(crate) foreign_keys_need_indexes: bool,
    /// Whether one `ALTER TABLE` takes clauses of several kinds.
    pub(crate) combines_clauses: bool,
    /// The function that numbers the rows of a table, where that is no sequence.
    pub(crate) row_number: Option<&'static str>,
    /// Whether a value can be taken out of an enum.
    pub(crate) drops_enum_values: bool,
    /// Whether the type of a column changes while keys, indexes and foreign keys are over it. Elsewhere the foreign keys and indexes
    /// go for a while, and the whole table is made anew for its primary key.
    pub(crate) retypes_keys: bool,
    /// Whether a table can do without a primary key. Elsewhere another takes its place in the same statement.
    pub(crate) drops_primary_keys: bool,
}

const POSTGRES: Capabilities = Capabilities {
    name_bytes: 63,
    enum_types: true,
    named_primary_keys: true,
    alters_tables: true,
    restates_columns: false,
    indexes_in_table: false,
    numbers_need_keys: false,
    renames_indexes: true,
    renames_foreign_keys: true,
    settings_after_table: true,
    checks_function_bodies: true,
    triggers_named_by_table: true,
    overloads: true,
    comments_in_table: false,
    foreign_keys_need_indexes: false,
    combines_clauses: true,
    row_number: None,
    drops_enum_values: false,
    retypes_keys: true,
    drops_primary_keys: true,
};

/// From the manual ("ALTER TABLE", "ALTER TYPE", "Primary Key Constraint", "SERIAL"); no server of it has run these.
const COCKROACH: Capabilities = Capabilities {
    checks_function_bodies: false,
    combines_clauses: false,
    row_number: Some("unique_rowid()"),
    drops_enum_values: true,
    retypes_keys: false,
    drops_primary_keys: false,
    ..POSTGRES
};

const MYSQL: Capabilities = Capabilities {
    name_bytes: 64,
    enum_types: false,
    named_primary_keys: false,
    alters_tables: true,
    restates_columns: true,
    indexes_in_table: true,
    numbers_need_keys: true,
    // MySQL 5.7, MariaDB 10.5.2.
    renames_indexes: true,
    renames_foreign_keys: false,
    settings_after_table: false,
    checks_function_bodies: false,
    triggers_named_by_table: false,
    overloads: false,
    comments_in_table: true,
    foreign_keys_need_indexes: true,
    combines_clauses: true,
    row_number: None,
    drops_enum_values: false,
    retypes_keys: true,
    drops_primary_keys: true,
};

const SQLITE: Capabilities = Capabilities {
    name_bytes: 10_000,
    enum_types: false,
    named_primary_keys: false,
    alters_tables: false,
    restates_columns: false,
    indexes_in_table: false,
    numbers_need_keys: false,
    renames_indexes: false,
    renames_foreign_keys: false,
    settings_after_table: false,
    checks_function_bodies: false,
    triggers_named_by_table: false,
    overloads: false,
    comments_in_table: false,
    foreign_keys_need_indexes: false,
    combines_clauses: false,
    row_number: None,
    drops_enum_values: false,
    retypes_keys: true,
    drops_primary_keys: true,
};

pub(crate) fn of(dialect: Dialect, server: Option<Server>) -> &'static Capabilities {
    match (dialect, server) {
        (Dialect::Postgres, Some(Server::Cockroachdb)) => &COCKROACH,
        (Dialect::Postgres, _) => &POSTGRES,
        (Dialect::Mysql, _) => &MYSQL,
        (Dialect::Sqlite, _) => &SQLITE,
    }
}
