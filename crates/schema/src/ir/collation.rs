//! How text is compared and ordered.

use crate::span::Span;

/// The collation of a column: `@collate("C")`.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  name String @collate(\"C\")\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let name = schema.find_model("A").unwrap().find_field("name").unwrap();
/// assert_eq!(&*name.collation().unwrap().name, "C");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collation {
    /// Its name in the database.
    pub name: Box<str>,
    /// The attribute.
    pub span: Span,
}
