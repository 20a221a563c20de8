//! Rows that satisfy a catalog, made up: what plans are tried on.
//!
//! Nothing is read from anybody's data. Every table gets a few rows: ordinary ones, one with NULL wherever that is allowed, and one with values at
//! the edges of their types. The row of a number refers to the rows of the same number, so that keys which share columns agree.

mod fill;
mod literal;

use std::collections::HashMap;

use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::{Column, Domain, ForeignKey, ObjectName, Table, TypeKind};

pub(crate) use fill::{Filled, fill};
use literal::{Shape, literal};

/// How many rows a table gets: two ordinary ones, one with NULLs, one with edges.
const ROWS: usize = 4;

/// What a row is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Every column has an ordinary value.
    Full,
    /// The same, with numbers as small as can be where no key is about them.
    Small,
    /// NULL wherever that is allowed.
    Sparse,
    /// NULL wherever that is allowed, in keys too.
    Bare,
    /// Columns that no key is about are at the edges of their types.
    Edges,
}

/// Which rows to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Width {
    /// Those at the edges of their types among them.
    Edges,
    /// Ordinary ones, and those with NULLs.
    Nulls,
    /// Ordinary ones only.
    Ordinary,
    /// None at all.
    Nothing,
}

/// Makes rows for the tables of one catalog.
struct Maker<'c> {
    catalog: &'c Catalog,
    tables: HashMap<&'c ObjectName, &'c Table>,
    domains: HashMap<&'c ObjectName, &'c Domain>,
}

impl<'c> Maker<'c> {
    fn new(catalog: &'c Catalog) -> Self {
        Self {
            catalog,
            tables: catalog
                .tables
                .iter()
                .map(|table| (&table.name, table))
                .collect(),
            domains: catalog
                .domains
                .iter()
                .map(|domain| (&domain.name, domain))
                .collect(),
        }
    }

    /// The statement that inserts one row, or the column that no value is known for.
    fn insert(&self, table: &'c Table, row: usize, kind: Kind) -> Result<String, &'c str> {
        let mut names = Vec::new();
        let mut values = Vec::new();
        for column in &table.columns {
            if column.generated.is_some() {
                continue;
            }
            let value = match self.value(table, column, row, kind) {
                Some(value) => value,
                None if column.nullable => "NULL".to_owned(),
                // Its default is a value of its type, whatever that is.
                None if column.default.is_some() => continue,
                None => return Err(&column.name),
            };
            names.push(self.catalog.dialect.ident(&column.name));
            values.push(value);
        }
        let name = self.catalog.name_sql(&table.name);
        if names.is_empty() {
            return Ok(match self.catalog.dialect {
                Dialect::Mysql => format!("INSERT INTO {name} () VALUES ()"),
                _ => format!("INSERT INTO {name} DEFAULT VALUES"),
            });
        }
        let is_identity = table.columns.iter().any(|column| column.identity.is_some());
        let overriding = if is_identity {
            " OVERRIDING SYSTEM VALUE"
        } else {
            ""
        };
        Ok(format!(
            "INSERT INTO {name} ({}){overriding} VALUES ({})",
            names.join(", "),
            values.join(", ")
        ))
    }

    fn value(
        &self,
        table: &'c Table,
        column: &'c Column,
        row: usize,
        kind: Kind,
    ) -> Option<String> {
        let is_key = is_in_key(table, column);
        if column.nullable && (kind == Kind::Bare || kind == Kind::Sparse && !is_key) {
            return Some("NULL".to_owned());
        }
        let shape = match kind {
            Kind::Edges if !is_key && !is_in_foreign_key(table, column) => Shape::Edge,
            Kind::Small if !is_key && !is_in_foreign_key(table, column) => Shape::Small,
            _ => Shape::Plain,
        };
        self.own_value(table, column, row, shape, 0)
    }

    /// A value that the columns it refers to have in the row of the same number.
    fn own_value(
        &self,
        table: &'c Table,
        column: &'c Column,
        row: usize,
        shape: Shape,
        depth: usize,
    ) -> Option<String> {
        // Keys may refer around in a circle; then any value will do that everybody in it makes up alike.
        if depth < 16
            && let Some((key, place)) = foreign_key(table, column)
            && let Some(parent) = self.tables.get(&key.references)
            && let Some(referenced) = parent.column(&key.referenced_columns[place])
            && !(parent.name == table.name && referenced.name == column.name)
        {
            return self.own_value(parent, referenced, row, Shape::Plain, depth + 1);
        }
        let dialect = self.catalog.dialect;
        let one = match &column.ty.kind {
            TypeKind::Enum(name) => {
                let values = &self.catalog.enumeration(name)?.values;
                let value = values.get(row % values.len().max(1))?;
                Some(format!(
                    "{}::{}",
                    dialect.string(value),
                    self.catalog.name_sql(name)
                ))
            }
            TypeKind::Values(values) => {
                Some(dialect.string(values.get(row % values.len().max(1))?))
            }
            TypeKind::Domain(name) => {
                let domain = self.domains.get(name)?;
                literal(dialect, self.base(&domain.base), row, shape)
            }
            TypeKind::Native(_) | TypeKind::Unsupported(_) => {
                let mut ty = column.ty.clone();
                ty.list = false;
                let ty = self.catalog.type_sql(&ty);
                literal(dialect, self.base(&ty), row, shape)
            }
        }?;
        Some(if column.ty.list {
            format!("ARRAY[{one}]::{}", self.catalog.type_sql(&column.ty))
        } else {
            one
        })
    }

    /// The type beneath a domain, or beneath a domain of a domain.
    fn base<'t>(&'t self, ty: &'t str) -> &'t str {
        let mut ty = ty;
        for _ in 0..8 {
            let named = self
                .domains
                .iter()
                .find(|(name, _)| self.catalog.name_sql(name) == ty || name.to_string() == ty)
                .map(|(_, domain)| *domain);
            match named {
                Some(domain) => ty = &domain.base,
                None => break,
            }
        }
        ty
    }
}

/// The first foreign key that a column belongs to, and its place there.
fn foreign_key<'t>(table: &'t Table, column: &Column) -> Option<(&'t ForeignKey, usize)> {
    table.foreign_keys.iter().find_map(|key| {
        let place = key.columns.iter().position(|name| *name == column.name)?;
        Some((key, place))
    })
}

fn is_in_foreign_key(table: &Table, column: &Column) -> bool {
    foreign_key(table, column).is_some()
}

/// Whether rows are told apart by it.
fn is_in_key(table: &Table, column: &Column) -> bool {
    let in_primary = table
        .primary_key
        .as_ref()
        .is_some_and(|key| key.column_names().any(|name| name == &*column.name));
    in_primary
        || table
            .indexes
            .iter()
            .any(|index| index.is_unique() && index.columns.iter().any(|it| it.name == column.name))
}
