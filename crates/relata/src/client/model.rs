//! What generated code tells of a model.

use crate::{FromRow, Result, Row};

use super::Make;

/// A model of the schema; generated code implements it.
pub trait Model: Clone + Send + Sync + 'static {
    /// Its table.
    const META: &'static Table;

    /// Reads a row that holds the columns of [`Model::META`] in order; see [`FromRow::from_row`].
    fn read(row: &mut Row) -> Result<Self>;
}

impl<M: Model> FromRow for M {
    #[inline]
    fn from_row(row: &mut Row) -> Result<Self> {
        M::read(row)
    }
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
    /// Its columns' names, in the order in which the model's struct is read.
    pub columns: &'static [&'static str],
    /// The columns that the client fills, each with its position.
    pub made: &'static [(u16, Make)],
    /// The columns that name a row: the primary key, or a unique over required columns. Empty if there is none.
    pub key: &'static [&'static str],
    /// How its rows find those of others, one for each relation.
    pub links: &'static [Link],
}

impl Table {
    /// A table in the schema that the connection looks into, whose columns nobody fills but the database.
    pub const fn new(
        name: &'static str,
        columns: &'static [&'static str],
        key: &'static [&'static str],
        links: &'static [Link],
    ) -> Self {
        Self {
            name,
            namespace: None,
            columns,
            made: &[],
            key,
            links,
        }
    }

    /// The columns that the client fills, and how.
    pub(super) fn made(&'static self) -> impl Iterator<Item = (&'static str, Make)> {
        self.made.iter().map(|(at, make)| (self.column(*at), *make))
    }

    /// The column at a position of the model.
    pub(super) fn column(&'static self, index: u16) -> &'static str {
        self.columns[usize::from(index)]
    }
}

/// How the rows of one table find those of another.
#[derive(Debug)]
pub struct Link {
    /// The name of the relation in Rust.
    pub name: &'static str,
    /// Columns of the table that the relation's field stands in.
    pub near: &'static [&'static str],
    /// Columns of the other table, in the same order.
    pub far: &'static [&'static str],
    /// Whether the near columns are the foreign key.
    pub forward: bool,
    /// The table between them, in an implicit many-to-many relation.
    pub through: Option<Through>,
}

impl Link {
    /// A relation by a foreign key.
    pub const fn new(
        name: &'static str,
        near: &'static [&'static str],
        far: &'static [&'static str],
        forward: bool,
    ) -> Self {
        Self {
            name,
            near,
            far,
            forward,
            through: None,
        }
    }

    /// The one of a relation among those of its model.
    pub(super) const fn of(links: &'static [Self], name: &str) -> &'static Self {
        let mut at = 0;
        while at < links.len() {
            if is_same(links[at].name, name) {
                return &links[at];
            }
            at += 1;
        }
        panic!("generated code has a link for each relation")
    }
}

/// `==`, which constants cannot ask for yet.
const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
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
