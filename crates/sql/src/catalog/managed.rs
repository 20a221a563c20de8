//! What a schema owns beyond tables.

use super::{Catalog, Item};

/// A kind of object, or of part of a table, that the schema language can write and Prisma's cannot.
///
/// One that a schema owns is dropped from a database where the schema does not have it. One that it does not own is made and
/// changed as the schema says, and what else the database holds of the kind is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each is the kind of its name")]
pub enum Managed {
    Checks,
    Exclusions,
    /// Indexes of expressions, and the clauses of indexes: what they carry, collations, where NULLs stand.
    IndexClauses,
    /// Which rows an index covers. Prisma's own, with the preview feature `partialIndexes`.
    PartialIndexes,
    Generated,
    Collations,
    Comments,
    RowSecurity,
    Domains,
    Views,
    Functions,
    Triggers,
    Policies,
}

impl Managed {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Checks,
        Self::Exclusions,
        Self::IndexClauses,
        Self::PartialIndexes,
        Self::Generated,
        Self::Collations,
        Self::Comments,
        Self::RowSecurity,
        Self::Domains,
        Self::Views,
        Self::Functions,
        Self::Triggers,
        Self::Policies,
    ];

    /// The word for the kind in `manage` of `relata.toml`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Checks => "checks",
            Self::Exclusions => "exclusions",
            Self::IndexClauses => "index-clauses",
            Self::PartialIndexes => "partial-indexes",
            Self::Generated => "generated",
            Self::Collations => "collations",
            Self::Comments => "comments",
            Self::RowSecurity => "row-security",
            Self::Domains => "domains",
            Self::Views => "views",
            Self::Functions => "functions",
            Self::Triggers => "triggers",
            Self::Policies => "policies",
        }
    }

    /// The kind of an object that is made as a whole; `None` for those that a schema cannot write.
    pub fn of(item: Item<'_>) -> Option<Self> {
        match item {
            Item::Domain(_) => Some(Self::Domains),
            Item::View(_) => Some(Self::Views),
            Item::Function(_) => Some(Self::Functions),
            Item::Trigger(_) => Some(Self::Triggers),
            Item::Policy(_) => Some(Self::Policies),
            _ => None,
        }
    }
}

impl Catalog {
    /// Tells whether what this catalog does not have of a kind shall go from a database that has it. What another schema had
    /// goes in any case: it said so itself.
    pub fn drops(&self, kind: Managed, from: &Self) -> bool {
        self.is_whole || !from.is_whole || self.managed.contains(&kind)
    }
}
