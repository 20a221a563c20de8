//! Fields and the columns behind them.

use super::{Default, EnumId, FieldData, FieldId, Model, ModelId, Relation, RelationId, Schema};
use crate::provider::{NativeType, Scalar};
use crate::span::Span;

/// How many values a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arity {
    /// Exactly one.
    Required,
    /// One or none (`?`).
    Optional,
    /// Any number (`[]`).
    List,
}

/// What a field is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A built-in scalar.
    Scalar(Scalar),
    /// An enum.
    Enum(EnumId),
    /// `Unsupported("…")`: a column type that the language does not know, as SQL text.
    Unsupported(Box<str>),
    /// The other end of a relation. The relation is missing only if it has an error.
    Model(ModelId, Option<RelationId>),
    /// A type that does not exist; only in a schema with errors.
    Unknown,
}

/// The type of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnType {
    /// The type of one value.
    pub kind: ColumnKind,
    /// Whether the column holds a list of them (PostgreSQL arrays).
    pub list: bool,
}

/// The type of one value in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A type of the provider's table.
    Native(NativeType),
    /// An enum.
    Enum(EnumId),
    /// SQL text as given.
    Unsupported(Box<str>),
}

/// A field of a model.
#[derive(Clone, Copy, Debug)]
pub struct Field<'s> {
    pub(super) schema: &'s Schema,
    pub(super) id: FieldId,
}

impl<'s> Field<'s> {
    fn data(self) -> &'s FieldData {
        &self.schema.fields[self.id.index()]
    }

    /// Its id.
    pub fn id(self) -> FieldId {
        self.id
    }

    /// The model it belongs to.
    pub fn model(self) -> Model<'s> {
        self.schema.model(self.data().model)
    }

    /// Its name in the schema.
    pub fn name(self) -> &'s str {
        &self.data().name
    }

    /// Its column: `@map`, or the schema name. Without meaning on a relation field.
    pub fn database_name(self) -> &'s str {
        &self.data().database_name
    }

    /// The `///` lines above and beside it.
    pub fn docs(self) -> Option<&'s str> {
        self.data().docs.as_deref()
    }

    /// What it is.
    pub fn ty(self) -> &'s FieldType {
        &self.data().ty
    }

    /// How many values it holds.
    pub fn arity(self) -> Arity {
        self.data().arity
    }

    /// The type of its column; none on a relation field, and on providers that are no target.
    pub fn column_type(self) -> Option<&'s ColumnType> {
        self.data().column_type.as_ref()
    }

    /// Whether the schema writes its column type out, as `@db.Text`.
    pub fn has_written_type(self) -> bool {
        self.data().type_is_written
    }

    /// Its `@default`.
    pub fn default(self) -> Option<&'s Default> {
        self.data().default.as_ref()
    }

    /// Whether it is `@updatedAt`.
    pub fn is_updated_at(self) -> bool {
        self.data().updated_at
    }

    /// Whether it is `@ignore`: in the database, but not in generated code.
    pub fn is_ignored(self) -> bool {
        self.data().ignored
    }

    /// Whether it is the other end of a relation, and so no column.
    pub fn is_relation(self) -> bool {
        matches!(self.data().ty, FieldType::Model(..))
    }

    /// The relation it is an end of.
    pub fn relation(self) -> Option<Relation<'s>> {
        match self.data().ty {
            FieldType::Model(_, Some(relation)) => Some(self.schema.relation(relation)),
            _ => None,
        }
    }

    /// The Rust type that `@rust.type("…")` asks for, unparsed, with its place.
    pub fn rust_type(self) -> Option<(&'s str, Span)> {
        self.data()
            .rust_type
            .as_ref()
            .map(|fragment| (&*fragment.text, fragment.span))
    }

    /// The place of its name.
    pub fn name_span(self) -> Span {
        self.data().name_span
    }

    /// The place of its type.
    pub fn type_span(self) -> Span {
        self.data().type_span
    }

    /// The place of the whole field.
    pub fn span(self) -> Span {
        self.data().span
    }
}
