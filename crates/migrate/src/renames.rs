use relata_sql::rename::{Idle, IdleRename, Rename, Renamed, Suggestion, read_rename};
use relata_sql::{Catalog, diff, follow, suggest_renames};

use crate::{Ask, Error};

/// Where a plan starts, once it is known what is only called otherwise.
pub(crate) struct Settled {
    /// The catalog to start from, under its new names.
    pub(crate) from: Catalog,
    /// What came of the renames.
    pub(crate) renames: Renames,
    /// What looked like a rename, and was not taken for one.
    pub(crate) suggestions: Vec<Suggestion>,
}

/// What came of the renames that a schema and its caller ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    /// Those that were done, in order.
    pub done: Vec<Rename>,
    /// Attributes of the schema that have no work left and can be taken out: the renames that they stand for.
    pub spent: Vec<Rename>,
    /// Those that do nothing, and whoever asked for them should hear why.
    pub idle: Vec<IdleRename>,
}

/// Follows what the schema says was renamed, what the caller says, and what it answers where something looks like a rename.
pub(crate) fn settle(
    from: &Catalog,
    target: &mut Catalog,
    ask: &mut dyn Ask,
) -> Result<Settled, Error> {
    let declared = target.renames.clone();
    for text in ask.renames() {
        let rename = read_rename(&text, from, target)?;
        if !target.renames.contains(&rename) {
            target.renames.push(rename);
        }
    }
    let mut declined: Vec<Suggestion> = Vec::new();
    loop {
        let followed = follow(from, target)?;
        // A renamed table shows which of its columns may be renamed, so that questions lead to further ones.
        let found = suggest_renames(&diff(&followed.catalog, target)?);
        let mut answered = Vec::new();
        let open = found
            .into_iter()
            .filter(|it| !declined.iter().any(|other| other.rename == it.rename));
        for suggestion in open.collect::<Vec<_>>() {
            if ask.is_rename(&suggestion) {
                answered.push(suggestion.rename);
            } else {
                declined.push(suggestion);
            }
        }
        if !answered.is_empty() {
            target.renames.extend(answered);
            continue;
        }
        let done: Vec<Rename> = followed.catalog.renamed.clone();
        let of_schema = |rename: &&Rename| declared.contains(rename);
        let mut spent: Vec<Rename> = done.iter().filter(of_schema).cloned().collect();
        let is_spent = |it: &&IdleRename| it.why == Idle::Done && declared.contains(&it.rename);
        spent.extend(
            followed
                .idle
                .iter()
                .filter(is_spent)
                .map(|it| it.rename.clone()),
        );
        let idle = followed.idle.iter().filter(|it| {
            // Where a database is made from nothing there was never anything to rename.
            it.why == Idle::Both || !declared.contains(&it.rename)
        });
        return Ok(Settled {
            renames: Renames {
                idle: idle.cloned().collect(),
                done: done
                    .into_iter()
                    .filter(|it| !matches!(it.what, Renamed::Sequence { .. }))
                    .collect(),
                spent,
            },
            from: followed.catalog.into_owned(),
            suggestions: declined,
        });
    }
}
