//! Shapes: which relations a query brings along.

use super::{FieldId, ModelId};
use crate::span::Span;

/// A model with some of its relations: `shape UserPage on User { posts { tags } }`. Generated code makes a type of it.
/// ```
/// let sources = relata_schema::Sources::one("app.schema", r#"
/// model User {
///   id    Int    @id
///   posts Post[]
/// }
///
/// model Post {
///   id       Int  @id
///   authorId Int
///   author   User @relation(fields: [authorId], references: [id])
/// }
///
/// shape UserPage on User {
///   posts
/// }
/// "#);
/// let schema = relata_schema::analyze(&sources).schema;
/// let [page] = schema.shapes() else { panic!() };
/// assert_eq!(schema.model(page.model).name(), "User");
/// assert_eq!(schema.field(page.includes[0].field).name(), "posts");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Its name.
    pub name: Box<str>,
    /// The model it begins at.
    pub model: ModelId,
    /// The relations of that model that it includes, each once, in source order.
    pub includes: Vec<Include>,
    /// The `///` lines above it.
    pub docs: Option<Box<str>>,
    /// The place of its name.
    pub name_span: Span,
    /// The block.
    pub span: Span,
}

/// A relation that is brought along, and those of its model behind it.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "model A {\n  id Int @id\n  bs B[]\n}\nmodel B {\n  id Int @id\n  aId Int\n  a A @relation(fields: [aId], references: [id])\n}\nshape S on B {\n  a {\n    bs\n  }\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let [s] = schema.shapes() else { panic!() };
/// let inner = &s.includes[0].includes[0];
/// assert_eq!(schema.field(inner.field).name(), "bs");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The relation field.
    pub field: FieldId,
    /// What it includes in its turn.
    pub includes: Vec<Include>,
    /// The place of its name.
    pub span: Span,
}
