//! Enums that are types of their own.

use super::ObjectName;

/// An enum that is a type of its own (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enum {
    /// Its name.
    pub name: ObjectName,
    /// Its values, in the order in which the database sorts them.
    pub values: Vec<Box<str>>,
}
