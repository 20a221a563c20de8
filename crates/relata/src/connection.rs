use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use relata_script::Dialect;

use crate::{ConnectionUrl, Error, Result, Row, Value};

/// A boxed future, so that [`Connection`] can stand behind a `dyn`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What every driver does.
///
/// The contract:
/// * Statements of one connection run one after the other, in the order in which the methods were called.
/// * A call takes effect when its future is first polled. Dropping the future afterwards does not stop the statement; its
///   result is lost.
/// * Parameters are written `?` (or `?1`) on SQLite and MySQL and `$1` on PostgreSQL; [`Value`]s are never pasted into SQL.
/// * A statement outside a transaction is committed when its future is ready.
/// * A connection is shared by reference between tasks. A transaction is not begun by executing `BEGIN`, which other tasks
///   would end up in, but by [`Connection::begin`].
pub trait Connection: Send + Sync {
    /// The family of SQL that this connection speaks.
    fn dialect(&self) -> Dialect;

    /// Runs one statement and tells how many rows it inserted, updated or deleted.
    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<u64>>;

    /// Runs one statement and collects its rows.
    fn query<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<Vec<Row>>>;

    /// Runs a script of several statements without parameters, in the order given, and stops at the first that fails. It
    /// opens no transaction of its own.
    fn batch<'a>(&'a self, script: &'a str) -> BoxFuture<'a, Result<()>>;

    /// Begins a transaction. Until it ends, other calls on this connection wait; a task that waits for such a call while it
    /// holds the transaction waits for ever.
    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>>>;
}

/// A transaction: a connection of its own until it is committed. Dropping it rolls it back.
pub trait Transaction: Connection {
    /// Makes the changes last.
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>>;

    /// Takes the changes back, and waits until they are.
    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>>;
}

/// Connects to the database that a connection string names. A relative SQLite path is taken from `base`.
///
/// ```
/// # async fn example() -> relata::Result<()> {
/// let db = relata::connect(&"file:./dev.db".parse()?, std::path::Path::new("prisma")).await?;
/// db.execute("INSERT INTO users (email) VALUES (?)", vec!["ann@example.com".into()]).await?;
/// # Ok(())
/// # }
/// ```
pub async fn connect(url: &ConnectionUrl, base: &Path) -> Result<Box<dyn Connection>> {
    match url.dialect() {
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => {
            let sqlite = crate::sqlite::Options::from_url(url, base)?.open().await?;
            Ok(Box::new(sqlite))
        }
        dialect => {
            let _ = base;
            Err(Error::NoDriver { dialect })
        }
    }
}
