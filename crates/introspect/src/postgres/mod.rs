//! PostgreSQL: its own catalogues (manual, "System Catalogs").
//!
//! A fixed number of queries, whatever the size, in one read-only transaction. What is SQL is kept in the server's own words,
//! with every name in full. Every role may read these catalogues, so that nothing is hidden from one that may not read the
//! tables themselves.
//!
//! Tested on PostgreSQL 15, 16, 17 and 18; what differs on 12 to 14 is from the manual.

mod aggregate;
mod code;
mod comments;
mod constraints;
mod default;
mod definitions;
mod grouping;
mod indexes;
mod namespaces;
mod notes;
mod objects;
mod relations;
mod rights;
mod sequences;
mod session;
mod types;
mod user_types;

use std::collections::HashMap;

use relata::Connection;
use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::Deferrable;

use crate::{Description, Error, Note};
use objects::Objects;
use relations::Places;
use session::Session;

/// When each constraint that has an index is checked, and whether it counts once at each moment, by the number of the index.
type Constraints = HashMap<i64, (Deferrable, bool)>;

/// A database while it is being read.
struct Describer {
    session: Session,
    catalog: Catalog,
    objects: Objects,
    places: Places,
    notes: Vec<Note>,
}

/// Reads everything.
pub(crate) async fn read(db: &dyn Connection) -> Result<Description, Error> {
    let session = Session::begin(db).await?;
    let mut catalog = Catalog::empty(Dialect::Postgres);
    catalog.is_whole = true;
    catalog.default_namespace = session.default_namespace.as_deref().map(Into::into);
    let mut describer = Describer {
        session,
        catalog,
        objects: Objects::default(),
        places: Places::new(),
        notes: Vec::new(),
    };
    describer.everything().await?;
    describer.session.end().await?;
    Ok(Description {
        catalog: describer.catalog,
        notes: describer.notes,
    })
}

impl Describer {
    /// What others refer to is read before them.
    async fn everything(&mut self) -> relata::Result<()> {
        self.namespaces().await?;
        self.extensions().await?;
        self.definitions().await?;
        self.collations().await?;
        self.enums().await?;
        self.domains().await?;
        self.domain_checks().await?;
        self.composites().await?;
        self.ranges().await?;
        self.relations().await?;
        self.columns().await?;
        self.inheritance().await?;
        let constraints = self.constraints().await?;
        self.indexes(&constraints).await?;
        self.sequences().await?;
        self.functions().await?;
        self.triggers().await?;
        self.rules().await?;
        self.policies().await?;
        self.statistics().await?;
        self.event_triggers().await?;
        self.comments().await?;
        self.grants().await?;
        self.default_privileges().await?;
        self.dependencies().await?;
        self.notes().await
    }

    /// The condition for objects that are neither the server's own nor an extension's. The query joins `pg_namespace n`.
    fn mine(class: &str, alias: &str) -> String {
        format!(
            "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND {}",
            Self::no_extension(class, alias)
        )
    }

    /// The condition for objects that no extension brought along (manual, `pg_depend`, `deptype` e).
    fn no_extension(class: &str, alias: &str) -> String {
        format!(
            "{alias}.oid NOT IN (SELECT objid FROM pg_depend WHERE classid = '{class}'::regclass AND deptype = 'e')"
        )
    }
}

/// Options `name=value`, in the server's order.
fn options(list: &[String]) -> Vec<(Box<str>, Box<str>)> {
    list.iter()
        .map(|option| {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            (name.into(), value.into())
        })
        .collect()
}
