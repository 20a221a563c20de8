//! SQL that a schema holds as it is.

use crate::span::Span;

/// SQL as it is written, in the names of the database. This crate does not read it; the server is its judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sql {
    /// The text, without the quotes around it.
    pub text: Box<str>,
    /// Its place.
    pub span: Span,
}
