//! How the objects differ that are made as a whole, and what is said of objects.

use std::collections::{HashMap, HashSet};

use relata_script::Dialect;

use super::column::{same_collation, same_type};
use super::expression::same_expression;
use super::index::same_index;
use crate::catalog::{
    Address, Catalog, Check, Comment, Domain, Expression, Function, FunctionKind, Grant, Index,
    Item, Kind, Managed, Materialized, ObjectName, View,
};
use crate::change::ObjectChange;
use crate::statement;

/// Compares the objects by their addresses. Of the kinds that a schema cannot write it says nothing, and what it does not own
/// stays.
pub(super) fn changes<'c>(from: &'c Catalog, to: &'c Catalog) -> Vec<ObjectChange<'c>> {
    let before: HashMap<Address, Item<'c>> = by_address(from);
    let after: HashMap<Address, Item<'c>> = by_address(to);
    let goes = |item: Item<'_>| {
        !after.contains_key(&item.address())
            && (to.is_whole || Managed::of(item).is_some_and(|kind| to.drops(kind, from)))
    };
    let torn = torn(from, to, &before, &after, &goes);
    let dropped = from
        .items()
        .filter(|item| goes(*item))
        .map(ObjectChange::Dropped);
    let others = to.items().filter_map(|to| {
        let address = to.address();
        let Some(&from) = before.get(&address) else {
            return Some(ObjectChange::Created(to));
        };
        if torn.contains(&address) {
            return Some(ObjectChange::Replaced { from, to });
        }
        (!same_item(from, to)).then_some(ObjectChange::Redefined { from, to })
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
    goes: &dyn Fn(Item<'c>) -> bool,
) -> HashSet<Address> {
    let to_dialect = to.dialect;
    let mut waiting: Vec<Address> = before
        .iter()
        .filter(|(address, from)| match after.get(address) {
            None => goes(**from),
            Some(to) => !same_item(**from, *to) && !is_in_place(to_dialect, **from, *to),
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
fn is_in_place(dialect: Dialect, from: Item<'_>, to: Item<'_>) -> bool {
    if dialect != Dialect::Postgres {
        return false;
    }
    match (from, to) {
        (Item::Function(from), Item::Function(to)) => {
            from.kind == to.kind && head(from).is_some() && head(from) == head(to)
        }
        (Item::View(from), Item::View(to)) => {
            from.materialized.is_none()
                && to.materialized.is_none()
                // The columns of one that somebody wrote are known to the server alone.
                && from.statement.is_none()
                && to.statement.is_none()
                && goes_on(from, to)
        }
        (Item::Sequence(from), Item::Sequence(to)) => from.is_unlogged == to.is_unlogged,
        _ => false,
    }
}

/// Compares SQL by what a server printed, where one did, and everything else as it is.
fn same_item(from: Item<'_>, to: Item<'_>) -> bool {
    match (from, to) {
        (Item::View(from), Item::View(to)) => same_view(from, to),
        (Item::Function(a), Item::Function(b)) => same_expression(&a.statement, &b.statement),
        (Item::Trigger(a), Item::Trigger(b)) => {
            a.firing == b.firing && same_expression(&a.statement, &b.statement)
        }
        (Item::Policy(a), Item::Policy(b)) => same_expression(&a.statement, &b.statement),
        (Item::Domain(from), Item::Domain(to)) => same_domain(from, to),
        _ => from == to,
    }
}

fn same_view(from: &View, to: &View) -> bool {
    let same_query = match (&from.statement, &to.statement) {
        // Nothing but the statements tells options and names of columns.
        (Some(from), Some(to)) => {
            same_expression(&Expression::written(from), &Expression::written(to))
        }
        // What a schema leaves to its statement is not told apart from what the server made of it.
        (Some(_), None) | (None, Some(_)) => same_expression(&from.query, &to.query),
        (None, None) => {
            same_expression(&from.query, &to.query)
                && from.columns == to.columns
                && from.options == to.options
        }
    };
    let same_rows = match (&from.materialized, &to.materialized) {
        (None, None) => true,
        (Some(from), Some(to)) => {
            let same_index =
                |(from, to): (&Index, &Index)| from.name == to.name && same_index(from, to);
            from.storage == to.storage
                && from.is_populated == to.is_populated
                && from.indexes.len() == to.indexes.len()
                && sorted(from).into_iter().zip(sorted(to)).all(same_index)
        }
        _ => false,
    };
    same_query && same_rows
}

/// A schema has its indexes in another order than a server.
fn sorted(materialized: &Materialized) -> Vec<&Index> {
    let mut indexes: Vec<&Index> = materialized.indexes.iter().collect();
    indexes.sort_by(|a, b| a.name.cmp(&b.name));
    indexes
}

fn same_domain(from: &Domain, to: &Domain) -> bool {
    let same_check = |(from, to): (&Check, &Check)| {
        from.name == to.name
            && from.is_valid == to.is_valid
            && same_expression(&from.expression, &to.expression)
    };
    let same_default = match (&from.default, &to.default) {
        (None, None) => true,
        (Some(from), Some(to)) => same_expression(from, to),
        _ => false,
    };
    from.base == to.base
        && from.not_null == to.not_null
        && same_default
        && same_collation(from.collation.as_ref(), to.collation.as_ref())
        && from.checks.len() == to.checks.len()
        && by_name(&from.checks)
            .into_iter()
            .zip(by_name(&to.checks))
            .all(same_check)
}

fn by_name(checks: &[Check]) -> Vec<&Check> {
    let mut checks: Vec<&Check> = checks.iter().collect();
    checks.sort_by(|a, b| a.name.cmp(&b.name));
    checks
}

/// What `OR REPLACE` cannot change: names and types of the arguments, and the result. Aggregates have no such head.
fn head(function: &Function) -> Option<(String, String)> {
    if function.kind == FunctionKind::Aggregate {
        return None;
    }
    let head = statement::function(Dialect::Postgres, &function.statement.source)?;
    Some((head.arguments, head.returns))
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
        .filter(|_| to.drops(Managed::Comments, from))
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
