//! What generated code tells of a model.

use crate::FromRow;

use super::Make;

/// A model of the schema; generated code implements it.
pub trait Model: FromRow + Clone + Send + Sync + 'static {
    /// Its table.
    const META: &'static Table;
}

/// A model whose rows can be written; views are none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written: it is a view, or a required column has a type that no client can write"
)]
pub trait Writable: Model {}

/// A table, in the names of the database.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The database schema it lives in, where the schema names one.
    pub namespace: Option<&'static str>,
    /// Its columns, in the order in which the model's struct is read.
    pub columns: &'static [Column],
    /// The columns that name a row: the primary key, or a unique over required columns. Empty if there is none.
    pub key: &'static [&'static str],
}

impl Table {
    /// The column at a position of the model.
    pub(super) fn column(&'static self, index: u16) -> &'static str {
        self.columns[usize::from(index)].name
    }
}

/// A column.
#[derive(Debug)]
pub struct Column {
    /// Its name in the database.
    pub name: &'static str,
    /// What the client puts into it where nothing is given.
    pub make: Make,
}

impl Column {
    /// A column whose default, if it has one, is the database's business.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            make: Make::Nothing,
        }
    }

    /// A column that the client fills.
    pub const fn made(name: &'static str, make: Make) -> Self {
        Self { name, make }
    }
}

/// How the rows of one table find those of another.
#[derive(Debug)]
pub struct Link {
    /// Columns of the table that the relation's field stands in.
    pub near: &'static [&'static str],
    /// Columns of the other table, in the same order.
    pub far: &'static [&'static str],
    /// Whether the near columns are the foreign key.
    pub forward: bool,
    /// The table between them, in an implicit many-to-many relation.
    pub through: Option<Through>,
}

/// The table behind an implicit many-to-many relation.
#[derive(Debug)]
pub struct Through {
    /// Its name.
    pub name: &'static str,
    /// The database schema it lives in, where the schema names one.
    pub namespace: Option<&'static str>,
    /// Its column that refers to the near table: `A` or `B`.
    pub near: &'static str,
    /// Its column that refers to the far table.
    pub far: &'static str,
}
