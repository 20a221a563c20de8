//! Columns that the database computes.

use super::Sql;
use crate::span::Span;

/// A column that the database computes from others of its row: `@generated("price * qty", stored: true)`.
/// ```
/// let sources = relata_schema::Sources::one("app.schema", r#"
/// model Item {
///   id    Int @id
///   price Int
///   qty   Int
///   total Int @generated("price * qty", stored: true)
/// }
/// "#);
/// let schema = relata_schema::analyze(&sources).schema;
/// let total = schema.find_model("Item").unwrap().find_field("total").unwrap();
/// let generated = total.generated().unwrap();
/// assert_eq!((&*generated.expression.text, generated.stored), ("price * qty", true));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The expression.
    pub expression: Sql,
    /// Whether the value is kept in the row, which is the default; otherwise it is computed when it is read.
    pub stored: bool,
    /// The attribute.
    pub span: Span,
}
