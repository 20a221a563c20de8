//! What the server does at certain times.

use super::{Expression, ObjectName};

/// An event of the server's scheduler (MySQL, `CREATE EVENT`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its name.
    pub name: ObjectName,
    /// The statement that makes it, without a semicolon.
    pub statement: Expression,
    /// The words of `sql_mode` by which the server reads its text otherwise than usual: `ANSI_QUOTES`, `ORACLE` (MySQL).
    pub sql_mode: Option<Box<str>>,
}
