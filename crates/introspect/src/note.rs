//! What a reader should know beside the catalog.

use std::fmt;

use relata_sql::Catalog;

/// A database as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// What was read.
    pub catalog: Catalog,
    /// What was not.
    pub notes: Vec<Note>,
}

/// Something that the database holds and the catalog does not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// Objects of a kind that is not read.
    NotRead {
        /// The kind in the plural: `operators`.
        kind: String,
        /// How many there are.
        count: i64,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRead { kind, count } => {
                write!(f, "the database has {kind}, which are not read: {count}")
            }
        }
    }
}
