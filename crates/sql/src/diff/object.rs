//! How the objects differ that are made as a whole, and what is said of objects.

use std::collections::HashSet;

use crate::catalog::{Address, Catalog, Comment, Grant};
use crate::change::ObjectChange;

/// Objects that are new. What a catalog does not tell is not compared with it.
pub(super) fn changes<'c>(from: &'c Catalog, to: &'c Catalog) -> Vec<ObjectChange<'c>> {
    if !to.is_whole {
        return Vec::new();
    }
    let before: HashSet<Address> = from.items().map(|item| item.address()).collect();
    to.items()
        .filter(|item| !before.contains(&item.address()))
        .map(ObjectChange::Created)
        .collect()
}

/// Comments that are new or say something else.
pub(super) fn comments<'c>(from: &'c Catalog, to: &'c Catalog) -> Vec<&'c Comment> {
    if !to.is_whole {
        return Vec::new();
    }
    let said = |comment: &&Comment| from.comments.binary_search(comment).is_err();
    to.comments.iter().filter(said).collect()
}

/// Rights that are new.
pub(super) fn grants<'c>(from: &'c Catalog, to: &'c Catalog) -> Vec<&'c Grant> {
    if !to.is_whole {
        return Vec::new();
    }
    let given = |grant: &&Grant| from.grants.binary_search(grant).is_err();
    to.grants.iter().filter(given).collect()
}
