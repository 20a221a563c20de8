//! Columns that the database computes.

use super::Sql;
use crate::span::Span;

/// A column that the database computes from others of its row: `@generated("price * qty", stored: true)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The expression.
    pub expression: Sql,
    /// Whether the value is kept in the row, which is the default; otherwise it is computed when it is read.
    pub stored: bool,
    /// The attribute.
    pub span: Span,
}
