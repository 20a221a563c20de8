use std::sync::Arc;

use crate::{DecodeError, Error, FromValue, Result, Value};

/// One row of a result: values by position, and the names of the columns for messages.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    /// A row; the names are shared by all rows of a result.
    pub fn new(columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// The value at a position, as a Rust type; the error names the column.
    ///
    /// ```
    /// use relata::{Row, Value};
    /// let row = Row::new(["id".to_owned()].into(), vec![Value::I64(7)]);
    /// let id: i64 = row.get(0)?;
    /// assert_eq!(id, 7);
    /// assert!(row.get::<Vec<u8>>(0).unwrap_err().to_string().contains("column `id`"));
    /// # Ok::<(), relata::Error>(())
    /// ```
    #[inline]
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        match self.values.get(index).map(T::from_value) {
            Some(Ok(value)) => Ok(value),
            Some(Err(source)) => Err(self.mismatch(index, source)),
            None => Err(self.mismatch(index, DecodeError::missing())),
        }
    }

    /// The value at a position, as a Rust type, which takes over what memory it can: another value may be left in its place.
    /// That is how a model reads its columns, each of them once.
    ///
    /// ```
    /// use relata::{Row, Value};
    /// let mut row = Row::new(["email".to_owned()].into(), vec!["ann@example.com".into()]);
    /// let email: String = row.take(0)?;
    /// assert_eq!(email, "ann@example.com");
    /// # Ok::<(), relata::Error>(())
    /// ```
    #[inline]
    pub fn take<T: FromValue>(&mut self, index: usize) -> Result<T> {
        match self.values.get_mut(index).map(T::take_value) {
            Some(Ok(value)) => Ok(value),
            Some(Err(source)) => Err(self.mismatch(index, source)),
            None => Err(self.mismatch(index, DecodeError::missing())),
        }
    }

    /// The values from a position on, as a tuple of up to 16 Rust types; see [`Row::take`].
    ///
    /// ```
    /// use relata::{Row, Value};
    /// let mut row = Row::new(["id".to_owned(), "email".to_owned()].into(), vec![Value::I64(7), "ann@example.com".into()]);
    /// let (id, email): (i64, String) = row.take_from(0)?;
    /// assert_eq!((id, email.as_str()), (7, "ann@example.com"));
    /// # Ok::<(), relata::Error>(())
    /// ```
    #[inline]
    pub fn take_from<T: Columns>(&mut self, first: usize) -> Result<T> {
        T::take_from(self, first)
    }

    #[cold]
    fn mismatch(&self, index: usize, source: DecodeError) -> Error {
        let name = self.columns.get(index).cloned();
        Error::Decode {
            column: name.unwrap_or_else(|| format!("#{index}")),
            source,
        }
    }

    /// The value at a position, as the driver gave it.
    pub fn value(&self, index: usize) -> Option<&Value> {
        self.values.get(index)
    }

    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether the row has no column.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn shared_columns(&self) -> Arc<[String]> {
        Arc::clone(&self.columns)
    }

    /// The values, to be filled anew by a driver that shows its rows one by one.
    pub(crate) fn values_mut(&mut self) -> &mut [Value] {
        &mut self.values
    }

    /// The values, without copying them.
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }
}

/// What a row is read as. Models are; a struct of the program's own can be.
///
/// ```
/// struct Login { id: i64, email: Option<String> }
///
/// impl relata::FromRow for Login {
///     fn from_row(row: &mut relata::Row) -> relata::Result<Self> {
///         Ok(Self { id: row.take(0)?, email: row.take(1)? })
///     }
/// }
/// ```
pub trait FromRow: Sized {
    /// Reads a row by position. The row is a buffer that nobody reads again: texts may be taken out of it by [`Row::take`].
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] where a value is none of the type.
    fn from_row(row: &mut Row) -> Result<Self, Error>;
}

/// A tuple of columns.
#[diagnostic::on_unimplemented(
    message = "columns cannot be read as `{Self}`",
    note = "columns are read as a tuple of up to 16 values, such as `(i64, String)`"
)]
pub trait Columns: Sized {
    /// Reads the columns from a position on.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] where a value is none of the type.
    fn take_from(row: &mut Row, first: usize) -> Result<Self>;
}

macro_rules! columns {
    ($($name:ident $at:tt)*) => {
        impl<$($name: FromValue),*> Columns for ($($name,)*) {
            #[inline]
            fn take_from(row: &mut Row, first: usize) -> Result<Self> {
                Ok(($(row.take::<$name>(first + $at)?,)*))
            }
        }
    };
}

columns!(A 0);
columns!(A 0 B 1);
columns!(A 0 B 1 C 2);
columns!(A 0 B 1 C 2 D 3);
columns!(A 0 B 1 C 2 D 3 E 4);
columns!(A 0 B 1 C 2 D 3 E 4 F 5);
columns!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
columns!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
columns!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
columns!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
columns!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
columns!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
columns!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12);
columns!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13);
columns!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14);
columns!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11 M 12 N 13 O 14 P 15);
