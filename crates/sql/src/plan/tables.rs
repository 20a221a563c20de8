//! Tables of a catalog, found by their names.

use foldhash::HashMap;

use crate::catalog::{Catalog, ForeignKey, ObjectName, Table};

/// The tables of a catalog by name, and their places.
pub(super) struct Tables<'c> {
    by_name: HashMap<&'c ObjectName, (usize, &'c Table)>,
}

impl<'c> Tables<'c> {
    pub(super) fn of(catalog: &'c Catalog) -> Self {
        Self {
            by_name: catalog
                .tables
                .iter()
                .enumerate()
                .map(|(place, table)| (&table.name, (place, table)))
                .collect(),
        }
    }

    pub(super) fn get(&self, name: &ObjectName) -> Option<&'c Table> {
        self.by_name.get(name).map(|(_, table)| *table)
    }

    pub(super) fn place(&self, table: &Table, key: &ForeignKey) -> (usize, usize) {
        let place = self
            .by_name
            .get(&table.name)
            .map_or(usize::MAX, |(place, _)| *place);
        (
            place,
            table
                .foreign_keys
                .iter()
                .position(|each| std::ptr::eq(each, key))
                .unwrap_or(usize::MAX),
        )
    }
}
