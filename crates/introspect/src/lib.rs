//! A live database read into a [`Catalog`], with a fixed number of queries whatever its size, and
//! without writing to it.
//!
//! SQLite is read so far. The tables that hold a migration history are no part of a schema and are left out.

mod error;
mod sqlite;

use relata::Connection;
use relata_script::Dialect;
use relata_sql::Catalog;

pub use error::Error;

/// Reads the database behind a connection.
pub async fn introspect(db: &dyn Connection) -> Result<Catalog, Error> {
    match db.dialect() {
        Dialect::Sqlite => sqlite::read(db).await,
        dialect => Err(Error::Dialect(dialect)),
    }
}

/// Tells whether a table holds a migration history, ours or Prisma's.
pub fn is_history(table: &str) -> bool {
    matches!(table, "_relata_migrations" | "_prisma_migrations")
}
