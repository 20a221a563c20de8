//! Comments that the database keeps.

use crate::span::Span;

/// A comment in the database: `@comment("…")`, `@@comment("…")`. Documentation with `///` stays in the schema.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id @comment(\"never reused\")\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let id = schema.find_model("A").unwrap().find_field("id").unwrap();
/// assert_eq!(&*id.comment().unwrap().text, "never reused");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The text.
    pub text: Box<str>,
    /// The attribute.
    pub span: Span,
}
