//! How a table changes that stands on both sides.

use super::{Parents, View, check, column, foreign_key, heads, index};
use crate::catalog::{Address, Catalog, Kind, Managed, ObjectName, PrimaryKey, Storage, Table};
use crate::change::{AlteredTable, PrimaryKeyChange};

/// Returns what differs, `None` where nothing does.
pub(super) fn change<'c>(
    view: View<'_>,
    parents: &Parents<'c>,
    from: &'c Table,
    to: &'c Table,
) -> Option<AlteredTable<'c>> {
    let altered = AlteredTable {
        from,
        to,
        columns: column::changes(view, parents, from, to),
        primary_key: primary_key(view, from.primary_key.as_ref(), to.primary_key.as_ref())
            .or_else(|| {
                let (from_key, to_key) = (from.primary_key.as_ref()?, to.primary_key.as_ref()?);
                let same = index::same_comment(view, (from, "PRIMARY"), (to, "PRIMARY"));
                (!same).then_some(PrimaryKeyChange::Replaced {
                    from: from_key,
                    to: to_key,
                })
            })
            .or_else(|| {
                let (from_key, to_key) = (from.primary_key.as_ref()?, to.primary_key.as_ref()?);
                let is_remade =
                    loses_parts(view.from, view.to, from, to) || becomes_part(from, to, parents);
                is_remade.then_some(PrimaryKeyChange::Replaced {
                    from: from_key,
                    to: to_key,
                })
            })
            .filter(|change| !goes_along(view, *change, parents))
            .or_else(|| {
                // One that stays alone goes with that of the whole, and comes back.
                let back = PrimaryKeyChange::Created(to.primary_key.as_ref()?);
                (from.primary_key.is_some() && whole_loses_key(view, parents)).then_some(back)
            }),
        indexes: index::changes(view, from, to),
        foreign_keys: foreign_key::changes(view, from, to),
        checks: check::changes(view, parents, from, to),
        exclusions: check::exclusions(view, from, to),
        ancestry: view.is_whole
            && (from.ancestry.partitioned_by != to.ancestry.partitioned_by
                || from.ancestry.partition_of != to.ancestry.partition_of
                || from.ancestry.inherits != to.ancestry.inherits
                || is_retyped(view, from, to)
                || heads(from).any(|name| view.torn.tables.contains(name))),
        storage: view.is_whole && !same_storage(&from.storage, &to.storage),
        row_security: (view.drops(Managed::RowSecurity) || to.row_security.is_enabled)
            && from.row_security != to.row_security,
    };
    let unchanged = altered.columns.is_empty()
        && altered.primary_key.is_none()
        && altered.indexes.is_empty()
        && altered.foreign_keys.is_empty()
        && altered.checks.is_empty()
        && altered.exclusions.is_empty()
        && !(altered.ancestry || altered.storage || altered.row_security);
    (!unchanged).then_some(altered)
}

/// Tells whether a table of a type has to let go of it: its columns change with the type, or the type goes.
fn is_retyped(view: View<'_>, from: &Table, to: &Table) -> bool {
    let ty = |catalog: &Catalog, table: &Table| {
        let name = table.ancestry.of_type.as_ref()?;
        let mut types = catalog.composites.iter();
        types.find(|each| each.name == *name).cloned()
    };
    let is_torn = |name: &ObjectName| view.torn.has(&Address::of(Kind::Type, name));
    from.ancestry.of_type != to.ancestry.of_type
        || ty(view.from, from) != ty(view.to, to)
        || from.ancestry.of_type.as_ref().is_some_and(is_torn)
}

/// Tells whether the key of a partition goes with that of the whole.
fn goes_along(view: View<'_>, change: PrimaryKeyChange<'_>, parents: &Parents<'_>) -> bool {
    match change {
        PrimaryKeyChange::Dropped(_) => whole_loses_key(view, parents),
        // What the whole lets go of is not there to be renamed or dropped; it is made as it shall be.
        PrimaryKeyChange::Renamed { .. } => parents
            .both
            .iter()
            .any(|(from, to)| loses_parts(view.from, view.to, from, to)),
        PrimaryKeyChange::Created(_) | PrimaryKeyChange::Replaced { .. } => false,
    }
}

fn whole_loses_key(view: View<'_>, parents: &Parents<'_>) -> bool {
    parents.both.iter().any(|(from, to)| {
        from.ancestry.partitioned_by.is_some()
            && from.primary_key.is_some()
            && (to.primary_key.is_none() || loses_parts(view.from, view.to, from, to))
    })
}

/// Tells whether the key of a partition becomes a part of the one that the whole has and keeps: it is made anew as that.
fn becomes_part(from: &Table, to: &Table, parents: &Parents<'_>) -> bool {
    let mut heads = parents.both.iter();
    !from.key_is_part()
        && to.key_is_part()
        && from.ancestry.partition_of == to.ancestry.partition_of
        && heads.any(|(from, to)| from.key_stands_alone() && to.primary_key.is_some())
}

/// Tells whether a partition no longer has its part of the key, which only goes with the whole (manual, "ALTER INDEX").
pub(super) fn loses_parts(before: &Catalog, after: &Catalog, from: &Table, to: &Table) -> bool {
    let has_lost = |is: &Table| is.whole() == Some(&to.name) && !is.key_is_part();
    after.is_whole
        && to.key_stands_alone()
        && before.tables.iter().any(|was| {
            was.whole() == Some(&from.name)
                && was.key_is_part()
                && after.table(&was.name).is_some_and(has_lost)
        })
}

fn primary_key<'c>(
    view: View<'_>,
    from: Option<&'c PrimaryKey>,
    to: Option<&'c PrimaryKey>,
) -> Option<PrimaryKeyChange<'c>> {
    match (from, to) {
        (None, None) => None,
        (None, Some(to)) => Some(PrimaryKeyChange::Created(to)),
        (Some(from), None) => Some(PrimaryKeyChange::Dropped(from)),
        (Some(from), Some(to)) if !index::same_columns(&from.columns, &to.columns, None) => {
            Some(PrimaryKeyChange::Replaced { from, to })
        }
        (Some(from), Some(to)) if view.is_whole && !same_clauses(from, to) => {
            Some(PrimaryKeyChange::Replaced { from, to })
        }
        // Where one side does not know the name, the database does not have names.
        (Some(from), Some(to)) => {
            let renamed = from.name.is_some() && to.name.is_some() && from.name != to.name;
            renamed.then_some(PrimaryKeyChange::Renamed { from, to })
        }
    }
}

/// Compares what a schema cannot write.
fn same_clauses(from: &PrimaryKey, to: &PrimaryKey) -> bool {
    (
        &from.include,
        from.is_temporal,
        from.deferrable,
        &from.options,
        &from.tablespace,
    ) == (
        &to.include,
        to.is_temporal,
        to.deferrable,
        &to.options,
        &to.tablespace,
    )
}

/// Compares how rows are kept. What Aria says of its pages MariaDB never forgets, whatever the engine.
fn same_storage(from: &Storage, to: &Storage) -> bool {
    let strip = |storage: &Storage| {
        let mut storage = storage.clone();
        storage
            .options
            .retain(|(name, _)| !matches!(&**name, "page_checksum" | "transactional"));
        storage
    };
    strip(from) == strip(to)
}
