//! What looks as if it were only called otherwise. Nothing here acts: a caller asks, and names what is right.

use std::collections::HashSet;

use relata_script::Dialect;
use strsim::jaro_winkler;

use super::{Rename, Renamed};
use crate::catalog::{Column, ObjectName, Table, TypeKind};
use crate::change::{AlteredTable, Changes, ColumnChange, EnumChange, TableChange};

/// What has less than this is not worth a question.
const LEAST: u32 = 60;

/// That something which goes may be something which comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The rename that it would be.
    pub rename: Rename,
    /// How much speaks for it, of 100.
    pub likeness: u32,
}

/// For people: the column and the words that say so.
impl std::fmt::Display for Suggestion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.rename)
    }
}

/// Finds pairs of what goes and what comes that may be one thing, the likeliest first; each thing stands in one pair at most.
///
/// For a column its type, whether it can hold NULL, its default, its place and its name speak; for a table the columns that both have, and
/// the name; for an enum its values. A column of another type is never suggested.
pub fn suggest_renames(changes: &Changes<'_>) -> Vec<Suggestion> {
    let mut found = Vec::new();
    tables(changes, &mut found);
    enums(changes, &mut found);
    for change in &changes.tables {
        if let TableChange::Altered(altered) = change {
            columns(changes.to.dialect, altered, &mut found);
            column_values(altered, &mut found);
        }
    }
    // By likeness, and where that is the same in the order of the catalogs.
    found.sort_by_key(|it| std::cmp::Reverse(it.likeness));
    let mut gone: HashSet<(Renamed, Box<str>)> = HashSet::new();
    let mut come: HashSet<(Renamed, Box<str>)> = HashSet::new();
    found.retain(|it| {
        let (from, to) = (
            (it.rename.what.clone(), it.rename.from.clone()),
            (it.rename.what.clone(), it.rename.to.clone()),
        );
        let is_free = !gone.contains(&from) && !come.contains(&to);
        if is_free {
            gone.insert(from);
            come.insert(to);
        }
        is_free
    });
    found
}

/// Keeps what is likely enough.
fn enter(found: &mut Vec<Suggestion>, what: Renamed, from: &str, to: &str, likeness: u32) {
    if likeness >= LEAST {
        found.push(Suggestion {
            rename: Rename {
                what,
                from: from.into(),
                to: to.into(),
            },
            likeness: likeness.min(100),
        });
    }
}

/// How alike two names are, of 100: capitals and underscores count for nothing.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 100"
)]
fn names(from: &str, to: &str) -> u32 {
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let (from, to) = (plain(from), plain(to));
    if from == to {
        return 100;
    }
    if !from.is_empty() && !to.is_empty() && (from.contains(&to) || to.contains(&from)) {
        return 90;
    }
    (jaro_winkler(&from, &to) * 100.0) as u32
}

/// What part of a whole, of 100.
fn share(part: usize, whole: usize) -> u32 {
    u32::try_from(part * 100 / whole.max(1)).unwrap_or(100)
}

fn tables(changes: &Changes<'_>, found: &mut Vec<Suggestion>) {
    let made = |change: &TableChange<'_>| match change {
        TableChange::Created(to) => Some(to.name.clone()),
        _ => None,
    };
    let created: Vec<ObjectName> = changes.tables.iter().filter_map(made).collect();
    for change in &changes.tables {
        let TableChange::Dropped(from) = change else {
            continue;
        };
        for name in &created {
            let Some(to) = changes.to.table(name) else {
                continue;
            };
            if from.name.namespace != to.name.namespace {
                continue;
            }
            let what = Renamed::Table {
                namespace: to.name.namespace.clone(),
            };
            let likeness = (overlap(changes.to.dialect, from, to) * 3
                + names(&from.name.name, &to.name.name))
                / 4;
            enter(found, what, &from.name.name, &to.name.name, likeness);
        }
    }
}

/// How much of two tables is the same: columns of one name and type.
fn overlap(dialect: Dialect, from: &Table, to: &Table) -> u32 {
    let same = from.columns.iter().filter(|from| {
        let to = to.column(&from.name);
        to.is_some_and(|to| same_type(dialect, from, to))
    });
    share(same.count(), from.columns.len().max(to.columns.len()))
}

fn same_type(dialect: Dialect, from: &Column, to: &Column) -> bool {
    from.ty.list == to.ty.list
        && match (&from.ty.kind, &to.ty.kind) {
            (TypeKind::Native(from), TypeKind::Native(to)) => {
                crate::diff::same_native_type(dialect, *from, *to)
            }
            // An enum may be renamed at the same time.
            (TypeKind::Enum(_), TypeKind::Enum(_)) => true,
            (from, to) => from == to,
        }
}

fn columns(dialect: Dialect, altered: &AlteredTable<'_>, found: &mut Vec<Suggestion>) {
    let place =
        |table: &Table, column: &Column| table.columns.iter().position(|it| it.name == column.name);
    for gone in &altered.columns {
        let ColumnChange::Dropped(from) = gone else {
            continue;
        };
        for come in &altered.columns {
            let ColumnChange::Added(to) = come else {
                continue;
            };
            let is_computed = from.generated.is_some() || to.generated.is_some();
            if !same_type(dialect, from, to) || is_computed {
                continue;
            }
            let mut likeness = 30 + names(&from.name, &to.name) * 40 / 100;
            likeness += if from.nullable == to.nullable { 10 } else { 0 };
            likeness += if from.default == to.default { 5 } else { 0 };
            let is_in_place = place(altered.from, from) == place(altered.to, to);
            likeness += if is_in_place { 15 } else { 0 };
            let what = Renamed::Column {
                table: altered.to.name.clone(),
            };
            enter(found, what, &from.name, &to.name, likeness);
        }
    }
}

fn enums(changes: &Changes<'_>, found: &mut Vec<Suggestion>) {
    for change in &changes.enums {
        match change {
            EnumChange::Dropped(from) => {
                for other in &changes.enums {
                    let EnumChange::Created(to) = other else {
                        continue;
                    };
                    if from.name.namespace != to.name.namespace {
                        continue;
                    }
                    let same = from.values.iter().filter(|it| to.values.contains(it));
                    let share = share(same.count(), from.values.len().max(to.values.len()));
                    let likeness = (share * 3 + names(&from.name.name, &to.name.name)) / 4;
                    let what = Renamed::Enum {
                        namespace: to.name.namespace.clone(),
                    };
                    enter(found, what, &from.name.name, &to.name.name, likeness);
                }
            }
            EnumChange::Altered {
                to, added, removed, ..
            } => {
                let what = Renamed::EnumValue {
                    of: to.name.clone(),
                };
                values(&what, removed, added, found);
            }
            EnumChange::Created(_) => {}
        }
    }
}

/// Values that go and come; where only one does, nothing else has to speak for it: rows that hold it need another anyway.
fn values(what: &Renamed, removed: &[&str], added: &[&str], found: &mut Vec<Suggestion>) {
    let only = if removed.len() == 1 && added.len() == 1 {
        LEAST
    } else {
        0
    };
    for from in removed {
        for to in added {
            enter(
                found,
                what.clone(),
                from,
                to,
                (names(from, to) * 80 / 100 + only).min(100),
            );
        }
    }
}

fn column_values(altered: &AlteredTable<'_>, found: &mut Vec<Suggestion>) {
    for change in &altered.columns {
        let ColumnChange::Altered(change) = change else {
            continue;
        };
        let (TypeKind::Values(from), TypeKind::Values(to)) =
            (&change.from.ty.kind, &change.to.ty.kind)
        else {
            continue;
        };
        let only = |here: &'_ [Box<str>], there: &[Box<str>]| -> Vec<String> {
            let only = here.iter().filter(|it| !there.contains(it));
            only.map(|it| it.to_string()).collect()
        };
        let (removed, added) = (only(from, to), only(to, from));
        let what = Renamed::ColumnValue {
            table: altered.to.name.clone(),
            column: change.to.name.clone(),
        };
        let removed: Vec<&str> = removed.iter().map(String::as_str).collect();
        let added: Vec<&str> = added.iter().map(String::as_str).collect();
        values(&what, &removed, &added, found);
    }
}

#[cfg(test)]
mod tests {
    use relata_schema::{Sources, analyze};

    use super::suggest_renames;
    use crate::{Catalog, diff, follow, lower};

    fn catalog(text: &str) -> Catalog {
        let text = format!("datasource db {{\n  provider = \"postgresql\"\n}}\n{text}");
        let analysis = analyze(&Sources::one("a.schema", &text));
        assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
        lower(&analysis.schema).unwrap()
    }

    fn suggested(from: &str, to: &str) -> Vec<String> {
        let (from, to) = (catalog(from), catalog(to));
        let from = follow(&from, &to).unwrap().catalog;
        let found = suggest_renames(&diff(&from, &to).unwrap());
        found.iter().map(|it| it.rename.flag()).collect()
    }

    #[test]
    fn the_likeliest_pair_comes_first() {
        let before =
            "model A {\n  id Int @id\n  createdAt DateTime\n  count Int\n  note String?\n}\n";
        let after =
            "model A {\n  id Int @id\n  created_at DateTime\n  counter Int\n  picture Bytes?\n}\n";
        assert_eq!(
            suggested(before, after),
            ["public.A.createdAt:created_at", "public.A.count:counter"]
        );
        // Another type is another thing, whatever its name.
        assert!(
            suggested(
                "model A {\n  id Int @id\n  a Int\n}\n",
                "model A {\n  id Int @id\n  a2 String\n}\n"
            )
            .is_empty()
        );
    }

    #[test]
    fn tables_are_known_by_their_columns_and_enums_by_their_values() {
        let before = "model User {\n  id Int @id\n  email String\n  role Role\n}\nenum Role {\n  admin\n  guest\n}\n";
        let after = before
            .replace("model User", "model Account")
            .replace("Role", "Part")
            .replace("guest", "visitor");
        assert_eq!(suggested(before, &after), ["public.User:Account"]);
        let after = before.replace("Role", "UserRole");
        assert_eq!(suggested(before, &after), ["public.Role:UserRole"]);
        let after = before.replace("guest", "guests");
        assert_eq!(suggested(before, &after), ["public.Role.guest:guests"]);
        // What has been renamed is no question.
        let after = before.replace("guest", "guests @renamed(from: \"guest\")");
        assert!(suggested(before, &after).is_empty());
    }
}
