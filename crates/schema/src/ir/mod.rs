//! The schema as it is meant: every name resolved, every default filled in, every database name known.
//!
//! The data lies in arenas, addressed by typed ids; one reads it through walkers ([`Model`], [`Field`], [`Enum`],
//! [`Relation`]), which are an id and a borrowed [`Schema`]. What SQL and Rust both need of the physical world (names after
//! `@map` and truncation, column types, many-to-many tables) stands here, resolved once.

mod arena;
mod check;
mod collation;
mod comment;
mod data;
mod default;
mod domain;
mod enumeration;
mod field;
mod generated;
mod ids;
mod index;
mod model;
mod relation;
mod renamed;
mod row_security;
mod server_code;
mod shape;
mod sql;

use std::sync::Arc;

use crate::provider::Provider;
use crate::span::Span;

pub(crate) use arena::Arena;
pub use check::{Check, Exclusion};
pub use collation::Collation;
pub use comment::Comment;
pub(crate) use data::{
    DomainData, EnumData, EnumValueData, FieldData, ModelData, MoreOfField, MoreOfModel,
    RelationData, RustFragment,
};
pub use default::{ClientDefault, Default, Identity, Literal, Sequence};
pub use domain::Domain;
pub use enumeration::{Enum, EnumValue};
pub use field::{Arity, ColumnKind, ColumnType, Field, FieldType};
pub use generated::Generated;
pub(crate) use ids::Id;
pub use ids::{DomainId, EnumId, EnumValueId, FieldId, ModelId, RelationId};
pub use index::{
    Algorithm, Condition, Index, IndexColumn, IndexKind, IndexValue, Nulls, OperatorClass,
    Predicate, PrimaryKey, Sort,
};
pub use model::{Model, ModelKind};
pub use relation::{
    Deferrable, JoinTable, ReferentialAction, Relation, RelationKind, RelationMode,
};
pub use renamed::Renamed;
pub use row_security::RowSecurity;
pub use server_code::{CodeTable, ServerCode, ServerCodeKind};
pub use shape::{Include, Shape};
pub use sql::Sql;

/// A whole schema, of one file or many.
///
/// It is complete and consistent when it comes with no error; with errors, what could not be resolved is left out.
#[derive(Debug, std::default::Default)]
pub struct Schema {
    // What models are lowered by is shared by all that lower a part of them.
    pub(crate) datasource: Option<Arc<Datasource>>,
    pub(crate) generators: Vec<Generator>,
    pub(crate) models: Arena<ModelId, ModelData>,
    pub(crate) fields: Arena<FieldId, FieldData>,
    pub(crate) enums: Arc<Arena<EnumId, EnumData>>,
    pub(crate) enum_values: Arc<Arena<EnumValueId, EnumValueData>>,
    pub(crate) relations: Arena<RelationId, RelationData>,
    pub(crate) domains: Arc<Arena<DomainId, DomainData>>,
    /// The text of each file: what is called as it is written has its name there.
    pub(crate) texts: Arc<[Arc<str>]>,
    pub(crate) server_code: Vec<ServerCode>,
    pub(crate) shapes: Vec<Shape>,
}

impl Schema {
    /// The datasource block, if the schema has one.
    pub fn datasource(&self) -> Option<&Datasource> {
        self.datasource.as_deref()
    }

    /// The database, if the datasource names a known one.
    pub fn provider(&self) -> Option<Provider> {
        self.datasource.as_ref()?.provider
    }

    /// The generator blocks in source order, other people's included.
    pub fn generators(&self) -> &[Generator] {
        &self.generators
    }

    /// Models and views in source order.
    pub fn models(&self) -> impl ExactSizeIterator<Item = Model<'_>> + DoubleEndedIterator + Clone {
        self.models.ids().map(|id| self.model(id))
    }

    /// The enums in source order.
    pub fn enums(&self) -> impl ExactSizeIterator<Item = Enum<'_>> + DoubleEndedIterator + Clone {
        self.enums.ids().map(|id| self.enumeration(id))
    }

    /// The domains in source order (PostgreSQL).
    pub fn domains(
        &self,
    ) -> impl ExactSizeIterator<Item = Domain<'_>> + DoubleEndedIterator + Clone {
        self.domains.ids().map(|id| self.domain(id))
    }

    /// The functions, triggers and policies in source order.
    pub fn server_code(&self) -> &[ServerCode] {
        &self.server_code
    }

    /// The shapes in source order.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// The relations, in the order in which their forward fields stand.
    ///
    /// ```
    /// use relata_schema::{Sources, analyze};
    /// let text = "model User {\n  id Int @id\n  posts Post[]\n}\n\nmodel Post {\n  id Int @id\n  userId Int\n  \
    ///             user User @relation(fields: [userId], references: [id])\n}\n";
    /// let schema = analyze(&Sources::one("app.schema", text)).schema;
    /// let relation = schema.relations().next().unwrap();
    /// assert_eq!((relation.from().name(), relation.to().name()), ("Post", "User"));
    /// assert_eq!(relation.constraint_name(), "Post_userId_fkey");
    /// ```
    pub fn relations(
        &self,
    ) -> impl ExactSizeIterator<Item = Relation<'_>> + DoubleEndedIterator + Clone {
        self.relations.ids().map(|id| self.relation(id))
    }

    /// What is written at a place.
    pub(crate) fn text(&self, span: Span) -> &str {
        &self.texts[span.file.0 as usize][span.range()]
    }

    /// The model behind an id of this schema.
    pub fn model(&self, id: ModelId) -> Model<'_> {
        Model { schema: self, id }
    }

    /// The field behind an id of this schema.
    pub fn field(&self, id: FieldId) -> Field<'_> {
        Field { schema: self, id }
    }

    /// The enum behind an id of this schema.
    pub fn enumeration(&self, id: EnumId) -> Enum<'_> {
        Enum { schema: self, id }
    }

    /// The domain behind an id of this schema.
    pub fn domain(&self, id: DomainId) -> Domain<'_> {
        Domain { schema: self, id }
    }

    /// The enum value behind an id of this schema.
    pub fn enum_value(&self, id: EnumValueId) -> EnumValue<'_> {
        EnumValue { schema: self, id }
    }

    /// The relation behind an id of this schema.
    pub fn relation(&self, id: RelationId) -> Relation<'_> {
        Relation { schema: self, id }
    }

    /// The model of that schema name.
    pub fn find_model(&self, name: &str) -> Option<Model<'_>> {
        self.models().find(|model| model.name() == name)
    }

    /// The domain of that schema name.
    pub fn find_domain(&self, name: &str) -> Option<Domain<'_>> {
        self.domains().find(|domain| domain.name() == name)
    }

    /// The enum of that schema name.
    pub fn find_enum(&self, name: &str) -> Option<Enum<'_>> {
        self.enums().find(|enumeration| enumeration.name() == name)
    }
}

/// A `datasource` block.
/// ```
/// use relata_schema::ir::ConfigText;
/// use relata_schema::provider::Provider;
///
/// let text = "datasource db {\n  provider = \"sqlite\"\n  url = env(\"DATABASE_URL\")\n}\n";
/// let schema = relata_schema::analyze(&relata_schema::Sources::one("app.schema", text)).schema;
/// let datasource = schema.datasource().unwrap();
/// assert_eq!(datasource.provider, Some(Provider::Sqlite));
/// // The variable is named and not read.
/// assert_eq!(datasource.url, Some(ConfigText::Env("DATABASE_URL".into())));
/// ```
#[derive(Debug)]
pub struct Datasource {
    /// Its name: the `db` of `@db.VarChar(20)`.
    pub name: Box<str>,
    /// The database, if it is one we know.
    pub provider: Option<Provider>,
    /// The place of what names it, quotes included.
    pub provider_span: Option<Span>,
    /// The connection string, or the environment variable that holds it.
    pub url: Option<ConfigText>,
    /// `directUrl`: a connection past a pooler.
    pub direct_url: Option<ConfigText>,
    /// `shadowDatabaseUrl`: a given scratch database.
    pub shadow_database_url: Option<ConfigText>,
    /// Who keeps relations true: the database, or the client.
    pub relation_mode: RelationMode,
    /// The `schemas` list; empty if it is not given.
    pub namespaces: Vec<Box<str>>,
    /// The `extensions` list (PostgreSQL).
    pub extensions: Vec<Extension>,
    /// The block.
    pub span: Span,
}

/// A text in a configuration block: written out, or named by an environment variable.
///
/// The language records `env("X")` and never reads the environment; whoever runs the command does.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::ConfigText;
/// let text = "generator other {\n  provider = env(\"TOOL\")\n  depth = 3\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// assert_eq!(schema.generators()[0].provider, Some(ConfigText::Env("TOOL".into())));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigText {
    /// The text itself.
    Literal(Box<str>),
    /// `env("NAME")`.
    Env(Box<str>),
}

/// One entry of `extensions = […]`.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "generator g {\n  provider = \"x\"\n}\ndatasource db {\n  provider = \"postgresql\"\n  extensions = [uuid_ossp(map: \"uuid-ossp\", version: \"1.1\")]\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let extension = &schema.datasource().unwrap().extensions[0];
/// assert_eq!((&*extension.name, extension.version.as_deref()), ("uuid-ossp", Some("1.1")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The database name: `map:` if given, else the name as written.
    pub name: Box<str>,
    /// The database schema it is put in.
    pub namespace: Option<Box<str>>,
    /// Its version.
    pub version: Option<Box<str>>,
}

/// A `generator` block, kept as it is.
/// ```
/// let text = "generator rust {\n  provider = \"relata\"\n  output = \"src/db\"\n}\n";
/// let schema = relata_schema::analyze(&relata_schema::Sources::one("app.schema", text)).schema;
/// let rust = &schema.generators()[0];
/// assert!(rust.is_relata());
/// assert_eq!(rust.text("output"), Some("src/db"));
/// ```
#[derive(Debug)]
pub struct Generator {
    /// Its name.
    pub name: Box<str>,
    /// The `provider`.
    pub provider: Option<ConfigText>,
    /// Every property in source order, the provider included.
    pub properties: Vec<Property>,
    /// The block.
    pub span: Span,
}

impl Generator {
    /// The text of a property, if it is a plain string.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.properties
            .iter()
            .find(|property| &*property.key == key)
            .and_then(|property| match &property.value {
                PropertyValue::Text(ConfigText::Literal(text)) => Some(&**text),
                _ => None,
            })
    }

    /// Whether it is ours: `provider = "relata"`.
    pub fn is_relata(&self) -> bool {
        matches!(&self.provider, Some(ConfigText::Literal(text)) if &**text == "relata")
    }
}

/// One `key = value` of a generator.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "generator other {\n  provider = env(\"TOOL\")\n  depth = 3\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let keys: Vec<_> = schema.generators()[0].properties.iter().map(|property| &*property.key).collect();
/// assert_eq!(keys, ["provider", "depth"]);
/// ```
#[derive(Debug)]
pub struct Property {
    /// The key.
    pub key: Box<str>,
    /// The value.
    pub value: PropertyValue,
    /// The value's place.
    pub span: Span,
}

/// The value of a generator's property.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::PropertyValue;
/// let text = "generator other {\n  provider = env(\"TOOL\")\n  depth = 3\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let depth = &schema.generators()[0].properties[1];
/// assert!(matches!(&depth.value, PropertyValue::Bare(text) if &**text == "3"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropertyValue {
    /// A string or `env("X")`.
    Text(ConfigText),
    /// A number or a bare word such as `true`, as written.
    Bare(Box<str>),
    /// A list.
    List(Vec<PropertyValue>),
}
