//! SQL of the program's own, with typed answers.

use crate::{FromRow, FromValue, Result, Row, Value};

use super::filter::Node;
use super::render::Writer;
use super::{Filter, Model, Session};

/// SQL in pieces, between which values stand: `sql("SELECT … WHERE age > ").bind(18)`.
#[derive(Clone)]
#[must_use = "SQL runs when a session takes it"]
pub struct Sql {
    pieces: Vec<String>,
    values: Vec<Value>,
}

impl std::fmt::Debug for Sql {
    /// Values are not shown: they may be personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Sql").field(&self.pieces.join("?")).finish()
    }
}

/// SQL that begins with this text. The text is the program's own; what comes from outside goes into [`Sql::bind`].
///
/// ```
/// let adults = relata::sql("SELECT id, email FROM users WHERE age >= ").bind(18).push(" ORDER BY id");
/// assert_eq!(format!("{adults:?}"), r#"Sql("SELECT id, email FROM users WHERE age >= ? ORDER BY id")"#);
/// ```
pub fn sql(text: impl Into<String>) -> Sql {
    Sql {
        pieces: vec![text.into()],
        values: Vec::new(),
    }
}

impl Sql {
    /// Goes on with a value, which becomes a parameter.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self.pieces.push(String::new());
        self
    }

    /// Goes on with text.
    pub fn push(mut self, text: &str) -> Self {
        if let Some(last) = self.pieces.last_mut() {
            last.push_str(text);
        }
        self
    }

    /// As a condition on a model. Columns need no prefix unless the condition looks into other tables.
    pub fn as_filter<M: Model>(self) -> Filter<M> {
        let mut pieces = self.pieces;
        if let Some(first) = pieces.first_mut() {
            first.insert(0, '(');
        }
        if let Some(last) = pieces.last_mut() {
            last.push(')');
        }
        Filter::new(Node::Raw {
            pieces,
            values: self.values,
        })
    }

    async fn writer(&self, session: &Session) -> Result<Writer> {
        let mut out = Writer::new(session.flavor().await?);
        out.raw(&self.pieces, &self.values);
        Ok(out)
    }
}

/// What a row of SQL of the program's own can be read as: a model, or a tuple of values. Columns are read by position.
#[diagnostic::on_unimplemented(
    message = "a row cannot be read as `{Self}`",
    note = "read rows as a model, or as a tuple of values, such as `(i64, String)`"
)]
pub trait Fetched: Sized + Send + 'static {
    /// Reads a row.
    fn from_columns(row: &mut Row) -> Result<Self>;
}

impl<M: FromRow + Send + 'static> Fetched for M {
    fn from_columns(row: &mut Row) -> Result<Self> {
        M::from_row(row)
    }
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: FromValue + Send + 'static),*> Fetched for ($($name,)*) {
            fn from_columns(row: &mut Row) -> Result<Self> {
                row.take_from(0)
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);
tuples!(A B C D E F G H I J K L M);
tuples!(A B C D E F G H I J K L M N);
tuples!(A B C D E F G H I J K L M N O);
tuples!(A B C D E F G H I J K L M N O P);

impl Session {
    /// Runs SQL of the program's own, and reads its rows.
    pub async fn fetch_sql<T: Fetched>(&self, sql: Sql) -> Result<Vec<T>> {
        let out = sql.writer(self).await?;
        self.read(out, T::from_columns).await
    }

    /// Runs SQL of the program's own, and tells how many rows it changed.
    pub async fn execute_sql(&self, sql: Sql) -> Result<u64> {
        let out = sql.writer(self).await?;
        self.run(out).await
    }
}
