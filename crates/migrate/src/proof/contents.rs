use std::collections::BTreeMap;
use std::fmt;

use relata::Connection;
use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::{Column, ObjectName};
use relata_sql::rename::{Rename, Renamed};

/// The rows of some tables, as text.
pub(super) struct Contents {
    tables: BTreeMap<ObjectName, Held>,
}

struct Held {
    /// Names and types.
    columns: Vec<(String, String)>,
    /// Whether each takes NULL.
    nullable: Vec<bool>,
    rows: Vec<Vec<Option<String>>>,
}

/// Rows that a script has changed, in columns that it leaves as they are. A change of a whole type says itself what it does to values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Altered {
    /// The table.
    pub table: String,
    /// How many made-up rows it had.
    pub before: usize,
    /// How many it has afterwards.
    pub after: usize,
    /// How many of those there were are not there any more as they were.
    pub different: usize,
    /// How many hold a value where they held NULL, in a column that no longer takes it, and are as they were otherwise.
    pub filled: usize,
}

impl fmt::Display for Altered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            table,
            before,
            after,
            different,
            filled,
        } = self;
        if before == after && *different == 0 {
            write!(
                f,
                "{filled} of {before} rows of `{table}` get a value in place of NULL"
            )
        } else if before == after {
            write!(
                f,
                "{different} of {before} rows of `{table}` hold other values than before"
            )
        } else {
            write!(f, "`{table}` had {before} rows and has {after}")
        }
    }
}

impl Contents {
    /// Reads tables that are there.
    pub(super) async fn read(
        db: &dyn Connection,
        catalog: &Catalog,
        names: impl Iterator<Item = &ObjectName>,
    ) -> Result<Self, relata::Error> {
        let mut tables = BTreeMap::new();
        for name in names {
            let Some(table) = catalog.table(name) else {
                continue;
            };
            let texts: Vec<String> = table
                .columns
                .iter()
                .map(|column| text(catalog, column))
                .collect();
            if texts.is_empty() {
                continue;
            }
            let sql = format!(
                "SELECT {} FROM {}",
                texts.join(", "),
                catalog.name_sql(name)
            );
            let found = db.query(&sql, Vec::new()).await?;
            let rows = found
                .iter()
                .map(|row| (0..texts.len()).map(|at| row.get(at)).collect())
                .collect::<Result<_, _>>()?;
            let columns = table
                .columns
                .iter()
                .map(|column| (column.name.to_string(), catalog.type_sql(&column.ty)))
                .collect();
            let nullable = table.columns.iter().map(|column| column.nullable).collect();
            tables.insert(
                name.clone(),
                Held {
                    columns,
                    nullable,
                    rows,
                },
            );
        }
        Ok(Self { tables })
    }

    /// The tables that were read.
    pub(super) fn names(&self) -> impl Iterator<Item = &ObjectName> {
        self.tables.keys()
    }

    /// The same rows as they have to be once everything is renamed: `start` is the catalog that they were read by, `seen` the same one under
    /// its new names, table by table and column by column.
    pub(super) fn under(mut self, start: &Catalog, seen: &Catalog) -> Self {
        let mut tables = BTreeMap::new();
        for (old, new) in start.tables.iter().zip(&seen.tables) {
            let Some(mut rows) = self.tables.remove(&old.name) else {
                continue;
            };
            for (at, column) in new.columns.iter().enumerate() {
                rows.columns[at] = (column.name.to_string(), seen.type_sql(&column.ty));
                for rename in &seen.renamed {
                    let is_of_column = match &rename.what {
                        Renamed::EnumValue { of } => column.ty.enum_name() == Some(of),
                        Renamed::ColumnValue {
                            table,
                            column: name,
                        } => *table == new.name && *name == column.name,
                        _ => false,
                    };
                    if is_of_column {
                        let values = rows.rows.iter_mut().filter_map(|row| row[at].as_mut());
                        values.for_each(|value| rename_value(value, column.ty.list, rename));
                    }
                }
            }
            tables.insert(new.name.clone(), rows);
        }
        Self { tables }
    }

    /// What has changed in the tables and columns that both have.
    pub(super) fn altered(&self, after: &Self) -> Vec<Altered> {
        let mut found = Vec::new();
        for (name, before) in &self.tables {
            let Some(after) = after.tables.get(name) else {
                continue;
            };
            let kept: Vec<(usize, usize)> = before
                .columns
                .iter()
                .enumerate()
                .filter_map(|(here, column)| {
                    let there = after.columns.iter().position(|it| it == column)?;
                    Some((here, there))
                })
                .collect();
            let mut rest: Vec<Vec<&Option<String>>> = after
                .rows
                .iter()
                .map(|row| kept.iter().map(|(_, there)| &row[*there]).collect())
                .collect();
            let (mut different, mut filled) = (0, 0);
            for row in &before.rows {
                let row: Vec<&Option<String>> = kept.iter().map(|(here, _)| &row[*here]).collect();
                let same = |other: &Vec<&Option<String>>| *other == row;
                let is_filled = |(at, (was, is)): (usize, (&&Option<String>, &&Option<String>))| {
                    was == is || (was.is_none() && !after.nullable[kept[at].1])
                };
                let like =
                    |other: &Vec<&Option<String>>| row.iter().zip(other).enumerate().all(is_filled);
                if let Some(at) = rest.iter().position(same) {
                    rest.swap_remove(at);
                } else if let Some(at) = rest.iter().position(like) {
                    rest.swap_remove(at);
                    filled += 1;
                } else {
                    different += 1;
                }
            }
            if different + filled > 0 || before.rows.len() != after.rows.len() {
                found.push(Altered {
                    table: name.to_string(),
                    before: before.rows.len(),
                    after: after.rows.len(),
                    different,
                    filled,
                });
            }
        }
        found
    }
}

/// A value of an enum, or each of a list as PostgreSQL prints it.
fn rename_value(value: &mut String, is_list: bool, rename: &Rename) {
    if !is_list {
        if **value == *rename.from {
            *value = rename.to.to_string();
        }
        return;
    }
    // Quotes stand where a value has blanks, commas or the like in it.
    let quoted = |text: &str| {
        let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_plain && !text.is_empty() && !text.eq_ignore_ascii_case("null") {
            text.to_owned()
        } else {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        }
    };
    let (from, to) = (quoted(&rename.from), quoted(&rename.to));
    if let Some(inner) = value.strip_prefix('{').and_then(|it| it.strip_suffix('}')) {
        let parts: Vec<&str> = inner
            .split(',')
            .map(|part| if part == from { &*to } else { part })
            .collect();
        *value = format!("{{{}}}", parts.join(","));
    }
}

/// An expression that is a column's value as text, the same text for the same value.
fn text(catalog: &Catalog, column: &Column) -> String {
    let name = catalog.dialect.ident(&column.name);
    match catalog.dialect {
        Dialect::Postgres => format!("{name}::text"),
        Dialect::Sqlite => format!("CASE WHEN {name} IS NOT NULL THEN quote({name}) END"),
        Dialect::Mysql => {
            let ty = catalog.type_sql(&column.ty).to_ascii_lowercase();
            let is_binary = [
                "blob", "binary", "bit", "point", "geometry", "line", "polygon",
            ]
            .iter()
            .any(|it| ty.starts_with(it) || ty.ends_with(it));
            if is_binary {
                format!("HEX({name})")
            } else {
                format!("CAST({name} AS CHAR)")
            }
        }
    }
}
