//! What becomes of indexes that are the same on both sides.

use crate::catalog::{Index, Table};
use crate::change::{AlteredTable, ColumnChange};
use crate::object::{Context, column};

/// What becomes of an index when a column under it changes.
#[derive(Clone, Copy)]
pub(super) enum Fate {
    Stays,
    /// It goes with the column.
    Lost,
    /// Its predicate holds a value of the old type, which the server does not translate, or the server changes no type under an index.
    InTheWay,
}

/// What the changes of columns make of an index that is the same on both sides.
pub(super) fn fate(
    context: &Context<'_>,
    from: &Table,
    to: &Table,
    change: Option<&AlteredTable<'_>>,
    index: &Index,
) -> Fate {
    if context.writer.can().restates_columns {
        return Fate::Stays;
    }
    let mut fate = Fate::Stays;
    for each in change
        .map(|change| change.columns.as_slice())
        .unwrap_or_default()
    {
        let ColumnChange::Altered(altered) = each else {
            continue;
        };
        let is_over = index.column_names().any(|name| name == &*altered.from.name);
        if is_over && column::is_recreated(context, altered) {
            return Fate::Lost;
        }
        let can = context.writer.can();
        if altered.ty && (speaks_of(index, &altered.from.name) || (is_over && !can.retypes_keys)) {
            fate = Fate::InTheWay;
        }
    }
    let rebuilt = from.columns.iter().any(|column| {
        let kept = to.column(&column.name);
        kept.is_some_and(|kept| context.is_rebuilt(&column.ty, &kept.ty))
            && speaks_of(index, &column.name)
    });
    if rebuilt { Fate::InTheWay } else { fate }
}

/// Tells whether a partial index depends on a column by its predicate. The text decides: too often is harmless.
fn speaks_of(index: &Index, column: &str) -> bool {
    index.predicate.as_ref().is_some_and(|predicate| {
        let text = predicate.canonical.as_ref().unwrap_or(&predicate.source);
        text.to_ascii_lowercase()
            .contains(&column.to_ascii_lowercase())
    })
}
