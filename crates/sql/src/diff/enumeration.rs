//! How enums differ that are types of their own.

use foldhash::{HashMap, HashSet};

use crate::catalog::{Catalog, Enum};
use crate::change::EnumChange;
use crate::dialect::capabilities_of;

pub(super) fn changes<'c>(from: &'c Catalog, to: &'c Catalog) -> Vec<EnumChange<'c>> {
    let is_whole = to.is_whole;
    let drops_values = capabilities_of(to.dialect, to.server).drops_enum_values;
    let before: HashMap<_, _> = from
        .enums
        .iter()
        .map(|enumeration| (&enumeration.name, enumeration))
        .collect();
    let after: HashSet<_> = to
        .enums
        .iter()
        .map(|enumeration| &enumeration.name)
        .collect();
    let kept = to.enums.iter().filter_map(|to| match before.get(&to.name) {
        None => Some(EnumChange::Created(to)),
        Some(from) => change(from, to, is_whole, drops_values),
    });
    let dropped = from
        .enums
        .iter()
        .filter(|from| !after.contains(&from.name))
        .map(EnumChange::Dropped);
    kept.chain(dropped).collect()
}

fn change<'c>(
    from: &'c Enum,
    to: &'c Enum,
    is_whole: bool,
    drops_values: bool,
) -> Option<EnumChange<'c>> {
    let missing = |these: &'c Enum, those: &Enum| -> Vec<&'c str> {
        let those: HashSet<_> = those.values.iter().collect();
        these
            .values
            .iter()
            .filter(|value| !those.contains(value))
            .map(|value| &**value)
            .collect()
    };
    let (added, removed) = (missing(to, from), missing(from, to));
    let reordered = is_whole && !kept(from, to).eq(kept(to, from));
    (reordered || !added.is_empty() || !removed.is_empty()).then_some(EnumChange::Altered {
        from,
        to,
        added,
        rebuilt: reordered || !(removed.is_empty() || drops_values),
        removed,
    })
}

/// The values of one that the other has, too, in their order.
fn kept<'c>(here: &'c Enum, there: &'c Enum) -> impl Iterator<Item = &'c Box<str>> {
    let known: HashSet<_> = there.values.iter().collect();
    here.values
        .iter()
        .filter(move |value| known.contains(value))
}
