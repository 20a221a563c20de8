//! Catalog by catalog: what differs.
//!
//! Tables pair by name, columns by name, indexes and foreign keys by what they do. Nothing is guessed: a renamed table is
//! a dropped one and a new one, unless the catalog before is looked at under its new names (`follow`). Order of columns and of enum values is no difference.

mod check;
mod column;
mod constant;
mod default;
mod enumeration;
mod expression;
mod foreign_key;
mod index;
mod number;
mod object;
mod saying;
mod table;
mod torn;

pub(crate) use check::renamed as renamed_checks;
pub(crate) use column::same_native as same_native_type;
use default::same_default;
pub(crate) use expression::{same_expression, without_brackets};
use foldhash::{HashMap, HashSet};
pub(crate) use index::{is_implied, is_of_expressions};
use relata_script::Dialect;
use torn::Sides;
pub(crate) use torn::kept_parents;

use crate::Error;
use crate::catalog::{Catalog, Column, Extension, Managed, ObjectName, Table};
use crate::change::{Changes, ExtensionChange, TableChange, Torn};

/// What is looked at.
#[derive(Clone, Copy)]
struct View<'t> {
    dialect: Dialect,
    /// Whether what a schema cannot write counts, too.
    is_whole: bool,
    /// Whether indexes of expressions and clauses of indexes go where they are missing.
    drops_index_clauses: bool,
    /// What cannot stay as it is.
    torn: &'t Torn,
    /// Both sides, for what they own.
    from: &'t Catalog,
    to: &'t Catalog,
}

impl View<'_> {
    /// Tells whether what is missing of a kind goes.
    fn drops(&self, kind: Managed) -> bool {
        self.to.drops(kind, self.from)
    }
}

/// Compares two catalogs of one dialect. What the second says was called otherwise is renamed only if the first comes from
/// [`follow`](crate::follow).
pub fn diff<'c>(from: &'c Catalog, to: &'c Catalog) -> Result<Changes<'c>, Error> {
    if from.dialect != to.dialect || is_of_another_server(from, to) {
        return Err(Error::DialectMismatch {
            from: from.server_name(),
            to: to.server_name(),
        });
    }
    let enums = enumeration::changes(from, to);
    let sides = Sides::new(from, to);
    let extensions = extensions(from, to);
    let torn = torn::torn(&sides, &enums, &extensions);
    let view = View {
        dialect: to.dialect,
        is_whole: to.is_whole,
        drops_index_clauses: to.drops(Managed::IndexClauses, from),
        torn: &torn,
        from,
        to,
    };
    let tables = tables(view, from, to);
    let objects = object::changes(&sides, &torn);
    let sayings = saying::sayings(&sides, &objects, &tables, &torn);
    let dropped_namespaces = if to.is_whole {
        missing(&from.namespaces, &to.namespaces)
    } else {
        Vec::new()
    };
    Ok(Changes {
        from,
        to,
        namespaces: missing(&to.namespaces, &from.namespaces),
        dropped_namespaces,
        extensions,
        enums,
        tables,
        objects,
        comments: sayings.comments,
        dropped_comments: sayings.dropped_comments,
        grants: sayings.grants,
        dropped_grants: sayings.dropped_grants,
        torn,
    })
}

/// Tells whether the two are of products that differ beyond their dialect. One that holds nothing is of any.
fn is_of_another_server(from: &Catalog, to: &Catalog) -> bool {
    let is_nothing = |it: &Catalog| it.server.is_none() && *it == Catalog::empty(it.dialect);
    from.server != to.server && !is_nothing(from) && !is_nothing(to)
}

/// The names that only the first list has.
fn missing<'c>(here: &'c [Box<str>], there: &[Box<str>]) -> Vec<&'c str> {
    here.iter()
        .filter(|name| !there.contains(name))
        .map(|name| &**name)
        .collect()
}

fn extensions<'c>(from: &'c Catalog, to: &'c Catalog) -> Vec<ExtensionChange<'c>> {
    let kept = to.extensions.iter().filter_map(|to| {
        match from.extensions.iter().find(|from| from.name == to.name) {
            None => Some(ExtensionChange::Created(to)),
            Some(from) if same_extension(from, to) => None,
            Some(from) if is_older(from, to) => Some(ExtensionChange::Replaced { from, to }),
            Some(from) => Some(ExtensionChange::Altered { from, to }),
        }
    });
    let gone = from
        .extensions
        .iter()
        .filter(|from| to.is_whole && !to.extensions.iter().any(|to| to.name == from.name));
    kept.chain(gone.map(ExtensionChange::Dropped)).collect()
}

/// Tells whether the version to come is older, number by number: extensions bring scripts that lead to newer ones only.
fn is_older(from: &Extension, to: &Extension) -> bool {
    let numbers = |version: &Option<Box<str>>| -> Option<Vec<u64>> {
        let parts = version.as_ref()?.split('.');
        parts.map(|part| part.parse().ok()).collect()
    };
    match (numbers(&from.version), numbers(&to.version)) {
        (Some(from), Some(to)) => to < from,
        _ => false,
    }
}

/// What the schema leaves open is not compared.
fn same_extension(from: &Extension, to: &Extension) -> bool {
    (to.version.is_none() || from.version == to.version)
        && (to.namespace.is_none() || from.namespace == to.namespace)
}

fn tables<'c>(view: View<'_>, from: &'c Catalog, to: &'c Catalog) -> Vec<TableChange<'c>> {
    let before: HashMap<_, _> = from
        .tables
        .iter()
        .map(|table| (&table.name, table))
        .collect();
    let after: HashMap<_, _> = to.tables.iter().map(|table| (&table.name, table)).collect();
    let touched: HashSet<_> = view.torn.all.iter().map(|address| &address.name).collect();
    let altered = from.tables.iter().filter_map(|from| {
        let to = *after.get(&from.name)?;
        if view.torn.tables.contains(&from.name) {
            return Some(TableChange::Recreated { from, to });
        }
        // Most tables of a schema are the same as before, and nothing else says that they change.
        if !view.is_whole && !touched.contains(&from.name) && from == to {
            return None;
        }
        let parents = Parents::of(view, from, to, &before, &after);
        table::change(view, &parents, from, to).map(TableChange::Altered)
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

/// The tables that a table hangs under on both sides, as they were and as they shall be: what happens to them happens to it.
struct Parents<'c> {
    both: Vec<(&'c Table, &'c Table)>,
}

impl<'c> Parents<'c> {
    fn of(
        view: View<'_>,
        from: &'c Table,
        to: &'c Table,
        before: &HashMap<&'c ObjectName, &'c Table>,
        after: &HashMap<&'c ObjectName, &'c Table>,
    ) -> Self {
        let both = heads(from)
            .filter(|name| view.is_whole && heads(to).any(|each| each == *name))
            .filter(|name| !view.torn.tables.contains(*name))
            .filter_map(|name| Some((*before.get(name)?, *after.get(name)?)))
            .collect();
        Self { both }
    }

    /// The column of a parent that another comes down from, before and after.
    fn column(&self, name: &str) -> Option<(Option<&'c Column>, Option<&'c Column>)> {
        self.both
            .iter()
            .map(|(from, to)| (from.column(name), to.column(name)))
            .find(|(from, to)| from.is_some() || to.is_some())
    }

    /// Tells whether a parent had, or has, a check that comes down.
    fn check(&self, name: &str) -> (bool, bool) {
        let has = |table: &Table| {
            let mut checks = table.checks.iter();
            checks.any(|check| &*check.name == name && !check.no_inherit)
        };
        let mut found = (false, false);
        for (from, to) in &self.both {
            found.0 |= has(from);
            found.1 |= has(to);
        }
        found
    }
}

/// The tables that a table hangs under.
pub(crate) fn heads(table: &Table) -> impl Iterator<Item = &ObjectName> {
    table.whole().into_iter().chain(&table.ancestry.inherits)
}
