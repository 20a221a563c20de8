//! Collations that users made.

use super::ObjectName;

/// A collation (PostgreSQL, `CREATE COLLATION`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collation {
    /// Its name.
    pub name: ObjectName,
    /// Who compares: `libc`, `icu` or `builtin`.
    pub provider: Box<str>,
    /// The locale, of an ICU or builtin collation.
    pub locale: Option<Box<str>>,
    /// `LC_COLLATE`, of a libc collation.
    pub collate: Option<Box<str>>,
    /// `LC_CTYPE`, of a libc collation.
    pub ctype: Option<Box<str>>,
    /// Whether texts that compare equal are the same bytes.
    pub is_deterministic: bool,
    /// Further ICU rules (PostgreSQL 16).
    pub rules: Option<Box<str>>,
}
