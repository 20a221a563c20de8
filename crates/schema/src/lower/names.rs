//! Last pass: the database names that were not given.
//!
//! How they are made stands in [`derived`].

use super::Context;
use crate::derived;
use crate::ir::{IndexColumn, JoinTable, ModelId, RelationKind, Schema};

pub(super) fn derive(cx: &mut Context<'_>) {
    let limit = cx
        .provider()
        .map_or(63, |provider| provider.facts().identifier_bytes);
    domain_checks(cx, limit);
    for index in 0..cx.schema.models.len() {
        let names = model_names(&cx.schema, ModelId::from_index(index), limit);
        conditions(&mut cx.schema, index, limit);
        let model = &mut cx.schema.models[index];
        if let Some(key) = &mut model.primary_key
            && key.database_name.is_empty()
        {
            key.database_name = derived::primary_key(&model.database_name, limit);
        }
        for (index, name) in model.indexes.iter_mut().zip(names) {
            if index.database_name.is_empty() {
                index.database_name = name;
            }
        }
    }
    for index in 0..cx.schema.relations.len() {
        if cx.schema.relations[index].kind == RelationKind::ManyToMany {
            let table = join_table(&cx.schema, index, limit);
            cx.schema.relations[index].join_table = Some(table);
        } else if cx.schema.relations[index].constraint.is_empty() {
            let relation = &cx.schema.relations[index];
            let table = &cx.schema.models[relation.from.index()].database_name;
            let columns = relation
                .fields
                .iter()
                .map(|field| &*cx.schema.fields[field.index()].database_name);
            let name = derived::foreign_key(table, columns, limit);
            cx.schema.relations[index].constraint = name;
        }
    }
}

/// The names of a domain's checks.
fn domain_checks(cx: &mut Context<'_>, limit: usize) {
    for domain in &mut cx.schema.domains {
        for check in &mut domain.checks {
            if check.database_name.is_empty() {
                check.database_name = derived::check(&domain.database_name, None, limit);
            }
        }
    }
}

/// The names of checks and exclusions, which Prisma does not know; they are those that PostgreSQL makes.
fn conditions(schema: &mut Schema, index: usize, limit: usize) {
    let model = &mut schema.models[index];
    for check in &mut model.checks {
        if check.database_name.is_empty() {
            let column = check
                .field
                .map(|field| &*schema.fields[field.index()].database_name);
            check.database_name = derived::check(&model.database_name, column, limit);
        }
    }
    let exclusions = model.more.iter_mut().flat_map(|more| &mut more.exclusions);
    for exclusion in exclusions {
        if exclusion.database_name.is_empty() {
            exclusion.database_name = derived::exclusion(&model.database_name, limit);
        }
    }
}

fn model_names(schema: &Schema, model: ModelId, limit: usize) -> Vec<Box<str>> {
    let model = &schema.models[model.index()];
    // An expression has no name; `expr` stands for it, as PostgreSQL has it.
    let column = |column: &IndexColumn| match column.field() {
        Some(field) => &*schema.fields[field.index()].database_name,
        None => "expr",
    };
    model
        .indexes
        .iter()
        .map(|index| {
            let columns = index.columns.iter().map(column);
            derived::index(index.kind, &model.database_name, columns, limit)
        })
        .collect()
}

fn join_table(schema: &Schema, index: usize, limit: usize) -> JoinTable {
    let relation = &schema.relations[index];
    let (a, b) = (
        &schema.models[relation.from.index()],
        &schema.models[relation.to.index()],
    );
    let base = match &relation.name {
        Some(name) => format!("_{name}"),
        None => format!("_{}To{}", a.name, b.name),
    };
    let primary_key = schema
        .provider()
        .is_none_or(|provider| provider.facts().join_table_primary_key);
    JoinTable {
        name: derived::cut(&base, "", limit),
        namespace: a.namespace.clone(),
        key_name: derived::cut(
            &base,
            if primary_key {
                "_AB_pkey"
            } else {
                "_AB_unique"
            },
            limit,
        ),
        index_name: derived::cut(&base, "_B_index", limit),
        a_constraint: derived::cut(&base, "_A_fkey", limit),
        b_constraint: derived::cut(&base, "_B_fkey", limit),
    }
}
