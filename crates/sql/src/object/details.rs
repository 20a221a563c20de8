//! What a new table has beyond what its `CREATE TABLE` says, and what of it can wait.

use std::borrow::Cow;

use super::{Context, Draft};
use crate::catalog::{
    Address, Check, Column, ColumnStorage, Default, Kind, NotNull, ObjectName, ReplicaIdentity,
    Table,
};
use crate::dialect;
use crate::diff::heads;
use crate::step::{Effects, Object, StepKind};

/// What the server recorded that a table needs, its columns, defaults and constraints included.
pub(super) fn needs(context: &Context<'_>, table: &Table) -> Vec<Object> {
    if !context.has_recorded() {
        return Vec::new();
    }
    all(&|address| context.recorded(address), table)
}

/// What a table needed that goes, with all that goes with it.
pub(super) fn needed(context: &Context<'_>, table: &Table) -> Vec<Object> {
    let ask = |address: &Address| context.was_recorded(address);
    let mut needed = all(&ask, table);
    for part in context.had(&table.name) {
        needed.extend(ask(part));
    }
    for index in &table.indexes {
        let address = Address::of(Kind::Index, &table.name.sibling(&index.name));
        needed.extend(ask(&address));
    }
    // A parent that is dropped would take its heirs along.
    needed.extend(heads(table).cloned().map(Object::Table));
    needed
}

fn all(ask: &dyn Fn(&Address) -> Vec<Object>, table: &Table) -> Vec<Object> {
    let name = &table.name;
    let mut needs = ask(&Address::of(Kind::Table, name));
    for column in &table.columns {
        needs.extend(ask(&Address::column(name, &column.name)));
        if column.default.is_some() || column.generated.is_some() {
            needs.extend(ask(&default_of(name, column)));
        }
    }
    for constraint in constraints(table) {
        needs.extend(ask(&Address::part(Kind::Constraint, name, constraint)));
    }
    needs
}

/// The statements that let a table go of what its defaults and checks need, so that it can be dropped after that.
pub(super) fn release<'c>(context: &Context<'c>, table: &Table) -> Option<Draft<'c>> {
    let writer = &context.writer;
    let (mut clauses, mut frees) = (Vec::new(), Vec::new());
    for column in table
        .columns
        .iter()
        .filter(|column| column.default.is_some())
    {
        let needed = context.was_recorded(&default_of(&table.name, column));
        if !needed.is_empty() {
            clauses.push(format!(
                "ALTER COLUMN {} DROP DEFAULT",
                writer.ident(&column.name)
            ));
            frees.extend(needed);
        }
    }
    for check in &table.checks {
        let address = Address::part(Kind::Constraint, &table.name, &check.name);
        let needed = context.was_recorded(&address);
        if !needed.is_empty() {
            clauses.push(format!("DROP CONSTRAINT {}", writer.ident(&check.name)));
            frees.extend(needed);
        }
    }
    if clauses.is_empty() {
        return None;
    }
    frees.push(Object::Table(table.name.clone()));
    let effects = Effects {
        frees,
        ..Effects::default()
    };
    Some(Draft::whole(
        StepKind::AlterTable,
        &table.name,
        writer.alter_table(table, &clauses),
        effects,
    ))
}

fn constraints(table: &Table) -> impl Iterator<Item = &str> {
    let checks = table.checks.iter().map(|check| &*check.name);
    checks.chain(table.exclusions.iter().map(|each| &*each.name))
}

fn default_of(table: &ObjectName, column: &Column) -> Address {
    Address::part(Kind::Default, table, &column.name)
}

/// The table without the defaults and checks that need other objects.
pub(super) fn bare(context: &Context<'_>, table: &Table) -> Table {
    let mut bare = table.clone();
    for column in &mut bare.columns {
        if waits(context, &table.name, column) {
            column.default = None;
        }
    }
    bare.checks
        .retain(|check| !check_waits(context, &table.name, check));
    bare
}

fn waits(context: &Context<'_>, table: &ObjectName, column: &Column) -> bool {
    let numbered = matches!(
        column.default,
        Some(Default::Autoincrement { sequence: None })
    );
    column.default.is_some()
        && !numbered
        && context.has_recorded()
        && !context.recorded(&default_of(table, column)).is_empty()
}

fn check_waits(context: &Context<'_>, table: &ObjectName, check: &Check) -> bool {
    let address = || Address::part(Kind::Constraint, table, &check.name);
    context.has_recorded() && !context.recorded(&address()).is_empty()
}

/// The defaults and checks that need other objects, each as a change of its own.
pub(super) fn late<'c>(context: &Context<'c>, table: &Table) -> Vec<Draft<'c>> {
    let writer = &context.writer;
    let alter = |clause: String, on: Address, column: Option<&str>| {
        let mut effects = Effects {
            needs: vec![Object::Table(table.name.clone())],
            ..Effects::default()
        };
        effects.needs.extend(context.recorded(&on));
        effects
            .gives
            .extend(column.map(|_| Object::Item(on.clone())));
        let statement = format!("ALTER TABLE ONLY {} {clause};", writer.name(&table.name));
        Draft::whole(StepKind::AlterTable, &table.name, vec![statement], effects)
    };
    let columns = table
        .columns
        .iter()
        .filter(|column| waits(context, &table.name, column));
    let defaults = columns.filter_map(|column| {
        let default = writer.written_default(column)?;
        let clause = format!(
            "ALTER COLUMN {} SET DEFAULT {default}",
            writer.ident(&column.name)
        );
        let address = default_of(&table.name, column);
        Some(alter(clause, address, Some(&column.name)))
    });
    let checks = table
        .checks
        .iter()
        .filter(|check| check_waits(context, &table.name, check))
        .filter(|check| {
            !comes_unproved(context, table, check) && !goes_unproved(context, table, check)
        })
        .map(|check| {
            let address = Address::part(Kind::Constraint, &table.name, &check.name);
            alter(format!("ADD {}", writer.check(check)), address, None)
        });
    defaults.chain(checks).collect()
}

/// A table whose constraints say their usual names where another table has them already: the server would choose others.
pub(super) fn named<'t>(context: &Context<'_>, table: &'t Table) -> Cow<'t, Table> {
    let mut table = Cow::Borrowed(table);
    if context.not_null().is_empty() {
        return table;
    }
    for at in 0..table.columns.len() {
        let column = &table.columns[at];
        if column.nullable || column.not_null.name.is_some() {
            continue;
        }
        let usual = NotNull::usual_name(&table.name, &column.name);
        if context.not_null().contains(usual.as_str()) {
            table.to_mut().columns[at].not_null.name = Some(usual.into());
        }
    }
    table
}

/// The statements that follow `CREATE TABLE`.
pub(super) fn statements(context: &Context<'_>, table: &Table) -> Vec<String> {
    let writer = &context.writer;
    if !writer.can().settings_after_table {
        return Vec::new();
    }
    let mut clauses = inherited(context, table);
    for check in table.checks.iter().filter(|check| !check.is_valid) {
        if !(comes_unproved(context, table, check) || goes_unproved(context, table, check)) {
            clauses.push(format!("ADD {}", writer.check(check)));
        }
    }
    for column in &table.columns {
        if !column.nullable && column.not_null.is_unproved {
            clauses.push(dialect::add_not_null(writer, column));
        }
        clauses.extend(column_storage(context, column));
    }
    if table.row_security.is_enabled {
        clauses.push("ENABLE ROW LEVEL SECURITY".into());
    }
    if table.row_security.is_forced {
        clauses.push("FORCE ROW LEVEL SECURITY".into());
    }
    match table.storage.replica_identity {
        ReplicaIdentity::Nothing => clauses.push("REPLICA IDENTITY NOTHING".into()),
        ReplicaIdentity::Full => clauses.push("REPLICA IDENTITY FULL".into()),
        ReplicaIdentity::Default | ReplicaIdentity::Index(_) => {}
    }
    if let Some(ty) = &table.ancestry.of_type {
        clauses.push(format!("OF {}", writer.type_name(ty)));
    }
    if !table.is_born_an_heir() {
        // One that has every column by itself keeps their order only if it becomes an heir afterwards.
        let parents = table.ancestry.inherits.iter();
        clauses.extend(parents.map(|parent| format!("INHERIT {}", writer.name(parent))));
    }
    let name = writer.name(&table.name);
    clauses
        .into_iter()
        .map(|clause| format!("ALTER TABLE ONLY {name} {clause};"))
        .collect()
}

/// The checks of a new table that were never found to hold, in the tables under it either. A table that is made under such a check has
/// no rows that could break it, so that the check holds there; only one that comes down later holds nowhere.
pub(crate) fn unproved<'c>(context: &Context<'c>, table: &Table) -> Option<Draft<'c>> {
    let going = |check: &&Check| goes_unproved(context, table, check);
    let clauses: Vec<String> = table
        .checks
        .iter()
        .filter(going)
        .map(|check| format!("ADD {}", context.writer.check(check)))
        .collect();
    if clauses.is_empty() {
        return None;
    }
    let mut effects = Effects {
        needs: vec![Object::Table(table.name.clone())],
        ..Effects::default()
    };
    for heir in context.heirs(&table.name) {
        effects.needs.push(Object::Table((*heir).clone()));
        effects.needs.push(Object::Attached((*heir).clone()));
    }
    for check in table.checks.iter().filter(going) {
        let address = Address::part(Kind::Constraint, &table.name, &check.name);
        effects.needs.extend(context.recorded(&address));
    }
    let statements = context.writer.alter_table(table, &clauses);
    Some(Draft::whole(
        StepKind::AlterTable,
        &table.name,
        statements,
        effects,
    ))
}

/// Tells whether a check that holds for no row yet goes on to tables under this one.
fn goes_unproved(context: &Context<'_>, table: &Table, check: &Check) -> bool {
    !check.is_valid
        && !check.no_inherit
        && !check.is_inherited
        && context.heirs(&table.name).iter().any(|heir| {
            let heir = context.after.table(heir);
            heir.and_then(|heir| Some((heir, same_named(heir, check)?)))
                .is_some_and(|(heir, check)| comes_unproved(context, heir, check))
        })
}

/// Tells whether a check comes down from a table that is made, too, and holds for no row yet there.
fn comes_unproved(context: &Context<'_>, table: &Table, check: &Check) -> bool {
    !check.is_valid
        && check.is_inherited
        && heads(table).any(|head| {
            let head = context.after.table(head);
            let above = head.and_then(|head| same_named(head, check));
            above.is_some_and(|above| !above.is_valid)
        })
}

fn same_named<'t>(table: &'t Table, check: &Check) -> Option<&'t Check> {
    table.checks.iter().find(|each| each.name == check.name)
}

/// What of a column that comes from a parent is not as it is there.
fn inherited(context: &Context<'_>, table: &Table) -> Vec<String> {
    let parents: Vec<&Table> = table
        .ancestry
        .inherits
        .iter()
        .filter_map(|name| context.after.table(name))
        .collect();
    let mut clauses = Vec::new();
    for column in table.columns.iter().filter(|column| column.is_inherited) {
        let Some(original) = parents
            .iter()
            .find_map(|parent| parent.column(&column.name))
        else {
            continue;
        };
        let alter = format!("ALTER COLUMN {}", context.writer.ident(&column.name));
        // One that is not its parent's stands in `CREATE TABLE`.
        if original.nullable && !column.nullable && column.not_null.is_inherited {
            clauses.push(format!("{alter} SET NOT NULL"));
        }
        // `SERIAL` does not come down, its default does.
        if original.default != column.default {
            clauses.push(match context.writer.written_default(column) {
                Some(default) => format!("{alter} SET DEFAULT {default}"),
                None => format!("{alter} DROP DEFAULT"),
            });
        }
    }
    clauses
}

fn column_storage(context: &Context<'_>, column: &Column) -> Vec<String> {
    let writer = &context.writer;
    let storage = &column.storage;
    let mut clauses = Vec::new();
    if *storage == ColumnStorage::default() {
        return clauses;
    }
    let alter = format!("ALTER COLUMN {}", writer.ident(&column.name));
    if let Some(strategy) = &storage.strategy {
        clauses.push(format!("{alter} SET STORAGE {strategy}"));
    }
    if let Some(method) = &storage.compression {
        clauses.push(format!("{alter} SET COMPRESSION {method}"));
    }
    if let Some(target) = storage.statistics {
        clauses.push(format!("{alter} SET STATISTICS {target}"));
    }
    if !storage.options.is_empty() {
        let options: Vec<String> = storage
            .options
            .iter()
            .map(|(name, value)| format!("{} = {}", writer.ident(name), writer.string(value)))
            .collect();
        clauses.push(format!("{alter} SET ({})", options.join(", ")));
    }
    clauses
}
