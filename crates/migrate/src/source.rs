use std::path::Path;

use relata::migration::Folder;
use relata::sqlite::Options;
use relata::{Connection, ConnectionUrl};
use relata_introspect::{Description, describe};
use relata_schema::Schema;
use relata_script::Dialect;
use relata_sql::{Catalog, lower};

use crate::{Error, Place};

/// One side of a comparison.
pub enum Source<'a> {
    /// Nothing.
    Empty,
    /// A schema.
    Schema(&'a Schema),
    /// What the migrations of a folder make of an empty database.
    Migrations(&'a Path),
    /// A live database; a relative SQLite path is taken from the folder.
    Database(&'a ConnectionUrl, &'a Path),
}

impl Source<'_> {
    /// Tells which dialect it is bound to. `Empty` is bound to none, nor is a folder without a lock file.
    pub fn dialect(&self) -> Result<Option<Dialect>, Error> {
        Ok(match self {
            Self::Empty => None,
            Self::Schema(schema) => schema
                .provider()
                .and_then(relata_schema::provider::Provider::dialect),
            Self::Migrations(path) => {
                let lock = Folder::read(path)?.lock;
                lock.and_then(|lock| lock.provider().parse().ok())
            }
            Self::Database(url, _) => Some(url.dialect()),
        })
    }
}

/// Reads one side of a comparison for that dialect. A migrations folder is replayed at that place; SQLite needs none.
pub async fn catalog_of(
    source: &Source<'_>,
    dialect: Dialect,
    place: Option<&Place>,
) -> Result<Catalog, Error> {
    Ok(description_of(source, dialect, place).await?.catalog)
}

/// Reads one side as [`catalog_of`] does, and tells what a live database holds beyond the catalog.
pub async fn description_of(
    source: &Source<'_>,
    dialect: Dialect,
    place: Option<&Place>,
) -> Result<Description, Error> {
    let known = |catalog| Description {
        catalog,
        notes: Vec::new(),
    };
    match source {
        Source::Empty => Ok(known(Catalog::empty(dialect))),
        Source::Schema(schema) => Ok(known(lower(schema)?)),
        Source::Migrations(path) => {
            let folder = Folder::read(path)?;
            folder.check(dialect)?;
            let place = match place {
                Some(place) => place,
                None if dialect == Dialect::Sqlite => &Place::Memory,
                None => return Err(Error::NoScratch { dialect }),
            };
            let scratch = place.replay(&folder.migrations).await?;
            let catalog = scratch.catalog().await?;
            scratch.close().await?;
            Ok(known(catalog))
        }
        Source::Database(url, base) => {
            // A SQLite file that is not there must not be made by looking; the servers' describers read in a read-only transaction.
            let db: Box<dyn Connection> = match url.dialect() {
                Dialect::Sqlite => {
                    Box::new(Options::from_url(url, base)?.read_only(true).open().await?)
                }
                Dialect::Postgres | Dialect::Mysql => relata::connect(url, base).await?,
            };
            let description = describe(&*db).await?;
            db.close().await?;
            Ok(description)
        }
    }
}
