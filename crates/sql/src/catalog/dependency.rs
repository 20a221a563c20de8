//! What needs what.

use super::Address;

/// That an object can only be while another is, as the server recorded it (manual, `pg_depend`).
///
/// What the parts of a catalog say by themselves, such as the tables of a foreign key, is not repeated here; this is for what
/// stands in SQL that only the server reads: views, defaults, function signatures. In a catalog from a schema,
/// where no server was asked, they are read from the names that stand in the SQL: rather too many than too few.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// The object that needs.
    pub of: Address,
    /// The object that is needed.
    pub on: Address,
}
