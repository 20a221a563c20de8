//! How indexes differ: paired by what they cover, then by name.

use relata_schema::ir::Algorithm;
use relata_script::Dialect;

use super::View;
use super::expression::same_expression;
use super::torn::index_address;
use crate::catalog::{Address, Index, IndexColumn, Kind, Managed, Table};
use crate::change::IndexChange;

pub(super) fn changes<'c>(view: View<'_>, from: &'c Table, to: &'c Table) -> Vec<IndexChange<'c>> {
    // What of an index belongs to a partition goes with the whole, unless the partition leaves that first and takes it along: for good,
    // or while the whole is made anew.
    let is_made_anew =
        |name| view.torn.tables.contains(name) && !view.torn.tables.contains(&from.name);
    let leaves = from.whole() != to.whole() || from.whole().is_some_and(is_made_anew);
    let goes_along = |index: &Index| {
        let whole = index.part_of.as_ref();
        whole.is_some_and(|whole| {
            view.torn.has(&Address::of(Kind::Index, whole)) && from.whole().is_some() && !leaves
        })
    };
    let visible = |table: &'c Table| -> Vec<&'c Index> {
        let indexes = table.indexes.iter();
        indexes
            .filter(|index| !is_implied(view.dialect, table, index))
            .collect()
    };
    // A schema that names columns only has no say over an index of expressions, nor over one of some of the rows.
    let drops_partial = view.drops(Managed::PartialIndexes);
    let ours = |index: &Index| {
        let is_written = (view.drops_index_clauses || !is_of_expressions(index))
            && (drops_partial || index.predicate.is_none());
        is_written || to.indexes.iter().any(|each| each.name == index.name)
    };
    let before: Vec<&Index> = visible(from)
        .into_iter()
        .filter(|each| ours(each))
        .collect();
    let is_torn = |index: &Index| view.is_whole && view.torn.has(&index_address(from, index));
    let same_comment =
        |view, before: &str, after: &str| same_comment(view, (from, before), (to, after));
    let same_content = |from: &Index, to: &Index| {
        // A database may narrow what a schema that cannot say so asks for.
        let is_narrowed = !drops_partial && to.predicate.is_none();
        same_keys(from, to)
            && (is_narrowed || same_predicate(from, to))
            && same_clauses_in(view, from, to)
            && same_comment(view, &from.name, &to.name)
            && (!view.is_whole
                || (from.name == to.name && view.dialect == Dialect::Postgres)
                || kept_alike(from, to))
            && !is_torn(from)
    };
    // A `UNIQUE` inside of a table has no name that could be another.
    let nameless = |index: &Index| view.dialect == Dialect::Sqlite && index.constraint.is_some();
    let paired = pairs(&before, &visible(to), same_content, |from, to| {
        from.name == to.name || nameless(from) || nameless(to)
    });
    let dropped = paired.dropped.into_iter();
    let dropped = dropped
        .filter(|index| !goes_along(index))
        .map(IndexChange::Dropped);
    let renamed = paired
        .renamed
        .into_iter()
        .map(|(from, to)| IndexChange::Renamed { from, to });
    let created = paired.created.into_iter().map(IndexChange::Created);
    let altered = paired.same.into_iter().filter_map(|(from, to)| {
        (view.is_whole && !kept_alike(from, to)).then_some(IndexChange::Altered { from, to })
    });
    dropped
        .chain(renamed)
        .chain(altered)
        .chain(created)
        .collect()
}

/// Compares what is said of two indexes where that is a part of them (MySQL).
pub(super) fn same_comment(
    view: View<'_>,
    (from, before): (&Table, &str),
    (to, after): (&Table, &str),
) -> bool {
    let address = |table: &Table, name: &str| Address::part(Kind::Index, &table.name, name);
    !view.is_whole
        || view.dialect != Dialect::Mysql
        || view.from.comment(&address(from, before)) == view.to.comment(&address(to, after))
}

/// Compares what of an index changes in place.
fn kept_alike(from: &Index, to: &Index) -> bool {
    from.options == to.options
        && from.tablespace == to.tablespace
        && from
            .columns
            .iter()
            .zip(&to.columns)
            .all(|(from, to)| from.statistics == to.statistics)
}

/// Tells whether MySQL made the index by itself, for a foreign key that had none: it then bears the key's name. It comes
/// and goes with the key, so it is nobody's wish and no difference.
pub(crate) fn is_implied(dialect: Dialect, table: &Table, index: &Index) -> bool {
    dialect == Dialect::Mysql
        && !index.is_unique()
        && table.foreign_keys.iter().any(|key| {
            key.name.as_deref() == Some(&*index.name)
                && index
                    .column_names()
                    .eq(key.columns.iter().map(|name| &**name))
        })
}

/// Tells whether an index is not one of columns alone.
pub(crate) fn is_of_expressions(index: &Index) -> bool {
    index
        .columns
        .iter()
        .any(|column| column.expression.is_some())
}

/// Compares everything but the names.
pub(super) fn same_index(from: &Index, to: &Index) -> bool {
    same_keys(from, to) && same_predicate(from, to) && same_written_clauses(from, to)
}

/// Compares the clauses that count: all of them between two databases, and what a schema can write where it owns that or says
/// something of it.
fn same_clauses_in(view: View<'_>, from: &Index, to: &Index) -> bool {
    let says = !to.include.is_empty()
        || to.nulls_not_distinct
        || is_of_expressions(to)
        || to
            .columns
            .iter()
            .any(|column| column.nulls.is_some() || column.collation.is_some());
    if view.is_whole {
        same_written_clauses(from, to)
            && same_kept_clauses(from, to)
            && (!view.from.is_whole || same_classes(from, to))
    } else {
        !(view.drops_index_clauses || says) || same_written_clauses(from, to)
    }
}

/// Compares what the schema language writes beyond Prisma's.
fn same_written_clauses(from: &Index, to: &Index) -> bool {
    let same_column = |from: &IndexColumn, to: &IndexColumn| {
        let same = match (&from.expression, &to.expression) {
            (None, None) => true,
            (Some(from), Some(to)) => same_expression(from, to),
            _ => false,
        };
        same && from.nulls == to.nulls && collation(from) == collation(to)
    };
    let columns = from.columns.iter().zip(&to.columns);
    from.include == to.include
        && from.nulls_not_distinct == to.nulls_not_distinct
        && columns.into_iter().all(|(from, to)| same_column(from, to))
}

/// The collation of a column without the namespace that holds those of the server.
fn collation(column: &IndexColumn) -> Option<&str> {
    let sql = column.collation.as_deref()?;
    Some(
        sql.strip_prefix("pg_catalog.")
            .unwrap_or(sql)
            .trim_matches('"'),
    )
}

/// Compares what a schema cannot write.
fn same_kept_clauses(from: &Index, to: &Index) -> bool {
    from.constraint == to.constraint
        && from.is_temporal == to.is_temporal
        && from.method == to.method
        && from.is_valid == to.is_valid
}

/// Compares the operator classes as two servers tell them: those that go without saying are not told.
fn same_classes(from: &Index, to: &Index) -> bool {
    let mut columns = from.columns.iter().zip(&to.columns);
    columns.all(|(from, to)| from.operator_class == to.operator_class)
}

fn same_keys(from: &Index, to: &Index) -> bool {
    from.kind == to.kind
        && from.algorithm == to.algorithm
        && same_columns(&from.columns, &to.columns, from.algorithm)
}

fn same_predicate(from: &Index, to: &Index) -> bool {
    match (&from.predicate, &to.predicate) {
        (None, None) => true,
        (Some(from), Some(to)) => same_expression(from, to),
        _ => false,
    }
}

pub(super) fn same_columns(
    from: &[IndexColumn],
    to: &[IndexColumn],
    algorithm: Option<Algorithm>,
) -> bool {
    fn class(column: &IndexColumn, algorithm: Option<Algorithm>) -> Option<&str> {
        column
            .operator_class
            .as_deref()
            .filter(|class| !is_default_class(class, algorithm))
    }
    from.len() == to.len()
        && from.iter().zip(to).all(|(from, to)| {
            from.name == to.name
                && from.sort == to.sort
                && from.length == to.length
                && class(from, algorithm) == class(to, algorithm)
        })
}

/// Tells whether the class is what the access method takes by itself for the type, so that naming it says nothing
/// (manual, "Built-in Operator Classes" of each access method).
fn is_default_class(class: &str, algorithm: Option<Algorithm>) -> bool {
    match algorithm {
        Some(Algorithm::Gin) => matches!(class, "array_ops" | "jsonb_ops" | "tsvector_ops"),
        Some(Algorithm::SpGist) => matches!(class, "inet_ops" | "text_ops"),
        Some(Algorithm::Brin) => {
            class == "inet_inclusion_ops"
                || (class.ends_with("_minmax_ops") && class != "inet_minmax_ops")
        }
        Some(Algorithm::Gist) => false,
        None | Some(Algorithm::BTree | Algorithm::Hash) => {
            class.ends_with("_ops") && !class.ends_with("_pattern_ops")
        }
    }
}

/// What became of the objects of one kind in a table.
pub(super) struct Pairs<'c, T> {
    /// Only before.
    pub(super) dropped: Vec<&'c T>,
    /// On both sides, under the same name.
    pub(super) same: Vec<(&'c T, &'c T)>,
    /// On both sides, under another name.
    pub(super) renamed: Vec<(&'c T, &'c T)>,
    /// Only after.
    pub(super) created: Vec<&'c T>,
}

/// Pairs objects that do the same: first those that also have the same name, then the others in their order.
pub(super) fn pairs<'c, T>(
    before: &[&'c T],
    after: &[&'c T],
    same_content: impl Fn(&T, &T) -> bool,
    same_name: impl Fn(&T, &T) -> bool,
) -> Pairs<'c, T> {
    let mut left: Vec<&'c T> = before.to_vec();
    let mut right: Vec<&'c T> = after.to_vec();
    let mut same = Vec::new();
    left.retain(|from| {
        match right
            .iter()
            .position(|to| same_name(from, to) && same_content(from, to))
        {
            Some(place) => {
                same.push((*from, right.remove(place)));
                false
            }
            None => true,
        }
    });
    let mut renamed = Vec::new();
    left.retain(
        |from| match right.iter().position(|to| same_content(from, to)) {
            Some(place) => {
                renamed.push((*from, right.remove(place)));
                false
            }
            None => true,
        },
    );
    Pairs {
        dropped: left,
        same,
        renamed,
        created: right,
    }
}
