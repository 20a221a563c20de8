//! Enums that are types of their own (PostgreSQL).

use std::collections::{HashMap, HashSet};

use super::{Context, Draft, column_object, type_name};
use crate::catalog::{Address, Catalog, Default, Enum, Kind, ObjectName, Table};
use crate::dialect;
use crate::diff::heads;
use crate::step::{Effects, Object, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, enumeration: &Enum) -> Draft<'c> {
    let name = &enumeration.name;
    let effects = Effects {
        needs: context.surroundings(name),
        gives: vec![Object::Enum(name.clone()), type_name(name)],
        ..Effects::default()
    };
    Draft::whole(
        StepKind::CreateEnum,
        name,
        vec![context.writer.create_enum(name, enumeration)],
        effects,
    )
}

pub(crate) fn drop<'c>(context: &Context<'c>, enumeration: &Enum) -> Draft<'c> {
    let name = &enumeration.name;
    let effects = Effects {
        takes: vec![Object::Enum(name.clone()), type_name(name)],
        ..Effects::default()
    };
    Draft::whole(
        StepKind::DropEnum,
        name,
        vec![format!("DROP TYPE {};", context.writer.type_name(name))],
        effects,
    )
}

/// Adds values, each before the one that it shall stand before. Prisma puts all of them last, so that a migrated
/// database sorts otherwise than a fresh one; a value that is the last one is written as Prisma writes it.
pub(crate) fn add_values<'c>(context: &Context<'c>, to: &Enum, added: &[&str]) -> Draft<'c> {
    let name = context.writer.type_name(&to.name);
    let is_new = |value: &str| added.contains(&value);
    let statements = to
        .values
        .iter()
        .enumerate()
        .filter(|(_, value)| is_new(value))
        .map(|(place, value)| {
            let next = to.values[place..].iter().find(|next| !is_new(next));
            let before = next
                .map(|next| format!(" BEFORE {}", context.writer.string(next)))
                .unwrap_or_default();
            format!(
                "ALTER TYPE {name} ADD VALUE {}{before};",
                context.writer.string(value)
            )
        })
        .collect();
    let effects = Effects {
        gives: vec![Object::Enum(to.name.clone())],
        ..Effects::default()
    };
    let mut draft = Draft::whole(StepKind::AlterEnum, &to.name, statements, effects);
    if added.len() > 1 {
        draft.notes = MANY_VALUES.iter().map(|line| (*line).to_owned()).collect();
    }
    draft
}

/// Takes values out. The rows and defaults that have them are another step's.
pub(crate) fn drop_values<'c>(context: &Context<'c>, to: &Enum, removed: &[&str]) -> Draft<'c> {
    let writer = &context.writer;
    let name = writer.type_name(&to.name);
    let drop = |value: &&str| format!("ALTER TYPE {name} DROP VALUE {};", writer.string(value));
    let statements = removed.iter().map(drop).collect();
    // After the values that come, which a default may change to.
    let effects = Effects {
        needs: vec![Object::Enum(to.name.clone())],
        ..Effects::default()
    };
    Draft::whole(StepKind::DropEnumValue, &to.name, statements, effects)
}

/// What Prisma tells, word for word, so that its scripts and ours compare equal.
const MANY_VALUES: &[&str] = &[
    "This migration adds more than one value to an enum.",
    "With PostgreSQL versions 11 and earlier, this is not possible",
    "in a single migration. This can be worked around by creating",
    "multiple migrations, each migration adding only one value to",
    "the enum.",
];

/// Makes an enum anew without the values that go. The columns that have it on both sides are taken along; one that is
/// dropped goes before, one that is new comes after.
pub(crate) fn rebuild<'c>(
    context: &Context<'c>,
    before: &Catalog,
    after: &Catalog,
    to: &Enum,
) -> Draft<'c> {
    let writer = &context.writer;
    let taken: HashSet<&str> = before
        .enums
        .iter()
        .chain(&after.enums)
        .filter(|each| each.name.namespace == to.name.namespace)
        .map(|each| &*each.name.name)
        .chain(
            before
                .tables
                .iter()
                .chain(&after.tables)
                .filter(|each| each.name.namespace == to.name.namespace)
                .map(|each| &*each.name.name),
        )
        .collect();
    let new = temporary(context, &to.name, "_new", &taken);
    let old = temporary(context, &to.name, "_old", &taken);

    let targets: HashMap<_, _> = after
        .tables
        .iter()
        .map(|table| (&table.name, table))
        .collect();
    let (mut drops, mut types, mut sets) = (Vec::new(), Vec::new(), Vec::new());
    let (mut touched, mut waits) = (Vec::new(), Vec::new());
    for table in &before.tables {
        let Some(target) = targets.get(&table.name) else {
            continue;
        };
        if context.torn.tables.contains(&table.name) {
            continue;
        }
        for column in table
            .columns
            .iter()
            .filter(|column| column.ty.enum_name() == Some(&to.name))
        {
            let Some(kept) = target
                .column(&column.name)
                .filter(|kept| kept.ty.enum_name() == Some(&to.name))
            else {
                continue;
            };
            let address = Address::column(&table.name, &column.name);
            if context.torn.recreated.contains(&address) {
                continue;
            }
            touched.push(column_object(table, &column.name));
            let mut above = heads(table);
            if let Some(gone) = above.find(|head| context.torn.tables.contains(*head)) {
                // It has left one that is made again.
                waits.push(Object::Free(table.name.clone(), gone.clone()));
            } else if context.after.is_whole && comes_down(table, target, before, &column.name) {
                continue;
            }
            let change = format!(
                "ALTER TABLE {} ALTER COLUMN {}",
                writer.name(&table.name),
                writer.ident(&column.name)
            );
            // A default over what steps aside, too, goes and comes by steps of its own.
            let default_address = Address::part(Kind::Default, &table.name, &column.name);
            let steps_aside = context.after.is_whole
                && column.default.is_some()
                && kept.default.is_some()
                && context.torn.has(&default_address);
            if !steps_aside
                && column
                    .default
                    .as_ref()
                    .is_some_and(|default| *default != Default::Unknown)
            {
                drops.push(format!("{change} DROP DEFAULT;"));
            }
            let list = if column.ty.list { "[]" } else { "" };
            let ty = format!("{}{list}", writer.name(&new));
            types.push(format!(
                "{change} TYPE {ty} USING ({}::text::{ty});",
                writer.ident(&column.name)
            ));
            // Where the type changes besides, the change of the table sets the default.
            if let Some(default) = writer
                .default(kept)
                .filter(|_| column.ty.list == kept.ty.list && !steps_aside)
            {
                sets.push(format!("{change} SET DEFAULT {default};"));
            }
        }
    }

    let mut statements = vec!["BEGIN;".to_owned(), writer.create_enum(&new, to)];
    statements.append(&mut drops);
    statements.append(&mut types);
    statements.push(format!(
        "ALTER TYPE {} RENAME TO {};",
        writer.type_name(&to.name),
        writer.ident(&old.name)
    ));
    statements.push(format!(
        "ALTER TYPE {} RENAME TO {};",
        writer.name(&new),
        writer.ident(&to.name.name)
    ));
    statements.push(format!("DROP TYPE {};", writer.name(&old)));
    statements.append(&mut sets);
    statements.push("COMMIT;".to_owned());
    let itself = Object::Enum(to.name.clone());
    let mut effects = Effects {
        gives: vec![itself.clone()],
        takes: vec![itself],
        needs: waits,
        ..Effects::default()
    };
    if after.is_whole {
        // What reads the columns steps aside for them.
        effects.gives.extend(touched.iter().cloned());
        effects.takes.extend(touched);
    }
    Draft::whole(StepKind::AlterEnum, &to.name, statements, effects)
}

/// Tells whether the column of a table changes with that of one above it.
fn comes_down(table: &Table, target: &Table, before: &Catalog, column: &str) -> bool {
    heads(table).any(|head| {
        heads(target).any(|each| each == head)
            && before
                .table(head)
                .is_some_and(|head| head.column(column).is_some())
    })
}

/// A name beside another that nothing has yet and that the server does not cut.
fn temporary(
    context: &Context<'_>,
    name: &ObjectName,
    suffix: &str,
    taken: &HashSet<&str>,
) -> ObjectName {
    let base = dialect::cut(&name.name, context.writer.name_limit() - suffix.len() - 2);
    let mut candidate = format!("{base}{suffix}");
    let mut number = 2;
    while taken.contains(candidate.as_str()) {
        candidate = format!("{base}{suffix}{number}");
        number += 1;
    }
    name.sibling(&candidate)
}
