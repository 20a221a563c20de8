//! How columns differ.

use foldhash::HashMap;
use relata_schema::provider::NativeType;
use relata_script::Dialect;

use super::constant::same_constant;
use super::expression::same_expression;
use super::{Parents, View, same_default};
use crate::catalog::{
    Address, Column, ColumnType, Default, Kind, Managed, ObjectName, Table, TypeKind,
};
use crate::change::{AlteredColumn, ColumnChange, Torn};

/// Returns the changes in the order in which Prisma writes them: dropped and added, each by name, then altered, in the order of
/// the table as it was.
pub(super) fn changes<'c>(
    view: View<'_>,
    parents: &Parents<'c>,
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
            // It goes with the column of the parent.
            None if column.is_inherited && parents.column(&column.name).is_some() => {}
            None => dropped.push(column),
            Some(to) => altered.extend(change(view, parents, from, column, to)),
        }
    }
    let mut added = Vec::new();
    for column in &to.columns {
        if before.contains_key(&*column.name) {
            continue;
        }
        // It comes with the column of the parent, and only differs in what does not come down.
        match parents.column(&column.name) {
            Some((None, Some(above))) => {
                let default = !same_default_of(view, false, above, column);
                let nullability = above.nullable != column.nullable;
                if default || nullability {
                    altered.push(AlteredColumn {
                        default,
                        nullability,
                        comes_down: true,
                        ..unchanged(above, column)
                    });
                }
            }
            _ => added.push(column),
        }
    }
    dropped.sort_by(|a, b| a.name.cmp(&b.name));
    added.sort_by(|a, b| a.name.cmp(&b.name));
    let dropped = dropped.into_iter().map(ColumnChange::Dropped);
    let added = added.into_iter().map(ColumnChange::Added);
    dropped
        .chain(added)
        .chain(altered.into_iter().map(ColumnChange::Altered))
        .collect()
}

fn unchanged<'c>(from: &'c Column, to: &'c Column) -> AlteredColumn<'c> {
    AlteredColumn {
        from,
        to,
        ty: false,
        nullability: false,
        not_null: false,
        default: false,
        collation: false,
        generated: false,
        identity: false,
        storage: false,
        recreated: false,
        aside: false,
        torn_default: false,
        comes_down: false,
    }
}

fn change<'c>(
    view: View<'_>,
    parents: &Parents<'c>,
    table: &Table,
    from: &'c Column,
    to: &'c Column,
) -> Option<AlteredColumn<'c>> {
    let dialect = view.dialect;
    let identity = !same_identity(view, from, to);
    let mut change = AlteredColumn {
        ty: !same_or_moved(dialect, view.torn, &from.ty, &to.ty),
        nullability: from.nullable != to.nullable && !is_computed(dialect, from, to),
        default: !same_default_of(view, identity, from, to),
        identity,
        ..unchanged(from, to)
    };
    // What a schema does not own it can still say.
    if to.collation.is_some() || view.drops(Managed::Collations) {
        change.collation = !same_collation(from.collation.as_ref(), to.collation.as_ref());
    }
    if to.generated.is_some() || view.drops(Managed::Generated) {
        change.generated = !same_generated(from, to);
    }
    let address = Address::column(&table.name, &from.name);
    change.recreated = view.torn.recreated.contains(&address);
    if view.is_whole {
        let default = Address::part(Kind::Default, &table.name, &from.name);
        change.not_null =
            !from.nullable && !to.nullable && !same_not_null(parents, &table.name, from, to);
        change.storage = from.storage != to.storage;
        change.aside = view.torn.aside.contains(&address);
        change.torn_default =
            from.default.is_some() && to.default.is_some() && view.torn.has(&default);
        if let Some((Some(before), Some(after))) = parents.column(&from.name) {
            // What happens to the parent's column happens to this one, but its default, which then is written for the type before.
            change.default |= to.default.is_some() && is_retyped(&before.ty, &after.ty);
            // The type brings its own way to keep values with it.
            change.storage |= !same_type(dialect, &before.ty, &after.ty)
                && (to.storage.strategy.is_some() || to.storage.compression.is_some());
            change.ty &= same_type(dialect, &before.ty, &after.ty);
            change.collation &= before.collation == after.collation;
            if before.nullable != after.nullable {
                change.nullability = after.nullable != to.nullable;
            }
            change.generated &= same_generated(before, after);
            change.recreated = false;
            change.aside = false;
        }
    }
    let differs = change.ty
        || change.nullability
        || change.not_null
        || change.default
        || change.collation
        || change.generated
        || change.identity
        || change.storage
        || change.recreated
        || change.aside
        || change.torn_default;
    differs.then_some(change)
}

/// Tells whether two types differ in more than their arguments.
fn is_retyped(from: &ColumnType, to: &ColumnType) -> bool {
    match (&from.kind, &to.kind) {
        (TypeKind::Native(from), TypeKind::Native(to)) => from.info.sql != to.info.sql,
        (from, to) => from != to,
    }
}

/// Compares the constraints that keep NULL out. What came down from a parent bears the name that it had there, and the server lets
/// nobody change it.
fn same_not_null(parents: &Parents<'_>, table: &ObjectName, from: &Column, to: &Column) -> bool {
    let (column, from, to) = (&from.name, &from.not_null, &to.not_null);
    let same_name = from.name(table, column) == to.name(table, column);
    let comes_down = parents.column(column).is_some();
    (same_name || (comes_down && (from.is_inherited || to.is_inherited)))
        && from.no_inherit == to.no_inherit
        && from.is_unproved == to.is_unproved
}

/// Compares what columns are computed from.
pub(super) fn same_generated(from: &Column, to: &Column) -> bool {
    match (&from.generated, &to.generated) {
        (None, None) => true,
        (Some(from), Some(to)) => {
            from.stored == to.stored && same_expression(&from.expression, &to.expression)
        }
        _ => false,
    }
}

/// Compares how columns are numbered by `IDENTITY`. To a schema that says `autoincrement()` a database that does so is as good as one with a
/// sequence; a schema that says `identity()` does not say what the sequence is called.
fn same_identity(view: View<'_>, from: &Column, to: &Column) -> bool {
    if view.is_whole {
        return from.identity == to.identity;
    }
    match (&from.identity, &to.identity) {
        (None, None) => true,
        (Some(from), Some(to)) => {
            let (was, is) = (&from.options, &to.options);
            // Its bounds come with its type, and beyond those a database has more to say than a schema.
            let counts_alike = if view.from.is_whole || was.ty != is.ty {
                (was.start, was.increment) == (is.start, is.increment)
            } else {
                was == is
            };
            from.always == to.always && counts_alike
        }
        (Some(_), None) => {
            to.default == Some(Default::Unknown) || (view.from.is_whole && to.is_autoincrement())
        }
        (None, Some(_)) => false,
    }
}

fn same_default_of(view: View<'_>, identity: bool, from: &Column, to: &Column) -> bool {
    // A schema that leaves the default to the database says nothing of what is there, be it none.
    if view.is_whole && !view.from.is_whole && matches!(from.default, Some(Default::Unknown)) {
        return true;
    }
    if view.is_whole && view.dialect == Dialect::Postgres {
        // Identity counts for itself, and so does the sequence behind a number.
        return same_default(from.default.as_ref(), to.default.as_ref()) && same_sequence(from, to);
    }
    if identity {
        return same_default(from.default.as_ref(), to.default.as_ref());
    }
    let [from, to] = [from, to].map(|column| visible(view.dialect, column));
    same_default(from, to) || (!view.is_whole && same_constant(from, to))
}

/// Tells whether two numbered columns take their numbers from sequences of one name, or both bring one along.
fn same_sequence(from: &Column, to: &Column) -> bool {
    match (&from.default, &to.default) {
        (
            Some(Default::Autoincrement { sequence: before }),
            Some(Default::Autoincrement { sequence: after }),
        ) => before == after,
        _ => true,
    }
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

/// Tells whether both are the same type, which may have moved with its extension.
pub(super) fn same_or_moved(
    dialect: Dialect,
    torn: &Torn,
    from: &ColumnType,
    to: &ColumnType,
) -> bool {
    let bare = |ty: &ColumnType, namespace: &str| -> Option<String> {
        let sql = match &ty.kind {
            TypeKind::Native(native) => native.sql(),
            TypeKind::Unsupported(sql) => sql.to_string(),
            TypeKind::Enum(_) | TypeKind::Domain(_) | TypeKind::Values(_) => return None,
        };
        let sql = sql.to_ascii_lowercase();
        let prefix = format!("{}.", namespace.to_ascii_lowercase());
        let stripped = sql.strip_prefix(&prefix).map(str::to_owned);
        // The namespace of unqualified names is not written.
        Some(stripped.unwrap_or(sql))
    };
    same_type(dialect, from, to)
        || (from.list == to.list
            && torn
                .moved
                .iter()
                .any(|(old, new)| bare(from, old).is_some_and(|from| bare(to, new) == Some(from))))
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
