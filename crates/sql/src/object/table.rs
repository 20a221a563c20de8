//! Whole tables.

use super::{Body, Clause, Context, Draft, column, column_object, details, index, primary_key};
use crate::catalog::{Default, Table};
use crate::change::{AlteredTable, ColumnChange, IndexChange, PrimaryKeyChange};
use crate::dialect::Writer;
use crate::step::{Effects, Object, Scope, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, table: &Table) -> Draft<'c> {
    let mut effects = Effects {
        needs: context.surroundings(&table.name),
        gives: itself(context, table),
        ..Effects::default()
    };
    effects.needs.extend(types(table));
    let parents = table.ancestry.inherits.iter().cloned();
    effects.needs.extend(parents.map(Object::Table));
    if context.writer.can().indexes_in_table {
        effects.gives.extend(
            table
                .indexes
                .iter()
                .flat_map(|each| index::itself(context, table, each)),
        );
    }
    let mut statements = vec![context.writer.create_table(table)];
    statements.extend(details::statements(context, table));
    let late = details::late(context, table);
    let all = details::needs(context, table);
    let body = if late.is_empty() {
        effects.needs.extend(all);
        Body::Whole(statements, effects)
    } else {
        let bare = details::bare(context, table);
        let mut first = effects.clone();
        first.needs.extend(details::needs(context, &bare));
        let mut bare_statements = vec![context.writer.create_table(&bare)];
        bare_statements.extend(details::statements(context, &bare));
        let mut parts = vec![Draft::whole(
            StepKind::CreateTable,
            &table.name,
            bare_statements,
            first,
        )];
        parts.extend(late);
        effects.needs.extend(all);
        Body::Divisible(statements, effects, parts)
    };
    Draft {
        kind: StepKind::CreateTable,
        subject: Some(table.name.clone()),
        notes: Vec::new(),
        body,
    }
}

pub(crate) fn drop<'c>(context: &Context<'c>, table: &Table) -> Draft<'c> {
    let mut effects = Effects {
        takes: itself(context, table),
        frees: types(table),
        ..Effects::default()
    };
    effects.takes.extend(
        table
            .indexes
            .iter()
            .flat_map(|each| index::itself(context, table, each)),
    );
    let statements = context.writer.drop_table(table);
    let mut draft = Draft::whole(
        StepKind::DropTable,
        &table.name,
        statements.clone(),
        effects.clone(),
    );
    effects.frees.extend(details::needed(context, table));
    draft.body = match details::release(context, table) {
        None => Body::Whole(statements, effects),
        Some(release) => {
            // What the release lets go of no longer holds the table.
            let freed = release.effects().frees;
            let mut rest = effects.clone();
            rest.frees.retain(|object| !freed.contains(object));
            let last = Draft::whole(StepKind::DropTable, &table.name, statements.clone(), rest);
            Body::Divisible(statements, effects, vec![release, last])
        }
    };
    draft
}

/// Everything that comes and goes with a table, its indexes aside.
fn itself(context: &Context<'_>, table: &Table) -> Vec<Object> {
    let mut objects = vec![
        Object::Table(table.name.clone()),
        Object::Name(Writer::table_scope(&table.name), table.name.name.clone()),
    ];
    if context.writer.can().enum_types {
        // Each table brings a type of its own name.
        objects.push(Object::Name(
            Scope::Types(table.name.namespace.clone()),
            table.name.name.clone(),
        ));
    }
    for each in &table.columns {
        objects.push(column_object(table, &each.name));
        if let (Some(Default::Autoincrement { .. }), true) =
            (&each.default, context.writer.can().enum_types)
        {
            let sequence = column::sequence(table, each);
            objects.push(Object::Name(
                Writer::table_scope(&sequence),
                sequence.name.clone(),
            ));
        }
    }
    if let Some(key) = &table.primary_key {
        objects.extend(primary_key::itself(context, table, key));
    }
    objects
}

/// The types of its columns that are objects of their own.
fn types(table: &Table) -> Vec<Object> {
    table
        .columns
        .iter()
        .flat_map(|column| {
            let enumeration = column.ty.enum_name().cloned().map(Object::Enum);
            enumeration.into_iter().chain(super::domain(&column.ty))
        })
        .collect()
}

/// Changes a table in place. What becomes of indexes and foreign keys are steps of their own, with the exception of
/// indexes that number a table.
pub(crate) fn alter<'c>(context: &Context<'c>, change: &AlteredTable<'c>) -> Vec<Draft<'c>> {
    let mut drafts = Vec::new();
    let mut clauses: Vec<Clause> = Vec::new();
    let table = change.to;
    // A column that is dropped and made again takes the key with it.
    let torn = change.primary_key.is_none() && key_is_torn(context, change);
    match change.primary_key {
        Some(PrimaryKeyChange::Dropped(key) | PrimaryKeyChange::Replaced { from: key, .. }) => {
            clauses.push(primary_key::drop(context, change.from, key));
        }
        Some(PrimaryKeyChange::Renamed { from, to }) => {
            clauses.extend(primary_key::rename(context, table, from, to));
        }
        None if torn => {
            clauses.extend(
                change
                    .from
                    .primary_key
                    .iter()
                    .map(|key| primary_key::drop(context, change.from, key)),
            );
        }
        Some(PrimaryKeyChange::Created(_)) | None => {}
    }
    for each in &change.columns {
        match *each {
            ColumnChange::Dropped(column) => {
                clauses.push(column::drop(context, change.from, column));
            }
            ColumnChange::Added(column) => clauses.push(column::add(context, table, column)),
            ColumnChange::Altered(altered) => {
                let change = column::alter(context, table, &altered);
                drafts.extend(change.backfill);
                clauses.extend(change.clauses);
            }
        }
    }
    match change.primary_key {
        Some(PrimaryKeyChange::Created(key) | PrimaryKeyChange::Replaced { to: key, .. }) => {
            clauses.push(primary_key::add(context, table, key));
        }
        None if torn => clauses.extend(
            table
                .primary_key
                .iter()
                .map(|key| primary_key::add(context, table, key)),
        ),
        _ => {}
    }
    for each in &change.indexes {
        match each {
            IndexChange::Created(to) if index::carries_numbers(context, table, to) => {
                clauses.push(index::add_clause(context, table, to));
            }
            IndexChange::Dropped(from) if index::carries_numbers(context, change.from, from) => {
                clauses.push(index::drop_clause(context, change.from, from));
            }
            _ => {}
        }
    }
    if !clauses.is_empty() {
        drafts.push(Draft::clauses(table, clauses));
    }
    drafts
}

fn key_is_torn(context: &Context<'_>, change: &AlteredTable<'_>) -> bool {
    let Some(key) = &change.from.primary_key else {
        return false;
    };
    change.columns.iter().any(|each| match each {
        ColumnChange::Altered(altered) => {
            key.column_names().any(|name| name == &*altered.from.name)
                && column::is_recreated(context, altered)
        }
        _ => false,
    })
}
