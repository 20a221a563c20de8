//! Models and views.

use super::{
    Arity, Check, Comment, Exclusion, Field, FieldId, FieldType, Index, ModelData, ModelId,
    MoreOfModel, PrimaryKey, Renamed, RowSecurity, Schema, Sql,
};
use crate::span::Span;

/// Whether a block is a table or a view.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::ModelKind;
/// let text = "generator g {\n  provider = \"x\"\n  previewFeatures = [\"views\"]\n}\nmodel A {\n  id Int @id\n}\nview V {\n  id Int @unique\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let kinds: Vec<_> = schema.models().map(|model| model.kind()).collect();
/// assert_eq!(kinds, [ModelKind::Table, ModelKind::View]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModelKind {
    /// `model`: a table.
    Table,
    /// `view`: created from the schema only if it holds its statement ([`Model::statement`]).
    View,
}

/// A model or view of a schema.
/// ```
/// let sources = relata_schema::Sources::one("app.schema", r#"
/// /// A reader.
/// model User {
///   id    Int    @id
///   email String @unique
///   posts Post[]
///
///   @@map("users")
/// }
///
/// model Post {
///   id       Int  @id
///   authorId Int
///   author   User @relation(fields: [authorId], references: [id])
/// }
/// "#);
/// let schema = relata_schema::analyze(&sources).schema;
/// let user = schema.find_model("User").unwrap();
/// assert_eq!((user.name(), user.database_name(), user.docs()), ("User", "users", Some("A reader.")));
/// assert_eq!(user.scalar_fields().map(|field| field.name()).collect::<Vec<_>>(), ["id", "email"]);
/// assert_eq!(user.relation_fields().map(|field| field.name()).collect::<Vec<_>>(), ["posts"]);
/// assert_eq!(&*user.indexes()[0].database_name, "users_email_key");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Model<'s> {
    pub(super) schema: &'s Schema,
    pub(super) id: ModelId,
}

impl<'s> Model<'s> {
    fn data(self) -> &'s ModelData {
        &self.schema.models[self.id]
    }

    /// Its id.
    pub fn id(self) -> ModelId {
        self.id
    }

    /// The schema it belongs to.
    pub fn schema(self) -> &'s Schema {
        self.schema
    }

    /// Its name in the schema.
    pub fn name(self) -> &'s str {
        &self.data().name
    }

    /// Its table or view: `@@map`, or the schema name.
    pub fn database_name(self) -> &'s str {
        &self.data().database_name
    }

    /// The database schema it lives in, if `@@schema` says so.
    pub fn namespace(self) -> Option<&'s str> {
        self.data().namespace.as_deref()
    }

    /// Whether it is a table or a view.
    pub fn kind(self) -> ModelKind {
        self.data().kind
    }

    /// The `///` lines above it.
    pub fn docs(self) -> Option<&'s str> {
        self.data().docs.as_deref()
    }

    /// Whether it is `@@ignore`: in the database, but not in generated code.
    pub fn is_ignored(self) -> bool {
        self.data().ignored
    }

    /// Its fields in source order, relation fields included.
    pub fn fields(self) -> impl ExactSizeIterator<Item = Field<'s>> + DoubleEndedIterator + Clone {
        let range = self.data().fields.clone();
        (range.start as usize..range.end as usize).map(move |i| Field {
            schema: self.schema,
            id: FieldId(i as u32),
        })
    }

    /// The fields that are columns, in source order.
    pub fn scalar_fields(self) -> impl DoubleEndedIterator<Item = Field<'s>> + Clone {
        self.fields().filter(|field| !field.is_relation())
    }

    /// The fields that are ends of relations, in source order.
    pub fn relation_fields(self) -> impl DoubleEndedIterator<Item = Field<'s>> + Clone {
        self.fields().filter(|field| field.is_relation())
    }

    /// The field of that schema name.
    pub fn find_field(self, name: &str) -> Option<Field<'s>> {
        self.fields().find(|field| field.name() == name)
    }

    /// Its primary key.
    pub fn primary_key(self) -> Option<&'s PrimaryKey> {
        self.data().primary_key.as_ref()
    }

    /// Its uniques and indexes: those of fields first, then those of the block, each in source order.
    pub fn indexes(self) -> &'s [Index] {
        &self.data().indexes
    }

    /// Whether exactly these fields, in any order, are its primary key or a unique over all rows.
    pub fn is_unique_over(self, fields: &[FieldId]) -> bool {
        let same = |columns: &[super::IndexColumn]| {
            columns.len() == fields.len()
                && columns
                    .iter()
                    .all(|column| column.field().is_some_and(|field| fields.contains(&field)))
        };
        self.primary_key().is_some_and(|key| same(&key.columns))
            || self
                .indexes()
                .iter()
                .any(|index| index.is_total_unique() && same(&index.columns))
    }

    /// Whether its primary key, a unique or an index begins with exactly these fields, in any order, so that rows are found by
    /// them without a walk over the table.
    ///
    /// ```
    /// let text = "model A {\n  x Int\n  y Int\n  z Int\n\n  @@id([x, y, z])\n}\n";
    /// let schema = relata_schema::analyze(&relata_schema::Sources::one("app.schema", text)).schema;
    /// let model = schema.find_model("A").unwrap();
    /// let [x, y, z] = ["x", "y", "z"].map(|name| model.find_field(name).unwrap().id());
    /// assert!(model.is_indexed_by(&[y, x]));
    /// assert!(!model.is_indexed_by(&[y, z]));
    /// ```
    pub fn is_indexed_by(self, fields: &[FieldId]) -> bool {
        let begins = |columns: &[super::IndexColumn]| {
            columns.get(..fields.len()).is_some_and(|first| {
                first
                    .iter()
                    .all(|column| column.field().is_some_and(|field| fields.contains(&field)))
            })
        };
        self.primary_key().is_some_and(|key| begins(&key.columns))
            || self.indexes().iter().any(|index| begins(&index.columns))
    }

    /// Whether a row can be named: by a primary key, or by a unique whose fields are all required, and of known types.
    pub fn has_identifier(self) -> bool {
        let known = |field| !matches!(self.schema.field(field).ty(), FieldType::Unsupported(_));
        let names = |field| self.schema.field(field).arity() != Arity::Optional && known(field);
        // That a key's fields are required is a rule of its own.
        self.primary_key().is_some_and(|key| {
            key.columns
                .iter()
                .filter_map(super::IndexColumn::field)
                .all(known)
        }) || self.indexes().iter().any(|index| {
            index.kind == super::IndexKind::Unique
                && !index.has_expressions()
                && index.fields().all(names)
        })
    }

    /// Its checks: those of fields first, then those of the block, each in source order.
    pub fn checks(self) -> &'s [Check] {
        &self.data().checks
    }

    fn more(self) -> Option<&'s MoreOfModel> {
        self.data().more.as_deref()
    }

    /// Its exclusion constraints (PostgreSQL).
    pub fn exclusions(self) -> &'s [Exclusion] {
        self.more().map_or(&[], |more| &more.exclusions)
    }

    /// What its table was called before.
    pub fn renamed(self) -> Option<&'s Renamed> {
        self.more()?.renamed.as_ref()
    }

    /// The comment that the database keeps on it.
    pub fn comment(self) -> Option<&'s Comment> {
        self.more()?.comment.as_ref()
    }

    /// Its row-level security, if it is on (PostgreSQL).
    pub fn row_security(self) -> Option<RowSecurity> {
        self.more()?.row_security
    }

    /// The `CREATE VIEW` of a view that the schema makes: `@@sql("…")`. Without it the view is only told of.
    ///
    /// ```
    /// let sources = relata_schema::Sources::one("app.schema", r#"
    /// view Readers {
    ///   id Int @unique
    ///
    ///   @@sql("CREATE VIEW readers AS SELECT id FROM users")
    ///   @@map("readers")
    /// }
    /// "#);
    /// let schema = relata_schema::analyze(&sources).schema;
    /// let readers = schema.find_model("Readers").unwrap();
    /// assert!(readers.statement().unwrap().text.starts_with("CREATE VIEW"));
    /// assert!(!readers.is_materialized());
    /// ```
    pub fn statement(self) -> Option<&'s Sql> {
        self.more()?.statement.as_ref()
    }

    /// Whether it is a view whose statement makes it a materialized one, which can have indexes.
    pub fn is_materialized(self) -> bool {
        self.more().is_some_and(|more| more.materialized)
    }

    /// The place of `@@rust.non_exhaustive`, if it is there.
    pub fn non_exhaustive(self) -> Option<Span> {
        self.more()?.non_exhaustive
    }

    /// The Rust paths that `@@rust.derive(…)` adds, unparsed, with their places.
    pub fn derives(self) -> impl Iterator<Item = (&'s str, Span)> + Clone {
        self.data()
            .derives
            .iter()
            .map(|fragment| (&*fragment.text, fragment.span))
    }

    /// The place that names its table: its `@@map`, or its name.
    pub fn database_name_span(self) -> Span {
        self.data().database_name_span
    }

    /// The place of its name.
    pub fn name_span(self) -> Span {
        self.data().name_span
    }

    /// The place of the whole block.
    pub fn span(self) -> Span {
        self.data().span
    }
}
