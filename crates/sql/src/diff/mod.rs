//! Catalog by catalog: what differs.
//!
//! Tables pair by name, columns by name, indexes and foreign keys by what they do. Nothing is guessed: a renamed table is
//! a dropped one and a new one. Order of columns and of enum values is no difference.

mod column;
mod default;
mod enumeration;
mod expression;
mod foreign_key;
mod index;
mod number;
mod object;
mod table;

use std::collections::HashMap;

pub(crate) use column::same_native as same_native_type;
use default::same_default;
pub(crate) use expression::{same_expression, without_brackets};
pub(crate) use index::is_implied;
use relata_script::Dialect;

use crate::Error;
use crate::catalog::{Catalog, Extension, Managed};
use crate::change::{Changes, ExtensionChange, TableChange};

/// What is looked at.
#[derive(Clone, Copy)]
struct View {
    dialect: Dialect,
    /// Whether what a schema cannot write counts, too.
    is_whole: bool,
    /// Whether indexes of expressions and clauses of indexes go where they are missing.
    drops_index_clauses: bool,
}

/// Compares two catalogs of one dialect.
pub fn diff<'c>(from: &'c Catalog, to: &'c Catalog) -> Result<Changes<'c>, Error> {
    if from.dialect != to.dialect {
        return Err(Error::DialectMismatch {
            from: from.dialect,
            to: to.dialect,
        });
    }
    let objects = object::changes(from, to);
    let (comments, dropped_comments) = object::comments(from, to, &objects);
    let (grants, dropped_grants) = object::grants(from, to, &objects);
    Ok(Changes {
        from,
        to,
        namespaces: to
            .namespaces
            .iter()
            .filter(|name| !from.namespaces.contains(name))
            .map(|name| &**name)
            .collect(),
        extensions: extensions(from, to),
        enums: enumeration::changes(from, to),
        tables: tables(from, to),
        objects,
        comments,
        dropped_comments,
        grants,
        dropped_grants,
    })
}

fn extensions<'c>(from: &'c Catalog, to: &'c Catalog) -> Vec<ExtensionChange<'c>> {
    to.extensions
        .iter()
        .filter_map(
            |to| match from.extensions.iter().find(|from| from.name == to.name) {
                None => Some(ExtensionChange::Created(to)),
                Some(from) if same_extension(from, to) => None,
                Some(from) => Some(ExtensionChange::Altered { from, to }),
            },
        )
        .collect()
}

/// What the schema leaves open is not compared.
fn same_extension(from: &Extension, to: &Extension) -> bool {
    (to.version.is_none() || from.version == to.version)
        && (to.namespace.is_none() || from.namespace == to.namespace)
}

fn tables<'c>(from: &'c Catalog, to: &'c Catalog) -> Vec<TableChange<'c>> {
    let before: HashMap<_, _> = from
        .tables
        .iter()
        .map(|table| (&table.name, table))
        .collect();
    let after: HashMap<_, _> = to.tables.iter().map(|table| (&table.name, table)).collect();
    let altered = from.tables.iter().filter_map(|table| {
        let view = View {
            dialect: to.dialect,
            is_whole: to.is_whole,
            drops_index_clauses: to.drops(Managed::IndexClauses, from),
        };
        table::change(view, table, after.get(&table.name)?).map(TableChange::Altered)
    });
    let created = to
        .tables
        .iter()
        .filter(|table| !before.contains_key(&table.name))
        .map(TableChange::Created);
    let dropped = from
        .tables
        .iter()
        .filter(|table| !after.contains_key(&table.name))
        // A schema does not name partitions, and means none of their rows to go.
        .filter(|table| to.is_whole || table.ancestry.partition_of.is_none())
        .map(TableChange::Dropped);
    altered.chain(created).chain(dropped).collect()
}
