//! Last pass: the database names that were not given.
//!
//! They are those that Prisma derives, so that an adopted database keeps them: the table and columns joined by `_`, a suffix,
//! and the part before the suffix cut to what the database's limit leaves.

use super::Context;
use crate::ir::{IndexColumn, IndexKind, JoinTable, ModelId, RelationKind, Schema};

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
            key.database_name = cut(&model.database_name, "_pkey", limit);
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
            let name = cut(&joined(table, columns), "_fkey", limit);
            cx.schema.relations[index].constraint = name;
        }
    }
}

/// The names of a domain's checks.
fn domain_checks(cx: &mut Context<'_>, limit: usize) {
    for domain in &mut cx.schema.domains {
        for check in &mut domain.checks {
            if check.database_name.is_empty() {
                check.database_name = cut(&domain.database_name, "_check", limit);
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
            let base = joined(&model.database_name, column.into_iter());
            check.database_name = cut(&base, "_check", limit);
        }
    }
    let exclusions = model.more.iter_mut().flat_map(|more| &mut more.exclusions);
    for exclusion in exclusions {
        if exclusion.database_name.is_empty() {
            exclusion.database_name = cut(&model.database_name, "_excl", limit);
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
            let suffix = if index.kind == IndexKind::Unique {
                "_key"
            } else {
                "_idx"
            };
            cut(
                &joined(&model.database_name, index.columns.iter().map(column)),
                suffix,
                limit,
            )
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
        name: cut(&base, "", limit),
        namespace: a.namespace.clone(),
        key_name: cut(
            &base,
            if primary_key {
                "_AB_pkey"
            } else {
                "_AB_unique"
            },
            limit,
        ),
        index_name: cut(&base, "_B_index", limit),
        a_constraint: cut(&base, "_A_fkey", limit),
        b_constraint: cut(&base, "_B_fkey", limit),
    }
}

fn joined<'a>(table: &str, columns: impl Iterator<Item = &'a str>) -> String {
    let mut name = table.to_owned();
    for column in columns {
        name.push('_');
        name.push_str(column);
    }
    name
}

/// `base` and `suffix`, with `base` cut at a character's end so that both fit into `limit` bytes.
fn cut(base: &str, suffix: &str, limit: usize) -> Box<str> {
    let mut end = base.len().min(limit.saturating_sub(suffix.len()));
    while !base.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{suffix}", &base[..end]).into()
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn names_are_cut_before_their_suffix_and_between_characters() {
        assert_eq!(&*cut("abcdef", "_key", 8), "abcd_key");
        assert_eq!(&*cut("aéé", "_key", 8), "aé_key");
        assert_eq!(&*cut("ab", "_key", 63), "ab_key");
    }
}
