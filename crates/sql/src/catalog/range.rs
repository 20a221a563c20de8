//! Range types.

use super::ObjectName;

/// A range type (PostgreSQL, `CREATE TYPE … AS RANGE`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Its name.
    pub name: ObjectName,
    /// The type of its bounds, as the server prints it.
    pub subtype: Box<str>,
    /// The operator class that orders the bounds, where it is not the default of their type.
    pub operator_class: Option<ObjectName>,
    /// The collation of the bounds, where it is not that of their type.
    pub collation: Option<ObjectName>,
    /// The function that tells how far two bounds are apart.
    pub difference: Option<ObjectName>,
    /// The name of its multirange type (PostgreSQL 14).
    pub multirange: Option<ObjectName>,
}
