//! Many rows into a table, in as few statements as the limits allow.

use std::collections::HashSet;

use crate::{Result, Row, Value};

use super::Session;
use super::insert::{Values, filled};
use super::model::Table;
use super::render::{Flavor, Writer};

/// How many bytes of values go into one statement: well below `max_allowed_packet`.
const PACKET: usize = 4 << 20;
/// How many values go into one statement on SQLite. It takes longer to read a statement of many rows than to insert them; one of so
/// many is read once and run again for the next rows, and nothing travels.
const AGAIN: usize = 1_000;

/// Rows about to be made, as statements.
pub(super) struct Bulk {
    table: &'static Table,
    chunks: Vec<Chunk>,
}

/// The rows of one statement.
struct Chunk {
    columns: Vec<&'static str>,
    rows: Vec<Values>,
    way: Way,
}

/// How rows are written.
#[derive(Clone)]
enum Way {
    /// Side by side; all have the columns of the statement, in their order.
    Alike,
    /// Side by side, each with some of the columns. It has `DEFAULT` in those that it leaves to the database.
    Mixed,
    /// Column by column, as arrays of these types. The statement is the same one for any number of rows.
    Arrays(Vec<String>),
}

impl Bulk {
    /// Sorts rows into statements. Their order stays.
    pub(super) async fn new(
        session: &Session,
        table: &'static Table,
        rows: Vec<Values>,
    ) -> Result<Self> {
        let flavor = session.flavor().await?;
        let rows: Vec<Values> = rows.into_iter().map(|row| filled(table, row)).collect();
        let chunks = if flavor == Flavor::Sqlite {
            // It knows no `DEFAULT` among values.
            runs(flavor, rows)
        } else if rows.windows(2).all(|pair| is_alike(&pair[0], &pair[1]))
            && rows.first().is_none_or(|row| !row.is_empty())
        {
            let arrays = arrays(session, flavor, table, &rows).await?;
            let columns = rows.first().map(names).unwrap_or_default();
            chunks(
                flavor,
                &columns,
                &arrays.map_or(Way::Alike, Way::Arrays),
                rows,
            )
        } else {
            chunks(flavor, &all_names(table, &rows), &Way::Mixed, rows)
        };
        Ok(Self { table, chunks })
    }

    /// Whether it is one statement, which is all or nothing by itself.
    pub(super) fn is_one(&self) -> bool {
        self.chunks.len() <= 1
    }

    /// Makes the rows. Gives how many there are and, where columns are asked for, those.
    pub(super) async fn run(
        self,
        session: &Session,
        skip_duplicates: bool,
        wanted: &[&'static str],
    ) -> Result<(u64, Vec<Row>)> {
        let flavor = session.flavor().await?;
        let (mut count, mut found) = (0, Vec::new());
        // What is run again is run in one go.
        let mut again: Option<(String, Vec<Vec<Value>>)> = None;
        for chunk in self.chunks {
            let length = chunk.rows.len() as u64;
            let first = chunk.columns.first().copied().unwrap_or_default();
            let mut out = Writer::new(flavor);
            out.rows(self.table, chunk);
            if skip_duplicates {
                let column = self.table.key.first().copied().unwrap_or(first);
                if flavor.is_mysql() {
                    count += counted(session, out, column, length).await?;
                    continue;
                }
                out.ignoring_duplicates(column);
            }
            if wanted.is_empty() {
                match &mut again {
                    Some((text, params)) if *text == out.text => params.push(out.params),
                    _ => {
                        let (text, params) = (out.text, vec![out.params]);
                        if let Some((text, params)) = again.replace((text, params)) {
                            count += session.execute_each(&text, params).await?;
                        }
                    }
                }
            } else {
                out.returning(wanted);
                let rows = session.query(&out.text, out.params).await?;
                count += rows.len() as u64;
                found.extend(rows);
            }
        }
        if let Some((text, params)) = again {
            count += session.execute_each(&text, params).await?;
        }
        Ok((count, found))
    }
}

/// Asks by which arrays the columns of these rows can go, all of which have the same ones. One row goes as it is, and so does a list,
/// which is an array already.
async fn arrays(
    session: &Session,
    flavor: Flavor,
    table: &Table,
    rows: &[Values],
) -> Result<Option<Vec<String>>> {
    let [first, _, ..] = rows else {
        return Ok(None);
    };
    let is_list = |(_, value): &(&str, Value)| matches!(value, Value::List(_));
    if !flavor.is_postgres() || first.is_empty() || rows.iter().flatten().any(is_list) {
        return Ok(None);
    }
    // The statement for one of them: the server says what it takes its parameters for.
    let mut out = Writer::new(flavor);
    let nulls = first.iter().map(|(name, _)| (*name, Value::Null));
    out.insert(table, nulls.collect());
    session.array_types(&out.text).await
}

fn names(row: &Values) -> Vec<&'static str> {
    row.iter().map(|(name, _)| *name).collect()
}

/// The columns of all rows. Where none is given any, one is needed to write `DEFAULT` into.
fn all_names(table: &Table, rows: &[Values]) -> Vec<&'static str> {
    let mut seen = HashSet::new();
    let all = rows.iter().flatten().map(|(name, _)| *name);
    let mut columns: Vec<&'static str> = all.filter(|name| seen.insert(*name)).collect();
    if columns.is_empty() {
        columns.extend(table.columns.first());
    }
    columns
}

/// Rows in as few statements as the limits allow.
fn chunks(
    flavor: Flavor,
    columns: &[&'static str],
    way: &Way,
    rows: impl IntoIterator<Item = Values>,
) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let (mut size, mut parameters) = (0, 0);
    let most = match flavor {
        Flavor::Sqlite => AGAIN,
        _ => flavor.parameters(),
    };
    for row in rows {
        size += self::size(&row);
        parameters += row.len();
        let has_room = matches!(way, Way::Arrays(_)) || parameters <= most;
        match chunks.last_mut() {
            // A statement without columns makes one row.
            Some(chunk) if size < PACKET && has_room && !columns.is_empty() => chunk.rows.push(row),
            _ => {
                (size, parameters) = (self::size(&row), row.len());
                chunks.push(Chunk {
                    columns: columns.to_vec(),
                    rows: vec![row],
                    way: way.clone(),
                });
            }
        }
    }
    chunks
}

/// Rows in statements of those that follow each other and have the same columns.
fn runs(flavor: Flavor, rows: Vec<Values>) -> Vec<Chunk> {
    let mut rows = rows.into_iter().peekable();
    let mut all = Vec::new();
    while let Some(first) = rows.peek() {
        let columns = names(first);
        let run = std::iter::from_fn(|| {
            rows.next_if(|row| {
                let given = row.iter().map(|(name, _)| name);
                row.len() == columns.len() && given.zip(&columns).all(|(a, b)| is_same(a, b))
            })
        });
        all.extend(chunks(flavor, &columns, &Way::Alike, run));
    }
    all
}

/// Whether two rows have the same columns, in the same order.
fn is_alike(a: &Values, b: &Values) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|((a, _), (b, _))| is_same(a, b))
}

/// Names of columns are nearly always those of the table itself.
fn is_same(a: &str, b: &str) -> bool {
    std::ptr::eq(a, b) || a == b
}

/// Makes rows unless they are there, and tells how many it made. MySQL counts those that are there as well; so the statement
/// counts them itself, in a variable of the session, which has to be that of a transaction.
async fn counted(session: &Session, mut out: Writer, column: &str, rows: u64) -> Result<u64> {
    session.execute("SET @relata_there = 0", Vec::new()).await?;
    let name = out.flavor.dialect().ident(column);
    out.push(&format!(
        " ON DUPLICATE KEY UPDATE {name} = IF((@relata_there := @relata_there + 1) IS NULL, {name}, {name})"
    ));
    session.run(out).await?;
    let there = session.query("SELECT @relata_there", Vec::new()).await?;
    let there: u64 = there.first().map_or(Ok(0), |row| row.get(0))?;
    Ok(rows.saturating_sub(there))
}

fn size(row: &Values) -> usize {
    let one = |value: &Value| match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len() * 2,
        #[cfg(feature = "json")]
        Value::Json(json) => json.to_string().len(),
        Value::List(items) => items.len() * 16,
        _ => 16,
    };
    row.iter().map(|(_, value)| one(value) + 4).sum()
}

impl Writer {
    /// `INSERT INTO …`, and all the rows of a chunk.
    fn rows(&mut self, table: &Table, chunk: Chunk) {
        let Chunk { columns, rows, way } = chunk;
        if columns.is_empty() {
            return self.insert(table, Values::new());
        }
        self.insert_into(table, &columns);
        if let Way::Arrays(arrays) = way {
            return self.arrays(rows, &arrays);
        }
        self.push(" VALUES ");
        for (at, mut row) in rows.into_iter().enumerate() {
            self.comma(at);
            self.push("(");
            if matches!(way, Way::Alike) {
                for (at, (_, value)) in row.into_iter().enumerate() {
                    self.comma(at);
                    self.value(value);
                }
            } else {
                for (at, column) in columns.iter().enumerate() {
                    self.comma(at);
                    match row.iter_mut().find(|(name, _)| is_same(name, column)) {
                        Some((_, value)) => self.value(std::mem::take(value)),
                        None => self.push("DEFAULT"),
                    }
                }
            }
            self.push(")");
        }
    }

    fn arrays(&mut self, rows: Vec<Values>, arrays: &[String]) {
        let mut columns: Vec<Vec<Value>> = Vec::new();
        columns.resize_with(arrays.len(), || Vec::with_capacity(rows.len()));
        for row in rows {
            for (column, (_, value)) in columns.iter_mut().zip(row) {
                column.push(value);
            }
        }
        self.push(" SELECT * FROM unnest(");
        for (at, (column, array)) in columns.into_iter().zip(arrays).enumerate() {
            self.comma(at);
            self.value(Value::List(column));
            self.push("::");
            self.push(array);
        }
        self.push(")");
    }
}
