//! Who may do what.

use super::Address;

/// That somebody may, or by default could and may not, do something with an object.
///
/// Only what differs from the rights that a new object of the kind has is told (manual, "Privileges").
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// The object.
    pub on: Address,
    /// Who.
    pub grantee: Grantee,
    /// What: `SELECT`, `EXECUTE`, ….
    pub privilege: Box<str>,
    /// Whether it was given or taken.
    pub right: Right,
}

/// Who is given a right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grantee {
    /// Everybody.
    Public,
    /// The object's owner, who in another database may be somebody else.
    Owner,
    /// A role by its name.
    Role(Box<str>),
}

/// Whether a right was given or taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// It was given.
    Granted,
    /// It was given, and may be passed on.
    Grantable,
    /// It comes with a new object, and was taken.
    Revoked,
}

/// A right on objects that are yet to be made (PostgreSQL, `ALTER DEFAULT PRIVILEGES`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefaultPrivilege {
    /// Whose objects; the current user where it is the one who reads.
    pub creator: Grantee,
    /// The namespace they are made in, where it is said.
    pub namespace: Option<Box<str>>,
    /// The kind in the plural, as SQL writes it: `TABLES`.
    pub objects: Box<str>,
    /// Who.
    pub grantee: Grantee,
    /// What.
    pub privilege: Box<str>,
    /// Whether it is given or taken.
    pub right: Right,
}
