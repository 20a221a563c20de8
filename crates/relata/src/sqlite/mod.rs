//! SQLite: [`rusqlite`] on a thread of its own, spoken to over a channel.
//!
//! SQLite blocks, so it must not run on the threads of an async runtime. One thread per connection keeps every statement in
//! order, costs one hop per call, and lets a whole piece of work ([`Sqlite::with`]) run in a single hop. A row that is found by its
//! key takes less than the hop: it is read on the spot, in so many steps of SQLite's at most (`short`), while nobody else wants the
//! connection.

mod convert;
mod error;
mod file;
mod jobs;
mod options;
mod short;
mod transaction;
mod worker;

use std::sync::Arc;

use relata_script::Dialect;
pub use rusqlite;

pub(crate) use self::convert::{execute, query};
pub use self::error::from_rusqlite;
pub use self::options::Options;
use self::worker::Worker;
use crate::{BoxFuture, Connection, Result, Row, Transaction, Value, Visitor};

/// A connection to one SQLite database. Clones share it; when the last one is dropped, its thread finishes what it was given
/// and closes the database.
#[derive(Clone)]
pub struct Sqlite {
    worker: Arc<Worker>,
}

impl Sqlite {
    /// A database in memory, empty, gone with the connection.
    pub async fn memory() -> Result<Self> {
        Options::memory().open().await
    }

    /// Runs a piece of work on the connection's own thread, with `rusqlite` at hand, in one hop.
    ///
    /// A panic in the work is passed on to the caller, and a transaction that it left open is rolled back; the connection
    /// stays usable.
    ///
    /// ```
    /// # async fn example() -> relata::Result<()> {
    /// let db = relata::sqlite::Sqlite::memory().await?;
    /// let version: String = db
    ///     .with(|conn| {
    ///         conn.query_row("SELECT sqlite_version()", [], |row| row.get(0)).map_err(relata::sqlite::from_rusqlite)
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn with<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut rusqlite::Connection) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.worker.jobs().hand_out();
        self.work(work).await
    }

    /// Runs work of our own, which leaves the connection's settings as they are.
    pub(crate) async fn work<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut rusqlite::Connection) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.worker.jobs().run(work).await
    }

    /// Makes the statement that is running fail, from any thread.
    pub fn interrupt(&self) {
        self.worker.interrupt();
    }

    /// Closes the database and waits until it is closed. Other clones of this connection fail from then on.
    pub async fn close(self) -> Result<()> {
        self.worker.close().await
    }
}

impl std::fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}

impl Connection for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn deploy_target(&self) -> BoxFuture<'_, Result<crate::migration::Target>> {
        Box::pin(std::future::ready(Ok(self.into())))
    }

    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<u64>> {
        Box::pin(
            self.worker
                .jobs()
                .run_sql(sql, |conn, sql| convert::execute(conn, sql, params)),
        )
    }

    fn execute_each<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Vec<Value>>,
    ) -> BoxFuture<'a, Result<u64>> {
        Box::pin(
            self.worker
                .jobs()
                .run_sql(sql, |conn, sql| convert::execute_each(conn, sql, params)),
        )
    }

    fn query<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<Vec<Row>>> {
        Box::pin(
            self.worker
                .jobs()
                .run_sql(sql, |conn, sql| convert::query(conn, sql, params)),
        )
    }

    fn visit<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Value>,
        each: Visitor,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.worker.jobs().visit(sql, params, each))
    }

    fn visit_one<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Value>,
        each: Visitor,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.worker.jobs().visit_one(sql, params, each))
    }

    fn batch<'a>(&'a self, script: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.worker.jobs().run_sql(script, convert::batch))
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>>> {
        Box::pin(async move {
            let transaction = transaction::SqliteTransaction::begin(self).await?;
            Ok(Box::new(transaction) as Box<dyn Transaction>)
        })
    }
}

#[cfg(test)]
mod tests;
