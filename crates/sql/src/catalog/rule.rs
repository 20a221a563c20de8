//! Rules that rewrite statements.

use super::{Expression, Firing, ObjectName};

/// A rule that rewrites statements on a table or view. The rule that makes a view a view is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, the only one of its table.
    pub name: Box<str>,
    /// The table or view.
    pub table: ObjectName,
    /// The statement that makes it, without a semicolon.
    pub statement: Expression,
    /// When it applies.
    pub firing: Firing,
}
