//! Databases to try things on: histories become catalogs on them, and plans are proved.

mod cache;
mod given;
mod place;
mod reach;
mod replay;
mod server;

use relata::Connection;
use relata::migration::Migration;
use relata_introspect::introspect;
use relata_script::Dialect;
use relata_sql::{Catalog, diff, plan};

use crate::measure::Measured;
use crate::{Error, Live};

pub(crate) use given::mysql as empty_mysql;
pub(crate) use given::mysql_but as empty_mysql_but;
pub use place::{Place, Site};
use server::Made;

/// A database to try things on, which is gone when it is closed.
///
/// Dropping it without closing removes it too, but then nobody hears of an error. What a killed program leaves on a server is removed
/// by the next one that makes a scratch database there.
pub struct Scratch {
    /// Declared first, so that the connection is closed before its database is dropped.
    db: Option<Live>,
    made: Option<Made>,
}

impl Scratch {
    /// Runs migrations without a history.
    pub async fn run(&self, migrations: &[Migration]) -> Result<(), Error> {
        self.open().run(migrations).await
    }

    /// Runs one script, as a migration would be run.
    pub async fn script(&self, script: &str) -> Result<(), Error> {
        self.run(&[Migration::new("proof", script)?]).await
    }

    /// Reads what it holds.
    pub async fn catalog(&self) -> Result<Catalog, Error> {
        Ok(introspect(self.connection()).await?)
    }

    /// The connection to it. What is done over it must stay inside.
    pub fn connection(&self) -> &dyn Connection {
        self.open().connection()
    }

    /// Runs one script statement by statement, and tells what each does to the tables it meets.
    pub async fn measure(&self, script: &str) -> Result<Vec<Measured>, Error> {
        let migration = Migration::new("proof", script)?;
        self.open().measure(&migration).await
    }

    /// The database it stands for.
    pub fn dialect(&self) -> Dialect {
        self.connection().dialect()
    }

    /// Proves that a script leads from what it holds to a catalog: runs it, reads the database back, compares.
    pub async fn prove(&self, script: &str, target: &Catalog) -> Result<(), Error> {
        self.script(script).await?;
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

    /// Fails where the database is not there any more: somebody else has dropped it.
    pub(crate) async fn stands(&self) -> Result<(), Error> {
        let db = self.connection();
        // PostgreSQL ends the sessions of a database that is dropped; SQLite's is in memory.
        if db.dialect() != Dialect::Mysql {
            return Ok(());
        }
        let sql = "SELECT 1 FROM information_schema.schemata WHERE schema_name = DATABASE()";
        if db.query(sql, Vec::new()).await?.is_empty() {
            let message = "somebody has dropped the scratch database".to_owned();
            return Err(relata::Error::UnknownDatabase { message }.into());
        }
        Ok(())
    }

    /// Removes it.
    pub async fn close(mut self) -> Result<(), Error> {
        if let Some(db) = self.db.take() {
            db.close().await?;
        }
        match self.made.take() {
            Some(made) => made.remove().await,
            None => Ok(()),
        }
    }

    fn open(&self) -> &Live {
        self.db
            .as_ref()
            .expect("only `close` takes the connection, and it takes the value too")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.db.take());
        if let Some(made) = self.made.take() {
            made.remove_now();
        }
    }
}
