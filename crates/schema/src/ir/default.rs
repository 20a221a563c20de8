//! Default values.

use super::EnumValueId;

/// The default of a field.
/// ```
/// use relata_schema::ir::{ClientDefault, Default, Literal};
///
/// let text = "model A {\n  id String @id @default(uuid(7))\n  n Int @default(3)\n  at DateTime @default(now())\n}\n";
/// let schema = relata_schema::analyze(&relata_schema::Sources::one("app.schema", text)).schema;
/// let defaults: Vec<_> = schema.find_model("A").unwrap().fields().filter_map(|field| field.default()).collect();
/// assert_eq!(defaults, [
///     &Default::Client(ClientDefault::Uuid(7)),
///     &Default::Literal(Literal::Number("3".into())),
///     &Default::Now,
/// ]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Default {
    /// A literal.
    Literal(Literal),
    /// A list of literals, on a list field.
    List(Vec<Literal>),
    /// `now()`.
    Now,
    /// `autoincrement()`.
    Autoincrement,
    /// `sequence(…)` (CockroachDB).
    Sequence(Box<Sequence>),
    /// `identity(…)`: numbers of the column's own sequence, as the SQL standard has it (PostgreSQL, CockroachDB).
    Identity(Box<Identity>),
    /// `dbgenerated("…")`: SQL as given. Without text the database has a default that the schema does not tell.
    Database(Option<Box<str>>),
    /// A value that the client makes; the column has no default.
    Client(ClientDefault),
}

/// A literal value, checked against the field's type.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::{Default, Literal};
/// let text = "model A {\n  id Int @id @default(007)\n  on Boolean @default(true)\n  raw Bytes @default(\"aGk=\")\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let defaults = schema.find_model("A").unwrap().fields().filter_map(|field| field.default());
/// let literals: Vec<_> = defaults
///     .filter_map(|default| match default {
///         Default::Literal(literal) => Some(literal.clone()),
///         _ => None,
///     })
///     .collect();
/// assert_eq!(literals, [Literal::Number("007".into()), Literal::Boolean(true), Literal::Bytes((*b"hi").into())]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `true` or `false`.
    Boolean(bool),
    /// An integer, decimal or floating point number, as written.
    Number(Box<str>),
    /// Text.
    Text(Box<str>),
    /// An RFC 3339 time, as written.
    DateTime(Box<str>),
    /// A JSON document, as written.
    Json(Box<str>),
    /// Bytes, decoded from base64.
    Bytes(Box<[u8]>),
    /// A value of the field's enum.
    Enum(EnumValueId),
}

/// A default that the client makes on insert.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::{ClientDefault, Default};
/// let text = "model A {\n  id String @id @default(cuid(2))\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let id = schema.find_model("A").unwrap().find_field("id").unwrap();
/// assert_eq!(id.default(), Some(&Default::Client(ClientDefault::Cuid(2))));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientDefault {
    /// `uuid()`, with the version 4 or 7.
    Uuid(u8),
    /// `cuid()`, with the version 1 or 2.
    Cuid(u8),
    /// `ulid()`.
    Ulid,
    /// `nanoid()`, with a length if given.
    Nanoid(Option<u8>),
}

/// The options of `sequence(…)`.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::Default;
/// let text = "datasource db {\n  provider = \"cockroachdb\"\n}\nmodel A {\n  id Int @id @default(sequence(start: 10, increment: 2))\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let id = schema.find_model("A").unwrap().find_field("id").unwrap();
/// let Some(Default::Sequence(sequence)) = id.default() else { panic!() };
/// assert_eq!((sequence.start, sequence.increment, sequence.cache), (Some(10), Some(2), None));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, std::default::Default)]
pub struct Sequence {
    /// `virtual`.
    pub is_virtual: bool,
    /// `cache`.
    pub cache: Option<i64>,
    /// `increment`.
    pub increment: Option<i64>,
    /// `minValue`.
    pub min_value: Option<i64>,
    /// `maxValue`.
    pub max_value: Option<i64>,
    /// `start`.
    pub start: Option<i64>,
}

/// The options of `identity(…)`.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::Default;
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id @default(identity(always: true))\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let id = schema.find_model("A").unwrap().find_field("id").unwrap();
/// let Some(Default::Identity(identity)) = id.default() else { panic!() };
/// assert!(identity.always && identity.start.is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, std::default::Default)]
pub struct Identity {
    /// `always: true`: an insert cannot give a value of its own (`GENERATED ALWAYS`); otherwise it can (`BY DEFAULT`).
    pub always: bool,
    /// `start`.
    pub start: Option<i64>,
    /// `increment`.
    pub increment: Option<i64>,
}
