//! [`Value`]s in and out of SQLite, and the two ways to run a statement.

use std::sync::Arc;

use rusqlite::types::{Value as Native, ValueRef};

use super::from_rusqlite;
use crate::types::jiff;
use crate::{Error, Result, Row, Value, time};

/// Runs a statement to its end, whether it gives rows or not, and tells how many rows it changed.
pub(crate) fn execute(conn: &rusqlite::Connection, sql: &str, params: Vec<Value>) -> Result<u64> {
    let before = conn.total_changes();
    let mut statement = prepare(conn, sql)?;
    let mut rows = statement.query(bind(params)?).map_err(from_rusqlite)?;
    while rows.next().map_err(from_rusqlite)?.is_some() {}
    drop(rows);
    // `changes` keeps the count of an earlier statement when this one cannot change rows; `total_changes` also counts what
    // foreign keys and triggers did.
    Ok(if conn.total_changes() == before {
        0
    } else {
        conn.changes()
    })
}

/// Runs a statement once with each of the parameters, and tells how many rows it changed.
pub(super) fn execute_each(
    conn: &rusqlite::Connection,
    sql: &str,
    params: Vec<Vec<Value>>,
) -> Result<u64> {
    params
        .into_iter()
        .try_fold(0, |count, params| Ok(count + execute(conn, sql, params)?))
}

/// Runs a statement and collects its rows.
pub(crate) fn query(
    conn: &rusqlite::Connection,
    sql: &str,
    params: Vec<Value>,
) -> Result<Vec<Row>> {
    let mut found = Vec::new();
    visit(conn, sql, params, &mut |row| {
        let (columns, values) = (row.shared_columns(), row.values_mut());
        found.push(Row::new(
            columns,
            values.iter_mut().map(std::mem::take).collect(),
        ));
        Ok(())
    })?;
    Ok(found)
}

/// Runs a statement and shows its rows, all in one buffer.
pub(super) fn visit(
    conn: &rusqlite::Connection,
    sql: &str,
    params: Vec<Value>,
    each: &mut dyn FnMut(&mut Row) -> Result<()>,
) -> Result<()> {
    let mut statement = prepare(conn, sql)?;
    let columns: Arc<[String]> = statement.column_names().map(str::to_owned).collect();
    let mut row = Row::new(Arc::clone(&columns), vec![Value::Null; columns.len()]);
    let mut rows = statement.query(bind(params)?).map_err(from_rusqlite)?;
    while let Some(native) = rows.next().map_err(from_rusqlite)? {
        match fill_all(row.values_mut(), native, &columns) {
            Ok(()) => each(&mut row)?,
            Err(Failed::Native(error)) => return Err(from_rusqlite(error)),
            Err(Failed::Ours(error)) => return Err(error),
        }
    }
    Ok(())
}

/// Why there is no row: SQLite says so, or what we make of it.
pub(super) enum Failed {
    Native(rusqlite::Error),
    Ours(Error),
}

/// Runs a statement up to its first row.
pub(super) fn first(
    conn: &rusqlite::Connection,
    sql: &str,
    params: Vec<Value>,
) -> Result<Option<Row>, Failed> {
    whole(sql).map_err(Failed::Ours)?;
    let mut statement = conn.prepare_cached(sql).map_err(Failed::Native)?;
    let columns: Arc<[String]> = statement.column_names().map(str::to_owned).collect();
    let params = bind(params).map_err(Failed::Ours)?;
    let mut rows = statement.query(params).map_err(Failed::Native)?;
    let Some(native) = rows.next().map_err(Failed::Native)? else {
        return Ok(None);
    };
    let mut values = vec![Value::Null; columns.len()];
    fill_all(&mut values, native, &columns)?;
    Ok(Some(Row::new(columns, values)))
}

/// Runs the statements of a script.
pub(super) fn batch(conn: &rusqlite::Connection, script: &str) -> Result<()> {
    whole(script)?;
    conn.execute_batch(script).map_err(from_rusqlite)
}

/// Refuses SQL with a NUL: SQLite reads up to it, and would run a part of what was written.
fn whole(sql: &str) -> Result<()> {
    match sql.find('\0') {
        None => Ok(()),
        offset => Err(Error::Database {
            message: "the SQL holds a NUL character, at which SQLite would stop reading".to_owned(),
            native_code: None,
            offset,
        }),
    }
}

/// Prepares exactly one statement; `rusqlite` refuses a second one.
fn prepare<'c>(conn: &'c rusqlite::Connection, sql: &str) -> Result<rusqlite::CachedStatement<'c>> {
    whole(sql)?;
    conn.prepare_cached(sql).map_err(from_rusqlite)
}

/// Puts the values of a row into slots.
fn fill_all(
    slots: &mut [Value],
    native: &rusqlite::Row<'_>,
    columns: &[String],
) -> Result<(), Failed> {
    for (index, slot) in slots.iter_mut().enumerate() {
        let value = native.get_ref(index).map_err(Failed::Native)?;
        fill(slot, value).map_err(|NotUtf8| Failed::Ours(no_text(columns, index)))?;
    }
    Ok(())
}

/// A text of SQLite that is none.
struct NotUtf8;

#[cold]
fn no_text(columns: &[String], index: usize) -> Error {
    Error::Decode {
        column: columns.get(index).cloned().unwrap_or_default(),
        source: crate::DecodeError::content("text", "bytes that are not UTF-8"),
    }
}

/// Puts a value into a slot, in the memory of the text or the bytes that were there before where it is enough.
#[inline]
fn fill(slot: &mut Value, value: ValueRef<'_>) -> Result<(), NotUtf8> {
    let value = match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::I64(number),
        ValueRef::Real(number) => Value::F64(number),
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text).map_err(|_| NotUtf8)?;
            match slot {
                Value::Text(old) => {
                    if old.capacity() >= text.len() {
                        old.clear();
                        old.push_str(text);
                    } else {
                        *old = String::from(text);
                    }
                    return Ok(());
                }
                _ => Value::Text(text.to_owned()),
            }
        }
        ValueRef::Blob(bytes) => match slot {
            Value::Bytes(old) if old.capacity() >= bytes.len() => {
                old.clear();
                old.extend_from_slice(bytes);
                return Ok(());
            }
            _ => Value::Bytes(bytes.to_vec()),
        },
    };
    // Most values own nothing; to ask first is shorter than what is run to give back what a value may own.
    if matches!(slot, Value::Null | Value::I64(_) | Value::F64(_)) {
        std::mem::forget(std::mem::replace(slot, value));
    } else {
        *slot = value;
    }
    Ok(())
}

fn bind(params: Vec<Value>) -> Result<rusqlite::ParamsFromIter<Vec<Native>>> {
    let native: Result<Vec<Native>> = params.into_iter().map(native).collect();
    native.map(rusqlite::params_from_iter)
}

fn native(value: Value) -> Result<Native> {
    Ok(match value {
        Value::Null => Native::Null,
        Value::Bool(value) => Native::Integer(value.into()),
        Value::I64(number) => Native::Integer(number),
        Value::U64(_) => {
            return Err(Error::Database {
                message: "the integer is past SQLite's 64 signed bits".to_owned(),
                native_code: None,
                offset: None,
            });
        }
        Value::F64(number) => Native::Real(number),
        Value::Text(text) => Native::Text(text),
        Value::Bytes(bytes) => Native::Blob(bytes),
        Value::Timestamp(timestamp) => Native::Integer(timestamp.as_millisecond()),
        Value::Date(date) => millis(date.at(0, 0, 0, 0))?,
        Value::Time(time) => millis(jiff::civil::date(1970, 1, 1).to_datetime(time))?,
        Value::Uuid(uuid) => Native::Text(uuid.to_string()),
        #[cfg(feature = "decimal")]
        Value::Decimal(decimal) => Native::Text(decimal.to_string()),
        #[cfg(feature = "json")]
        Value::Json(json) => Native::Text(json.to_string()),
        Value::List(_) => {
            return Err(Error::Database {
                message: "SQLite has no lists; only PostgreSQL has".to_owned(),
                native_code: None,
                offset: None,
            });
        }
    })
}

fn millis(time: jiff::civil::DateTime) -> Result<Native> {
    time::from_civil(time)
        .map(|timestamp| Native::Integer(timestamp.as_millisecond()))
        .ok_or_else(|| Error::Database {
            message: "the date is out of range".to_owned(),
            native_code: None,
            offset: None,
        })
}
