//! Composite types.

use super::ObjectName;

/// A composite type: a row without a table (PostgreSQL, `CREATE TYPE … AS`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composite {
    /// Its name.
    pub name: ObjectName,
    /// Its attributes, in order.
    pub attributes: Vec<Attribute>,
}

/// An attribute of a composite type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: Box<str>,
    /// Its type, as the server prints it.
    pub ty: Box<str>,
    /// Its collation, where it is not that of its type.
    pub collation: Option<ObjectName>,
}
