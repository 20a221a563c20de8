//! How a table changes that stands on both sides.

use super::{View, column, foreign_key, index};
use crate::catalog::{PrimaryKey, Table};
use crate::change::{AlteredTable, PrimaryKeyChange};

/// Returns what differs, `None` where nothing does.
pub(super) fn change<'c>(view: View, from: &'c Table, to: &'c Table) -> Option<AlteredTable<'c>> {
    let altered = AlteredTable {
        from,
        to,
        columns: column::changes(view.dialect, from, to),
        primary_key: primary_key(from.primary_key.as_ref(), to.primary_key.as_ref()),
        indexes: index::changes(view, from, to),
        foreign_keys: foreign_key::changes(view, from, to),
    };
    let unchanged = altered.columns.is_empty()
        && altered.primary_key.is_none()
        && altered.indexes.is_empty()
        && altered.foreign_keys.is_empty();
    (!unchanged).then_some(altered)
}

fn primary_key<'c>(
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
        // Where one side does not know the name, the database does not have names.
        (Some(from), Some(to)) => {
            let renamed = from.name.is_some() && to.name.is_some() && from.name != to.name;
            renamed.then_some(PrimaryKeyChange::Renamed { from, to })
        }
    }
}
