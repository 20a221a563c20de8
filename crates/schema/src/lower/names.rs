//! The database names that were not given.
//!
//! They are those that Prisma derives, so that an adopted database keeps them: the table and columns joined by `_`, a suffix,
//! and the part before the suffix cut to what the database's limit leaves.

use std::sync::Arc;

use smallvec::SmallVec;

use super::Context;
use crate::ir::{IndexKind, JoinTable, ModelId, Relation, RelationKind, Schema};

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
                check.database_name = cut(&domain.database_name, [], "_check", limit);
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
            let suffix = if index.kind == IndexKind::Unique {
                "_key"
            } else {
                "_idx"
            };
            // An expression has no name; `expr` stands for it, as PostgreSQL has it.
            let columns = index.columns.iter().map(|column| match column.field() {
                Some(field) => cx.schema.field(field).database_name(),
                None => "expr",
            });
            index.database_name = cut(walker.database_name(), columns, suffix, limit);
        }
    }
    let data = &mut cx.schema.models[model];
    data.indexes = indexes;
    if let Some(key) = &mut data.primary_key
        && key.database_name.is_empty()
    {
        key.database_name = cut(&data.database_name, [], "_pkey", limit);
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
            let name = cut(relation.from().database_name(), columns, "_fkey", limit);
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
            check.database_name = cut(table, column, "_check", limit);
        }
    }
    let model = &mut schema.models[model];
    model.checks = checks;
    let exclusions = model.more.iter_mut().flat_map(|more| &mut more.exclusions);
    for exclusion in exclusions {
        if exclusion.database_name.is_empty() {
            exclusion.database_name = cut(&model.database_name, [], "_excl", limit);
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
    let name = |suffix| cut(&base, [], suffix, limit);
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

/// The table, columns and suffix of a name, joined by `_`, with what is before the suffix cut at a character's end so that both
/// fit into `limit` bytes.
fn cut<'a>(
    table: &str,
    columns: impl IntoIterator<Item = &'a str>,
    suffix: &str,
    limit: usize,
) -> Box<str> {
    let room = limit.saturating_sub(suffix.len());
    let mut name = SmallVec::<[u8; 128]>::new();
    name.extend_from_slice(table.as_bytes());
    for column in columns {
        name.push(b'_');
        name.extend_from_slice(column.as_bytes());
        if name.len() > room {
            break;
        }
    }
    let mut end = name.len().min(room);
    // A byte that begins no character follows the ones before it.
    while name.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
        end -= 1;
    }
    name.truncate(end);
    name.extend_from_slice(suffix.as_bytes());
    String::from_utf8_lossy(&name).into()
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn names_are_cut_before_their_suffix_and_between_characters() {
        assert_eq!(&*cut("abcdef", [], "_key", 8), "abcd_key");
        assert_eq!(&*cut("aéé", [], "_key", 8), "aé_key");
        assert_eq!(&*cut("ab", ["c"], "_key", 63), "ab_c_key");
    }
}
