//! SQLite: its `sqlite_schema` table and the pragmas about tables (manual, "PRAGMA Statements"), and what only the stored
//! statements tell.

mod default;
mod indexes;
mod queries;
mod statement;
mod tables;
mod types;
mod views;

use std::collections::HashMap;

use relata::Connection;
use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::{Expression, Firing, ObjectName, Trigger, VirtualTable};

use crate::{Description, Error, Note};
use statement::TableSql;

/// A database while it is being read.
struct Describer {
    catalog: Catalog,
    /// Where each table stands in the catalog, by its name.
    places: HashMap<String, usize>,
    /// What the statement of each table says, by its place.
    statements: Vec<TableSql>,
    notes: Vec<Note>,
}

/// Reads everything but what SQLite keeps for itself.
pub(crate) async fn read(db: &dyn Connection) -> Result<Description, Error> {
    // One state of the database, whatever others write meanwhile.
    db.batch("SAVEPOINT relata_introspect").await?;
    let read = everything(db).await;
    let ended = db.batch("RELEASE relata_introspect").await;
    let mut description = read?;
    ended?;
    description.catalog.dependencies = relata_sql::named_dependencies(&description.catalog);
    Ok(description)
}

async fn everything(db: &dyn Connection) -> Result<Description, Error> {
    let mut describer = Describer {
        catalog: Catalog {
            is_whole: true,
            ..Catalog::empty(Dialect::Sqlite)
        },
        places: HashMap::new(),
        statements: Vec::new(),
        notes: Vec::new(),
    };
    describer.tables(db).await?;
    describer.columns(db).await?;
    describer.indexes(db).await?;
    describer.uniques();
    describer.foreign_keys(db).await?;
    describer.views(db).await?;
    for row in queries::triggers(db).await? {
        describer.catalog.triggers.push(Trigger {
            name: row.name.into(),
            table: own(&row.table),
            statement: Expression::written(row.sql.trim()),
            firing: Firing::Origin,
            on_partitions: Vec::new(),
            follows: None,
        });
    }
    for row in queries::virtual_tables(db).await? {
        describer.catalog.virtual_tables.push(VirtualTable {
            name: own(&row.name),
            statement: Expression::written(row.sql.trim()),
        });
    }
    Ok(Description {
        catalog: describer.catalog,
        notes: describer.notes,
    })
}

/// The name of an object of the database.
fn own(name: &str) -> ObjectName {
    ObjectName::new(None, name)
}
