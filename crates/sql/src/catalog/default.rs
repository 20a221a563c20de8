//! Default values.

use super::ObjectName;

/// What the database fills in for a column. Defaults that the client makes are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Default {
    /// A literal.
    Literal(Literal),
    /// A list of literals.
    List(Vec<Literal>),
    /// The time of the statement or transaction, as the database's `CURRENT_TIMESTAMP` has it.
    Now,
    /// The next number: a sequence that the column owns (PostgreSQL), `AUTO_INCREMENT`, or SQLite's `AUTOINCREMENT`.
    Autoincrement {
        /// The sequence behind it, where its name is known. A schema file does not know it; the name that the server
        /// would choose stands in.
        sequence: Option<ObjectName>,
    },
    /// SQL.
    Expression(Expression),
    /// A default that is there, but not told (`dbgenerated()`); it equals any default and is never planned.
    Unknown,
}

/// A literal value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as written.
    Number(Box<str>),
    /// Text.
    Text(Box<str>),
    /// An RFC 3339 time, as written.
    DateTime(Box<str>),
    /// A JSON document, as written.
    Json(Box<str>),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// A value of an enum, by its database name.
    Enum(Box<str>),
}

/// SQL that a server evaluates.
///
/// A server prints an expression back in a form of its own, and only that form can be compared with what it reports later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// The text as somebody wrote it.
    pub source: Box<str>,
    /// The text as the server prints it, where a server was asked.
    pub canonical: Option<Box<str>>,
}

impl Expression {
    /// Makes an expression that no server has printed yet.
    pub fn written(source: &str) -> Self {
        Self {
            source: source.into(),
            canonical: None,
        }
    }
}
