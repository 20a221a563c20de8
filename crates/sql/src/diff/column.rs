//! How columns differ.

use std::collections::HashMap;

use relata_schema::provider::NativeType;
use relata_script::Dialect;

use super::same_default;
use crate::catalog::{Column, ColumnType, Default, ObjectName, Table, TypeKind};
use crate::change::{AlteredColumn, ColumnChange};

/// Returns the changes in the order in which Prisma writes them: dropped, added, altered, each by name.
pub(super) fn changes<'c>(
    dialect: Dialect,
    from: &'c Table,
    to: &'c Table,
) -> Vec<ColumnChange<'c>> {
    let before: HashMap<&str, &Column> = from
        .columns
        .iter()
        .map(|column| (&*column.name, column))
        .collect();
    let after: HashMap<&str, &Column> = to
        .columns
        .iter()
        .map(|column| (&*column.name, column))
        .collect();
    let mut dropped = Vec::new();
    let mut altered = Vec::new();
    for column in &from.columns {
        match after.get(&*column.name) {
            None => dropped.push(column),
            Some(to) => altered.extend(change(dialect, column, to)),
        }
    }
    let mut added: Vec<_> = to
        .columns
        .iter()
        .filter(|column| !before.contains_key(&*column.name))
        .collect();
    dropped.sort_by(|a, b| a.name.cmp(&b.name));
    added.sort_by(|a, b| a.name.cmp(&b.name));
    altered.sort_by(|a, b| a.to.name.cmp(&b.to.name));
    let dropped = dropped.into_iter().map(ColumnChange::Dropped);
    let added = added.into_iter().map(ColumnChange::Added);
    dropped
        .chain(added)
        .chain(altered.into_iter().map(ColumnChange::Altered))
        .collect()
}

fn change<'c>(dialect: Dialect, from: &'c Column, to: &'c Column) -> Option<AlteredColumn<'c>> {
    let change = AlteredColumn {
        from,
        to,
        ty: !same_type(dialect, &from.ty, &to.ty),
        nullability: from.nullable != to.nullable && !is_computed(dialect, from, to),
        default: !same_default(visible(dialect, from), visible(dialect, to)),
    };
    (change.ty || change.nullability || change.default).then_some(change)
}

/// Whether MariaDB, which lets no computed column be `NOT NULL`, has no say over whether a column can hold NULL.
fn is_computed(dialect: Dialect, from: &Column, to: &Column) -> bool {
    dialect == Dialect::Mysql && from.generated.is_some() && to.generated.is_some()
}

/// What an identity column is to a schema.
const NUMBERED: Default = Default::Autoincrement { sequence: None };

/// The default, as far as it is one: SQLite numbers the rows of every table, so that it is no property of a column.
fn visible(dialect: Dialect, column: &Column) -> Option<&Default> {
    if column.identity.is_some() {
        return Some(&NUMBERED);
    }
    let default = column.default.as_ref();
    default.filter(|default| {
        dialect != Dialect::Sqlite || !matches!(default, Default::Autoincrement { .. })
    })
}

/// A collation without a namespace is the one that the server finds by its name.
pub(super) fn same_collation(from: Option<&ObjectName>, to: Option<&ObjectName>) -> bool {
    match (from, to) {
        (None, None) => true,
        (Some(from), Some(to)) => {
            from.name == to.name
                && (from.namespace.is_none()
                    || to.namespace.is_none()
                    || from.namespace == to.namespace)
        }
        _ => false,
    }
}

pub(super) fn same_type(dialect: Dialect, from: &ColumnType, to: &ColumnType) -> bool {
    from.list == to.list
        && match (&from.kind, &to.kind) {
            (TypeKind::Native(from), TypeKind::Native(to)) => same_native(dialect, *from, *to),
            (TypeKind::Unsupported(from), TypeKind::Unsupported(to)) => {
                squeezed(from) == squeezed(to)
            }
            (from, to) => from == to,
        }
}

/// Case and blanks of a type mean nothing, unless a name in it is quoted.
fn squeezed(sql: &str) -> String {
    if sql.contains('"') {
        return sql.to_owned();
    }
    sql.chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase()
}

pub(crate) fn same_native(dialect: Dialect, from: NativeType, to: NativeType) -> bool {
    from == to
        || (from.name() == to.name()
            && from.info.sql == to.info.sql
            && effective(dialect, from).is_some_and(|args| effective(dialect, to) == Some(args)))
}

/// The arguments that a type has when none is written, where they are such as could be written (manuals: "Date/Time
/// Types", "Character Types", "Bit String Types" of PostgreSQL; "Date and Time Data Types", "Fixed-Point Types" of MySQL).
fn effective(dialect: Dialect, ty: NativeType) -> Option<[u32; 2]> {
    let mysql = dialect == Dialect::Mysql;
    match (ty.args.as_slice(), ty.name()) {
        ([0, scale], "Decimal") if mysql => Some([10, *scale]),
        ([only], _) => Some([*only, 0]),
        ([precision, scale], _) => Some([*precision, *scale]),
        ([], "Decimal") if mysql => Some([10, 0]),
        ([], "Timestamp" | "Timestamptz" | "Time" | "Timetz") => {
            Some([if mysql { 0 } else { 6 }, 0])
        }
        ([], "DateTime") => Some([0, 0]),
        ([], "Char" | "Bit") => Some([1, 0]),
        _ => None,
    }
}
