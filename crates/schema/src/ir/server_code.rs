//! Functions, triggers and policies.

use super::Sql;
use crate::span::Span;

/// What a block of server code makes.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::ServerCodeKind;
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n}\ntrigger t {\n  @@sql(\"CREATE TRIGGER t AFTER INSERT ON \\\"A\\\" EXECUTE FUNCTION f()\")\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// assert_eq!(schema.server_code()[0].kind, ServerCodeKind::Trigger);
/// assert_eq!(ServerCodeKind::Trigger.word(), "trigger");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServerCodeKind {
    /// `function`: a function or procedure.
    Function,
    /// `trigger`.
    Trigger,
    /// `policy`: a rule of row-level security (PostgreSQL).
    Policy,
}

impl ServerCodeKind {
    /// The word that begins its block.
    pub fn word(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
        }
    }
}

/// A function, trigger or policy: its whole statement, whose own name has been checked against the block's.
/// ```
/// let sources = relata_schema::Sources::one("app.schema", r#"
/// datasource db {
///   provider = "postgresql"
/// }
///
/// function add {
///   @@sql("CREATE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a + b'")
///   @@map("add(int, int)")
/// }
/// "#);
/// let schema = relata_schema::analyze(&sources).schema;
/// let [add] = schema.server_code() else { panic!() };
/// assert_eq!(add.kind.word(), "function");
/// assert_eq!((&*add.database_name, add.arguments.as_deref()), ("add", Some("int, int")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerCode {
    /// What it makes.
    pub kind: ServerCodeKind,
    /// Its name in the schema.
    pub name: Box<str>,
    /// Its name in the database: `@@map`, or the schema name; without arguments.
    pub database_name: Box<str>,
    /// The argument types of an overloaded function, from `@@map("f(int, text)")`.
    pub arguments: Option<Box<str>>,
    /// The database schema it lives in, if `@@schema` says so.
    pub namespace: Option<Box<str>>,
    /// The table that a trigger or policy belongs to, as its statement names it.
    pub table: Option<CodeTable>,
    /// The `///` lines above it.
    pub docs: Option<Box<str>>,
    /// The statement.
    pub statement: Sql,
    /// The place of its name.
    pub name_span: Span,
    /// The block.
    pub span: Span,
}

/// The table that a statement names.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n}\ntrigger t {\n  @@sql(\"CREATE TRIGGER t AFTER INSERT ON \\\"A\\\" EXECUTE FUNCTION f()\")\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// assert_eq!(&*schema.server_code()[0].table.as_ref().unwrap().name, "A");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeTable {
    /// The database schema, if the statement names it.
    pub namespace: Option<Box<str>>,
    /// The table.
    pub name: Box<str>,
}
