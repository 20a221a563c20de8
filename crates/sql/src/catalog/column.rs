//! Columns and their types.

use relata_schema::provider::NativeType;

use super::{Default, ObjectName};

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Box<str>,
    /// Its type.
    pub ty: ColumnType,
    /// Whether it can hold NULL.
    pub nullable: bool,
    /// What the database fills in where an insert gives no value.
    pub default: Option<Default>,
}

impl Column {
    /// Makes a required column without a default.
    pub fn new(name: &str, ty: ColumnType) -> Self {
        Self {
            name: name.into(),
            ty,
            nullable: false,
            default: None,
        }
    }

    /// Tells whether the database numbers the rows by it.
    pub fn is_autoincrement(&self) -> bool {
        matches!(self.default, Some(Default::Autoincrement { .. }))
    }
}

/// The type of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnType {
    /// The type of one value.
    pub kind: TypeKind,
    /// Whether the column holds a list of them (PostgreSQL).
    pub list: bool,
}

impl ColumnType {
    /// Makes the type of a column that holds one value.
    pub fn one(kind: TypeKind) -> Self {
        Self { kind, list: false }
    }

    /// Returns the enum that it names, in a list or not.
    pub fn enum_name(&self) -> Option<&ObjectName> {
        match &self.kind {
            TypeKind::Enum(name) => Some(name),
            _ => None,
        }
    }
}

/// The type of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeKind {
    /// A type of the provider's table.
    Native(NativeType),
    /// An enum of the catalog (PostgreSQL).
    Enum(ObjectName),
    /// An enum that belongs to its column alone: its values in order (MySQL).
    Values(Vec<Box<str>>),
    /// A type that the language does not know, as SQL.
    Unsupported(Box<str>),
}
