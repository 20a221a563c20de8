//! A live database read into a [`Catalog`], with a fixed number of queries whatever its size, and
//! without writing to it.
//!
//! The tables that hold a migration history are no part of a schema and are left out.

mod error;
mod fields;
mod mysql;
mod note;
mod postgres;
mod sqlite;

use relata::Connection;
use relata_script::Dialect;
use relata_sql::Catalog;

pub use error::Error;
pub use note::{Description, Note};

/// Reads the database behind a connection.
pub async fn introspect(db: &dyn Connection) -> Result<Catalog, Error> {
    describe(db).await.map(|description| description.catalog)
}

/// Reads the database behind a connection, and tells what it holds beyond the catalog.
pub async fn describe(db: &dyn Connection) -> Result<Description, Error> {
    match db.dialect() {
        Dialect::Sqlite => sqlite::read(db).await,
        Dialect::Postgres => postgres::read(db).await,
        Dialect::Mysql => mysql::read(db).await,
    }
}

/// Tells whether a table holds a migration history, ours or Prisma's.
pub fn is_history(table: &str) -> bool {
    matches!(table, "_relata_migrations" | "_prisma_migrations")
}
