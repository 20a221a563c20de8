//! Columns and their types.

use relata_schema::provider::NativeType;

use super::{Default, Expression, ObjectName, SequenceOptions};
use crate::dialect::made_up;

/// The columns that every table has in PostgreSQL, whose places are -1, -2 and so on (manual, "System Columns").
pub const SYSTEM_COLUMNS: [&str; 6] = ["ctid", "xmin", "cmin", "xmax", "cmax", "tableoid"];

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Box<str>,
    /// Its type.
    pub ty: ColumnType,
    /// Whether it can hold NULL.
    pub nullable: bool,
    /// What the constraint that keeps NULL out is, where it is more than `NOT NULL`.
    pub not_null: NotNull,
    /// What the database fills in where an insert gives no value.
    pub default: Option<Default>,
    /// What the database computes it from.
    pub generated: Option<Generated>,
    /// How the database numbers it by the SQL standard's `IDENTITY` (PostgreSQL).
    pub identity: Option<Identity>,
    /// How it sorts, where that is not as its type does. Without a namespace it is the one that the server finds by that
    /// name.
    pub collation: Option<ObjectName>,
    /// How the server keeps and samples it.
    pub storage: ColumnStorage,
    /// Whether it only comes from a table that this one inherits from or is a partition of.
    pub is_inherited: bool,
}

/// What a `NOT NULL` is beside the word; nothing before version 18, where it became a constraint (PostgreSQL, manual,
/// `pg_constraint`).
#[derive(Clone, Debug, std::default::Default, PartialEq, Eq)]
pub struct NotNull {
    /// Its name, where the server would not choose it by itself.
    pub name: Option<Box<str>>,
    /// Whether tables that inherit from this one are spared it: `NO INHERIT`.
    pub no_inherit: bool,
    /// Whether the rows there are were never looked at: `NOT VALID`.
    pub is_unproved: bool,
    /// Whether it only comes from a table that this one inherits from or is a partition of.
    pub is_inherited: bool,
}

/// A column that is computed from others of its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// What it is computed from.
    pub expression: Expression,
    /// Whether the value is kept in the row; where not, it is computed when read (PostgreSQL 18, MySQL, SQLite).
    pub stored: bool,
}

/// `GENERATED … AS IDENTITY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Whether an insert may not give a value of its own: `ALWAYS` rather than `BY DEFAULT`.
    pub always: bool,
    /// The sequence behind it.
    pub sequence: ObjectName,
    /// How it counts.
    pub options: SequenceOptions,
}

/// How the server keeps and samples a column (PostgreSQL); what is not said is as the type has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnStorage {
    /// `PLAIN`, `EXTERNAL`, `EXTENDED` or `MAIN`.
    pub strategy: Option<Box<str>>,
    /// The compression method (PostgreSQL 14).
    pub compression: Option<Box<str>>,
    /// How many values are sampled.
    pub statistics: Option<i32>,
    /// Options such as `n_distinct`, in the server's order.
    pub options: Vec<(Box<str>, Box<str>)>,
}

impl NotNull {
    /// Returns its name, chosen by the server or not.
    pub fn name(&self, table: &ObjectName, column: &str) -> Box<str> {
        let usual = || Self::usual_name(table, column).into();
        self.name.clone().unwrap_or_else(usual)
    }

    /// Returns the name that the server chooses.
    pub fn usual_name(table: &ObjectName, column: &str) -> String {
        made_up(&table.name, Some(column), "not_null")
    }
}

impl Column {
    /// Makes a required column without a default.
    pub fn new(name: &str, ty: ColumnType) -> Self {
        Self {
            name: name.into(),
            ty,
            nullable: false,
            not_null: NotNull::default(),
            default: None,
            generated: None,
            identity: None,
            collation: None,
            storage: ColumnStorage::default(),
            is_inherited: false,
        }
    }

    /// Tells whether the database gives the rows that are there a value when the column is new.
    pub(crate) fn gives_values(&self) -> bool {
        self.default.is_some() || self.is_made_by_server()
    }

    /// Tells whether the values are computed or numbered, and not those of a default that stands for itself.
    pub(crate) fn is_made_by_server(&self) -> bool {
        self.generated.is_some() || self.identity.is_some() || self.is_autoincrement()
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

    /// Returns the domain that it names, in a list or not.
    pub fn domain_name(&self) -> Option<&ObjectName> {
        match &self.kind {
            TypeKind::Domain(name) => Some(name),
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
    /// A domain of the catalog (PostgreSQL).
    Domain(ObjectName),
    /// An enum that belongs to its column alone: its values in order (MySQL).
    Values(Vec<Box<str>>),
    /// A type that the language does not know, as SQL.
    Unsupported(Box<str>),
}
