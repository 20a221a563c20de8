//! Tables that a module of SQLite keeps.

use super::{Expression, ObjectName};

/// A virtual table, with all the tables that its module keeps behind it (SQLite, `CREATE VIRTUAL TABLE`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualTable {
    /// Its name.
    pub name: ObjectName,
    /// The statement that makes it, without a semicolon.
    pub statement: Expression,
}
