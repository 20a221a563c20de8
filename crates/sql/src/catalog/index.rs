//! Indexes and their columns.

use relata_schema::ir::{Algorithm, IndexKind, Sort};

use super::{Deferrable, Expression, ObjectName};

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
    /// The columns that it carries along without sorting by them: `INCLUDE` (PostgreSQL).
    pub include: Vec<Box<str>>,
    /// Whether two NULLs count as the same in a unique: `NULLS NOT DISTINCT` (PostgreSQL 15).
    pub nulls_not_distinct: bool,
    /// Whether the last column of a unique is a span of time, and a key counts once at each moment: `WITHOUT OVERLAPS`
    /// (PostgreSQL 18). On MariaDB the last two columns are the end and the start of the table's period.
    pub is_temporal: bool,
    /// When a unique that was written as a constraint is checked; `None` where it is only an index (PostgreSQL).
    pub constraint: Option<Deferrable>,
    /// The access method, where it is none that the language knows: one of an extension (PostgreSQL).
    pub method: Option<Box<str>>,
    /// Storage parameters, in the server's order (PostgreSQL).
    pub options: Vec<(Box<str>, Box<str>)>,
    /// The tablespace, where it is not the database's (PostgreSQL).
    pub tablespace: Option<Box<str>>,
    /// The index of the partitioned table that this one is the part of for its partition (PostgreSQL).
    pub part_of: Option<ObjectName>,
    /// Whether it can be used; one that was built concurrently and failed cannot (PostgreSQL).
    pub is_valid: bool,
}

impl Index {
    /// Makes an index over columns in ascending order, without further clauses.
    pub fn new(name: &str, kind: IndexKind, columns: Vec<IndexColumn>) -> Self {
        Self {
            name: name.into(),
            kind,
            columns,
            algorithm: None,
            predicate: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            is_temporal: false,
            constraint: None,
            method: None,
            options: Vec::new(),
            tablespace: None,
            part_of: None,
            is_valid: true,
        }
    }

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
    /// The column's name; empty where an expression stands instead.
    pub name: Box<str>,
    /// The expression, where it is no column.
    pub expression: Option<Expression>,
    /// The order.
    pub sort: Sort,
    /// Where NULLs come, if not where the order puts them: last when ascending, first when descending (PostgreSQL).
    pub nulls: Option<Nulls>,
    /// The collation as SQL, if it does not sort as the column does (PostgreSQL).
    pub collation: Option<Box<str>>,
    /// How many characters or bytes of it count (MySQL).
    pub length: Option<u32>,
    /// The operator class as SQL, if it is not the default of the column's type (PostgreSQL).
    pub operator_class: Option<Box<str>>,
    /// How many values of an expression are sampled, where that is said (PostgreSQL).
    pub statistics: Option<i32>,
}

impl IndexColumn {
    /// Makes an ascending column without further clauses.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            expression: None,
            sort: Sort::Asc,
            nulls: None,
            collation: None,
            length: None,
            operator_class: None,
            statistics: None,
        }
    }
}

/// Where NULLs stand in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// Before everything else.
    First,
    /// After everything else.
    Last,
}
