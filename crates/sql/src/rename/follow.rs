//! Which renames act, and what a catalog looks like after them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use relata_script::Dialect;

use super::{Rename, Renamed, join_table};
use crate::Error;
use crate::catalog::{Catalog, Default, ObjectName, Sequence, Table, TypeKind};

/// A catalog under the names that it is about to have.
#[derive(Clone, Debug)]
pub struct Followed<'c> {
    /// The catalog; the renames that act stand in [`Catalog::renamed`], and a plan from here begins with them.
    pub catalog: Cow<'c, Catalog>,
    /// The renames that were asked for and do nothing.
    pub idle: Vec<IdleRename>,
}

/// A rename that does nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdleRename {
    /// The rename.
    pub rename: Rename,
    /// Why.
    pub why: Idle,
}

/// Why a rename does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// The new name is there and the old one is not: it has been done, and need not be said any more.
    Done,
    /// Neither name is there.
    Unknown,
    /// Both names are there, and only somebody who knows the rows can tell what becomes of them.
    Both,
}

impl std::fmt::Display for IdleRename {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rename, why } = self;
        match why {
            Idle::Done => write!(
                f,
                "{rename}: it has been done; `{}` can be taken out",
                rename.attribute()
            ),
            Idle::Unknown => write!(
                f,
                "{rename}: neither name is there, so there is nothing to rename"
            ),
            Idle::Both => write!(
                f,
                "{rename}: both names are there, so nothing is renamed; move the rows by hand, or take the rename out"
            ),
        }
    }
}

/// Looks at a catalog under the names that another one has, by the renames that the other one names ([`Catalog::renames`]).
///
/// A rename acts where the old name is there and the new one is not, or is itself renamed away. Everything that is called after what is
/// renamed is left to the differ; the sequences of numbered columns and the tables behind many-to-many relations follow here.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let schema = |field: &str| {
///     let text = format!("datasource db {{\n  provider = \"sqlite\"\n}}\nmodel A {{\n  id Int @id\n  {field}\n}}\n");
///     relata_sql::lower(&analyze(&Sources::one("a.schema", &text)).schema)
/// };
/// let (before, after) = (schema("old Int")?, schema("new Int @renamed(from: \"old\")")?);
/// let before = relata_sql::follow(&before, &after)?;
/// let plan = relata_sql::plan(&relata_sql::diff(&before.catalog, &after)?);
/// assert_eq!(plan.script(), "-- RenameColumn\nALTER TABLE \"A\" RENAME COLUMN \"old\" TO \"new\";\n");
/// # Ok::<(), relata_sql::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Renames`] where names change places, or two things have been the same one.
pub fn follow<'c>(from: &'c Catalog, to: &Catalog) -> Result<Followed<'c>, Error> {
    if to.renames.is_empty() || from.dialect != to.dialect {
        return Ok(Followed {
            catalog: Cow::Borrowed(from),
            idle: Vec::new(),
        });
    }
    let mut groups: BTreeMap<(u8, &Renamed), Vec<&Rename>> = BTreeMap::new();
    for rename in &to.renames {
        let group = groups
            .entry((rank(&rename.what), &rename.what))
            .or_default();
        if !group.contains(&rename) {
            group.push(rename);
        }
    }
    let mut now = from.clone();
    let mut idle = Vec::new();
    let mut join_tables_are_due = true;
    for ((rank, what), group) in groups {
        // Columns come after all tables, those of relations among them.
        if rank > 0 && join_tables_are_due {
            join_table::follow(&mut now, to);
            join_tables_are_due = false;
        }
        let acting = acting(&now, what, &group, &mut idle)?;
        for rename in acting {
            now.apply(rename);
        }
    }
    if join_tables_are_due {
        join_table::follow(&mut now, to);
    }
    sequences(from, &mut now);
    Ok(Followed {
        catalog: if now.renamed.is_empty() {
            Cow::Borrowed(from)
        } else {
            Cow::Owned(now)
        },
        idle,
    })
}

fn rank(what: &Renamed) -> u8 {
    match what {
        Renamed::Table { .. } => 0,
        Renamed::Enum { .. } | Renamed::Domain { .. } => 1,
        Renamed::Column { .. } => 2,
        Renamed::EnumValue { .. } | Renamed::ColumnValue { .. } => 3,
        Renamed::Sequence { .. } => 4,
    }
}

/// The names of the kind that are there, and those that a new name must not be.
fn names<'c>(catalog: &'c Catalog, what: &Renamed) -> (HashSet<&'c str>, HashSet<&'c str>) {
    let here = |it: &ObjectName, namespace: &Option<Box<str>>| it.namespace == *namespace;
    let types = |namespace: &Option<Box<str>>| -> HashSet<&'c str> {
        let names = catalog.enums.iter().map(|it| &it.name);
        names
            .chain(catalog.domains.iter().map(|it| &it.name))
            .chain(catalog.composites.iter().map(|it| &it.name))
            .chain(catalog.ranges.iter().map(|it| &it.name))
            // Each table brings a type of its name.
            .chain(catalog.tables.iter().map(|it| &it.name))
            .chain(catalog.views.iter().map(|it| &it.name))
            .filter(|it| here(it, namespace))
            .map(|it| &*it.name)
            .collect()
    };
    let all = |names: HashSet<&'c str>| (names.clone(), names);
    match what {
        Renamed::Table { namespace } => {
            let tables = catalog.tables.iter().map(|it| &it.name);
            let tables = tables.filter(|it| here(it, namespace)).map(|it| &*it.name);
            let mut taken = catalog.relations(namespace.as_deref());
            if catalog.dialect == Dialect::Postgres {
                taken.extend(types(namespace));
            }
            (tables.collect(), taken)
        }
        Renamed::Enum { namespace } => {
            let names = catalog.enums.iter().map(|it| &it.name);
            let names = names.filter(|it| here(it, namespace)).map(|it| &*it.name);
            (names.collect(), types(namespace))
        }
        Renamed::Domain { namespace } => {
            let names = catalog.domains.iter().map(|it| &it.name);
            let names = names.filter(|it| here(it, namespace)).map(|it| &*it.name);
            (names.collect(), types(namespace))
        }
        Renamed::Column { table } => {
            let columns = catalog.table(table).into_iter().flat_map(|it| &it.columns);
            all(columns.map(|it| &*it.name).collect())
        }
        Renamed::EnumValue { of } => {
            let values = catalog.enumeration(of).into_iter();
            all(values.flat_map(|it| &it.values).map(|it| &**it).collect())
        }
        Renamed::ColumnValue { table, column } => {
            let column = catalog.table(table).and_then(|it| it.column(column));
            let values = match column.map(|it| &it.ty.kind) {
                Some(TypeKind::Values(values)) => values.as_slice(),
                _ => &[],
            };
            all(values.iter().map(|it| &**it).collect())
        }
        Renamed::Sequence { .. } => (HashSet::new(), HashSet::new()),
    }
}

/// The renames of a group that act, each after those that make room for it.
fn acting<'r>(
    catalog: &Catalog,
    what: &Renamed,
    group: &[&'r Rename],
    idle: &mut Vec<IdleRename>,
) -> Result<Vec<&'r Rename>, Error> {
    let (there, taken) = names(catalog, what);
    for (place, rename) in group.iter().enumerate() {
        let other = group[..place]
            .iter()
            .find(|other| other.from == rename.from || other.to == rename.to);
        if let Some(other) = other {
            return Err(Error::Renames {
                reason: format!("{other}, and {rename}: only one of both can be"),
            });
        }
    }
    let mut acting: Vec<&Rename> = group
        .iter()
        .copied()
        .filter(|rename| rename.from != rename.to && there.contains(&*rename.from))
        .collect();
    loop {
        let is_free =
            |to: &str| !taken.contains(to) || acting.iter().any(|other| &*other.from == to);
        let kept: Vec<&Rename> = acting
            .iter()
            .copied()
            .filter(|rename| is_free(&rename.to))
            .collect();
        if kept.len() == acting.len() {
            break;
        }
        acting = kept;
    }
    for rename in group {
        if rename.from == rename.to || acting.contains(rename) {
            continue;
        }
        let why = match (there.contains(&*rename.from), taken.contains(&*rename.to)) {
            (false, true) => Idle::Done,
            (false, false) => Idle::Unknown,
            (true, _) => Idle::Both,
        };
        idle.push(IdleRename {
            rename: (*rename).clone(),
            why,
        });
    }
    let mut ordered: Vec<&Rename> = Vec::new();
    while !acting.is_empty() {
        let is_next = |rename: &&Rename| !acting.iter().any(|other| other.from == rename.to);
        let Some(place) = acting.iter().position(is_next) else {
            let names: Vec<String> = acting.iter().map(ToString::to_string).collect();
            return Err(Error::Renames {
                reason: format!("{}: names change places", names.join(", ")),
            });
        };
        ordered.push(acting.remove(place));
    }
    Ok(ordered)
}

impl Catalog {
    /// Returns this catalog under the names from before renames that led to it: where a plan starts that takes them back.
    ///
    /// What has taken an old name since makes room for it under a third one.
    #[must_use]
    pub fn before(&self, renames: &[Rename]) -> Self {
        let mut catalog = self.clone();
        for rename in renames.iter().rev().map(Rename::reversed) {
            let (there, taken) = names(&catalog, &rename.what);
            let has_moved = there.contains(&*rename.to) && rename.from != rename.to;
            let mut aside = format!("{}{ASIDE}", rename.to);
            while taken.contains(&*aside) {
                aside.push_str(ASIDE);
            }
            if has_moved {
                catalog.apply(&Rename {
                    what: rename.what.clone(),
                    from: rename.to.clone(),
                    to: aside.into(),
                });
            }
            catalog.apply(&rename);
        }
        catalog
    }
}

/// What stands behind the name of what makes room; it is on its way out.
const ASIDE: &str = "_new";

/// Sequences that are called after their table and column, as the server calls them, follow both.
fn sequences(from: &Catalog, now: &mut Catalog) {
    if now.dialect != Dialect::Postgres || now.renamed.is_empty() {
        return;
    }
    let mut found = Vec::new();
    for (before, after) in from.tables.iter().zip(&now.tables) {
        for (old, new) in before.columns.iter().zip(&after.columns) {
            let usual = |table: &Table, column: &str| Sequence::serial_name(&table.name, column);
            let (was, is) = (usual(before, &old.name), usual(after, &new.name));
            let numbers = match (&old.default, &old.identity) {
                (_, Some(identity)) => identity.sequence == was,
                (Some(Default::Autoincrement { sequence }), None) => {
                    sequence.as_ref().is_none_or(|it| *it == was)
                }
                _ => false,
            };
            let is_inherited = old.is_inherited && old.identity.is_none();
            if numbers && was != is && !is_inherited {
                found.push(Rename {
                    what: Renamed::Sequence {
                        namespace: was.namespace,
                    },
                    from: was.name,
                    to: is.name,
                });
            }
        }
    }
    for rename in found {
        let Renamed::Sequence { namespace } = &rename.what else {
            continue;
        };
        if !now.relations(namespace.as_deref()).contains(&*rename.to) {
            now.apply(&rename);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, columns: &[&str]) -> Table {
        let mut table = Table::new(ObjectName::new(None, name));
        let ty = crate::catalog::ColumnType::one(TypeKind::Unsupported("INT".into()));
        for name in columns {
            let column = crate::catalog::Column::new(name, ty.clone());
            table.columns.push(column);
        }
        table
    }

    fn catalog(tables: &[Table], renames: &[(&str, &str)]) -> Catalog {
        Catalog {
            tables: tables.to_vec(),
            renames: renames
                .iter()
                .map(|(from, to)| Rename {
                    what: Renamed::Column {
                        table: ObjectName::new(None, "t"),
                    },
                    from: (*from).into(),
                    to: (*to).into(),
                })
                .collect(),
            ..Catalog::empty(Dialect::Sqlite)
        }
    }

    /// The columns after the renames, and what was said of those that do nothing.
    fn columns(
        there: &[&str],
        renames: &[(&str, &str)],
    ) -> Result<(Vec<String>, Vec<Idle>), Error> {
        let from = catalog(&[table("t", there)], &[]);
        let followed = follow(&from, &catalog(&[], renames))?;
        let names = followed.catalog.tables[0].columns.iter();
        Ok((
            names.map(|it| it.name.to_string()).collect(),
            followed.idle.iter().map(|it| it.why).collect(),
        ))
    }

    #[test]
    fn a_rename_acts_where_only_the_old_name_is_there() {
        let found = |there: &[&str], renames: &[(&str, &str)]| columns(there, renames).unwrap();
        assert_eq!(found(&["a"], &[("a", "b")]), (vec!["b".to_owned()], vec![]));
        assert_eq!(
            found(&["b"], &[("a", "b")]),
            (vec!["b".to_owned()], vec![Idle::Done])
        );
        assert_eq!(
            found(&["c"], &[("a", "b")]),
            (vec!["c".to_owned()], vec![Idle::Unknown])
        );
        assert_eq!(found(&["a", "b"], &[("a", "b")]).1, [Idle::Both]);
        // The second makes room for the first.
        let chain = [("a", "b"), ("b", "c")];
        assert_eq!(found(&["a", "b"], &chain).0, ["b", "c"]);
        // But nothing moves twice.
        assert_eq!(found(&["a"], &chain).0, ["b"]);
        assert_eq!(
            found(&["b", "c"], &chain),
            (
                vec!["b".to_owned(), "c".to_owned()],
                vec![Idle::Done, Idle::Both]
            )
        );
        // Where the end of a chain is taken, none of it moves.
        assert_eq!(found(&["a", "b", "c"], &chain).1, [Idle::Both, Idle::Both]);
    }

    #[test]
    fn names_that_change_places_are_an_error() {
        let error = |renames: &[(&str, &str)]| columns(&["a", "b"], renames).unwrap_err();
        assert_eq!(error(&[("a", "b"), ("b", "a")]).code(), "R3008");
        assert_eq!(error(&[("a", "c"), ("a", "d")]).code(), "R3008");
        assert_eq!(error(&[("a", "c"), ("b", "c")]).code(), "R3008");
    }
}
