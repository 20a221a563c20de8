//! Primary keys, uniques and indexes.

use super::{FieldId, Sql};
use crate::span::Span;

/// The primary key of a model: `@id` or `@@id`.
/// ```
/// let sources = relata_schema::Sources::one("app.schema", r#"
/// model Seat {
///   row    Int
///   number Int
///
///   @@id([row, number])
/// }
/// "#);
/// let schema = relata_schema::analyze(&sources).schema;
/// let key = schema.find_model("Seat").unwrap().primary_key().unwrap();
/// assert_eq!(&*key.database_name, "Seat_pkey");
/// let columns: Vec<_> = key.columns.iter().filter_map(|column| column.field()).collect();
/// assert_eq!(columns.iter().map(|id| schema.field(*id).name()).collect::<Vec<_>>(), ["row", "number"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrimaryKey {
    /// Its columns in order.
    pub columns: Vec<IndexColumn>,
    /// The constraint's name in databases that name it: `map:`, or derived.
    pub database_name: Box<str>,
    /// The name of the compound key in generated code.
    pub name: Option<Box<str>>,
    /// The attribute.
    pub span: Span,
}

/// A unique or an index.
/// ```
/// let sources = relata_schema::Sources::one("app.schema", r#"
/// datasource db {
///   provider = "postgresql"
/// }
///
/// model User {
///   id    Int    @id
///   email String
///   name  String
///
///   @@index([raw("lower(email)"), name(sort: Desc)], where: raw("id > 0"), map: "users_by_email")
/// }
/// "#);
/// let schema = relata_schema::analyze(&sources).schema;
/// use relata_schema::ir::{IndexValue, Predicate, Sort};
///
/// let user = schema.find_model("User").unwrap();
/// let [index] = user.indexes() else { panic!() };
/// assert_eq!(&*index.database_name, "users_by_email");
/// assert!(matches!(&index.columns[0].value, IndexValue::Expression(sql) if &*sql.text == "lower(email)"));
/// assert_eq!(index.columns[1].sort, Some(Sort::Desc));
/// assert_eq!(index.predicate, Some(Predicate::Raw("id > 0".into())));
/// assert_eq!(index.fields().map(|id| schema.field(id).name()).collect::<Vec<_>>(), ["name"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// What it is.
    pub kind: IndexKind,
    /// Its columns in order.
    pub columns: Vec<IndexColumn>,
    /// Its name in the database: `map:`, or derived and cut to the limit.
    pub database_name: Box<str>,
    /// The name of a compound unique in generated code.
    pub name: Option<Box<str>>,
    /// Its access method, if given.
    pub algorithm: Option<Algorithm>,
    /// The rows it covers, if not all.
    pub predicate: Option<Predicate>,
    /// The columns that it only carries (`include:`), so that a query need not read the table.
    pub include: Vec<FieldId>,
    /// Whether rows whose columns are NULL count as different from each other, as they do unless `nullsDistinct: false` says
    /// otherwise (PostgreSQL 15).
    pub nulls_distinct: bool,
    /// The attribute.
    pub span: Span,
}

impl Index {
    /// Whether it is unique over all rows, and over fields only.
    pub fn is_total_unique(&self) -> bool {
        self.kind == IndexKind::Unique && self.predicate.is_none() && !self.has_expressions()
    }

    /// Whether one of its elements is an expression.
    pub fn has_expressions(&self) -> bool {
        self.columns.iter().any(|column| column.field().is_none())
    }

    /// The fields it covers, in order; expressions are passed over.
    pub fn fields(&self) -> impl Iterator<Item = FieldId> + Clone {
        self.columns.iter().filter_map(IndexColumn::field)
    }
}

/// What an index is for.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::IndexKind;
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  doc Json\n  size Int? @unique\n  @@index([doc(ops: JsonbPathOps)], type: Gin)\n  @@index([size(sort: Desc, nulls: Last), raw(\"id % 2\")], where: { size: { not: null } })\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let indexes = schema.find_model("A").unwrap().indexes();
/// let kinds: Vec<_> = indexes.iter().map(|index| index.kind).collect();
/// assert_eq!(kinds, [IndexKind::Unique, IndexKind::Normal, IndexKind::Normal]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexKind {
    /// `@unique`, `@@unique`.
    Unique,
    /// `@@index`.
    Normal,
    /// `@@fulltext`.
    Fulltext,
}

/// One element of a key or index. In a primary key it is always a field.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::{Nulls, Sort};
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  doc Json\n  size Int? @unique\n  @@index([doc(ops: JsonbPathOps)], type: Gin)\n  @@index([size(sort: Desc, nulls: Last), raw(\"id % 2\")], where: { size: { not: null } })\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let indexes = schema.find_model("A").unwrap().indexes();
/// let [size, expression] = &indexes[2].columns[..] else { panic!() };
/// assert_eq!((size.sort, size.nulls), (Some(Sort::Desc), Some(Nulls::Last)));
/// assert!(size.field().is_some() && expression.field().is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexColumn {
    /// What is indexed.
    pub value: IndexValue,
    /// The order, if given.
    pub sort: Option<Sort>,
    /// Where NULL stands in the order, if given (PostgreSQL).
    pub nulls: Option<Nulls>,
    /// The collation of this element, if given (PostgreSQL, SQLite).
    pub collation: Option<Box<str>>,
    /// How many characters or bytes of it are indexed (MySQL).
    pub length: Option<u32>,
    /// The operator class (PostgreSQL).
    pub operator_class: Option<OperatorClass>,
}

impl IndexColumn {
    /// An element without options.
    pub(crate) fn plain(value: IndexValue) -> Self {
        Self {
            value,
            sort: None,
            nulls: None,
            collation: None,
            length: None,
            operator_class: None,
        }
    }

    /// The field, unless it is an expression.
    pub fn field(&self) -> Option<FieldId> {
        match self.value {
            IndexValue::Field(field) => Some(field),
            IndexValue::Expression(_) => None,
        }
    }
}

/// What an element of an index holds.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::IndexValue;
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  doc Json\n  size Int? @unique\n  @@index([doc(ops: JsonbPathOps)], type: Gin)\n  @@index([size(sort: Desc, nulls: Last), raw(\"id % 2\")], where: { size: { not: null } })\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let indexes = schema.find_model("A").unwrap().indexes();
/// let IndexValue::Expression(sql) = &indexes[2].columns[1].value else { panic!() };
/// assert_eq!(&*sql.text, "id % 2");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexValue {
    /// A field's column.
    Field(FieldId),
    /// `raw("lower(email)")`: an expression over columns.
    Expression(Sql),
}

/// Where NULL stands in the order of an index element.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::Nulls;
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  doc Json\n  size Int? @unique\n  @@index([doc(ops: JsonbPathOps)], type: Gin)\n  @@index([size(sort: Desc, nulls: Last), raw(\"id % 2\")], where: { size: { not: null } })\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let indexes = schema.find_model("A").unwrap().indexes();
/// assert_eq!(indexes[2].columns[0].nulls, Some(Nulls::Last));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// Before all values.
    First,
    /// Behind all values.
    Last,
}

/// The order of an index column.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::Sort;
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  doc Json\n  size Int? @unique\n  @@index([doc(ops: JsonbPathOps)], type: Gin)\n  @@index([size(sort: Desc, nulls: Last), raw(\"id % 2\")], where: { size: { not: null } })\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let indexes = schema.find_model("A").unwrap().indexes();
/// assert_eq!(indexes[2].columns[0].sort, Some(Sort::Desc));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Ascending, every database's default.
    Asc,
    /// Descending.
    Desc,
}

/// An index's access method.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::Algorithm;
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  doc Json\n  size Int? @unique\n  @@index([doc(ops: JsonbPathOps)], type: Gin)\n  @@index([size(sort: Desc, nulls: Last), raw(\"id % 2\")], where: { size: { not: null } })\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let indexes = schema.find_model("A").unwrap().indexes();
/// assert_eq!(indexes[1].algorithm, Some(Algorithm::Gin));
/// assert_eq!(Algorithm::SpGist.name(), "SpGist");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// A balanced tree, every database's default: equality, ranges and order.
    BTree,
    /// A hash: equality only.
    Hash,
    /// A generalised search tree: overlap, containment and nearness of ranges, shapes and text.
    Gist,
    /// An inverted index: the elements of documents, lists and text. On CockroachDB it is written `INVERTED`.
    Gin,
    /// A search tree over partitions of a space, such as quadtrees and tries.
    SpGist,
    /// Summaries of blocks of rows, for columns whose values follow the order of the rows.
    Brin,
}

impl Algorithm {
    /// Every access method.
    pub const ALL: [Algorithm; 6] = [
        Algorithm::BTree,
        Algorithm::Hash,
        Algorithm::Gist,
        Algorithm::Gin,
        Algorithm::SpGist,
        Algorithm::Brin,
    ];

    /// The name a schema writes.
    pub fn name(self) -> &'static str {
        match self {
            Self::BTree => "BTree",
            Self::Hash => "Hash",
            Self::Gist => "Gist",
            Self::Gin => "Gin",
            Self::SpGist => "SpGist",
            Self::Brin => "Brin",
        }
    }
}

/// The operator class of an index column.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::OperatorClass;
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  doc Json\n  size Int? @unique\n  @@index([doc(ops: JsonbPathOps)], type: Gin)\n  @@index([size(sort: Desc, nulls: Last), raw(\"id % 2\")], where: { size: { not: null } })\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let indexes = schema.find_model("A").unwrap().indexes();
/// let class = indexes[1].columns[0].operator_class.as_ref();
/// assert_eq!(class, Some(&OperatorClass::Known("JsonbPathOps".into())));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperatorClass {
    /// A known one, by its schema name such as `JsonbPathOps`.
    Known(Box<str>),
    /// `raw("…")`: SQL as given. Without text the index has no class, and what it covers is not looked at.
    Raw(Box<str>),
}

/// The rows that a partial index covers.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::{Condition, Predicate};
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  doc Json\n  size Int? @unique\n  @@index([doc(ops: JsonbPathOps)], type: Gin)\n  @@index([size(sort: Desc, nulls: Last), raw(\"id % 2\")], where: { size: { not: null } })\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let indexes = schema.find_model("A").unwrap().indexes();
/// let Some(Predicate::Fields(conditions)) = &indexes[2].predicate else { panic!() };
/// let (field, condition) = &conditions[0];
/// assert_eq!((schema.field(*field).name(), condition), ("size", &Condition::NotNull));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Predicate {
    /// `raw("…")`: SQL as given.
    Raw(Box<str>),
    /// `{ field: value, … }`, joined by AND.
    Fields(Vec<(FieldId, Condition)>),
}

/// What one field of a predicate must be.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::{Condition, Literal, Predicate};
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  on Boolean\n  @@index([id], where: { on: true })\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let Some(Predicate::Fields(conditions)) = &schema.find_model("A").unwrap().indexes()[0].predicate else { panic!() };
/// assert_eq!(conditions[0].1, Condition::Is(Literal::Boolean(true)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Equal to the literal.
    Is(super::Literal),
    /// Not equal to the literal.
    IsNot(super::Literal),
    /// NULL.
    Null,
    /// Not NULL.
    NotNull,
}
