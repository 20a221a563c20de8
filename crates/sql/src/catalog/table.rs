//! Tables and primary keys.

use super::{Column, ForeignKey, Index, IndexColumn, ObjectName};

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: ObjectName,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Its primary key.
    pub primary_key: Option<PrimaryKey>,
    /// Its indexes and uniques.
    pub indexes: Vec<Index>,
    /// Its foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
}

impl Table {
    /// Makes a table without columns.
    pub fn new(name: ObjectName) -> Self {
        Self {
            name,
            columns: Vec::new(),
            primary_key: None,
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
        }
    }

    /// Returns the column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| &*column.name == name)
    }

    /// Tells whether the primary key is this column and no other.
    pub fn is_keyed_by(&self, column: &str) -> bool {
        self.primary_key
            .as_ref()
            .is_some_and(|key| matches!(key.columns.as_slice(), [only] if &*only.name == column))
    }
}

/// The primary key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrimaryKey {
    /// The constraint's name, where a database names it (PostgreSQL).
    pub name: Option<Box<str>>,
    /// Its columns, in order.
    pub columns: Vec<IndexColumn>,
}

impl PrimaryKey {
    /// Returns the names of its columns, in order.
    pub fn column_names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.columns.iter().map(|column| &*column.name)
    }
}
