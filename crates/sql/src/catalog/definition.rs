//! Objects that are known by the statements that make them.

use super::Address;

/// An object of a kind that nothing else in a catalog reads into: casts, operators and their classes, text search, foreign data,
/// publications, languages (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What it is known by.
    pub address: Address,
    /// The statement that makes it, without a semicolon, with every name in full.
    pub statement: Box<str>,
    /// What is said of it afterwards, part by part.
    pub clauses: Vec<Clause>,
}

/// A part of an object that comes and goes by statements of its own: a mapping of a text search configuration, an option of a
/// foreign server, a table of a publication.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clause {
    /// The statement that adds it, without a semicolon.
    pub make: Box<str>,
    /// The statement that takes it away, without a semicolon.
    pub take: Box<str>,
}
