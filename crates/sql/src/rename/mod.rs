//! Renames: what was called otherwise before, so that it keeps its rows.
//!
//! A rename is a fact, from the schema ([`Catalog::renames`]) or from whoever asks for the plan. [`follow`] looks at the side that a plan
//! starts from under its new names; from there on everything is compared as usual. Nothing is renamed because it looks alike: that is only
//! suggested ([`suggest_renames`]).

mod apply;
mod expression;
mod follow;
mod join_table;
mod read;
mod suggest;

use std::fmt;

use relata_script::terminal;

use crate::catalog::{Address, Catalog, Kind, ObjectName};

pub(crate) use expression::speaks_of;
pub use follow::{Followed, Idle, IdleRename, follow};
pub use read::read_rename;
pub use suggest::{Suggestion, suggest_renames};

/// That something is called otherwise.
///
/// In a list each rename stands after those that it builds upon: what owns it bears the name that it has by then.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rename {
    /// What is renamed.
    pub what: Renamed,
    /// Its name before.
    pub from: Box<str>,
    /// Its name after.
    pub to: Box<str>,
}

/// What can be renamed, with what owns it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Renamed {
    /// A table.
    Table {
        /// Where it lives (PostgreSQL).
        namespace: Option<Box<str>>,
    },
    /// An enum (PostgreSQL).
    Enum {
        /// Where it lives.
        namespace: Option<Box<str>>,
    },
    /// A domain (PostgreSQL).
    Domain {
        /// Where it lives.
        namespace: Option<Box<str>>,
    },
    /// A column.
    Column {
        /// Its table.
        table: ObjectName,
    },
    /// A value of an enum (PostgreSQL).
    EnumValue {
        /// The enum.
        of: ObjectName,
    },
    /// A value of an enum that belongs to its column alone (MySQL).
    ColumnValue {
        /// The table.
        table: ObjectName,
        /// The column.
        column: Box<str>,
    },
    /// A sequence that numbers a column and is called after it (PostgreSQL). It follows its table and column and is not asked for.
    Sequence {
        /// Where it lives.
        namespace: Option<Box<str>>,
    },
}

impl Renamed {
    /// Returns the word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Table { .. } => "table",
            Self::Enum { .. } => "enum",
            Self::Domain { .. } => "domain",
            Self::Column { .. } => "column",
            Self::EnumValue { .. } | Self::ColumnValue { .. } => "value",
            Self::Sequence { .. } => "sequence",
        }
    }

    /// Returns what it belongs to, in the words of `--rename`: a table for a column, an enum for a value.
    pub fn owner(&self) -> Option<String> {
        match self {
            Self::Table { .. }
            | Self::Enum { .. }
            | Self::Domain { .. }
            | Self::Sequence { .. } => None,
            Self::Column { table } => Some(table.to_string()),
            Self::EnumValue { of } => Some(of.to_string()),
            Self::ColumnValue { table, column } => Some(format!("{table}.{column}")),
        }
    }

    /// The name of what lives in a namespace, and not in something else.
    fn named(&self, name: &str) -> Option<ObjectName> {
        match self {
            Self::Table { namespace }
            | Self::Enum { namespace }
            | Self::Domain { namespace }
            | Self::Sequence { namespace } => Some(ObjectName::new(namespace.as_deref(), name)),
            Self::Column { .. } | Self::EnumValue { .. } | Self::ColumnValue { .. } => None,
        }
    }
}

impl Rename {
    /// Returns the rename that takes this one back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            what: self.what.clone(),
            from: self.to.clone(),
            to: self.from.clone(),
        }
    }

    /// What the schema would say of it, with the file's own quotes.
    pub fn attribute(&self) -> String {
        let at = match self.what {
            Renamed::Table { .. } | Renamed::Enum { .. } | Renamed::Domain { .. } => "@@",
            _ => "@",
        };
        format!("{at}renamed(from: {:?})", &*self.from)
    }

    /// What `--rename` would say of it.
    pub fn flag(&self) -> String {
        match (self.what.owner(), self.what.named(&self.from)) {
            (Some(owner), _) => format!("{owner}.{}:{}", self.from, self.to),
            (None, Some(name)) => format!("{name}:{}", self.to),
            (None, None) => format!("{}:{}", self.from, self.to),
        }
    }
}

/// For people: "the column `b` of `A` is renamed from `a`".
impl fmt::Display for Rename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} `{}` to `{}`",
            self.what.word(),
            terminal(&self.from),
            terminal(&self.to)
        )?;
        match self.what.owner() {
            Some(owner) => write!(f, " in `{}`", terminal(&owner)),
            None => Ok(()),
        }
    }
}

impl Catalog {
    /// Returns the name that an object had before the renames through which this catalog is looked at.
    pub fn name_before(&self, kind: Kind, name: &ObjectName) -> ObjectName {
        let mut name = name.clone();
        for rename in self.renamed.iter().rev() {
            let same_kind = matches!(
                (&rename.what, kind),
                (Renamed::Table { .. }, Kind::Table)
                    | (Renamed::Enum { .. }, Kind::Type)
                    | (Renamed::Domain { .. }, Kind::Domain)
            );
            if same_kind && rename.what.named(&rename.to).as_ref() == Some(&name) {
                name.name.clone_from(&rename.from);
            }
        }
        name
    }

    /// Returns the name that a column had before the renames through which this catalog is looked at.
    pub fn column_before(&self, table: &ObjectName, column: &str) -> Box<str> {
        let mut column: Box<str> = column.into();
        for rename in self.renamed.iter().rev() {
            if matches!(&rename.what, Renamed::Column { table: of } if of == table)
                && rename.to == column
            {
                column.clone_from(&rename.from);
            }
        }
        column
    }
}

/// The address that an object of a table is known by once the table is renamed.
fn is_of_table(address: &Address) -> bool {
    matches!(
        address.kind,
        Kind::Table
            | Kind::Column
            | Kind::Default
            | Kind::Constraint
            | Kind::Rule
            | Kind::Trigger
            | Kind::Policy
    )
}
