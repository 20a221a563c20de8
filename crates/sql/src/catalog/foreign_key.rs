//! Foreign keys.

use relata_schema::ir::ReferentialAction;

use super::ObjectName;

/// A foreign key of a table.
#[allow(
    clippy::struct_excessive_bools,
    reason = "clauses of SQL, any of which can be there alone"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// The constraint's name. SQLite may have none, and does not tell those it has.
    pub name: Option<Box<str>>,
    /// Its columns, in order.
    pub columns: Vec<Box<str>>,
    /// The table it refers to.
    pub references: ObjectName,
    /// The columns it refers to, in the order of `columns`.
    pub referenced_columns: Vec<Box<str>>,
    /// What happens when the row referred to is deleted.
    pub on_delete: ReferentialAction,
    /// What happens when the key referred to changes.
    pub on_update: ReferentialAction,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// Whether a key of several columns is either NULL as a whole or not at all: `MATCH FULL` (PostgreSQL).
    pub match_full: bool,
    /// The columns that `SET NULL` or `SET DEFAULT` changes on delete, where not all (PostgreSQL 15).
    pub set_columns: Vec<Box<str>>,
    /// Whether the rows there are were found to meet it; `NOT VALID` where not (PostgreSQL).
    pub is_valid: bool,
    /// Whether rows are looked at at all; `NOT ENFORCED` where not (PostgreSQL 18).
    pub is_enforced: bool,
    /// Whether its last column is a span of time that a row on the other side has to cover: `PERIOD` (PostgreSQL 18).
    pub is_temporal: bool,
}

impl ForeignKey {
    /// Makes a key that takes no action and has no further clauses.
    pub fn new(
        name: Option<&str>,
        columns: Vec<Box<str>>,
        references: ObjectName,
        referenced_columns: Vec<Box<str>>,
    ) -> Self {
        Self {
            name: name.map(Into::into),
            columns,
            references,
            referenced_columns,
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: Deferrable::No,
            match_full: false,
            set_columns: Vec::new(),
            is_valid: true,
            is_enforced: true,
            is_temporal: false,
        }
    }
}

/// When a key is checked (PostgreSQL, SQLite).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Deferrable {
    /// At the end of each statement, always.
    #[default]
    No,
    /// At the end of each statement, unless a transaction asks otherwise.
    InitiallyImmediate,
    /// At the end of the transaction.
    InitiallyDeferred,
}
