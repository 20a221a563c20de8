//! How the objects differ that are made as a whole, and what is said of objects.

use relata_script::Dialect;

use super::column::same_collation;
use super::expression::same_expression;
use super::index::same_index;
use super::torn::Sides;
use crate::catalog::{
    Address, Check, Composite, Domain, Expression, Function, FunctionKind, Index, Item, Kind,
    Materialized, View,
};
use crate::change::{ObjectChange, Torn};
use crate::statement;

/// Compares the objects by their addresses. Of the kinds that a schema cannot write it says nothing, and what it does not own
/// stays.
pub(super) fn changes<'c>(sides: &Sides<'c>, torn: &Torn) -> Vec<ObjectChange<'c>> {
    let dropped = sides
        .from
        .items()
        .filter(|item| sides.goes(*item))
        .map(ObjectChange::Dropped);
    let others = sides.to.items().filter_map(|to| {
        let address = to.address();
        let Some(&from) = sides.before.get(&address) else {
            return Some(ObjectChange::Created(to));
        };
        if torn.has(&address) {
            return Some(ObjectChange::Replaced { from, to });
        }
        (!same_item(sides, from, to)).then_some(ObjectChange::Redefined { from, to })
    });
    dropped.chain(others).collect()
}

/// Tells whether a server can make one of the other without dropping it.
pub(super) fn is_in_place(sides: &Sides<'_>, from: Item<'_>, to: Item<'_>) -> bool {
    if let (Dialect::Mysql, Item::Sequence(from), Item::Sequence(to)) = (sides.to.dialect, from, to)
    {
        // Where it stands has to be within its bounds, and cannot be said without knowing it.
        return from.options.min >= to.options.min
            && from.options.max <= to.options.max
            && from.options.increment.signum() == to.options.increment.signum();
    }
    if sides.to.dialect != Dialect::Postgres {
        return false;
    }
    match (from, to) {
        (Item::Function(from), Item::Function(to)) => {
            from.kind == to.kind
                && head(from).zip(head(to)).is_some_and(|(from, to)| {
                    // Calls may leave out what has a default.
                    (&from.signature, &from.returns) == (&to.signature, &to.returns)
                        && from.defaults <= to.defaults
                })
        }
        (Item::View(from), Item::View(to)) => match (&from.materialized, &to.materialized) {
            // The columns of one that somebody wrote are known to the server alone.
            _ if from.statement.is_some() || to.statement.is_some() => false,
            (None, None) => goes_on(from, to),
            (Some(before), Some(after)) => {
                same_expression(&from.query, &to.query)
                    && from.columns == to.columns
                    && before.is_populated == after.is_populated
                    && before.storage.is_unlogged == after.storage.is_unlogged
            }
            _ => false,
        },
        (Item::Sequence(_), Item::Sequence(_)) => true,
        (Item::Domain(from), Item::Domain(to)) => {
            let address = Address::of(Kind::Domain, &from.name);
            from.base == to.base
                && same_collation(from.collation.as_ref(), to.collation.as_ref())
                && !(is_tightened(from, to) && sides.is_nested_in_tables(&address))
        }
        (Item::Composite(from), Item::Composite(to)) => {
            let address = Address::of(Kind::Type, &from.name);
            stretches(from, to, sides.is_kept_in_tables(&address))
        }
        // Only when they fire can change.
        (Item::Trigger(from), Item::Trigger(to)) => same_expression(&from.statement, &to.statement),
        (Item::Rule(from), Item::Rule(to)) => from.statement == to.statement,
        (Item::EventTrigger(from), Item::EventTrigger(to)) => {
            (&from.event, &from.tags, &from.function) == (&to.event, &to.tags, &to.function)
        }
        (Item::Statistics(from), Item::Statistics(to)) => from.statement == to.statement,
        (Item::Definition(from), Item::Definition(to)) => from.statement == to.statement,
        _ => false,
    }
}

/// Tells whether values of a domain have to be looked at, which the server does in columns of the domain only, and refuses where
/// other types hold them (manual, "ALTER DOMAIN").
fn is_tightened(from: &Domain, to: &Domain) -> bool {
    let validated = |check: &Check| {
        check.is_valid
            && !from
                .checks
                .iter()
                .any(|each| each.is_valid && each.expression == check.expression)
    };
    (to.not_null && !from.not_null) || to.checks.iter().any(validated)
}

/// Tells whether a composite type keeps the order of the attributes that stay, with new ones after them, so that `ALTER TYPE`
/// leads there. The type of an attribute stays as long as a table has values of it.
fn stretches(from: &Composite, to: &Composite, is_kept: bool) -> bool {
    let kept: Vec<_> = from
        .attributes
        .iter()
        .filter(|each| to.attributes.iter().any(|to| to.name == each.name))
        .collect();
    kept.len() <= to.attributes.len()
        && kept.iter().zip(&to.attributes).all(|(from, to)| {
            from.name == to.name
                && (!is_kept || (&from.ty, &from.collation) == (&to.ty, &to.collation))
        })
        // The last attribute cannot go before another one comes.
        && (!kept.is_empty() || !is_kept)
}

/// Compares SQL by what a server printed, where one did, and everything else as it is.
pub(super) fn same_item(sides: &Sides<'_>, from: Item<'_>, to: Item<'_>) -> bool {
    if sides.from.is_whole && sides.to.is_whole {
        return from == to;
    }
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
    let is_written = from.statement.is_some() || to.statement.is_some();
    let same_rows = match (&from.materialized, &to.materialized) {
        (None, None) => true,
        (Some(from), Some(to)) => {
            let same_index =
                |(from, to): (&Index, &Index)| from.name == to.name && same_index(from, to);
            from.storage == to.storage
                // A schema does not say how columns are kept.
                && (is_written || from.columns == to.columns)
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
fn head(function: &Function) -> Option<statement::Head> {
    if function.kind == FunctionKind::Aggregate {
        return None;
    }
    statement::function(Dialect::Postgres, &function.statement.source)
}

/// Tells whether a view keeps its columns, with others at most after them.
fn goes_on(from: &View, to: &View) -> bool {
    from.columns.len() <= to.columns.len()
        && from.columns.iter().zip(&to.columns).all(|(from, to)| {
            (&from.name, &from.ty, &from.collation) == (&to.name, &to.ty, &to.collation)
        })
}
