//! Foreign keys that stay as they are, but must step aside while something under them changes.

use std::collections::{HashMap, HashSet};

use crate::catalog::{Catalog, ForeignKey, ObjectName, Table};
use crate::change::{
    AlteredTable, Changes, ColumnChange, ForeignKeyChange, IndexChange, PrimaryKeyChange,
    TableChange,
};
use crate::dialect::Writer;
use crate::object::Context;
use crate::object::foreign_key::begins_with;
use crate::object::redefine;

/// Finds them, as pairs of owning table and key, both as they were.
pub(super) fn detached<'c>(
    context: &Context<'c>,
    changes: &'c Changes<'c>,
) -> Vec<(&'c Table, &'c ForeignKey)> {
    if !context.writer.can().alters_tables {
        return Vec::new();
    }
    let pressure = Pressure::of(context, changes);
    if pressure.is_empty() {
        return Vec::new();
    }
    let altered: HashMap<&ObjectName, &AlteredTable<'_>> = changes
        .tables
        .iter()
        .filter_map(|change| match change {
            TableChange::Altered(altered) => Some((&altered.from.name, altered)),
            _ => None,
        })
        .collect();
    let kept: HashSet<&ObjectName> = changes.to.tables.iter().map(|table| &table.name).collect();
    let mut detached = Vec::new();
    for table in changes
        .from
        .tables
        .iter()
        .filter(|table| kept.contains(&table.name))
        .filter(|table| !changes.torn.tables.contains(&table.name))
    {
        let change = altered.get(&table.name);
        for key in &table.foreign_keys {
            if stays(change.copied(), key) && pressure.falls_on(table, key) {
                detached.push((table, key));
            }
        }
    }
    detached
}

fn stays(change: Option<&AlteredTable<'_>>, key: &ForeignKey) -> bool {
    !change.is_some_and(|change| {
        change.foreign_keys.iter().any(|each| match each {
            ForeignKeyChange::Dropped(from) | ForeignKeyChange::Renamed { from, .. } => {
                std::ptr::eq(*from, key)
            }
            ForeignKeyChange::Created(_) | ForeignKeyChange::Altered { .. } => false,
        })
    })
}

/// What changes in such a way that a foreign key over it cannot stay.
struct Pressure<'c> {
    /// Columns whose type changes: both ends would have to change at once.
    columns: HashSet<(&'c ObjectName, &'c str)>,
    /// Keys that go, columns sorted. Something else may take their place, but not at the same moment.
    keys: HashSet<(&'c ObjectName, Vec<&'c str>)>,
    /// Indexes that go and that served a foreign key on one of its ends, where such keys need one.
    indexes: Vec<(&'c Table, Vec<&'c str>)>,
    /// Indexes that stay, of the tables in `indexes`.
    remaining: HashMap<&'c ObjectName, Vec<Vec<&'c str>>>,
}

impl<'c> Pressure<'c> {
    fn of(context: &Context<'c>, changes: &'c Changes<'c>) -> Self {
        let mut pressure = Self {
            columns: HashSet::new(),
            keys: HashSet::new(),
            indexes: Vec::new(),
            remaining: HashMap::new(),
        };
        for change in &changes.tables {
            if let TableChange::Altered(change) = change {
                pressure.add(context, change);
            }
        }
        if !context.rebuilt.is_empty() {
            pressure.add_rebuilt(context, changes.from);
        }
        for name in &changes.torn.tables {
            let table = changes.from.tables.iter().find(|table| table.name == *name);
            for column in table.into_iter().flat_map(|table| &table.columns) {
                pressure.columns.insert((name, &column.name));
            }
        }
        pressure
    }

    fn add(&mut self, context: &Context<'c>, change: &'c AlteredTable<'c>) {
        let table = change.from;
        for each in &change.columns {
            if let ColumnChange::Altered(altered) = each
                && (altered.ty || altered.recreated || altered.aside || altered.collation)
            {
                self.columns.insert((&table.name, &altered.from.name));
            }
        }
        if redefine::is_needed(context, change) {
            let columns = table.columns.iter();
            self.columns
                .extend(columns.map(|column| (&table.name, &*column.name)));
        }
        if context.writer.converts(change.from, change.to) {
            let texts = table
                .columns
                .iter()
                .filter(|column| Writer::is_text(column));
            self.columns
                .extend(texts.map(|column| (&table.name, &*column.name)));
        }
        let mut gone: Vec<Vec<&str>> = Vec::new();
        if let Some(PrimaryKeyChange::Dropped(key) | PrimaryKeyChange::Replaced { from: key, .. }) =
            &change.primary_key
        {
            gone.push(key.column_names().collect());
        }
        for each in &change.indexes {
            if let IndexChange::Dropped(index) = each {
                let refers = index.is_unique() && index.predicate.is_none();
                if refers || context.writer.can().foreign_keys_need_indexes {
                    gone.push(index.column_names().collect());
                }
            }
        }
        for columns in &gone {
            let mut sorted = columns.clone();
            sorted.sort_unstable();
            self.keys.insert((&table.name, sorted));
        }
        if context.writer.can().foreign_keys_need_indexes && !gone.is_empty() {
            let mut remaining: Vec<Vec<&str>> = table
                .indexes
                .iter()
                .filter(|index| {
                    !change
                        .indexes
                        .iter()
                        .any(|each| matches!(each, IndexChange::Dropped(from) if std::ptr::eq(*from, *index)))
                })
                .map(|index| index.column_names().collect())
                .collect();
            if matches!(
                change.primary_key,
                None | Some(PrimaryKeyChange::Renamed { .. })
            ) {
                remaining.extend(
                    table
                        .primary_key
                        .iter()
                        .map(|key| key.column_names().collect::<Vec<_>>()),
                );
            }
            self.remaining.insert(&table.name, remaining);
            self.indexes
                .extend(gone.into_iter().map(|columns| (table, columns)));
        }
    }

    /// The columns of an enum that is made anew change their type, one after the other.
    fn add_rebuilt(&mut self, context: &Context<'c>, from: &'c Catalog) {
        for table in &from.tables {
            for column in &table.columns {
                if column
                    .ty
                    .enum_name()
                    .is_some_and(|name| context.rebuilt.contains(name))
                {
                    self.columns.insert((&table.name, &column.name));
                }
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.keys.is_empty() && self.indexes.is_empty()
    }

    fn falls_on(&self, table: &'c Table, key: &'c ForeignKey) -> bool {
        let mut referenced: Vec<&str> = key.referenced_columns.iter().map(|name| &**name).collect();
        let on_columns = key
            .columns
            .iter()
            .any(|column| self.columns.contains(&(&table.name, &**column)))
            || referenced
                .iter()
                .any(|column| self.columns.contains(&(&key.references, *column)));
        referenced.sort_unstable();
        on_columns
            || self.keys.contains(&(&key.references, referenced))
            || self.loses_index(&table.name, &key.columns)
            || self.loses_index(&key.references, &key.referenced_columns)
    }

    fn loses_index(&self, table: &ObjectName, columns: &[Box<str>]) -> bool {
        let served = |index: &[&str]| begins_with(index.iter().copied(), columns);
        self.indexes
            .iter()
            .any(|(owner, index)| owner.name == *table && served(index))
            && !self
                .remaining
                .get(table)
                .is_some_and(|indexes| indexes.iter().any(|index| served(index)))
    }
}
