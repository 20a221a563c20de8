//! Policies of row security.

use super::{Expression, ObjectName};

/// A policy: which rows of a table somebody sees and writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name, the only one of its table.
    pub name: Box<str>,
    /// The table.
    pub table: ObjectName,
    /// The statement that makes it, without a semicolon.
    pub statement: Expression,
}
