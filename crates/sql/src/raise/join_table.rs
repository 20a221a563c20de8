//! Tables that only join two others, which a schema says by two lists.

use relata_schema::ir::IndexKind;

use super::Raiser;
use crate::catalog::{Catalog, ForeignKey, ObjectName, Table};

/// A table behind an implicit many-to-many relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Join {
    /// What column `A` refers to.
    pub(super) a: ObjectName,
    /// What column `B` refers to.
    pub(super) b: ObjectName,
}

/// Recognises such a table as Prisma does: its name begins with `_`; `A` and `B` are its key or a unique; `B` has an index;
/// the only two foreign keys are theirs, to the keys of tables in the order of their names. Here it also has no more columns,
/// which Prisma does not look at.
pub(super) fn recognized(table: &Table, catalog: &Catalog) -> Option<Join> {
    if !table.name.name.starts_with('_') || table.name.name.len() < 2 || table.columns.len() != 2 {
        return None;
    }
    let is = |name: &str, wanted: &str| name.eq_ignore_ascii_case(wanted);
    let pair = |mut names: Vec<&str>| {
        names.len() == 2 && is(names.remove(0), "A") && is(names.remove(0), "B")
    };
    let key = table.primary_key.as_ref();
    let is_pair = key.is_some_and(|key| pair(key.column_names().collect()))
        || table.indexes.iter().any(|index| {
            index.is_unique() && index.predicate.is_none() && pair(index.column_names().collect())
        });
    let has_index = table.indexes.iter().any(|index| {
        index.kind == IndexKind::Normal
            && matches!(index.columns.as_slice(), [only] if is(&only.name, "B"))
    });
    let [first, second] = table.foreign_keys.as_slice() else {
        return None;
    };
    let of = |key: &ForeignKey, wanted: &str| matches!(key.columns.as_slice(), [only] if is(only, wanted));
    let (a, b) = if of(first, "A") && of(second, "B") {
        (first, second)
    } else if of(first, "B") && of(second, "A") {
        (second, first)
    } else {
        return None;
    };
    let to_key = |key: &ForeignKey| {
        catalog.table(&key.references).is_some_and(
            |table| matches!(key.referenced_columns.as_slice(), [only] if table.is_keyed_by(only)),
        )
    };
    (is_pair && has_index && to_key(a) && to_key(b)).then(|| Join {
        a: a.references.clone(),
        b: b.references.clone(),
    })
}

impl Raiser<'_> {
    /// Whether the relation of a join table would get this table again: the side of `A` is that of the smaller name.
    pub(super) fn is_sayable(&self, join: &Join) -> bool {
        join.a == join.b || self.names.table(&join.a) < self.names.table(&join.b)
    }

    /// Adds the two lists. The relation is named by its table, unless that is the usual name of the only relation.
    pub(super) fn join(&mut self, table: &ObjectName, join: &Join) {
        let (a, b) = (
            self.names.table(&join.a).to_owned(),
            self.names.table(&join.b).to_owned(),
        );
        let name = table.name[1..].to_owned();
        let is_self = join.a == join.b;
        let is_usual = name == format!("{a}To{b}")
            && !is_self
            && self.relations_between(&join.a, &join.b) == 1;
        let named = if is_usual { None } else { Some(&*name) };
        let wished = |model: &str, side: &str| {
            if is_self {
                vec![format!("{model}_{side}"), format!("{model}_{name}_{side}")]
            } else {
                vec![model.to_owned(), format!("{model}_{name}")]
            }
        };
        // In a self relation the field of the smaller name is the side of `A`, and refers to the rows of `B`.
        let first = self.names.relation_field(&join.a, &wished(&b, "A"));
        let second = self.names.relation_field(&join.b, &wished(&a, "B"));
        for (owner, field, target) in [(&join.a, first, &b), (&join.b, second, &a)] {
            let attribute = named
                .map(|name| format!(" @relation({})", relata_schema::edit::text::string(name)));
            let line = format!("{field} {target}[]{}", attribute.unwrap_or_default());
            self.relation_line(owner, &field, line, table);
        }
    }
}
