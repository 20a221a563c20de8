//! How checks and exclusion constraints differ.

use super::expression::same_expression;
use super::index::pairs;
use super::{Parents, View};
use crate::catalog::{Address, Check, Exclusion, Kind, Managed, Table};
use crate::change::{CheckChange, ExclusionChange};

pub(super) fn changes<'c>(
    view: View<'_>,
    parents: &Parents<'c>,
    from: &'c Table,
    to: &'c Table,
) -> Vec<CheckChange<'c>> {
    let is_torn = |check: &Check| {
        let address = Address::part(Kind::Constraint, &from.name, &check.name);
        view.torn.has(&address)
    };
    let mut changes = Vec::new();
    let (mut before, mut after): (Vec<&Check>, Vec<&Check>) = (Vec::new(), Vec::new());
    // What comes down from a parent also goes and changes with it.
    after.extend(
        to.checks
            .iter()
            .filter(|check| !(check.is_inherited && parents.check(&check.name).1)),
    );
    let drops = view.drops(Managed::Checks);
    for check in &from.checks {
        if check.is_inherited && parents.check(&check.name).0 {
            continue;
        }
        if !drops && !to.checks.iter().any(|each| each.name == check.name) {
            continue;
        }
        let same = after.iter().position(|to| to.name == check.name);
        match same {
            // Where a check has no name, what it says tells it.
            _ if check.name.is_empty() => match after.iter().position(|to| same_check(check, to)) {
                Some(place) => drop(after.remove(place)),
                None => before.push(check),
            },
            Some(place) if !is_torn(check) && same_check(check, after[place]) => {
                let to = after.remove(place);
                if to.is_valid && !check.is_valid {
                    changes.push(CheckChange::Validated(to));
                }
            }
            _ => before.push(check),
        }
    }
    let paired = pairs(
        &before,
        &after,
        |from, to| {
            from.name != to.name
                && is_free([&before, &after], |it| &it.name, [&from.name, &to.name])
                && from.is_valid == to.is_valid
                && !is_torn(from)
                && same_check(from, to)
        },
        |_, _| false,
    );
    changes.extend(paired.dropped.into_iter().map(CheckChange::Dropped));
    let renamed = paired.renamed.into_iter();
    changes.extend(renamed.map(|(from, to)| CheckChange::Renamed { from, to }));
    changes.extend(paired.created.into_iter().map(CheckChange::Created));
    changes
}

/// A check that was found to hold cannot become one that was not.
fn same_check(from: &Check, to: &Check) -> bool {
    same_expression(&from.expression, &to.expression)
        && from.no_inherit == to.no_inherit
        && from.is_enforced == to.is_enforced
        && (to.is_valid || !from.is_valid)
}

/// The checks of a domain that only get another name.
pub(crate) fn renamed<'c>(from: &'c [Check], to: &'c [Check]) -> Vec<(&'c str, &'c str)> {
    let only = |these: &'c [Check], those: &[Check]| -> Vec<&'c Check> {
        let known = |check: &&Check| !those.iter().any(|each| each.name == check.name);
        these.iter().filter(known).collect()
    };
    let same = |from: &Check, to: &Check| {
        from.is_valid == to.is_valid && same_expression(&from.expression, &to.expression)
    };
    let paired = pairs(&only(from, to), &only(to, from), same, |_, _| false);
    let renamed = paired.renamed.into_iter();
    renamed.map(|(from, to)| (&*from.name, &*to.name)).collect()
}

/// Tells whether a constraint can get another name: one that is taken becomes free only when what has it goes, and the old one
/// must not be wanted for something new, which comes first.
fn is_free<T>(
    [before, after]: [&[&T]; 2],
    name: impl Fn(&T) -> &str,
    [old, new]: [&str; 2],
) -> bool {
    let has = |side: &[&T], wanted: &str| side.iter().any(|each| name(each) == wanted);
    !has(before, new) && !has(after, old)
}

pub(super) fn exclusions<'c>(
    view: View<'_>,
    from: &'c Table,
    to: &'c Table,
) -> Vec<ExclusionChange<'c>> {
    let drops = view.drops(Managed::Exclusions);
    let said = |each: &&Exclusion| drops || to.exclusions.iter().any(|to| to.name == each.name);
    let before: Vec<&Exclusion> = from.exclusions.iter().filter(said).collect();
    let after: Vec<&Exclusion> = to.exclusions.iter().collect();
    let table = from.name.clone();
    let same = |from: &Exclusion, to: &Exclusion| {
        let address = Address::part(Kind::Constraint, &table, &from.name);
        same_expression(&from.definition, &to.definition)
            && !view.torn.has(&address)
            && (from.name == to.name
                || is_free([&before, &after], |it| &it.name, [&from.name, &to.name]))
    };
    let paired = pairs(&before, &after, same, |from, to| from.name == to.name);
    let dropped = paired.dropped.into_iter().map(ExclusionChange::Dropped);
    let renamed = paired
        .renamed
        .into_iter()
        .map(|(from, to)| ExclusionChange::Renamed { from, to });
    let created = paired.created.into_iter().map(ExclusionChange::Created);
    dropped.chain(renamed).chain(created).collect()
}
