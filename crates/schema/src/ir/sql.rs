//! SQL that a schema holds as it is.

use crate::span::Span;

/// SQL as it is written, in the names of the database. This crate does not read it; the server is its judge.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "model A {\n  id Int @id @check(\"id > 0\")\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let check = &schema.find_model("A").unwrap().checks()[0];
/// assert_eq!(&*check.condition.text, "id > 0");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sql {
    /// The text, without the quotes around it.
    pub text: Box<str>,
    /// Its place.
    pub span: Span,
}
