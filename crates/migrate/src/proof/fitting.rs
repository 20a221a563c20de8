//! What rows must satisfy to come through a change: the rules of before, and those of after that can be told beforehand.

use relata_sql::Catalog;
use relata_sql::catalog::{ObjectName, Table, TypeKind};

/// The catalog before, with the foreign keys of the target, without the values that enums lose, and with NULL only where both allow it. `seen` is
/// `start` under its new names, table by table and column by column.
pub(super) fn fitting(start: &Catalog, seen: &Catalog, target: &Catalog) -> Catalog {
    let mut fitting = start.clone();
    let before = |name: &ObjectName| -> Option<&Table> {
        let at = seen.tables.iter().position(|it| it.name == *name)?;
        start.tables.get(at)
    };
    for (at, now) in seen.tables.iter().enumerate() {
        let (Some(after), Some(was)) = (target.table(&now.name), start.tables.get(at)) else {
            continue;
        };
        let table = &mut fitting.tables[at];
        for (column, now) in table.columns.iter_mut().zip(&now.columns) {
            let Some(after) = after.column(&now.name) else {
                continue;
            };
            column.nullable &= after.nullable;
            if let (TypeKind::Values(values), TypeKind::Values(kept)) =
                (&mut column.ty.kind, &after.ty.kind)
                && values.iter().any(|value| kept.contains(value))
            {
                values.retain(|value| kept.contains(value));
            }
        }
        for key in &after.foreign_keys {
            let old = |names: &[Box<str>], seen: &Table, start: &Table| {
                let old = names.iter().map(|name| {
                    let at = seen.columns.iter().position(|it| it.name == *name)?;
                    start.columns.get(at).map(|column| column.name.clone())
                });
                old.collect::<Option<Vec<_>>>()
            };
            let (Some(parent_now), Some(parent)) =
                (seen.table(&key.references), before(&key.references))
            else {
                continue;
            };
            let (Some(columns), Some(referenced)) = (
                old(&key.columns, now, was),
                old(&key.referenced_columns, parent_now, parent),
            ) else {
                continue;
            };
            let is_there = table
                .foreign_keys
                .iter()
                .any(|it| it.columns == columns && it.references == parent.name);
            if !is_there {
                let mut key = key.clone();
                key.columns = columns;
                key.references = parent.name.clone();
                key.referenced_columns = referenced;
                table.foreign_keys.push(key);
            }
        }
    }
    for (at, now) in seen.enums.iter().enumerate() {
        if let Some(kept) = target.enumeration(&now.name)
            && let Some(before) = fitting.enums.get_mut(at)
            && now.values.iter().any(|value| kept.values.contains(value))
        {
            // Values that are renamed bear their new names in `seen`, and stay.
            let values = before.values.iter().zip(&now.values);
            before.values = values
                .filter(|(_, now)| kept.values.contains(now))
                .map(|(before, _)| before.clone())
                .collect();
        }
    }
    fitting
}
