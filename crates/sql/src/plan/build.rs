//! Changes to drafts of steps, in the order in which Prisma tells them.

use std::collections::HashMap;

use super::detach::detached;
use crate::catalog::{Catalog, ForeignKey, Index, ObjectName, Table};
use crate::change::{
    AlteredTable, Changes, ColumnChange, EnumChange, ExtensionChange, ForeignKeyChange,
    IndexChange, TableChange,
};
use crate::diff::is_implied;
use crate::object::foreign_key::begins_with;
use crate::object::{
    Context, Draft, column, enumeration, extension, foreign_key, index, redefine, table,
};

pub(super) fn drafts<'c>(changes: &'c Changes<'c>) -> Vec<Draft<'c>> {
    let context = Context::new(changes);
    let mut builder = Builder {
        context: &context,
        changes,
        drafts: Vec::new(),
    };
    builder.namespaces_and_extensions();
    builder.enums();
    builder.foreign_keys();
    builder.tables();
    builder.drafts
}

struct Builder<'b, 'c> {
    context: &'b Context<'c>,
    changes: &'c Changes<'c>,
    drafts: Vec<Draft<'c>>,
}

impl<'c> Builder<'_, 'c> {
    fn namespaces_and_extensions(&mut self) {
        for name in &self.changes.namespaces {
            self.drafts
                .push(extension::create_namespace(self.context, name));
        }
        for change in &self.changes.extensions {
            self.drafts.push(match change {
                ExtensionChange::Created(to) => extension::create(self.context, to),
                ExtensionChange::Altered { from, to } => extension::alter(self.context, from, to),
            });
        }
    }

    fn enums(&mut self) {
        for change in &self.changes.enums {
            self.drafts.push(match change {
                EnumChange::Created(to) => enumeration::create(self.context, to),
                EnumChange::Dropped(from) => enumeration::drop(self.context, from),
                EnumChange::Altered {
                    to, added, removed, ..
                } if removed.is_empty() => enumeration::add_values(self.context, to, added),
                EnumChange::Altered { to, .. } => {
                    enumeration::rebuild(self.context, self.changes.from, self.changes.to, to)
                }
            });
        }
    }

    fn tables(&mut self) {
        let mut redefined: Vec<&AlteredTable<'c>> = Vec::new();
        // The indexes of new tables come first, then those of changed ones.
        let mut indexes = Vec::new();
        for change in &self.changes.tables {
            match change {
                TableChange::Created(to) => self.create_table(to),
                TableChange::Dropped(from) => self.drafts.push(table::drop(self.context, from)),
                TableChange::Altered(change)
                    if !self.context.writer.can().alters_tables && redefine::is_needed(change) =>
                {
                    redefined.push(change);
                }
                TableChange::Altered(change) => {
                    self.drafts.extend(table::alter(self.context, change));
                    self.indexes(change, &mut indexes);
                }
            }
        }
        if !redefined.is_empty() {
            let all = [self.changes.from, self.changes.to];
            self.drafts
                .push(redefine::tables(self.context, &redefined, all));
        }
        self.drafts.append(&mut indexes);
    }

    fn create_table(&mut self, to: &'c Table) {
        self.drafts.push(table::create(self.context, to));
        if !self.context.writer.can().indexes_in_table {
            self.drafts.extend(
                to.indexes
                    .iter()
                    .map(|each| index::create(self.context, to, each)),
            );
        }
    }

    fn indexes(&mut self, change: &'c AlteredTable<'c>, created: &mut Vec<Draft<'c>>) {
        let (from, to) = (change.from, change.to);
        for each in &change.indexes {
            match each {
                IndexChange::Dropped(index) => {
                    self.drafts.push(index::drop(self.context, from, index))
                }
                IndexChange::Renamed { from, to: index } => {
                    self.drafts
                        .push(index::rename(self.context, to, from, index));
                }
                IndexChange::Created(index) => created.push(index::create(self.context, to, index)),
            }
        }
        let dialect = self.context.writer.dialect();
        for index in from
            .indexes
            .iter()
            .filter(|index| !is_implied(dialect, from, index))
        {
            let Some(kept) = to.indexes.iter().find(|kept| kept.name == index.name) else {
                continue;
            };
            if change
                .indexes
                .iter()
                .any(|each| matches!(each, IndexChange::Dropped(gone) if gone.name == index.name))
            {
                continue;
            }
            match self.fate(change, index) {
                Fate::Stays => {}
                Fate::Lost => created.push(index::create(self.context, to, kept)),
                Fate::InTheWay => {
                    self.drafts.push(index::drop(self.context, from, index));
                    created.push(index::create(self.context, to, kept));
                }
            }
        }
    }

    /// What the changes of columns make of an index that is the same on both sides.
    fn fate(&self, change: &AlteredTable<'_>, index: &Index) -> Fate {
        if self.context.writer.can().restates_columns || !self.context.writer.can().alters_tables {
            return Fate::Stays;
        }
        let mut fate = Fate::Stays;
        for each in &change.columns {
            let ColumnChange::Altered(altered) = each else {
                continue;
            };
            if index.column_names().any(|name| name == &*altered.from.name)
                && column::is_recreated(self.context, altered)
            {
                return Fate::Lost;
            }
            // The server would have to translate the predicate into the new type, which it does not.
            if altered.ty && speaks_of(index, &altered.from.name) {
                fate = Fate::InTheWay;
            }
        }
        fate
    }

    /// Foreign keys: dropped ones in the order of the tables that were, added ones in that of the tables to come.
    fn foreign_keys(&mut self) {
        if !self.context.writer.can().alters_tables {
            return;
        }
        let (from, to) = (Tables::of(self.changes.from), Tables::of(self.changes.to));
        let mut dropped: Vec<(&'c Table, &'c ForeignKey)> = detached(self.context, self.changes);
        let mut added: Vec<(&'c Table, &'c ForeignKey)> = Vec::new();
        for (table, key) in &dropped {
            let target = to.get(&table.name);
            let same = target
                .and_then(|table| table.foreign_keys.iter().find(|each| each.name == key.name));
            added.extend(target.zip(same));
        }
        for change in &self.changes.tables {
            match change {
                TableChange::Created(table) => {
                    added.extend(table.foreign_keys.iter().map(|key| (*table, key)))
                }
                TableChange::Dropped(table) => {
                    dropped.extend(table.foreign_keys.iter().map(|key| (*table, key)))
                }
                TableChange::Altered(change) => {
                    for each in &change.foreign_keys {
                        match each {
                            ForeignKeyChange::Dropped(key) => dropped.push((change.from, key)),
                            ForeignKeyChange::Created(key) => added.push((change.to, key)),
                            ForeignKeyChange::Renamed { from, to }
                                if self.context.writer.can().renames_foreign_keys =>
                            {
                                self.drafts.push(foreign_key::rename(
                                    self.context,
                                    change.to,
                                    from,
                                    to,
                                ));
                            }
                            ForeignKeyChange::Renamed { from, to } => {
                                dropped.push((change.from, from));
                                added.push((change.to, to));
                            }
                        }
                    }
                }
            }
        }
        dropped.sort_by_key(|(table, key)| from.place(table, key));
        added.sort_by_key(|(table, key)| to.place(table, key));
        for (table, key) in dropped {
            self.drafts.push(foreign_key::drop(
                self.context,
                table,
                key,
                from.get(&key.references),
            ));
            if let Some(target) = to.get(&table.name)
                && self.leaves_index(table, target, key)
            {
                self.drafts.push(index::drop_implied(
                    self.context,
                    table,
                    foreign_key::name(key),
                ));
            }
        }
        for (table, key) in added {
            self.drafts.push(foreign_key::create(
                self.context,
                table,
                key,
                to.get(&key.references),
            ));
        }
    }

    /// Tells whether the server made an index for a key that goes, which nobody asked for and nobody will use.
    fn leaves_index(&self, table: &Table, target: &Table, key: &ForeignKey) -> bool {
        let dialect = self.context.writer.dialect();
        let serves = |table: &Table| {
            let indexes = table
                .indexes
                .iter()
                .filter(|index| !is_implied(dialect, table, index));
            indexes
                .map(|index| index.column_names().collect::<Vec<_>>())
                .chain(
                    table
                        .primary_key
                        .iter()
                        .map(|primary| primary.column_names().collect()),
                )
                .any(|columns| begins_with(columns.into_iter(), &key.columns))
        };
        let comes_back = target
            .foreign_keys
            .iter()
            .any(|each| each.name == key.name && each.columns == key.columns);
        self.context.writer.can().foreign_keys_need_indexes && !comes_back && !serves(table)
    }
}

/// What becomes of an index when a column under it changes.
enum Fate {
    Stays,
    /// It goes with the column.
    Lost,
    /// The column cannot change while it is there.
    InTheWay,
}

/// Tells whether a partial index depends on a column by its predicate. The text decides: too often is harmless.
fn speaks_of(index: &Index, column: &str) -> bool {
    index.predicate.as_ref().is_some_and(|predicate| {
        let text = predicate.canonical.as_ref().unwrap_or(&predicate.source);
        text.to_ascii_lowercase()
            .contains(&column.to_ascii_lowercase())
    })
}

/// The tables of a catalog by name, and their places.
struct Tables<'c> {
    by_name: HashMap<&'c ObjectName, (usize, &'c Table)>,
}

impl<'c> Tables<'c> {
    fn of(catalog: &'c Catalog) -> Self {
        Self {
            by_name: catalog
                .tables
                .iter()
                .enumerate()
                .map(|(place, table)| (&table.name, (place, table)))
                .collect(),
        }
    }

    fn get(&self, name: &ObjectName) -> Option<&'c Table> {
        self.by_name.get(name).map(|(_, table)| *table)
    }

    fn place(&self, table: &Table, key: &ForeignKey) -> (usize, usize) {
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
