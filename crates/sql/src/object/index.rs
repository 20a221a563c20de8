//! Indexes and uniques.

use super::{Body, Context, Draft, column_object, key_object};
use crate::catalog::{Index, Table};
use crate::step::{Effects, Object, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, table: &Table, index: &Index) -> Draft<'c> {
    let effects = Effects {
        needs: needs(context, table, index),
        gives: itself(context, table, index),
        ..Effects::default()
    };
    Draft::whole(
        StepKind::CreateIndex,
        &table.name,
        vec![context.writer.create_index(table, index)],
        effects,
    )
}

pub(crate) fn drop<'c>(context: &Context<'c>, table: &Table, index: &Index) -> Draft<'c> {
    let effects = Effects {
        frees: needs(context, table, index),
        takes: itself(context, table, index),
        ..Effects::default()
    };
    Draft::whole(
        StepKind::DropIndex,
        &table.name,
        vec![context.writer.drop_index(table, &index.name)],
        effects,
    )
}

/// Drops the index that MySQL made by itself for a foreign key that goes: the server leaves it behind.
pub(crate) fn drop_implied<'c>(context: &Context<'c>, table: &Table, name: &str) -> Draft<'c> {
    let effects = Effects {
        takes: vec![Object::Index(table.name.clone(), name.into())],
        ..Effects::default()
    };
    Draft::whole(
        StepKind::DropIndex,
        &table.name,
        vec![context.writer.drop_index(table, name)],
        effects,
    )
}

pub(crate) fn rename<'c>(
    context: &Context<'c>,
    table: &'c Table,
    from: &Index,
    to: &Index,
) -> Draft<'c> {
    let mut effects = Effects {
        needs: vec![Object::Table(table.name.clone())],
        gives: itself(context, table, to),
        takes: itself(context, table, from),
        ..Effects::default()
    };
    // The key stays what it is under any name.
    effects
        .gives
        .retain(|object| !matches!(object, Object::Key(..)));
    effects
        .takes
        .retain(|object| !matches!(object, Object::Key(..)));
    if context.writer.can().renames_indexes {
        let body = Body::Rename(table, [from.name.clone(), to.name.clone()], effects);
        return Draft {
            kind: StepKind::RenameIndex,
            subject: Some(table.name.clone()),
            notes: Vec::new(),
            body,
        };
    }
    let statements = vec![
        context.writer.drop_index(table, &from.name),
        context.writer.create_index(table, to),
    ];
    Draft::whole(StepKind::RedefineIndex, &table.name, statements, effects)
}

/// What the index is for others: a name, an index, and a key to refer to if it is unique over all rows.
pub(crate) fn itself(context: &Context<'_>, table: &Table, index: &Index) -> Vec<Object> {
    let mut objects = vec![
        Object::Index(table.name.clone(), index.name.clone()),
        Object::Name(context.writer.index_scope(&table.name), index.name.clone()),
    ];
    if index.is_unique() && index.predicate.is_none() {
        objects.push(key_object(&table.name, index.column_names()));
    }
    objects
}

fn needs(context: &Context<'_>, table: &Table, index: &Index) -> Vec<Object> {
    let mut objects = context.surroundings(&table.name);
    objects.push(Object::Table(table.name.clone()));
    for column in &table.columns {
        // What a predicate speaks of is not known without the server: it may be any column.
        if index.predicate.is_some() || index.column_names().any(|name| name == &*column.name) {
            objects.push(column_object(table, &column.name));
            objects.extend(column.ty.enum_name().cloned().map(Object::Enum));
        }
    }
    objects
}
