use std::collections::BTreeMap;
use std::fmt;

use relata::Connection;
use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::{Column, ObjectName};

/// The rows of some tables, as text.
pub(super) struct Contents {
    tables: BTreeMap<ObjectName, Rows>,
}

struct Rows {
    /// Names and types.
    columns: Vec<(String, String)>,
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
}

impl fmt::Display for Altered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            table,
            before,
            after,
            different,
        } = self;
        if before == after {
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
            tables.insert(name.clone(), Rows { columns, rows });
        }
        Ok(Self { tables })
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
            let mut different = 0;
            for row in &before.rows {
                let row: Vec<&Option<String>> = kept.iter().map(|(here, _)| &row[*here]).collect();
                match rest.iter().position(|it| *it == row) {
                    Some(at) => {
                        rest.swap_remove(at);
                    }
                    None => different += 1,
                }
            }
            if different > 0 || before.rows.len() != after.rows.len() {
                found.push(Altered {
                    table: name.to_string(),
                    before: before.rows.len(),
                    after: after.rows.len(),
                    different,
                });
            }
        }
        found
    }
}

/// An expression that is a column's value as text, the same text for the same value.
fn text(catalog: &Catalog, column: &Column) -> String {
    let name = catalog.dialect.ident(&column.name);
    match catalog.dialect {
        Dialect::Postgres => format!("{name}::text"),
        Dialect::Sqlite => format!("quote({name})"),
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
