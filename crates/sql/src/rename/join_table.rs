//! The tables behind many-to-many relations, which are called after the models that they join.

use relata_schema::ir::IndexKind;

use super::{Rename, Renamed};
use crate::catalog::{Catalog, ObjectName, Table};

/// The name that a column bears while two change places.
const BETWEEN: &str = "_relata_between";

/// Renames join tables along with the tables that they join, and lets their columns change places where the order of the models' names
/// does: the relation stands in the same rows.
pub(super) fn follow(now: &mut Catalog, to: &Catalog) {
    let renamed: Vec<(ObjectName, Box<str>)> = now
        .renamed
        .iter()
        .filter_map(|rename| match &rename.what {
            Renamed::Table { .. } => Some((rename.what.named(&rename.to)?, rename.from.clone())),
            _ => None,
        })
        .collect();
    if renamed.is_empty() {
        return;
    }
    for wanted in to.tables.iter().filter(|table| is_join(table)) {
        let Some(before) = of(now, to, wanted, &renamed) else {
            continue;
        };
        let (old, flips) = (before.name.clone(), flips(before, wanted, &renamed));
        if old != wanted.name {
            now.apply(&Rename {
                what: Renamed::Table {
                    namespace: old.namespace,
                },
                from: old.name,
                to: wanted.name.name.clone(),
            });
        }
        if flips {
            for (from, to) in [("A", BETWEEN), ("B", "A"), (BETWEEN, "B")] {
                now.apply(&Rename {
                    what: Renamed::Column {
                        table: wanted.name.clone(),
                    },
                    from: from.into(),
                    to: to.into(),
                });
            }
        }
    }
}

/// The shape of a table that joins: two columns, and no two rows the same.
fn is_join(table: &Table) -> bool {
    let pair = |mut names: Vec<&str>| {
        names.sort_unstable();
        names == ["A", "B"]
    };
    let is_pair = |index: &crate::catalog::Index| {
        index.kind == IndexKind::Unique && pair(index.column_names().collect())
    };
    table.name.name.starts_with('_')
        && pair(table.columns.iter().map(|it| &*it.name).collect())
        && (table
            .primary_key
            .as_ref()
            .is_some_and(|key| pair(key.column_names().collect()))
            || table.indexes.iter().any(is_pair))
}

/// What the columns `A` and `B` refer to, where the database knows.
fn ends(table: &Table) -> Option<[&ObjectName; 2]> {
    let end = |column: &str| {
        let mut keys = table.foreign_keys.iter();
        let key = keys.find(|key| matches!(key.columns.as_slice(), [only] if &**only == column))?;
        Some(&key.references)
    };
    Some([end("A")?, end("B")?])
}

/// The table of today that becomes a join table, its own name or another.
fn of<'c>(
    now: &'c Catalog,
    to: &Catalog,
    wanted: &Table,
    renamed: &[(ObjectName, Box<str>)],
) -> Option<&'c Table> {
    if let Some(same) = now.table(&wanted.name) {
        return is_join(same).then_some(same);
    }
    let by_name = names_before(wanted, renamed);
    let candidates = now.tables.iter().filter(|table| {
        let sorted = |table| {
            let mut ends = ends(table)?;
            ends.sort();
            Some(ends)
        };
        let (here, there) = (sorted(table), sorted(wanted));
        let is_known_by_ends = here.is_some()
            && here == there
            && here.is_some_and(|ends| renamed.iter().any(|(name, _)| ends.contains(&name)));
        let is_known_by_name = by_name.iter().any(|(name, _)| **name == *table.name.name);
        is_join(table)
            && table.name.namespace == wanted.name.namespace
            && to.table(&table.name).is_none()
            && (is_known_by_ends || (here.is_none() && is_known_by_name))
    });
    let candidates: Vec<&Table> = candidates.collect();
    let named = candidates
        .iter()
        .find(|table| by_name.iter().any(|(name, _)| **name == *table.name.name));
    match (named, candidates.as_slice()) {
        (Some(named), _) => Some(named),
        // Two relations between the same models have names of their own, which stay.
        (None, [only]) => Some(only),
        _ => None,
    }
}

/// What a join table without a name of its own was called, `_AToB`, and whether its ends stood the other way round.
fn names_before(wanted: &Table, renamed: &[(ObjectName, Box<str>)]) -> Vec<(String, bool)> {
    let name = wanted.name.name.strip_prefix('_').unwrap_or_default();
    let mut found = Vec::new();
    for (place, _) in name.match_indices("To") {
        let (a, b) = (&name[..place], &name[place + 2..]);
        let before = |end: &str| {
            let rename = renamed.iter().find(|(to, _)| &*to.name == end);
            rename.map(|(_, from)| &**from)
        };
        let (old_a, old_b) = (before(a), before(b));
        if old_a.is_none() && old_b.is_none() {
            continue;
        }
        let (a, b) = (old_a.unwrap_or(a), old_b.unwrap_or(b));
        let flips = a > b;
        let (first, second) = if flips { (b, a) } else { (a, b) };
        found.push((format!("_{first}To{second}"), flips));
    }
    found
}

fn flips(before: &Table, wanted: &Table, renamed: &[(ObjectName, Box<str>)]) -> bool {
    match (ends(before), ends(wanted)) {
        (Some([a, b]), Some([new_a, new_b])) => {
            let is_about_renamed = renamed.iter().any(|(name, _)| name == a || name == b);
            a != b && a == new_b && b == new_a && is_about_renamed
        }
        _ if before.name != wanted.name => names_before(wanted, renamed)
            .iter()
            .any(|(name, flips)| **name == *before.name.name && *flips),
        _ => false,
    }
}
