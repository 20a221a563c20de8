use std::fmt;

use relata::{Connection, Value};
use relata_sql::Changes;
use relata_sql::catalog::{Column, Table};
use relata_sql::change::{ColumnChange, TableChange};

use crate::Error;

/// Data that a plan takes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// A table, with the rows it has where a database was asked.
    Table {
        /// Its name.
        table: String,
        /// Its rows.
        rows: Option<u64>,
    },
    /// A column, with the values it has where a database was asked.
    Column {
        /// The table.
        table: String,
        /// Its name.
        column: String,
        /// The rows in which it is not NULL.
        values: Option<u64>,
    },
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table {
                table,
                rows: Some(rows),
            } => write!(f, "the table `{table}` and its {rows} rows are dropped"),
            Self::Table { table, rows: None } => {
                write!(f, "the table `{table}` is dropped, with every row in it")
            }
            Self::Column {
                table,
                column,
                values: Some(values),
            } => {
                write!(
                    f,
                    "the column `{column}` of `{table}` is dropped, which holds {values} values"
                )
            }
            Self::Column {
                table,
                column,
                values: None,
            } => {
                write!(
                    f,
                    "the column `{column}` of `{table}` is dropped, with every value in it"
                )
            }
        }
    }
}

/// Finds what changes would lose. With a database, only what is there counts: an empty table loses nothing.
pub async fn losses(
    changes: &Changes<'_>,
    db: Option<&dyn Connection>,
) -> Result<Vec<Loss>, Error> {
    let mut found = Vec::new();
    for change in &changes.tables {
        match change {
            TableChange::Dropped(table) => {
                let rows = count(db, table, None).await?;
                if rows != Some(0) {
                    found.push(Loss::Table {
                        table: table.name.to_string(),
                        rows,
                    });
                }
            }
            TableChange::Altered(altered) => {
                for change in &altered.columns {
                    let ColumnChange::Dropped(column) = change else {
                        continue;
                    };
                    let values = count(db, altered.from, Some((column, "IS NOT NULL"))).await?;
                    if values != Some(0) {
                        let table = altered.from.name.to_string();
                        found.push(Loss::Column {
                            table,
                            column: column.name.to_string(),
                            values,
                        });
                    }
                }
            }
            // One that is made again takes its rows along.
            TableChange::Created(_) | TableChange::Recreated { .. } => {}
        }
    }
    Ok(found)
}

/// Finds rows that would make a plan fail: NULLs in what becomes required, rows that a new required column has no value for.
pub(crate) async fn problems(
    changes: &Changes<'_>,
    db: &dyn Connection,
) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for change in &changes.tables {
        let TableChange::Altered(altered) = change else {
            continue;
        };
        let table = &altered.from.name;
        for change in &altered.columns {
            match change {
                ColumnChange::Added(column) if !column.nullable && column.default.is_none() => {
                    let rows = count(Some(db), altered.from, None).await?.unwrap_or(0);
                    if rows > 0 {
                        found.push(format!(
                            "`{table}` has {rows} rows, and the new required column `{}` has no default for them: \
                             give it a `@default`, or add it as optional, fill it, and then make it required",
                            column.name
                        ));
                    }
                }
                ColumnChange::Altered(column)
                    if column.becomes_required() && column.to.default.is_none() =>
                {
                    let nulls = count(Some(db), altered.from, Some((column.from, "IS NULL")))
                        .await?
                        .unwrap_or(0);
                    if nulls > 0 {
                        found.push(format!(
                            "the column `{}` of `{table}` becomes required, and {nulls} rows have no value in it: \
                             give it a `@default`, or fill them first",
                            column.from.name
                        ));
                    }
                }
                _ => {}
            }
        }
    }
    Ok(found)
}

async fn count(
    db: Option<&dyn Connection>,
    table: &Table,
    condition: Option<(&Column, &str)>,
) -> Result<Option<u64>, Error> {
    let Some(db) = db else { return Ok(None) };
    let dialect = db.dialect();
    // A migration that is pending may make the table; then there is nothing to count.
    let exists = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";
    if db
        .query(exists, vec![Value::from(&*table.name.name)])
        .await?
        .is_empty()
    {
        return Ok(Some(0));
    }
    let condition = condition.map_or(String::new(), |(column, test)| {
        format!(" WHERE {} {test}", dialect.ident(&column.name))
    });
    let sql = format!(
        "SELECT COUNT(*) FROM {}{condition}",
        dialect.ident(&table.name.name)
    );
    let rows = db.query(&sql, Vec::new()).await?;
    let rows: Option<i64> = rows.first().map(|row| row.get(0)).transpose()?;
    Ok(rows.and_then(|rows| u64::try_from(rows).ok()))
}
