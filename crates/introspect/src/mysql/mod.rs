//! MySQL and MariaDB: `information_schema` of the connection's database (manuals, "`INFORMATION_SCHEMA` Tables").
//!
//! A fixed number of queries, whatever the size, in one read-only transaction. Where the two servers print the same thing
//! differently, [`session::Flavour`] tells them apart. What has no place in a catalog of its own is kept as an option of the
//! table, column or index, under the server's word for it.
//!
//! An account without rights on an object does not see it in `information_schema`; what could be missing is told.
//!
//! What `information_schema` itself does not tell: characters past the basic plane of Unicode are question marks on MariaDB, in
//! names of enum values, defaults, comments and bodies; a `DEFAULT` partition of a list is `0` there; the parser of a full-text
//! index and the values of a binary default that are no text are missing.
//!
//! Tested on MariaDB 10.11; MySQL 8 is from the manual.

mod checks;
mod columns;
mod comments;
mod default;
mod events;
mod foreign_keys;
mod indexes;
mod mode;
mod partitions;
mod period;
mod quoted;
mod rights;
mod routines;
mod sequences;
mod session;
mod tables;
mod triggers;
mod types;
mod views;

use std::collections::{HashMap, HashSet};

use relata::Connection;
use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::{Address, Dependency, Expression, Kind, ObjectName};

use crate::{Description, Error, Note};
use session::Session;

/// A database while it is being read.
struct Describer {
    session: Session,
    catalog: Catalog,
    /// Where each table stands in the catalog, by its name.
    places: HashMap<String, usize>,
    /// The collation of each table, by its place: what a column has that names none.
    collations: Vec<Option<String>>,
    /// The names of the sequences (MariaDB).
    sequences: Vec<String>,
    /// The keys that count once at each moment, each by its table and its own name (MariaDB).
    temporal: HashSet<(String, String)>,
    notes: Vec<Note>,
}

/// Reads everything.
pub(crate) async fn read(db: &dyn Connection) -> Result<Description, Error> {
    let session = Session::begin(db).await?.ok_or(Error::NoDatabase)?;
    let catalog = Catalog {
        is_whole: true,
        ..Catalog::empty(Dialect::Mysql)
    };
    let mut describer = Describer {
        session,
        catalog,
        places: HashMap::new(),
        collations: Vec::new(),
        sequences: Vec::new(),
        temporal: HashSet::new(),
        notes: Vec::new(),
    };
    describer.everything().await?;
    describer.session.end().await?;
    let mut dependencies = relata_sql::named_dependencies(&describer.catalog);
    for trigger in &describer.catalog.triggers {
        if let Some(follows) = &trigger.follows {
            let address = |name: &str| Address::part(Kind::Trigger, &trigger.table, name);
            dependencies.push(Dependency {
                of: address(&trigger.name),
                on: address(follows),
            });
        }
    }
    dependencies.sort();
    describer.catalog.dependencies = dependencies;
    Ok(Description {
        catalog: describer.catalog,
        notes: describer.notes,
    })
}

impl Describer {
    /// What others refer to is read before them.
    async fn everything(&mut self) -> relata::Result<()> {
        self.tables().await?;
        let views = self.views().await?;
        let json = self.checks().await?;
        self.columns(&json, &views).await?;
        self.columns_of_views();
        self.indexes().await?;
        self.foreign_keys().await?;
        self.partitions().await?;
        self.sequences().await?;
        self.routines().await?;
        self.triggers().await?;
        self.events().await?;
        self.rights().await?;
        self.catalog.comments.sort();
        Ok(())
    }

    /// The place of a table that is read.
    fn place(&self, table: &str) -> Option<usize> {
        self.places.get(table).copied()
    }
}

/// The name of an object of the database.
fn own(name: &str) -> ObjectName {
    ObjectName::new(None, name)
}

/// SQL in the server's own words.
fn printed(sql: &str) -> Expression {
    Expression {
        source: sql.into(),
        canonical: Some(sql.into()),
    }
}
