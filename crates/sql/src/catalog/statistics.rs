//! Extended statistics.

use super::{Expression, ObjectName};

/// Extended statistics on columns of a table (PostgreSQL, `CREATE STATISTICS`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// Their name.
    pub name: ObjectName,
    /// The table.
    pub table: ObjectName,
    /// The statement that makes them, without a semicolon.
    pub statement: Expression,
    /// How many values are sampled, where that is said.
    pub target: Option<i32>,
}
