//! Comments that the database keeps.

use crate::span::Span;

/// A comment in the database: `@comment("…")`, `@@comment("…")`. Documentation with `///` stays in the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The text.
    pub text: Box<str>,
    /// The attribute.
    pub span: Span,
}
