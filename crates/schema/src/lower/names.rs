//! The database names that were not given. How they are made stands in [`derived`].

use std::sync::Arc;

use super::Context;
use crate::derived;
use crate::ir::{JoinTable, ModelId, Relation, RelationKind, Schema};

fn limit(cx: &Context<'_>) -> usize {
    cx.provider()
        .map_or(63, |provider| provider.facts().identifier_bytes)
}

/// The names of the checks of domains.
pub(super) fn of_domains(cx: &mut Context<'_>) {
    let limit = limit(cx);
    if cx.schema.domains.len() == 0 {
        return;
    }
    for domain in Arc::make_mut(&mut cx.schema.domains).iter_mut() {
        for check in &mut domain.checks {
            if check.database_name.is_empty() {
                check.database_name = derived::check(&domain.database_name, None, limit);
            }
        }
    }
}

/// The names of what a model holds; its columns have theirs.
pub(super) fn of_model(cx: &mut Context<'_>, model: ModelId) {
    let limit = limit(cx);
    conditions(&mut cx.schema, model, limit);
    let mut indexes = std::mem::take(&mut cx.schema.models[model].indexes);
    let walker = cx.schema.model(model);
    for index in &mut indexes {
        if index.database_name.is_empty() {
            // An expression has no name; `expr` stands for it, as PostgreSQL has it.
            let columns = index.columns.iter().map(|column| match column.field() {
                Some(field) => cx.schema.field(field).database_name(),
                None => "expr",
            });
            index.database_name =
                derived::index(index.kind, walker.database_name(), columns, limit);
        }
    }
    let data = &mut cx.schema.models[model];
    data.indexes = indexes;
    if let Some(key) = &mut data.primary_key
        && key.database_name.is_empty()
    {
        key.database_name = derived::primary_key(&data.database_name, limit);
    }
}

/// The names of foreign keys, and of the tables behind many-to-many relations.
pub(super) fn of_relations(cx: &mut Context<'_>) {
    let limit = limit(cx);
    for id in cx.schema.relations.ids() {
        let relation = cx.schema.relation(id);
        if relation.kind() == RelationKind::ManyToMany {
            let table = join_table(relation, limit);
            cx.schema.relations[id].join_table = Some(Box::new(table));
        } else if relation.constraint_name().is_empty() {
            let columns = relation.fields().map(|field| field.database_name());
            let name = derived::foreign_key(relation.from().database_name(), columns, limit);
            cx.schema.relations[id].constraint = name;
        }
    }
}

/// The names of checks and exclusions, which Prisma does not know; they are those that PostgreSQL makes.
fn conditions(schema: &mut Schema, model: ModelId, limit: usize) {
    let mut checks = std::mem::take(&mut schema.models[model].checks);
    for check in &mut checks {
        if check.database_name.is_empty() {
            let column = check.field.map(|field| schema.field(field).database_name());
            let table = schema.model(model).database_name();
            check.database_name = derived::check(table, column, limit);
        }
    }
    let model = &mut schema.models[model];
    model.checks = checks;
    let exclusions = model.more.iter_mut().flat_map(|more| &mut more.exclusions);
    for exclusion in exclusions {
        if exclusion.database_name.is_empty() {
            exclusion.database_name = derived::exclusion(&model.database_name, limit);
        }
    }
}

fn join_table(relation: Relation<'_>, limit: usize) -> JoinTable {
    let base = match relation.name() {
        Some(name) => format!("_{name}"),
        None => format!("_{}To{}", relation.from().name(), relation.to().name()),
    };
    let primary_key = relation
        .from()
        .schema()
        .provider()
        .is_none_or(|provider| provider.facts().join_table_primary_key);
    let name = |suffix| derived::cut(&base, suffix, limit);
    JoinTable {
        name: name(""),
        namespace: relation.from().namespace().map(Into::into),
        key_name: name(if primary_key {
            "_AB_pkey"
        } else {
            "_AB_unique"
        }),
        index_name: name("_B_index"),
        a_constraint: name("_A_fkey"),
        b_constraint: name("_B_fkey"),
    }
}
