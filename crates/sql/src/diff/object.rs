//! How the objects differ that are made as a whole, and what is said of objects.

use std::collections::{HashMap, HashSet};

use super::column::same_type;
use crate::catalog::{Address, Catalog, Comment, Function, Grant, Item, Kind, ObjectName, View};
use crate::change::ObjectChange;

/// Compares the objects by their addresses. What a catalog does not tell is not compared with it.
pub(super) fn changes<'c>(from: &'c Catalog, to: &'c Catalog) -> Vec<ObjectChange<'c>> {
    if !to.is_whole {
        return Vec::new();
    }
    let before: HashMap<Address, Item<'c>> = by_address(from);
    let after: HashMap<Address, Item<'c>> = by_address(to);
    let torn = torn(from, to, &before, &after);
    let dropped = from
        .items()
        .filter(|item| !after.contains_key(&item.address()))
        .map(ObjectChange::Dropped);
    let others = to.items().filter_map(|to| {
        let address = to.address();
        let Some(&from) = before.get(&address) else {
            return Some(ObjectChange::Created(to));
        };
        if torn.contains(&address) {
            return Some(ObjectChange::Replaced { from, to });
        }
        (from != to).then_some(ObjectChange::Redefined { from, to })
    });
    dropped.chain(others).collect()
}

fn by_address(catalog: &Catalog) -> HashMap<Address, Item<'_>> {
    catalog.items().map(|item| (item.address(), item)).collect()
}

/// Everything that goes, or has to be dropped and made again, with all that needs it.
fn torn<'c>(
    from: &'c Catalog,
    to: &'c Catalog,
    before: &HashMap<Address, Item<'c>>,
    after: &HashMap<Address, Item<'c>>,
) -> HashSet<Address> {
    let mut waiting: Vec<Address> = before
        .iter()
        .filter(|(address, from)| match after.get(address) {
            None => true,
            Some(to) => *from != to && !is_in_place(**from, *to),
        })
        .map(|(address, _)| address.clone())
        .collect();
    let tables: HashMap<_, _> = to.tables.iter().map(|table| (&table.name, table)).collect();
    for table in &from.tables {
        let target = tables.get(&table.name);
        if target.is_none() {
            waiting.push(Address::of(Kind::Table, &table.name));
        }
        for column in &table.columns {
            let kept = target.and_then(|target| target.column(&column.name));
            if kept.is_none_or(|kept| !same_type(to.dialect, &column.ty, &kept.ty)) {
                waiting.push(Address::column(&table.name, &column.name));
            }
        }
    }
    let views: HashMap<&ObjectName, Address> = from
        .views
        .iter()
        .map(|view| (&view.name, Item::View(view).address()))
        .collect();
    // Whatever needs a column of a view needs the view.
    let mut needed_by: HashMap<&Address, Vec<&Address>> = HashMap::new();
    for dependency in &from.dependencies {
        let on = match views.get(&dependency.on.name) {
            Some(view) if dependency.on.kind == Kind::Column => view,
            _ => &dependency.on,
        };
        needed_by.entry(on).or_default().push(&dependency.of);
    }
    let mut torn: HashSet<Address> = HashSet::new();
    while let Some(address) = waiting.pop() {
        if !torn.insert(address.clone()) {
            continue;
        }
        let dependents = needed_by.get(&address).into_iter().flatten();
        waiting.extend(
            dependents
                .filter(|of| before.contains_key(**of))
                .map(|of| (*of).clone()),
        );
        if views.get(&address.name) == Some(&address) {
            let parts = before.keys().filter(|part| {
                part.name == address.name && matches!(part.kind, Kind::Rule | Kind::Trigger)
            });
            waiting.extend(parts.cloned());
        }
    }
    torn
}

/// Tells whether a server can make one of the other without dropping it.
fn is_in_place(from: Item<'_>, to: Item<'_>) -> bool {
    match (from, to) {
        (Item::Function(from), Item::Function(to)) => {
            from.kind == to.kind && head(from).is_some() && head(from) == head(to)
        }
        (Item::View(from), Item::View(to)) => {
            from.materialized.is_none() && to.materialized.is_none() && goes_on(from, to)
        }
        (Item::Sequence(from), Item::Sequence(to)) => from.is_unlogged == to.is_unlogged,
        _ => false,
    }
}

/// The part of a function's statement that `OR REPLACE` cannot change: names and types of its arguments and result. Aggregates
/// have none.
fn head(function: &Function) -> Option<&str> {
    let (head, _) = function.statement.source.split_once("\n LANGUAGE ")?;
    Some(head)
}

/// Tells whether a view keeps its columns, with others at most after them.
fn goes_on(from: &View, to: &View) -> bool {
    from.columns.len() <= to.columns.len()
        && from.columns.iter().zip(&to.columns).all(|(from, to)| {
            (&from.name, &from.ty, &from.collation) == (&to.name, &to.ty, &to.collation)
        })
}

/// Comments that are new or say something else, and those that are gone from objects that stay.
pub(super) fn comments<'c>(
    from: &'c Catalog,
    to: &'c Catalog,
    objects: &[ObjectChange<'c>],
) -> (Vec<&'c Comment>, Vec<&'c Comment>) {
    if !to.is_whole {
        return (Vec::new(), Vec::new());
    }
    let fate = Fate::new(to, objects);
    let new = to
        .comments
        .iter()
        .filter(|comment| fate.is_new(&comment.on) || from.comments.binary_search(comment).is_err())
        .collect();
    let gone = from
        .comments
        .iter()
        .filter(|comment| to.comment(&comment.on).is_none() && fate.stays(&comment.on))
        .collect();
    (new, gone)
}

/// Rights that are new, and those that are gone from objects that stay.
pub(super) fn grants<'c>(
    from: &'c Catalog,
    to: &'c Catalog,
    objects: &[ObjectChange<'c>],
) -> (Vec<&'c Grant>, Vec<&'c Grant>) {
    if !to.is_whole {
        return (Vec::new(), Vec::new());
    }
    let fate = Fate::new(to, objects);
    let new = to
        .grants
        .iter()
        .filter(|grant| fate.is_new(&grant.on) || from.grants.binary_search(grant).is_err())
        .collect();
    let said: HashSet<_> = to
        .grants
        .iter()
        .map(|grant| (&grant.on, &grant.grantee, &grant.privilege))
        .collect();
    let gone = from
        .grants
        .iter()
        .filter(|grant| {
            !said.contains(&(&grant.on, &grant.grantee, &grant.privilege)) && fate.stays(&grant.on)
        })
        .collect();
    (new, gone)
}

/// What becomes of the objects that something is said of.
struct Fate {
    there: HashSet<Address>,
    replaced: HashSet<Address>,
}

impl Fate {
    fn new(to: &Catalog, objects: &[ObjectChange<'_>]) -> Self {
        let mut there: HashSet<Address> = to.items().map(|item| item.address()).collect();
        for name in &to.namespaces {
            there.insert(Address::global(Kind::Namespace, name));
        }
        there.extend(
            to.enums
                .iter()
                .map(|each| Address::of(Kind::Type, &each.name)),
        );
        for table in &to.tables {
            there.insert(Address::of(Kind::Table, &table.name));
            let columns = table.columns.iter();
            there.extend(columns.map(|column| Address::column(&table.name, &column.name)));
        }
        let replaced = objects.iter().filter_map(|change| match change {
            ObjectChange::Replaced { to, .. } => Some(to.address()),
            _ => None,
        });
        Self {
            there,
            replaced: replaced.collect(),
        }
    }

    /// Whether it is made anew, with nothing said of it.
    fn is_new(&self, on: &Address) -> bool {
        self.replaced.contains(on)
            || self.replaced.contains(&Address::of(Kind::View, &on.name))
            || self
                .replaced
                .contains(&Address::of(Kind::MaterializedView, &on.name))
    }

    /// Whether it stays as it was, so that what was said of it has to be taken back. Of constraints, indexes and the like this
    /// is not known here.
    fn stays(&self, on: &Address) -> bool {
        self.there.contains(on) && !self.is_new(on)
    }
}
