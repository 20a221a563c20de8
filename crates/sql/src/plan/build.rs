//! Changes to drafts of steps, in the order in which Prisma tells them.

use std::collections::{BTreeMap, HashSet};

use super::detach::detached;
use super::fate::{Fate, fate};
use super::numbers::{becomes_usual, brings_sequence};
use super::tables::Tables;
use crate::catalog::{Address, Comment, ForeignKey, Grant, Index, Item, Kind, ObjectName, Table};
use crate::change::{
    AlteredTable, Changes, ColumnChange, EnumChange, ExtensionChange, ForeignKeyChange,
    IndexChange, ObjectChange, PrimaryKeyChange, TableChange,
};
use crate::diff::is_implied;
use crate::object::foreign_key::begins_with;
use crate::object::{
    Context, Draft, Renaming, collation, comment, composite, definition, details, domain, dropped,
    enumeration, event, event_trigger, extension, foreign_key, function, grant, index, partition,
    policy, range, redefine, rule, sequence, statistics, storage, table, trigger, view,
    virtual_table,
};
use crate::step::StepKind;

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
    builder.objects();
    builder.comments_and_grants();
    builder.history();
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
            let draft = match change {
                ExtensionChange::Created(to) => extension::create(self.context, to),
                ExtensionChange::Altered { from, to } => extension::alter(self.context, from, to),
                ExtensionChange::Dropped(from) => extension::drop(self.context, from),
                ExtensionChange::Replaced { from, to } => {
                    self.drafts.push(extension::drop(self.context, from));
                    extension::create(self.context, to)
                }
            };
            self.drafts.push(draft);
        }
        for name in &self.changes.dropped_namespaces {
            self.drafts
                .push(extension::drop_namespace(self.context, name));
        }
    }

    fn enums(&mut self) {
        for change in &self.changes.enums {
            match change {
                EnumChange::Created(to) => {
                    self.drafts.push(enumeration::create(self.context, to));
                }
                EnumChange::Dropped(from) => {
                    self.drafts.push(enumeration::drop(self.context, from));
                }
                EnumChange::Altered {
                    to, rebuilt: true, ..
                } => {
                    let (from, after) = (self.changes.from, self.changes.to);
                    self.drafts
                        .push(enumeration::rebuild(self.context, from, after, to));
                }
                EnumChange::Altered {
                    to, added, removed, ..
                } => {
                    if !added.is_empty() {
                        self.drafts
                            .push(enumeration::add_values(self.context, to, added));
                    }
                    if !removed.is_empty() {
                        self.drafts
                            .push(enumeration::drop_values(self.context, to, removed));
                    }
                }
            }
        }
    }

    fn objects(&mut self) {
        let gone: HashSet<Address> = self
            .changes
            .objects
            .iter()
            .filter_map(|change| match change {
                ObjectChange::Dropped(from) | ObjectChange::Replaced { from, .. } => {
                    Some(from.address())
                }
                _ => None,
            })
            .collect();
        for change in &self.changes.objects {
            match *change {
                ObjectChange::Created(to) => self.create(to),
                ObjectChange::Dropped(from) => self.drop(from, &gone),
                ObjectChange::Replaced { from, to } => {
                    self.drop(from, &gone);
                    self.create(to);
                }
                ObjectChange::Redefined { from, to } => self.redefine(from, to),
            }
        }
        self.copies_of_triggers();
        let speaks = self.changes.objects.iter().any(|change| match change {
            ObjectChange::Created(to)
            | ObjectChange::Replaced { to, .. }
            | ObjectChange::Redefined { to, .. } => matches!(to, Item::Function(_)),
            ObjectChange::Dropped(_) => false,
        });
        if speaks && self.context.writer.can().checks_function_bodies {
            self.drafts.push(function::unchecked());
        }
    }

    /// A partition that is attached gets copies that fire as the whole's do, also of triggers that stay as they are.
    fn copies_of_triggers(&mut self) {
        let changed: HashSet<Address> = self
            .changes
            .objects
            .iter()
            .map(ObjectChange::address)
            .collect();
        let attached: HashSet<&ObjectName> = self
            .changes
            .tables
            .iter()
            .filter_map(|change| match change {
                TableChange::Created(to) | TableChange::Recreated { to, .. } => Some(&to.name),
                TableChange::Altered(change) if change.ancestry => Some(&change.to.name),
                TableChange::Altered(_) | TableChange::Dropped(_) => None,
            })
            .collect();
        for trigger in &self.changes.to.triggers {
            let differs = !trigger.on_partitions.is_empty()
                && !changed.contains(&Item::Trigger(trigger).address());
            let mut heirs = self.context.heirs(&trigger.table).iter();
            if differs && heirs.any(|heir| attached.contains(heir)) {
                self.drafts.push(trigger::refire_all(self.context, trigger));
            }
        }
    }

    /// A table that keeps its history changes only if it is said what becomes of that (MariaDB, "System-Versioned Tables").
    fn history(&mut self) {
        let keeps = |table: &Table| {
            let mut options = table.storage.options.iter();
            options.any(|(name, _)| &**name == "with system versioning")
        };
        let changes = self.changes.tables.iter().any(|change| match change {
            TableChange::Altered(change) => keeps(change.from) || keeps(change.to),
            _ => false,
        });
        if changes {
            self.drafts.push(storage::keep_history());
        }
    }

    fn create(&mut self, item: Item<'c>) {
        let context = self.context;
        match item {
            Item::Collation(it) => self.drafts.push(collation::create(context, it)),
            Item::Composite(it) => self.drafts.push(composite::create(context, it)),
            Item::Range(it) => self.drafts.push(range::create(context, it)),
            Item::Domain(it) => self.drafts.push(domain::create(context, it)),
            Item::Sequence(it) if brings_sequence(self.changes.from, it) => {
                self.drafts.push(sequence::redefine(context, None, it));
            }
            Item::Sequence(it) => self.drafts.extend(sequence::create(context, it)),
            Item::Function(it) => self.drafts.push(function::create(context, it)),
            Item::Definition(it) => self.drafts.push(definition::create(context, it)),
            Item::View(it) => self.drafts.extend(view::create(context, it)),
            Item::VirtualTable(it) => self.drafts.push(virtual_table::create(context, it)),
            Item::Rule(it) => self.drafts.push(rule::create(context, it)),
            Item::Trigger(it) => self.drafts.push(trigger::create(context, it)),
            Item::Event(it) => self.drafts.push(event::create(context, it)),
            Item::Policy(it) => self.drafts.push(policy::create(context, it)),
            Item::Statistics(it) => self.drafts.push(statistics::create(context, it)),
            Item::EventTrigger(it) => self.drafts.push(event_trigger::create(context, it)),
        }
    }

    /// Drops an object, unless it goes with the table, column or view that it is a part of.
    fn drop(&mut self, item: Item<'c>, gone: &HashSet<Address>) {
        let to = self.changes.to;
        let from = self.changes.from;
        let table_goes = |name: &ObjectName| {
            gone.contains(&Address::of(Kind::View, name))
                || gone.contains(&Address::of(Kind::ForeignTable, name))
                || (to.table(name).is_none() && from.table(name).is_some())
                || self.changes.torn.tables.contains(name)
        };
        let goes_along = match item {
            Item::Trigger(it) => table_goes(&it.table),
            Item::Rule(it) => table_goes(&it.table),
            Item::Policy(it) => table_goes(&it.table),
            Item::Statistics(it) => table_goes(&it.table),
            Item::Sequence(it) => it.owned_by.as_ref().is_some_and(|(table, column)| {
                let address = Address::column(table, column);
                self.changes.torn.tables.contains(table)
                    || self.changes.torn.recreated.contains(&address)
                    || to
                        .table(table)
                        .is_none_or(|table| table.column(column).is_none())
            }),
            _ => false,
        };
        if let Item::Sequence(it) = item
            && !goes_along
            && let Some(usual) = becomes_usual(to, it)
        {
            self.drafts
                .push(sequence::redefine(self.context, Some(it), &usual));
            return;
        }
        if !goes_along {
            self.drafts.push(dropped::drop(self.context, item));
        }
    }

    fn redefine(&mut self, from: Item<'c>, to: Item<'c>) {
        let context = self.context;
        match (from, to) {
            (Item::View(from), Item::View(to)) => match (&from.materialized, &to.materialized) {
                (Some(before), Some(after)) => self
                    .drafts
                    .extend(view::rematerialize(context, to, before, after)),
                _ => self.drafts.push(view::redefine(context, from, to)),
            },
            (Item::Sequence(from), Item::Sequence(to)) => {
                let draft = sequence::redefine(context, Some(from), to);
                self.drafts.push(draft);
            }
            (Item::Domain(from), Item::Domain(to)) => {
                self.drafts.push(domain::redefine(context, from, to));
            }
            (Item::Composite(from), Item::Composite(to)) => {
                self.drafts.push(composite::redefine(context, from, to));
            }
            (Item::Definition(from), Item::Definition(to)) => {
                self.drafts.push(definition::redefine(context, from, to));
            }
            (_, Item::Trigger(to)) => self.drafts.push(trigger::refire_all(context, to)),
            (_, Item::Rule(to)) => self.drafts.push(trigger::refire(
                context,
                StepKind::CreateRule,
                (&to.table, "RULE", &to.name),
                to.firing,
            )),
            (_, Item::EventTrigger(to)) => {
                self.drafts.push(event_trigger::refire(context, to));
            }
            (_, Item::Statistics(to)) => self.drafts.push(statistics::resample(context, to)),
            (_, Item::Function(to)) => self.drafts.push(function::redefine(context, to)),
            (_, to) => self.create(to),
        }
    }

    /// What comes with its comment where comments are part of a table: new tables, and columns that are added or restated.
    fn commented_already(&self) -> HashSet<Address> {
        let mut inside = HashSet::new();
        if !self.context.writer.can().comments_in_table {
            return inside;
        }
        for change in &self.changes.tables {
            match change {
                TableChange::Created(to) | TableChange::Recreated { to, .. } => {
                    inside.insert(Address::of(Kind::Table, &to.name));
                    let columns = to.columns.iter();
                    inside.extend(columns.map(|column| Address::column(&to.name, &column.name)));
                }
                TableChange::Altered(change) => {
                    let added = change.columns.iter().filter_map(|each| match each {
                        ColumnChange::Added(column) => Some(column),
                        _ => None,
                    });
                    inside.extend(added.map(|it| Address::column(&change.to.name, &it.name)));
                }
                TableChange::Dropped(_) => {}
            }
        }
        inside
    }

    /// One step for all comments, and one for all rights, on an object and its parts.
    fn comments_and_grants(&mut self) {
        let mut comments: BTreeMap<&ObjectName, Vec<&Comment>> = BTreeMap::new();
        let inside = self.commented_already();
        for comment in &self.changes.comments {
            if inside.contains(&comment.on) {
                continue;
            }
            comments.entry(&comment.on.name).or_default().push(comment);
        }
        let mut grants: BTreeMap<&ObjectName, Vec<&Grant>> = BTreeMap::new();
        for grant in &self.changes.grants {
            grants.entry(&grant.on.name).or_default().push(grant);
        }
        let context = self.context;
        let gone = self.changes.dropped_comments.iter();
        self.drafts
            .extend(gone.filter_map(|comment| comment::drop(context, comment)));
        let gone = self.changes.dropped_grants.iter();
        self.drafts
            .extend(gone.filter_map(|grant| grant::drop(context, grant)));
        let comments = comments.values();
        self.drafts
            .extend(comments.filter_map(|all| comment::create(context, all)));
        let grants = grants.values();
        self.drafts
            .extend(grants.filter_map(|all| grant::create(context, all)));
        // Rights on objects to come must not fall on those that come with the plan.
        let makes = self.changes.makes_objects();
        let any = makes && !self.changes.from.default_privileges.is_empty();
        if self.changes.default_privileges_differ() || any {
            let (from, to) = (self.changes.from, self.changes.to);
            self.drafts.extend(grant::defaults(
                context,
                &from.default_privileges,
                &to.default_privileges,
                makes,
            ));
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
                TableChange::Recreated { from, to } => {
                    let drafts = table::recreate(self.context, from, to);
                    self.drafts.extend(drafts);
                    let created = to.indexes.iter();
                    self.drafts
                        .extend(created.map(|each| index::create(self.context, to, each)));
                }
                TableChange::Altered(change) if redefine::is_needed(self.context, change) => {
                    redefined.push(change);
                }
                TableChange::Altered(change) => {
                    self.drafts.extend(table::alter(self.context, change));
                    self.indexes(change, &mut indexes);
                }
            }
        }
        self.indexes_over_rebuilt_enums(&mut indexes);
        if !redefined.is_empty() {
            let all = [self.changes.from, self.changes.to];
            self.drafts
                .push(redefine::tables(self.context, &redefined, all));
        }
        self.drafts.append(&mut indexes);
    }

    /// An enum that is made anew changes columns of tables that otherwise stay as they are.
    fn indexes_over_rebuilt_enums(&mut self, created: &mut Vec<Draft<'c>>) {
        if self.context.rebuilt.is_empty() {
            return;
        }
        let altered: HashSet<&ObjectName> = self
            .changes
            .tables
            .iter()
            .filter_map(|change| match change {
                TableChange::Altered(change) => Some(&change.from.name),
                _ => None,
            })
            .collect();
        let after = Tables::of(self.changes.to);
        for from in self
            .changes
            .from
            .tables
            .iter()
            .filter(|table| !altered.contains(&table.name))
        {
            if let Some(to) = after.get(&from.name) {
                self.kept_indexes(from, to, None, created);
            }
        }
    }

    fn create_table(&mut self, to: &'c Table) {
        self.drafts.extend(table::create(self.context, to));
        self.drafts.extend(details::unproved(self.context, to));
        self.drafts.extend(partition::attach(self.context, to));
        let marks = storage::marks(self.context, &to.name, None, &to.storage, |_| true);
        self.drafts.extend(marks);
        if !self.context.writer.can().indexes_in_table {
            self.drafts.extend(
                to.indexes
                    .iter()
                    .filter(|each| !self.context.writer.is_in_table(each))
                    .map(|each| index::create(self.context, to, each)),
            );
        }
    }

    fn indexes(&mut self, change: &'c AlteredTable<'c>, created: &mut Vec<Draft<'c>>) {
        let (from, to) = (change.from, change.to);
        for each in &change.indexes {
            match each {
                // Part of the table's own change.
                IndexChange::Created(index) if index::carries_numbers(self.context, to, index) => {}
                IndexChange::Dropped(index)
                    if index::carries_numbers(self.context, from, index) => {}
                IndexChange::Dropped(index) => {
                    let becomes_key = index.is_unique()
                        && matches!(change.primary_key, Some(PrimaryKeyChange::Created(key)) if key.column_names().eq(index.column_names()));
                    self.drafts.push(if becomes_key {
                        index::drop_after_key(self.context, from, index)
                    } else {
                        index::drop(self.context, from, index)
                    });
                }
                IndexChange::Renamed {
                    from: index,
                    to: renamed,
                } => match fate(self.context, from, to, Some(change), index) {
                    Fate::Stays => {
                        let renaming = Renaming {
                            table: to,
                            from: index,
                            to: renamed,
                        };
                        self.drafts.push(index::rename(self.context, renaming));
                    }
                    fate => self.anew(fate, (from, index), (to, renamed), created),
                },
                IndexChange::Created(index) => created.push(index::create(self.context, to, index)),
                IndexChange::Altered { from, to: index } => {
                    self.drafts
                        .push(index::alter(self.context, to, from, index));
                }
            }
        }
        self.kept_indexes(from, to, Some(change), created);
    }

    /// Indexes that are the same on both sides, but lie over a column that changes.
    fn kept_indexes(
        &mut self,
        from: &'c Table,
        to: &'c Table,
        change: Option<&AlteredTable<'c>>,
        created: &mut Vec<Draft<'c>>,
    ) {
        let dialect = self.context.writer.dialect();
        let gone = |index: &Index| {
            let changes = change
                .map(|change| change.indexes.as_slice())
                .unwrap_or_default();
            changes.iter().any(|each| match each {
                IndexChange::Dropped(from) | IndexChange::Renamed { from, .. } => {
                    from.name == index.name
                }
                IndexChange::Created(_) | IndexChange::Altered { .. } => false,
            })
        };
        for index in from
            .indexes
            .iter()
            .filter(|index| !is_implied(dialect, from, index) && !gone(index))
        {
            let Some(kept) = to.indexes.iter().find(|kept| kept.name == index.name) else {
                continue;
            };
            let fate = fate(self.context, from, to, change, index);
            self.anew(fate, (from, index), (to, kept), created);
        }
    }

    /// Makes an index again that a change of its columns does not leave standing.
    fn anew(
        &mut self,
        fate: Fate,
        (from, before): (&'c Table, &'c Index),
        (to, after): (&'c Table, &'c Index),
        created: &mut Vec<Draft<'c>>,
    ) {
        if matches!(fate, Fate::InTheWay) {
            self.drafts.push(index::drop(self.context, from, before));
        }
        if !matches!(fate, Fate::Stays) {
            created.push(index::create(self.context, to, after));
        }
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
            self.index_of_its_own(table, target, key);
            let same = target
                .and_then(|table| table.foreign_keys.iter().find(|each| each.name == key.name));
            added.extend(target.zip(same));
        }
        for change in &self.changes.tables {
            match change {
                TableChange::Created(table) => {
                    added.extend(table.foreign_keys.iter().map(|key| (*table, key)));
                }
                TableChange::Recreated { from, to } => {
                    dropped.extend(from.foreign_keys.iter().map(|key| (*from, key)));
                    added.extend(to.foreign_keys.iter().map(|key| (*to, key)));
                }
                TableChange::Dropped(table) => {
                    dropped.extend(table.foreign_keys.iter().map(|key| (*table, key)));
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
                            ForeignKeyChange::Altered { from, to } => {
                                if stands(change.from, from, &dropped) {
                                    let draft =
                                        foreign_key::alter(self.context, change.to, from, to);
                                    self.drafts.push(draft);
                                }
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

    /// Makes the index under a key that steps aside anew: one that the server made for a key without a name would go as soon as
    /// the key comes back with its name (MySQL).
    fn index_of_its_own(&mut self, table: &'c Table, target: Option<&'c Table>, key: &ForeignKey) {
        if !self.context.writer.can().foreign_keys_need_indexes {
            return;
        }
        let made_for = |index: &&Index| {
            Some(&index.name) == key.columns.first()
                && !index.is_unique()
                && index
                    .column_names()
                    .eq(key.columns.iter().map(|name| &**name))
        };
        let before = table.indexes.iter().find(made_for);
        let after = target.and_then(|target| target.indexes.iter().find(made_for));
        if let (Some(before), Some(after), Some(target)) = (before, after, target)
            && Some(&before.name) != key.name.as_ref()
        {
            self.drafts.push(index::drop(self.context, table, before));
            self.drafts.push(index::create(self.context, target, after));
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

/// Tells whether a key does not step aside.
fn stands(table: &Table, key: &ForeignKey, dropped: &[(&Table, &ForeignKey)]) -> bool {
    !dropped
        .iter()
        .any(|(owner, gone)| owner.name == table.name && std::ptr::eq(*gone, key))
}
