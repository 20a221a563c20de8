//! Tables and primary keys.

use super::{
    Ancestry, Check, Column, Deferrable, Exclusion, ForeignKey, Index, IndexColumn, ObjectName,
    RowSecurity, Storage,
};

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
    /// Its checks.
    pub checks: Vec<Check>,
    /// Its exclusion constraints (PostgreSQL).
    pub exclusions: Vec<Exclusion>,
    /// The tables that it hangs under, and how it divides its rows (PostgreSQL).
    pub ancestry: Ancestry,
    /// How its rows are kept (PostgreSQL).
    pub storage: Storage,
    /// Whether policies decide who sees its rows (PostgreSQL).
    pub row_security: RowSecurity,
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
            checks: Vec::new(),
            exclusions: Vec::new(),
            ancestry: Ancestry::default(),
            storage: Storage::default(),
            row_security: RowSecurity::default(),
        }
    }

    /// Tells whether columns or checks of it only come from tables that it inherits from, so that it cannot be made without
    /// them.
    pub fn is_born_an_heir(&self) -> bool {
        !self.ancestry.inherits.is_empty()
            && (self.columns.iter().any(|column| column.is_inherited)
                || self.checks.iter().any(|check| check.is_inherited))
    }

    /// Returns the table that it is a partition of (PostgreSQL).
    pub fn whole(&self) -> Option<&ObjectName> {
        let (whole, _bounds) = self.ancestry.partition_of.as_ref()?;
        Some(whole)
    }

    /// Tells whether its primary key is its part of that of the table that it is a partition of (PostgreSQL).
    pub fn key_is_part(&self) -> bool {
        self.primary_key
            .as_ref()
            .is_some_and(|key| key.part_of.is_some())
    }

    /// Tells whether its primary key was made for it alone, without the partitions (PostgreSQL).
    pub fn key_stands_alone(&self) -> bool {
        self.primary_key
            .as_ref()
            .is_some_and(|key| key.stands_alone)
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
    /// The columns that its index carries along: `INCLUDE` (PostgreSQL).
    pub include: Vec<Box<str>>,
    /// Whether its last column is a span of time, and a key counts once at each moment: `WITHOUT OVERLAPS` (PostgreSQL 18). On MariaDB
    /// the last two columns are the end and the start of the table's period.
    pub is_temporal: bool,
    /// When it is checked (PostgreSQL).
    pub deferrable: Deferrable,
    /// Storage parameters of its index, in the server's order (PostgreSQL).
    pub options: Vec<(Box<str>, Box<str>)>,
    /// The tablespace of its index, where it is not the database's (PostgreSQL).
    pub tablespace: Option<Box<str>>,
    /// Whether it was made for a partitioned table alone, so that a partition may lack its part of it: `ALTER TABLE ONLY` (PostgreSQL).
    pub stands_alone: bool,
    /// The key of the partitioned table that this one is the part of for its partition (PostgreSQL).
    pub part_of: Option<ObjectName>,
}

impl PrimaryKey {
    /// Makes a key without further clauses.
    pub fn new(name: Option<&str>, columns: Vec<IndexColumn>) -> Self {
        Self {
            name: name.map(Into::into),
            columns,
            include: Vec::new(),
            is_temporal: false,
            deferrable: Deferrable::No,
            options: Vec::new(),
            tablespace: None,
            stands_alone: false,
            part_of: None,
        }
    }

    /// Returns the names of its columns, in order.
    pub fn column_names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.columns.iter().map(|column| &*column.name)
    }
}
