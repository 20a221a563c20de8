//! Which object is meant, whatever its kind.

use std::fmt;

use super::ObjectName;

/// The address of an object, or of a part of one: what comments, grants and dependencies point at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// What it is.
    pub kind: Kind,
    /// Its name, or that of the table or type that it is part of. Namespaces, extensions and event triggers live in no
    /// namespace.
    pub name: ObjectName,
    /// The part: a column, a constraint, a trigger; for a function the types of its arguments.
    pub part: Option<Box<str>>,
}

impl Address {
    /// Tells whether this, which needs the other, has the rows of that table for values: a column, another type or a domain (PostgreSQL,
    /// "Composite Types").
    pub(crate) fn holds_rows_of(&self, on: &Self) -> bool {
        on.kind == Kind::Table && matches!(self.kind, Kind::Column | Kind::Type | Kind::Domain)
    }

    /// Addresses an object that its name alone makes known.
    pub fn of(kind: Kind, name: &ObjectName) -> Self {
        Self {
            kind,
            name: name.clone(),
            part: None,
        }
    }

    /// Addresses a part of an object.
    pub fn part(kind: Kind, name: &ObjectName, part: &str) -> Self {
        Self {
            kind,
            name: name.clone(),
            part: Some(part.into()),
        }
    }

    /// Addresses a column of a table, view or composite type.
    pub fn column(table: &ObjectName, column: &str) -> Self {
        Self::part(Kind::Column, table, column)
    }

    /// Addresses an object that lives in no namespace.
    pub fn global(kind: Kind, name: &str) -> Self {
        Self::of(kind, &ObjectName::new(None, name))
    }
}

/// For people: `column shop.Order.total`.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.word(), self.name)?;
        match (&self.part, self.kind) {
            (None, _) => Ok(()),
            (
                Some(arguments),
                Kind::Function | Kind::Procedure | Kind::Aggregate | Kind::Operator,
            ) => {
                write!(f, "({arguments})")
            }
            (Some(method), Kind::OperatorFamily | Kind::OperatorClass) => {
                write!(f, " using {method}")
            }
            (Some(part), _) => write!(f, ".{part}"),
        }
    }
}

/// The kinds of objects that can be addressed.
///
/// Their order is that in which lists of addresses are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A namespace: `CREATE SCHEMA`.
    Namespace,
    /// An extension.
    Extension,
    /// A collation.
    Collation,
    /// A type of its own that is no domain: an enum, a composite type, a range type.
    Type,
    /// A domain.
    Domain,
    /// A constraint of a domain.
    DomainConstraint,
    /// A sequence.
    Sequence,
    /// A table, partitions among them.
    Table,
    /// A column of a table, view or composite type.
    Column,
    /// The default of a column, or the expression that generates it.
    Default,
    /// A constraint of a table, whatever it constrains.
    Constraint,
    /// An index, by its own name.
    Index,
    /// A function, window functions among them.
    Function,
    /// A procedure.
    Procedure,
    /// An aggregate.
    Aggregate,
    /// A view.
    View,
    /// A materialised view.
    MaterializedView,
    /// A virtual table (SQLite).
    VirtualTable,
    /// A rule of a table or view.
    Rule,
    /// A trigger of a table or view.
    Trigger,
    /// An event of the scheduler (MySQL).
    Event,
    /// A policy of a table.
    Policy,
    /// Extended statistics.
    Statistics,
    /// An event trigger.
    EventTrigger,
    /// A procedural language.
    Language,
    /// An access method.
    AccessMethod,
    /// A cast; its name is the text `(integer AS text)`.
    Cast,
    /// An operator; its part is the types of its operands, `integer, NONE`.
    Operator,
    /// An operator family; its part is the access method.
    OperatorFamily,
    /// An operator class; its part is the access method.
    OperatorClass,
    /// A conversion between encodings.
    Conversion,
    /// A transform; its name is the text `FOR hstore LANGUAGE plpython3u`.
    Transform,
    /// A parser of text search.
    SearchParser,
    /// A template of text search.
    SearchTemplate,
    /// A dictionary of text search.
    SearchDictionary,
    /// A configuration of text search.
    SearchConfiguration,
    /// A foreign data wrapper.
    ForeignDataWrapper,
    /// A foreign server.
    Server,
    /// A user mapping; its name is the text `FOR "user" SERVER "server"`.
    UserMapping,
    /// A foreign table.
    ForeignTable,
    /// A publication.
    Publication,
}

impl Kind {
    /// Tells whether it is a part of text search.
    pub fn is_search(self) -> bool {
        matches!(
            self,
            Self::SearchParser
                | Self::SearchTemplate
                | Self::SearchDictionary
                | Self::SearchConfiguration
        )
    }

    /// Returns the word for it in `COMMENT ON …`, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Namespace => "schema",
            Self::Extension => "extension",
            Self::Collation => "collation",
            Self::Type => "type",
            Self::Domain => "domain",
            Self::DomainConstraint | Self::Constraint => "constraint",
            Self::Sequence => "sequence",
            Self::Table | Self::VirtualTable => "table",
            Self::Column => "column",
            Self::Default => "default",
            Self::Index => "index",
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::Aggregate => "aggregate",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Rule => "rule",
            Self::Trigger => "trigger",
            Self::Event => "event",
            Self::Policy => "policy",
            Self::Statistics => "statistics",
            Self::EventTrigger => "event trigger",
            Self::Language => "language",
            Self::AccessMethod => "access method",
            Self::Cast => "cast",
            Self::Operator => "operator",
            Self::OperatorFamily => "operator family",
            Self::OperatorClass => "operator class",
            Self::Conversion => "conversion",
            Self::Transform => "transform",
            Self::SearchParser => "text search parser",
            Self::SearchTemplate => "text search template",
            Self::SearchDictionary => "text search dictionary",
            Self::SearchConfiguration => "text search configuration",
            Self::ForeignDataWrapper => "foreign data wrapper",
            Self::Server => "server",
            Self::UserMapping => "user mapping",
            Self::ForeignTable => "foreign table",
            Self::Publication => "publication",
        }
    }
}
