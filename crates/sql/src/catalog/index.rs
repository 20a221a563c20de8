//! Indexes and their columns.

use relata_schema::ir::{Algorithm, IndexKind, Sort};

use super::Expression;

/// An index of a table. A unique is one too, as PostgreSQL and SQLite make them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: Box<str>,
    /// What it is for.
    pub kind: IndexKind,
    /// Its columns, in order.
    pub columns: Vec<IndexColumn>,
    /// Its access method, if it is not the database's usual one.
    pub algorithm: Option<Algorithm>,
    /// The rows it covers, if not all.
    pub predicate: Option<Expression>,
}

impl Index {
    /// Tells whether no two rows can be the same in it.
    pub fn is_unique(&self) -> bool {
        self.kind == IndexKind::Unique
    }

    /// Returns the names of its columns, in order.
    pub fn column_names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.columns.iter().map(|column| &*column.name)
    }
}

/// A column of an index or primary key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexColumn {
    /// The column's name.
    pub name: Box<str>,
    /// The order.
    pub sort: Sort,
    /// How many characters or bytes of it count (MySQL).
    pub length: Option<u32>,
    /// The operator class as SQL, if it is not the default of the column's type (PostgreSQL).
    pub operator_class: Option<Box<str>>,
}

impl IndexColumn {
    /// Makes an ascending column without further clauses.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            sort: Sort::Asc,
            length: None,
            operator_class: None,
        }
    }
}
