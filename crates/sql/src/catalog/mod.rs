//! What a database holds, as plain data.
//!
//! A schema file, a migrations folder and a live database all become the same [`Catalog`]. Everything here is physical:
//! names are database names, types are column types, and nothing of the schema language is left. Fields are public, so
//! that whoever describes a database fills them without ceremony.

mod address;
mod check;
mod collation;
mod column;
mod comment;
mod composite;
mod default;
mod definition;
mod dependency;
mod domain;
mod enumeration;
mod event;
mod foreign_key;
mod function;
mod grant;
mod index;
mod item;
mod managed;
mod name;
mod policy;
mod printed;
mod range;
mod rule;
mod sequence;
mod settled;
mod statistics;
mod storage;
mod table;
mod trigger;
mod view;
mod virtual_table;

use std::collections::BTreeSet;

use relata_script::Dialect;

use crate::rename::Rename;
use crate::target::Server;

pub use address::{Address, Kind};
pub use check::{Check, Exclusion};
pub use collation::Collation;
pub use column::{
    Column, ColumnStorage, ColumnType, Generated, Identity, NotNull, SYSTEM_COLUMNS, TypeKind,
};
pub use comment::Comment;
pub use composite::{Attribute, Composite};
pub use default::{Default, Expression, Literal};
pub use definition::{Clause, Definition};
pub use dependency::Dependency;
pub use domain::Domain;
pub use enumeration::Enum;
pub use event::Event;
pub use foreign_key::{Deferrable, ForeignKey};
pub use function::{Function, FunctionKind};
pub use grant::{DefaultPrivilege, Grant, Grantee, Right};
pub use index::{Index, IndexColumn, Nulls};
pub use item::Item;
pub use managed::Managed;
pub use name::ObjectName;
pub use policy::Policy;
pub use printed::postgres_type;
pub use range::Range;
pub use rule::Rule;
pub use sequence::{Sequence, SequenceOptions};
pub use statistics::Statistics;
pub use storage::{Ancestry, ReplicaIdentity, RowSecurity, Storage};
pub use table::{PrimaryKey, Table};
pub use trigger::{EventTrigger, Firing, Trigger};
pub use view::{Materialized, View, ViewColumn};
pub use virtual_table::VirtualTable;

/// Everything that one database holds.
///
/// Of the lists, those of a live database are in the order of names; those of a schema are in the order of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    /// The dialect of SQL that the database speaks.
    pub dialect: Dialect,
    /// The product, where SQL depends on it beyond the dialect: CockroachDB, from its schema.
    pub server: Option<Server>,
    /// Whether it tells everything that a database holds, as one of a server does. One of a schema says nothing about
    /// the kinds that a schema cannot write, so that they are not compared with it.
    pub is_whole: bool,
    /// Of the kinds that a schema writes beyond Prisma's language, those that it owns: see [`Managed`]. A whole catalog
    /// owns all that it holds.
    pub managed: BTreeSet<Managed>,
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
    /// The collations that users made (PostgreSQL).
    pub collations: Vec<Collation>,
    /// The domains (PostgreSQL).
    pub domains: Vec<Domain>,
    /// The composite types (PostgreSQL).
    pub composites: Vec<Composite>,
    /// The range types (PostgreSQL).
    pub ranges: Vec<Range>,
    /// The sequences that no column brings along (PostgreSQL).
    pub sequences: Vec<Sequence>,
    /// The functions, procedures and aggregates.
    pub functions: Vec<Function>,
    /// The objects that are known by their statements alone (PostgreSQL), in the order of their addresses.
    pub definitions: Vec<Definition>,
    /// The views, materialised ones among them.
    pub views: Vec<View>,
    /// The virtual tables (SQLite).
    pub virtual_tables: Vec<VirtualTable>,
    /// The rules (PostgreSQL).
    pub rules: Vec<Rule>,
    /// The triggers.
    pub triggers: Vec<Trigger>,
    /// The events of the scheduler (MySQL).
    pub events: Vec<Event>,
    /// The policies of row security (PostgreSQL).
    pub policies: Vec<Policy>,
    /// The extended statistics (PostgreSQL).
    pub statistics: Vec<Statistics>,
    /// The event triggers (PostgreSQL).
    pub event_triggers: Vec<EventTrigger>,
    /// The comments, in the order of their objects.
    pub comments: Vec<Comment>,
    /// The rights, in the order of their objects, and then in that in which they were given.
    pub grants: Vec<Grant>,
    /// The rights on objects to come (PostgreSQL).
    pub default_privileges: Vec<DefaultPrivilege>,
    /// What needs what beyond what the objects themselves say, in the order of the objects that need.
    pub dependencies: Vec<Dependency>,
    /// What a schema, or whoever asks for a plan that leads here, says was called otherwise before; [`follow`](crate::follow) looks
    /// which of it acts.
    pub renames: Vec<Rename>,
    /// The renames through which this catalog is looked at, in order: a plan that starts from it begins with them.
    pub renamed: Vec<Rename>,
}

impl Catalog {
    /// Makes a catalog that holds nothing: what a first migration starts from.
    pub fn empty(dialect: Dialect) -> Self {
        Self {
            dialect,
            server: None,
            is_whole: false,
            managed: BTreeSet::new(),
            default_namespace: None,
            namespaces: Vec::new(),
            extensions: Vec::new(),
            enums: Vec::new(),
            tables: Vec::new(),
            collations: Vec::new(),
            domains: Vec::new(),
            composites: Vec::new(),
            ranges: Vec::new(),
            sequences: Vec::new(),
            functions: Vec::new(),
            definitions: Vec::new(),
            views: Vec::new(),
            virtual_tables: Vec::new(),
            rules: Vec::new(),
            triggers: Vec::new(),
            events: Vec::new(),
            policies: Vec::new(),
            statistics: Vec::new(),
            event_triggers: Vec::new(),
            comments: Vec::new(),
            grants: Vec::new(),
            default_privileges: Vec::new(),
            dependencies: Vec::new(),
            renames: Vec::new(),
            renamed: Vec::new(),
        }
    }

    /// Returns the name of the server, or of its dialect where that tells all.
    pub fn server_name(&self) -> &'static str {
        match self.server {
            Some(server) => server.name(),
            None => self.dialect.name(),
        }
    }

    /// Returns the comment on an object.
    pub fn comment(&self, on: &Address) -> Option<&str> {
        let place = self
            .comments
            .binary_search_by(|each| each.on.cmp(on))
            .ok()?;
        Some(&self.comments[place].text)
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
