//! Rows as structs.

use relata::{Connection, Error, FromRow, FromValue, Result, Value};

/// The rows of a model, in what order and under which condition the end of the query says.
pub(crate) async fn all<T: FromRow>(
    db: &dyn Connection,
    end: &str,
    params: Vec<Value>,
) -> Result<Vec<T>> {
    let columns: Vec<String> = T::COLUMNS.iter().map(|column| quote(column)).collect();
    let sql = format!(
        "SELECT {} FROM {} {end}",
        columns.join(", "),
        quote(T::TABLE)
    );
    db.query(&sql, params)
        .await?
        .iter()
        .map(T::from_row)
        .collect()
}

/// The first column of the first row.
pub(crate) async fn one<T: FromValue>(
    db: &dyn Connection,
    sql: &str,
    params: Vec<Value>,
) -> Result<T> {
    let rows = db.query(sql, params).await?;
    rows.first().ok_or(Error::NotFound { table: None })?.get(0)
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
