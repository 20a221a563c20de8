//! What is said of objects: comments and rights.

use std::collections::{HashMap, HashSet};

use super::check::renamed as renamed_checks;
use super::torn::Sides;
use crate::catalog::{
    Address, Catalog, Column, Comment, Default, ForeignKey, Grant, Item, Kind, Managed, Right,
    SYSTEM_COLUMNS, Sequence, Table,
};
use crate::change::{
    AlteredTable, CheckChange, ColumnChange, ExclusionChange, ForeignKeyChange, IndexChange,
    ObjectChange, PrimaryKeyChange, TableChange, Torn,
};

/// What is said of objects: what is new, and what is gone from objects that stay.
#[derive(Default)]
pub(super) struct Sayings<'c> {
    pub(super) comments: Vec<&'c Comment>,
    pub(super) dropped_comments: Vec<Comment>,
    pub(super) grants: Vec<&'c Grant>,
    pub(super) dropped_grants: Vec<&'c Grant>,
}

pub(super) fn sayings<'c>(
    sides: &Sides<'c>,
    objects: &[ObjectChange<'c>],
    tables: &[TableChange<'c>],
    torn: &Torn,
) -> Sayings<'c> {
    let (from, to) = (sides.from, sides.to);
    let silent = |catalog: &Catalog| catalog.comments.is_empty() && catalog.grants.is_empty();
    // What becomes of each object is dear to find out, and most schemas say nothing of any.
    if silent(from) && silent(to) {
        return Sayings::default();
    }
    let fate = Fate::new(to, objects, tables, torn);
    let comments = to.comments.iter().filter(|comment| {
        let before = from.comment(fate.old(&comment.on));
        fate.is_new(&comment.on) || before != Some(&*comment.text)
    });
    let gone = from.comments.iter().filter_map(|comment| {
        let on = fate.new_name(&comment.on);
        let stays = to.comment(on).is_none() && fate.stays(on);
        // A schema has a say over tables, columns and what it writes as a whole.
        let ours = to.is_whole
            || (to.drops(Managed::Comments, from)
                && !matches!(
                    on.kind,
                    Kind::Constraint
                        | Kind::Index
                        | Kind::DomainConstraint
                        | Kind::Extension
                        | Kind::Namespace
                ));
        (stays && ours).then(|| Comment {
            on: on.clone(),
            text: comment.text.clone(),
        })
    });
    let had: HashSet<&Grant> = from.grants.iter().collect();
    let grants = to
        .grants
        .iter()
        .filter(|grant| fate.is_new(&grant.on) || !had.contains(grant));
    let said: HashSet<_> = to
        .grants
        .iter()
        .map(|grant| (&grant.on, &grant.grantee, &grant.privilege))
        .collect();
    let lost = from.grants.iter().filter(|grant| {
        let here = (&grant.on, &grant.grantee, &grant.privilege);
        let lesser = grant.right == Right::Grantable
            && to.grants.iter().any(|each| {
                (&each.on, &each.grantee, &each.privilege) == here && each.right == Right::Granted
            });
        (!said.contains(&here) || lesser) && fate.stays(&grant.on)
    });
    let mut sayings = Sayings {
        comments: comments.collect(),
        dropped_comments: gone.collect(),
        grants: Vec::new(),
        dropped_grants: Vec::new(),
    };
    if to.is_whole {
        sayings.grants = grants.collect();
        sayings.dropped_grants = lost.collect();
    }
    sayings
}

/// What becomes of the objects that something is said of.
struct Fate {
    there: HashSet<Address>,
    made: HashSet<Address>,
    /// Old addresses by new ones, and the other way round.
    old: HashMap<Address, Address>,
    new: HashMap<Address, Address>,
}

impl Fate {
    fn new(
        to: &Catalog,
        objects: &[ObjectChange<'_>],
        tables: &[TableChange<'_>],
        torn: &Torn,
    ) -> Self {
        let mut fate = Self {
            there: to.items().map(|item| item.address()).collect(),
            made: torn.recreated.clone(),
            old: HashMap::new(),
            new: HashMap::new(),
        };
        for name in &to.namespaces {
            fate.there.insert(Address::global(Kind::Namespace, name));
        }
        for extension in &to.extensions {
            let address = Address::global(Kind::Extension, &extension.name);
            fate.there.insert(address);
        }
        let enums = to.enums.iter();
        fate.there
            .extend(enums.map(|each| Address::of(Kind::Type, &each.name)));
        fate.made
            .extend(torn.enums.iter().map(|name| Address::of(Kind::Type, name)));
        for domain in &to.domains {
            let checks = domain.checks.iter();
            fate.there.extend(
                checks
                    .map(|check| Address::part(Kind::DomainConstraint, &domain.name, &check.name)),
            );
        }
        for table in &to.tables {
            fate.there.extend(of_table(table));
        }
        for view in &to.views {
            let columns = view.columns.iter();
            fate.there
                .extend(columns.map(|column| Address::column(&view.name, &column.name)));
            let indexes = view.materialized.iter().flat_map(|it| &it.indexes);
            fate.there.extend(
                indexes.map(|each| Address::of(Kind::Index, &view.name.sibling(&each.name))),
            );
        }
        for composite in &to.composites {
            let attributes = composite.attributes.iter();
            fate.there
                .extend(attributes.map(|each| Address::column(&composite.name, &each.name)));
        }
        for change in objects {
            fate.object(change);
        }
        for change in tables {
            match change {
                TableChange::Created(table) | TableChange::Recreated { to: table, .. } => {
                    fate.made.extend(of_table(table));
                }
                TableChange::Altered(change) => fate.table(change),
                TableChange::Dropped(_) => {}
            }
        }
        fate
    }

    fn object(&mut self, change: &ObjectChange<'_>) {
        match change {
            ObjectChange::Replaced { to, .. } => {
                self.made.insert(to.address());
                match to {
                    Item::View(view) => {
                        let columns = view.columns.iter();
                        self.made.extend(
                            columns.map(|column| Address::column(&view.name, &column.name)),
                        );
                        let indexes = view.materialized.iter().flat_map(|it| &it.indexes);
                        self.made.extend(
                            indexes.map(|each| {
                                Address::of(Kind::Index, &view.name.sibling(&each.name))
                            }),
                        );
                    }
                    Item::Composite(it) => {
                        let attributes = it.attributes.iter();
                        self.made
                            .extend(attributes.map(|each| Address::column(&it.name, &each.name)));
                    }
                    Item::Domain(it) => {
                        let checks = it.checks.iter();
                        self.made.extend(checks.map(|check| {
                            Address::part(Kind::DomainConstraint, &it.name, &check.name)
                        }));
                    }
                    _ => {}
                }
            }
            ObjectChange::Redefined {
                from: Item::Domain(from),
                to: Item::Domain(to),
            } => {
                for (before, after) in renamed_checks(&from.checks, &to.checks) {
                    let address =
                        |name: &str| Address::part(Kind::DomainConstraint, &to.name, name);
                    self.renamed(address(before), address(after));
                }
                for check in &to.checks {
                    let same = from.checks.iter().find(|each| each.name == check.name);
                    if same.is_some_and(|same| same.expression != check.expression) {
                        let address = Address::part(Kind::DomainConstraint, &to.name, &check.name);
                        self.made.insert(address);
                    }
                }
            }
            ObjectChange::Redefined {
                from: Item::View(from),
                to: Item::View(to),
            } => {
                let (Some(before), Some(after)) = (&from.materialized, &to.materialized) else {
                    return;
                };
                for index in &after.indexes {
                    if !before.indexes.contains(index) {
                        let name = to.name.sibling(&index.name);
                        self.made.insert(Address::of(Kind::Index, &name));
                    }
                }
            }
            _ => {}
        }
    }

    fn table(&mut self, change: &AlteredTable<'_>) {
        let table = &change.to.name;
        let constraint = |name: &str| Address::part(Kind::Constraint, table, name);
        let index = |name: &str| Address::of(Kind::Index, &table.sibling(name));
        for each in &change.columns {
            match each {
                ColumnChange::Added(column) => {
                    self.made.insert(Address::column(table, &column.name));
                    self.made.extend(numbers(change.to, column));
                }
                ColumnChange::Altered(altered) => {
                    let is_remade = altered.recreated
                        || altered.from.identity.is_some() != altered.to.identity.is_some();
                    self.made
                        .extend(numbers(change.to, altered.to).filter(|_| is_remade));
                }
                ColumnChange::Dropped(_) => {}
            }
        }
        match change.primary_key {
            Some(PrimaryKeyChange::Created(key) | PrimaryKeyChange::Replaced { to: key, .. }) => {
                let name = key.name.as_deref().unwrap_or_default();
                self.made.extend([constraint(name), index(name)]);
            }
            Some(PrimaryKeyChange::Renamed { from, to }) => {
                let before = from.name.as_deref().unwrap_or_default();
                let after = to.name.as_deref().unwrap_or_default();
                self.renamed(constraint(before), constraint(after));
                self.renamed(index(before), index(after));
            }
            Some(PrimaryKeyChange::Dropped(_)) | None => {}
        }
        for each in &change.indexes {
            match each {
                IndexChange::Created(to) => {
                    self.made.extend([constraint(&to.name), index(&to.name)]);
                }
                IndexChange::Renamed { from, to } => {
                    self.renamed(constraint(&from.name), constraint(&to.name));
                    self.renamed(index(&from.name), index(&to.name));
                }
                IndexChange::Dropped(_) | IndexChange::Altered { .. } => {}
            }
        }
        let name = |key: &ForeignKey| key.name.clone().unwrap_or_default();
        for each in &change.foreign_keys {
            match each {
                ForeignKeyChange::Created(to) => {
                    self.made.insert(constraint(&name(to)));
                }
                ForeignKeyChange::Renamed { from, to } => {
                    self.renamed(constraint(&name(from)), constraint(&name(to)));
                }
                ForeignKeyChange::Dropped(_) | ForeignKeyChange::Altered { .. } => {}
            }
        }
        for each in &change.checks {
            match each {
                CheckChange::Created(to) => {
                    self.made.insert(constraint(&to.name));
                }
                CheckChange::Renamed { from, to } => {
                    self.renamed(constraint(&from.name), constraint(&to.name));
                }
                CheckChange::Dropped(_) | CheckChange::Validated(_) => {}
            }
        }
        for each in &change.exclusions {
            match each {
                ExclusionChange::Created(to) => {
                    self.made.extend([constraint(&to.name), index(&to.name)]);
                }
                ExclusionChange::Renamed { from, to } => {
                    self.renamed(constraint(&from.name), constraint(&to.name));
                    self.renamed(index(&from.name), index(&to.name));
                }
                ExclusionChange::Dropped(_) => {}
            }
        }
    }

    fn renamed(&mut self, from: Address, to: Address) {
        self.old.insert(to.clone(), from.clone());
        self.new.insert(from, to);
    }

    fn old<'a>(&'a self, on: &'a Address) -> &'a Address {
        self.old.get(on).unwrap_or(on)
    }

    fn new_name<'a>(&'a self, on: &'a Address) -> &'a Address {
        self.new.get(on).unwrap_or(on)
    }

    /// Whether it is made anew, with nothing said of it.
    fn is_new(&self, on: &Address) -> bool {
        self.made.contains(on) || owner(on).is_some_and(|table| self.made.contains(&table))
    }

    /// Whether it stays as it was, so that what was said of it has to be taken back.
    fn stays(&self, on: &Address) -> bool {
        let is_there =
            self.there.contains(on) || owner(on).is_some_and(|owner| self.there.contains(&owner));
        is_there && !self.is_new(on)
    }
}

/// The table of a column that every table has, which comes and goes with it.
fn owner(on: &Address) -> Option<Address> {
    let column = on.part.as_deref()?;
    (on.kind == Kind::Column && SYSTEM_COLUMNS.contains(&column))
        .then(|| Address::of(Kind::Table, &on.name))
}

/// The sequence that comes and goes with a column.
fn numbers(table: &Table, column: &Column) -> Option<Address> {
    let name = match (&column.identity, &column.default) {
        (Some(identity), _) => identity.sequence.clone(),
        (None, Some(Default::Autoincrement { sequence: None })) => {
            Sequence::serial_name(&table.name, &column.name)
        }
        _ => return None,
    };
    Some(Address::of(Kind::Sequence, &name))
}

/// A table with everything in it that something can be said of.
fn of_table(table: &Table) -> Vec<Address> {
    let name = &table.name;
    let mut found = vec![Address::of(Kind::Table, name)];
    let columns = table.columns.iter();
    found.extend(columns.map(|column| Address::column(name, &column.name)));
    found.extend(
        table
            .columns
            .iter()
            .filter_map(|column| numbers(table, column)),
    );
    let key = table
        .primary_key
        .iter()
        .filter_map(|key| key.name.as_deref());
    let indexes = table.indexes.iter().map(|index| &*index.name);
    let exclusions = table.exclusions.iter().map(|each| &*each.name);
    for each in key.chain(indexes).chain(exclusions) {
        found.push(Address::of(Kind::Index, &name.sibling(each)));
        found.push(Address::part(Kind::Constraint, name, each));
    }
    let checks = table.checks.iter().map(|check| &*check.name);
    let keys = table.foreign_keys.iter();
    for each in checks.chain(keys.filter_map(|key| key.name.as_deref())) {
        found.push(Address::part(Kind::Constraint, name, each));
    }
    found
}
