//! What a database holds, as plain data.
//!
//! A schema file, a migrations folder and a live database all become the same [`Catalog`]. Everything here is physical:
//! names are database names, types are column types, and nothing of the schema language is left. Fields are public, so
//! that whoever describes a database fills them without ceremony.

mod column;
mod default;
mod enumeration;
mod foreign_key;
mod index;
mod name;
mod table;

use relata_script::Dialect;

pub use column::{Column, ColumnType, TypeKind};
pub use default::{Default, Expression, Literal};
pub use enumeration::Enum;
pub use foreign_key::{Deferrable, ForeignKey};
pub use index::{Index, IndexColumn};
pub use name::ObjectName;
pub use table::{PrimaryKey, Table};

/// Everything that one database holds, as far as a schema can say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    /// The dialect of SQL that the database speaks.
    pub dialect: Dialect,
    /// The namespace of unqualified names: PostgreSQL's `public`, or what the connection says. Names in it are written
    /// without it. Not known for an empty catalog, so that dropping everything names each object in full.
    pub default_namespace: Option<Box<str>>,
    /// The namespaces that exist (PostgreSQL).
    pub namespaces: Vec<Box<str>>,
    /// The extensions that are installed (PostgreSQL).
    pub extensions: Vec<Extension>,
    /// The enums that are types of their own (PostgreSQL); elsewhere an enum is part of its column.
    pub enums: Vec<Enum>,
    /// The tables.
    pub tables: Vec<Table>,
}

impl Catalog {
    /// Makes a catalog that holds nothing: what a first migration starts from.
    pub fn empty(dialect: Dialect) -> Self {
        Self {
            dialect,
            default_namespace: None,
            namespaces: Vec::new(),
            extensions: Vec::new(),
            enums: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// Returns the table of that name.
    pub fn table(&self, name: &ObjectName) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == *name)
    }

    /// Returns the enum of that name.
    pub fn enumeration(&self, name: &ObjectName) -> Option<&Enum> {
        self.enums
            .iter()
            .find(|enumeration| enumeration.name == *name)
    }
}

/// An extension of a PostgreSQL server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its name.
    pub name: Box<str>,
    /// The namespace that holds its objects, if it is told.
    pub namespace: Option<Box<str>>,
    /// Its version, if it is told.
    pub version: Option<Box<str>>,
}
