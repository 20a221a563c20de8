//! Tables made anew beside the old ones, where they cannot change in place: nearly all changes on SQLite, and on CockroachDB what
//! takes the primary key away or changes the type under it.

use super::table::itself;
use super::{Context, Draft, column, comment, index};
use crate::catalog::{Catalog, Column, Default, ObjectName, PrimaryKey, Table};
use crate::change::{AlteredTable, ColumnChange, ForeignKeyChange, IndexChange, PrimaryKeyChange};
use crate::dialect::{self, Conversion};
use crate::step::{Effects, StepKind};

/// Tells whether a change goes beyond what `ALTER TABLE` can do.
pub(crate) fn is_needed(context: &Context<'_>, change: &AlteredTable<'_>) -> bool {
    let can = context.writer.can();
    if !can.alters_tables {
        return is_more_than_new_columns(context, change);
    }
    let drops_key = matches!(change.primary_key, Some(PrimaryKeyChange::Dropped(_)));
    let key = change.from.primary_key.iter();
    let mut keys = key.flat_map(PrimaryKey::column_names);
    let is_retyped = |name: &str| {
        change.columns.iter().any(|each| {
            matches!(each, ColumnChange::Altered(it) if (it.ty || it.recreated) && *it.from.name == *name)
        })
    };
    (drops_key && !can.drops_primary_keys) || (!can.retypes_keys && keys.any(is_retyped))
}

/// Tells whether a change goes beyond what `ALTER TABLE … ADD COLUMN` can do (SQLite's manual, "ALTER TABLE").
fn is_more_than_new_columns(context: &Context<'_>, change: &AlteredTable<'_>) -> bool {
    let columns = change.columns.iter().any(|each| match each {
        ColumnChange::Added(column) => !can_be_added(column),
        ColumnChange::Dropped(_) | ColumnChange::Altered(_) => true,
    });
    let key = change
        .primary_key
        .is_some_and(|key| !matches!(key, PrimaryKeyChange::Renamed { .. }));
    let foreign = change
        .foreign_keys
        .iter()
        .any(|key| !matches!(key, ForeignKeyChange::Renamed { .. }));
    let indexes = change.indexes.iter().any(|index| match index {
        IndexChange::Created(index)
        | IndexChange::Dropped(index)
        | IndexChange::Renamed { from: index, .. }
        | IndexChange::Altered { from: index, .. } => context.writer.is_in_table(index),
    });
    columns || key || foreign || indexes || change.storage || !change.checks.is_empty()
}

/// A default that has to be evaluated is refused for rows that are there already; Prisma writes it nevertheless.
fn can_be_added(column: &Column) -> bool {
    let constant = matches!(
        column.default,
        None | Some(Default::Literal(_) | Default::Unknown)
    );
    // Nor can a value be kept that would have to be computed for each row.
    let computed = column.generated.as_ref().is_some_and(|it| it.stored);
    column.nullable && constant && !computed
}

/// Makes all these tables anew, in one step: foreign keys are off for as short as possible.
pub(crate) fn tables<'c>(
    context: &Context<'c>,
    changes: &[&AlteredTable<'c>],
    all: [&Catalog; 2],
) -> Draft<'c> {
    let has_switches = !context.writer.can().alters_tables;
    let mut statements = Vec::new();
    if has_switches {
        statements.push("PRAGMA defer_foreign_keys=ON;".to_owned());
        statements.push("PRAGMA foreign_keys=OFF;".to_owned());
    }
    // While a table is away, SQLite would refuse to rename another because of the views and triggers that speak of it (manual,
    // "ALTER TABLE", and "PRAGMA legacy_alter_table").
    let is_spoken_of = has_switches
        && all
            .iter()
            .any(|catalog| !catalog.views.is_empty() || !catalog.triggers.is_empty());
    if is_spoken_of {
        statements.push("PRAGMA legacy_alter_table=ON;".to_owned());
    }
    let mut effects = Effects::default();
    for change in changes {
        let to = context.writer.with_kept(change.to);
        table(context, (change.from, &to), all, &mut statements);
        if !has_switches {
            // Foreign keys stand beside the tables, and step aside.
            effects.takes.extend(itself(context, change.from));
            effects.gives.extend(itself(context, &to));
        }
        effects.takes.extend(
            change
                .from
                .indexes
                .iter()
                .flat_map(|each| index::itself(context, change.from, each)),
        );
        effects.gives.extend(
            to.indexes
                .iter()
                .flat_map(|each| index::itself(context, &to, each)),
        );
    }
    if is_spoken_of {
        statements.push("PRAGMA legacy_alter_table=OFF;".to_owned());
    }
    if has_switches {
        statements.push("PRAGMA foreign_keys=ON;".to_owned());
        statements.push("PRAGMA defer_foreign_keys=OFF;".to_owned());
    }
    let subject = match changes {
        [only] => Some(only.to.name.clone()),
        _ => None,
    };
    Draft {
        kind: StepKind::RedefineTables,
        subject,
        notes: Vec::new(),
        body: super::Body::Whole(statements, effects),
    }
}

fn table(
    context: &Context<'_>,
    (from, to): (&Table, &Table),
    all: [&Catalog; 2],
    statements: &mut Vec<String>,
) {
    let writer = &context.writer;
    let temporary = temporary(&to.name, all);
    let (old, new) = (writer.name(&from.name), writer.name(&temporary));
    statements.push(writer.create_table_as(to, &temporary));

    // The number that was given last outlives the rows; the copy of the rows raises it, but never lowers it.
    let numbers = |table: &Table| {
        table
            .columns
            .iter()
            .any(|column| dialect::counts(table, column))
    };
    if numbers(from) && numbers(to) {
        statements.push(format!(
            "INSERT INTO \"sqlite_sequence\" (\"name\", \"seq\") SELECT {}, \"seq\" FROM \"sqlite_sequence\" WHERE \"name\" = {};",
            writer.string(&temporary.name),
            writer.string(&from.name.name),
        ));
    }
    let mut kept: Vec<(&Column, &Column)> = to
        .columns
        .iter()
        .filter(|column| column.generated.is_none())
        .filter_map(|column| Some((from.column(&column.name)?, column)))
        .filter(|(before, after)| converted(context, before, after) != Conversion::None)
        .collect();
    kept.sort_by(|a, b| a.1.name.cmp(&b.1.name));
    let mut copied: Vec<(&str, String)> = kept
        .iter()
        .map(|(before, after)| (&*after.name, value(context, before, after)))
        .collect();
    if copied.is_empty() {
        copied.extend(anchor(context, to));
    }
    if !copied.is_empty() {
        let values: Vec<&str> = copied.iter().map(|(_, value)| value.as_str()).collect();
        statements.push(format!(
            "INSERT INTO {new} ({}) SELECT {} FROM {old};",
            writer.idents(copied.iter().map(|(name, _)| *name)),
            values.join(", "),
        ));
    }
    statements.push(format!("DROP TABLE {old};"));
    let name = writer.ident(&from.name.name);
    statements.push(format!("ALTER TABLE {new} RENAME TO {name};"));
    // All of them went with the old table, changed or not.
    statements.extend(
        to.indexes
            .iter()
            .filter(|index| !writer.is_in_table(index))
            .map(|index| writer.create_index(to, index)),
    );
    statements.extend(context.kept_triggers(&to.name));
    statements.extend(comment::of_table(context, &to.name));
}

/// A column and a value by which rows come along of which no column does. Where the new table has no value for them they stand in its way, and are
/// not left behind unseen.
fn anchor<'t>(context: &Context<'_>, to: &'t Table) -> Option<(&'t str, String)> {
    let columns = || {
        to.columns
            .iter()
            .filter(|column| column.generated.is_none())
    };
    // A number that SQLite gives is one for NULL, too.
    let bare =
        |column: &&Column| matches!(column.default, None | Some(Default::Autoincrement { .. }));
    let refuses = columns().find(|column| column.default.is_none() && !column.nullable);
    let column = refuses.or_else(|| columns().find(bare));
    if let Some(column) = column {
        return Some((&column.name, "NULL".to_owned()));
    }
    columns().find_map(|column| Some((&*column.name, context.writer.default(column)?)))
}

/// How the values of a column get into its new type. SQLite keeps any value under any type.
fn converted(context: &Context<'_>, from: &Column, to: &Column) -> Conversion {
    if !context.writer.can().alters_tables || from.ty == to.ty {
        return Conversion::Assigned;
    }
    column::convert(context, from, to)
}

/// What a row has in a column, or the default where it has nothing and must have something.
fn value(context: &Context<'_>, from: &Column, to: &Column) -> String {
    let name = match converted(context, from, to) {
        Conversion::Using(expression) => expression,
        Conversion::Assigned | Conversion::None => context.writer.ident(&to.name),
    };
    match context
        .writer
        .default(to)
        .filter(|_| from.nullable && !to.nullable)
    {
        Some(default) => format!("coalesce({name}, {default}) AS {name}"),
        None => name,
    }
}

/// A name that no table has on either side.
fn temporary(name: &ObjectName, all: [&Catalog; 2]) -> ObjectName {
    let taken = |candidate: &str| {
        all.iter()
            .flat_map(|catalog| &catalog.tables)
            .any(|table| table.name.name.eq_ignore_ascii_case(candidate))
    };
    let mut candidate = format!("new_{}", name.name);
    while taken(&candidate) {
        candidate.insert_str(0, "new_");
    }
    name.sibling(&candidate)
}
