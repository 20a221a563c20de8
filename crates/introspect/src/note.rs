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

/// Something that the database holds, or may hold, and the catalog does not.
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
    /// Objects of a kind may be there and not be shown to this account.
    NotAllowed {
        /// The kind in the plural: `triggers`.
        kind: String,
        /// The right that it would take: `TRIGGER`.
        right: String,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRead { kind, count } => {
                write!(f, "the database has {kind}, which are not read: {count}")
            }
            Self::NotAllowed { kind, right } => {
                write!(
                    f,
                    "{kind} may be missing: this account does not have the right {right} on the whole database"
                )
            }
        }
    }
}
