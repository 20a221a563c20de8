//! Domains: types that narrow others.

use super::{Check, Expression, ObjectName};

/// A domain (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its name.
    pub name: ObjectName,
    /// The type that it narrows, as the server prints it, arguments included.
    pub base: Box<str>,
    /// The collation, where it is not that of the type beneath.
    pub collation: Option<ObjectName>,
    /// What a column of it gets where nothing else is said.
    pub default: Option<Expression>,
    /// Whether NULL is kept out.
    pub not_null: bool,
    /// Its checks, by name.
    pub checks: Vec<Check>,
}
