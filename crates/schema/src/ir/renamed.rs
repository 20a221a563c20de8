//! What something was called before.

use crate::span::Span;

/// The name that something had in the database before: `@renamed(from: "old")`, `@@renamed(from: "old")`.
///
/// It acts only where the old name exists and the new one does not, so that it can stay until every database has followed.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "model A {\n  id Int @id @renamed(from: \"key\")\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let id = schema.find_model("A").unwrap().find_field("id").unwrap();
/// assert_eq!(&*id.renamed().unwrap().from, "key");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The old name, in the database.
    pub from: Box<str>,
    /// The attribute.
    pub span: Span,
}
