//! Functions, procedures, aggregates: each kept as the whole statement that makes it, in the server's own words.

use super::{Expression, ObjectName};

/// A function, procedure or aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: ObjectName,
    /// The types of its arguments, as the server tells functions of one name apart; those of an aggregate as
    /// `pg_get_function_identity_arguments` prints them.
    pub arguments: Box<str>,
    /// What it is.
    pub kind: FunctionKind,
    /// The statement that makes it, without a semicolon.
    pub statement: Expression,
    /// The words of `sql_mode` by which the server reads its text otherwise than usual: `ANSI_QUOTES`, `ORACLE` (MySQL).
    pub sql_mode: Option<Box<str>>,
}

/// What a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FunctionKind {
    /// A function, window functions among them.
    Function,
    /// A procedure.
    Procedure,
    /// An aggregate.
    Aggregate,
}
