//! Foreign keys.

use relata_schema::ir::ReferentialAction;

use super::ObjectName;

/// A foreign key of a table.
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
}

/// When a foreign key is checked (PostgreSQL, SQLite).
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
