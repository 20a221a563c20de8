//! Check and exclusion constraints.

use super::Expression;

/// A check constraint of a table or domain.
#[allow(
    clippy::struct_excessive_bools,
    reason = "clauses of SQL, any of which can be there alone"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name; empty where it was given none (SQLite).
    pub name: Box<str>,
    /// The condition that every row or value has to meet, without brackets around it.
    pub expression: Expression,
    /// Whether the rows there are were found to meet it; `NOT VALID` where not (PostgreSQL).
    pub is_valid: bool,
    /// Whether rows are looked at at all; `NOT ENFORCED` where not (PostgreSQL 18).
    pub is_enforced: bool,
    /// Whether tables that inherit from this one are spared it: `NO INHERIT` (PostgreSQL).
    pub no_inherit: bool,
    /// Whether it only comes from a table that this one inherits from or is a partition of.
    pub is_inherited: bool,
}

/// An exclusion constraint of a table (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// Its name, which is also that of the index behind it.
    pub name: Box<str>,
    /// The constraint from `EXCLUDE` on (manual, `pg_get_constraintdef`).
    pub definition: Expression,
}
