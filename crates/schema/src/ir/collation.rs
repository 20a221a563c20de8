//! How text is compared and ordered.

use crate::span::Span;

/// The collation of a column: `@collate("C")`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collation {
    /// Its name in the database.
    pub name: Box<str>,
    /// The attribute.
    pub span: Span,
}
