//! Row-level security.

use crate::span::Span;

/// Row-level security of a table: `@@rls` (PostgreSQL). What it lets through is said by the policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowSecurity {
    /// Whether it holds for the table's owner too: `@@rls(force: true)`.
    pub force: bool,
    /// The attribute.
    pub span: Span,
}
