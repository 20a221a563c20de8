//! Row-level security.

use crate::span::Span;

/// Row-level security of a table: `@@rls` (PostgreSQL). What it lets through is said by the policies.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  @@rls(force: true)\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// assert!(schema.find_model("A").unwrap().row_security().unwrap().force);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowSecurity {
    /// Whether it holds for the table's owner too: `@@rls(force: true)`.
    pub force: bool,
    /// The attribute.
    pub span: Span,
}
