//! How foreign keys differ: paired by what they do, then by name.

use relata_schema::ir::ReferentialAction;
use relata_script::Dialect;

use super::View;
use super::index::pairs;
use crate::catalog::{ForeignKey, Table};
use crate::change::ForeignKeyChange;

pub(super) fn changes<'c>(
    View {
        dialect, is_whole, ..
    }: View<'_>,
    from: &'c Table,
    to: &'c Table,
) -> Vec<ForeignKeyChange<'c>> {
    let before: Vec<_> = from.foreign_keys.iter().collect();
    let after: Vec<_> = to.foreign_keys.iter().collect();
    // SQLite does not tell the names of its foreign keys.
    let named = dialect != Dialect::Sqlite;
    // PostgreSQL changes in place when a key is checked.
    let in_place = is_whole && dialect == Dialect::Postgres;
    let same_content = |from: &ForeignKey, to: &ForeignKey| {
        same_content(from, to, dialect)
            && (in_place && from.name == to.name || from.deferrable == to.deferrable)
            && (from.name == to.name
                || (from.is_valid, from.is_enforced) == (to.is_valid, to.is_enforced))
            // A name that is taken becomes free only when what has it goes.
            && (!in_place || from.name == to.name || !before.iter().any(|each| each.name == to.name))
            && (!is_whole || same_clauses(from, to))
    };
    let paired = pairs(&before, &after, same_content, |from, to| {
        !named || from.name == to.name
    });
    let dropped = paired.dropped.into_iter().map(ForeignKeyChange::Dropped);
    let renamed = paired
        .renamed
        .into_iter()
        .map(|(from, to)| ForeignKeyChange::Renamed { from, to });
    let created = paired.created.into_iter().map(ForeignKeyChange::Created);
    let altered = paired.same.into_iter().filter_map(|(from, to)| {
        let same = from.deferrable == to.deferrable
            && from.is_valid == to.is_valid
            && from.is_enforced == to.is_enforced;
        (in_place && !same).then_some(ForeignKeyChange::Altered { from, to })
    });
    dropped
        .chain(renamed)
        .chain(altered)
        .chain(created)
        .collect()
}

fn same_content(from: &ForeignKey, to: &ForeignKey, dialect: Dialect) -> bool {
    from.references == to.references
        && from.columns == to.columns
        && from.referenced_columns == to.referenced_columns
        && same_action(from.on_delete, to.on_delete, dialect)
        && same_action(from.on_update, to.on_update, dialect)
}

/// InnoDB takes `SET DEFAULT` and keeps a refusal in its place (MariaDB manual, "Foreign Keys"): who asks for it would be told of a difference
/// for ever. The schema's own rules warn of it.
fn same_action(from: ReferentialAction, to: ReferentialAction, dialect: Dialect) -> bool {
    use ReferentialAction::{NoAction, Restrict, SetDefault};
    from == to
        || dialect == Dialect::Mysql && to == SetDefault && matches!(from, NoAction | Restrict)
}

/// Compares what a schema cannot write.
fn same_clauses(from: &ForeignKey, to: &ForeignKey) -> bool {
    from.match_full == to.match_full
        && from.set_columns == to.set_columns
        && from.is_temporal == to.is_temporal
        // One that was found to hold cannot become one that was not.
        && (to.is_valid || !from.is_valid)
}
