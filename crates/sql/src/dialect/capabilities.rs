//! What each database can do, as a table of facts.

use relata_script::Dialect;

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
};

pub(super) fn of(dialect: Dialect) -> &'static Capabilities {
    match dialect {
        Dialect::Postgres => &POSTGRES,
        Dialect::Mysql => &MYSQL,
        Dialect::Sqlite => &SQLITE,
    }
}
