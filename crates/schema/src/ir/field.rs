//! Fields and the columns behind them.

use super::{
    Collation, Comment, Default, Domain, DomainId, EnumId, FieldData, FieldId, Generated, Model,
    ModelId, MoreOfField, Relation, RelationId, Renamed, Schema,
};
use crate::provider::{NativeType, Scalar};
use crate::span::Span;

/// How many values a field holds.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::Arity;
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  tags String[]\n  shape Unsupported(\"circle\")?\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let model = schema.find_model("A").unwrap();
/// let arities: Vec<_> = model.fields().map(|field| field.arity()).collect();
/// assert_eq!(arities, [Arity::Required, Arity::List, Arity::Optional]);
/// ```
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
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::FieldType;
/// use relata_schema::provider::Scalar;
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  tags String[]\n  shape Unsupported(\"circle\")?\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let model = schema.find_model("A").unwrap();
/// let types: Vec<_> = model.fields().map(|field| field.ty().clone()).collect();
/// assert_eq!(types[1..], [FieldType::Scalar(Scalar::String), FieldType::Unsupported("circle".into())]);
/// ```
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
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  tags String[]\n  shape Unsupported(\"circle\")?\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let tags = schema.find_model("A").unwrap().find_field("tags").unwrap();
/// assert!(tags.column_type().unwrap().list);
/// assert_eq!(tags.native_type().unwrap().name(), "Text");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnType {
    /// The type of one value.
    pub kind: ColumnKind,
    /// Whether the column holds a list of them (PostgreSQL arrays).
    pub list: bool,
}

/// The type of one value in a column.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::ColumnKind;
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  tags String[]\n  shape Unsupported(\"circle\")?\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let shape = schema.find_model("A").unwrap().find_field("shape").unwrap();
/// assert_eq!(shape.column_type().unwrap().kind, ColumnKind::Unsupported("circle".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A type of the provider's table.
    Native(NativeType),
    /// An enum.
    Enum(EnumId),
    /// A domain (PostgreSQL). The field's own type is the scalar that the domain narrows.
    Domain(DomainId),
    /// SQL text as given.
    Unsupported(Box<str>),
}

/// A field of a model.
/// ```
/// let sources = relata_schema::Sources::one("app.schema", r#"
/// datasource db {
///   provider = "postgresql"
/// }
///
/// model User {
///   id    Int      @id @default(autoincrement())
///   name  String?  @map("full_name") @db.VarChar(80)
///   tags  String[]
/// }
/// "#);
/// let schema = relata_schema::analyze(&sources).schema;
/// use relata_schema::ir::{Arity, Default, FieldType};
/// use relata_schema::provider::Scalar;
///
/// let user = schema.find_model("User").unwrap();
/// let [id, name, tags] = ["id", "name", "tags"].map(|name| user.find_field(name).unwrap());
/// assert_eq!(id.default(), Some(&Default::Autoincrement));
/// assert_eq!((name.ty(), name.arity()), (&FieldType::Scalar(Scalar::String), Arity::Optional));
/// assert_eq!((name.database_name(), name.native_type().unwrap().sql().as_str()), ("full_name", "VARCHAR(80)"));
/// assert!(tags.column_type().unwrap().list);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Field<'s> {
    pub(super) schema: &'s Schema,
    pub(super) id: FieldId,
}

impl<'s> Field<'s> {
    fn data(self) -> &'s FieldData {
        &self.schema.fields[self.id]
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
        self.schema.text(self.data().name_span)
    }

    /// Its column: `@map`, or the schema name. Without meaning on a relation field.
    pub fn database_name(self) -> &'s str {
        let given = self.data().database_name.as_deref();
        given.unwrap_or_else(|| self.name())
    }

    /// Whether `@map` gives its column's name.
    pub(crate) fn is_mapped(self) -> bool {
        self.data().database_name.is_some()
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

    /// The domain that is its type, if one is.
    pub fn domain(self) -> Option<Domain<'s>> {
        match self.column_type()?.kind {
            ColumnKind::Domain(domain) => Some(self.schema.domain(domain)),
            _ => None,
        }
    }

    /// The type of its column in the provider's own table: that of its domain, if it has one.
    pub fn native_type(self) -> Option<NativeType> {
        match self.column_type()?.kind {
            ColumnKind::Native(native) => Some(native),
            ColumnKind::Domain(domain) => self.schema.domain(domain).native_type(),
            ColumnKind::Enum(_) | ColumnKind::Unsupported(_) => None,
        }
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
        let fragment = self.more()?.rust_type.as_ref()?;
        Some((&fragment.text, fragment.span))
    }

    fn more(self) -> Option<&'s MoreOfField> {
        self.data().more.as_deref()
    }

    /// How the database computes it, if it does.
    pub fn generated(self) -> Option<&'s Generated> {
        self.more()?.generated.as_ref()
    }

    /// Its collation, if given.
    pub fn collation(self) -> Option<&'s Collation> {
        self.more()?.collation.as_ref()
    }

    /// The comment that the database keeps on its column.
    pub fn comment(self) -> Option<&'s Comment> {
        self.more()?.comment.as_ref()
    }

    /// What its column was called before.
    pub fn renamed(self) -> Option<&'s Renamed> {
        self.more()?.renamed.as_ref()
    }

    /// The place of `@rust.newtype`, if it is there: a Rust type of its own for this column.
    pub fn newtype(self) -> Option<Span> {
        self.more()?.newtype
    }

    /// The place of `@rust.hidden`, if it is there: neither printed nor written by serde.
    pub fn hidden(self) -> Option<Span> {
        self.more()?.hidden
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
