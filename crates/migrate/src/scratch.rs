use relata::migration::{Migration, Runner};
use relata::sqlite::Sqlite;
use relata_introspect::introspect;
use relata_sql::{Catalog, diff, plan};

use crate::Error;

/// A database to try things on, which is gone when it is dropped.
pub struct Scratch {
    db: Sqlite,
}

impl Scratch {
    /// Makes an empty one, in memory.
    pub async fn empty() -> Result<Self, Error> {
        Ok(Self {
            db: Sqlite::memory().await?,
        })
    }

    /// Makes one with the tables that a folder's migrations make.
    pub async fn replay(migrations: &[Migration]) -> Result<Self, Error> {
        let scratch = Self::empty().await?;
        scratch.run(migrations).await?;
        Ok(scratch)
    }

    /// Runs migrations without a history.
    pub async fn run(&self, migrations: &[Migration]) -> Result<(), Error> {
        Ok(Runner::new(&self.db).replay(migrations, |_| {}).await?)
    }

    /// Reads what it holds.
    pub async fn catalog(&self) -> Result<Catalog, Error> {
        Ok(introspect(&self.db).await?)
    }

    /// Proves that a script leads from what it holds to a catalog: runs it, reads the database back, compares.
    pub async fn prove(&self, script: &str, target: &Catalog) -> Result<(), Error> {
        self.run(&[Migration::new("proof", script)?]).await?;
        let reached = self.catalog().await?;
        let left = diff(&reached, target)?;
        if left.is_empty() {
            Ok(())
        } else {
            Err(Error::Unproved {
                summary: plan(&left).summary().to_owned(),
            })
        }
    }
}
