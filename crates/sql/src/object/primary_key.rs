//! Primary keys of tables that change in place.

use super::{Clause, Context, column_object, key_object};
use crate::catalog::{PrimaryKey, Table};
use crate::dialect::temporal;
use crate::step::{Effects, Object};

pub(crate) fn add(context: &Context<'_>, table: &Table, key: &PrimaryKey) -> Clause {
    let columns = context.writer.key_columns(&key.columns);
    let name = name(context, table, key)
        .map(|name| format!("CONSTRAINT {} ", context.writer.ident(&name)));
    let clauses = format!(
        "{}{}",
        context.writer.key_clauses(key),
        context.writer.index_comment(table, "PRIMARY")
    );
    let mut clause = Clause::new(format!(
        "ADD {}PRIMARY KEY ({columns}{}){clauses}",
        name.unwrap_or_default(),
        temporal(key.is_temporal)
    ));
    clause.effects = Effects {
        needs: columns_of(table, key),
        gives: itself(context, table, key),
        ..Effects::default()
    };
    // A partition brings its own, which that of the whole then takes for a part of itself.
    let heirs = context.heirs(&table.name).iter();
    clause
        .effects
        .needs
        .extend(heirs.map(|heir| Object::PrimaryKey((*heir).clone())));
    clause
}

pub(crate) fn drop(context: &Context<'_>, table: &Table, key: &PrimaryKey) -> Clause {
    let mut clause = Clause::new(match name(context, table, key) {
        Some(name) => format!("DROP CONSTRAINT {}", context.writer.ident(&name)),
        None => "DROP PRIMARY KEY".to_owned(),
    });
    clause.effects = Effects {
        frees: columns_of(table, key),
        takes: itself(context, table, key),
        ..Effects::default()
    };
    clause
}

pub(crate) fn rename(
    context: &Context<'_>,
    table: &Table,
    from: &PrimaryKey,
    to: &PrimaryKey,
) -> Option<Clause> {
    let (from, to) = (name(context, table, from)?, name(context, table, to)?);
    let mut clause = Clause::after(context.writer.rename_constraint(table, &from, &to));
    clause.effects.takes.push(Object::Name(
        context.writer.index_scope(&table.name),
        from.into(),
    ));
    clause.effects.gives.push(Object::Name(
        context.writer.index_scope(&table.name),
        to.into(),
    ));
    Some(clause)
}

/// What the key is for others: a name, and something to refer to.
pub(crate) fn itself(context: &Context<'_>, table: &Table, key: &PrimaryKey) -> Vec<Object> {
    let mut objects = vec![
        Object::PrimaryKey(table.name.clone()),
        key_object(&table.name, key.column_names()),
    ];
    if let Some(name) = name(context, table, key) {
        objects.push(Object::Name(
            context.writer.index_scope(&table.name),
            name.into(),
        ));
    }
    objects
}

fn columns_of(table: &Table, key: &PrimaryKey) -> Vec<Object> {
    key.column_names()
        .map(|column| column_object(table, column))
        .collect()
}

/// The constraint's name where it has one: as given, or what the server would choose.
fn name(context: &Context<'_>, table: &Table, key: &PrimaryKey) -> Option<String> {
    context.writer.can().named_primary_keys.then(|| {
        key.name
            .as_ref()
            .map_or_else(|| format!("{}_pkey", table.name.name), ToString::to_string)
    })
}
