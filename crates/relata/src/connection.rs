use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use relata_script::Dialect;

use crate::migration::Target;
use crate::{ConnectionUrl, Error, FromRow, Result, Row, Value};

/// A boxed future, so that [`Connection`] can stand behind a `dyn`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What [`Connection::visit`] shows rows to.
pub type Visitor = Box<dyn FnMut(&mut Row) -> Result<()> + Send>;

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

    /// Runs one statement again and again, each time with the next of these parameters, and tells how many rows it changed in all. The
    /// first that fails is the last that is run. A driver may have a shorter way for it than one run after the other.
    fn execute_each<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Vec<Value>>,
    ) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move {
            let mut count = 0;
            for params in params {
                count += self.execute(sql, params).await?;
            }
            Ok(count)
        })
    }

    /// Runs one statement and collects its rows.
    fn query<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<Vec<Row>>>;

    /// Runs one statement and shows its rows one by one, without collecting them, to a function that runs where the driver
    /// does. The row is a buffer, which it may take values out of ([`Row::take`]) and has to copy others from; an error of it ends
    /// the statement. [`fetch`] is built on it.
    fn visit<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Value>,
        mut each: Visitor,
    ) -> BoxFuture<'a, Result<()>> {
        let rows = self.query(sql, params);
        Box::pin(async move { rows.await?.iter_mut().try_for_each(&mut each) })
    }

    /// As [`visit`](Self::visit), for a statement that finds one row at most, by a key: where more come, only the first need be
    /// shown. A driver may have a shorter way for it.
    fn visit_one<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Value>,
        each: Visitor,
    ) -> BoxFuture<'a, Result<()>> {
        self.visit(sql, params, each)
    }

    /// The types of the parameters of a statement, each as the type of an array of such values (`"pg_catalog"."int4"[]`): by these, many
    /// rows go as one array for each column. `None` where a parameter has no array that holds all that the column does, and on databases
    /// without arrays.
    fn array_types<'a>(&'a self, sql: &'a str) -> BoxFuture<'a, Result<Option<Vec<String>>>> {
        let _ = sql;
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Runs a script of several statements without parameters, in the order given, and stops at the first that fails. It
    /// opens no transaction of its own.
    fn batch<'a>(&'a self, script: &'a str) -> BoxFuture<'a, Result<()>>;

    /// Begins a transaction. Until it ends, other calls on this connection wait; a task that waits for such a call while it
    /// holds the transaction waits for ever.
    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>>>;

    /// Runs a statement and begins a transaction on the same session right behind it: where a server takes settings of a
    /// transaction only before it begins, as MySQL does. Other drivers need not have it.
    fn begin_after<'a>(
        &'a self,
        setting: &'static str,
    ) -> BoxFuture<'a, Result<Box<dyn Transaction>>> {
        let _ = setting;
        Box::pin(std::future::ready(Err(Error::not_supported(
            "a setting before a transaction",
        ))))
    }

    /// Whether the connection is known to be of no use any more. Asks nobody: one that the server has just closed may still
    /// seem open.
    fn is_closed(&self) -> bool {
        false
    }

    /// Fails with [`Error::Pooler`] where one statement may run in another session of the server than the one before it, so
    /// that locks and settings of a session mean nothing.
    fn holds_session(&self) -> Result<()> {
        Ok(())
    }

    /// A connection on which migrations can be deployed: one whose session is always the same. A pool opens one for it.
    ///
    /// Fails with [`Error::NotSupported`] where there is none, as in a transaction.
    fn deploy_target(&self) -> BoxFuture<'_, Result<Target>> {
        let error = Error::not_supported(
            "deploying migrations on a transaction or on a connection of another kind",
        );
        Box::pin(std::future::ready(Err(error)))
    }

    /// Closes the connection and waits until that is done. Where it is shared, the last one to go closes it.
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        drop(self);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// What a transaction says to [`Connection::begin`].
pub(crate) fn nested() -> Error {
    Error::Database {
        message: "a transaction cannot be begun inside a transaction".to_owned(),
        native_code: None,
        offset: None,
    }
}

/// A transaction: a connection of its own until it is committed. Dropping it rolls it back.
pub trait Transaction: Connection {
    /// Makes the changes last.
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>>;

    /// Takes the changes back, and waits until they are.
    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>>;
}

/// Connects to the database that a connection string names, if its driver is built in (features `sqlite`, `postgres`,
/// `mysql`). Relative paths, of a SQLite file or of certificates, are taken from `base`.
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
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            let postgres = crate::postgres::Options::from_url(url, base)?
                .connect()
                .await?;
            Ok(Box::new(postgres))
        }
        #[cfg(feature = "mysql")]
        Dialect::Mysql => {
            let mysql = crate::mysql::Options::from_url(url, base)?
                .connect()
                .await?;
            Ok(Box::new(mysql))
        }
        #[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
        dialect => {
            let _ = base;
            Err(Error::NoDriver { dialect })
        }
    }
}

/// Runs one statement and collects its rows. The statement selects columns in the order in which [`FromRow::from_row`] reads them.
///
/// Rows are decoded where the driver runs, from a buffer that it fills anew for each, so that nothing is copied twice.
///
/// ```
/// # struct User { id: i64 }
/// # impl relata::FromRow for User {
/// #     fn from_row(row: &mut relata::Row) -> relata::Result<Self> { Ok(Self { id: row.take(0)? }) }
/// # }
/// # async fn example(db: &dyn relata::Connection) -> relata::Result<()> {
/// let users: Vec<User> = relata::fetch(db, "SELECT id FROM users", vec![]).await?;
/// # Ok(())
/// # }
/// ```
pub async fn fetch<T>(db: &dyn Connection, sql: &str, params: Vec<Value>) -> Result<Vec<T>>
where
    T: FromRow + Send + 'static,
{
    let found = Arc::default();
    let each = collect(&found, |models: &mut Vec<T>, row| {
        models.push(T::from_row(row)?);
        Ok(())
    });
    db.visit(sql, params, each).await?;
    Ok(collected(&found))
}

/// What a visitor fills, on its way back.
pub(crate) type Found<A> = Arc<Mutex<A>>;

/// A visitor that fills something without a lock per row: it is handed over when the statement is done with its visitor.
pub(crate) fn collect<A, F>(found: &Found<A>, mut add: F) -> Visitor
where
    A: Default + Send + 'static,
    F: FnMut(&mut A, &mut Row) -> Result<()> + Send + 'static,
{
    let mut collector = Collector {
        filled: A::default(),
        found: Arc::clone(found),
    };
    Box::new(move |row| {
        // The whole of it is what has to move in here, for the sake of its end.
        let collector = &mut collector;
        add(&mut collector.filled, row)
    })
}

/// What was filled.
pub(crate) fn collected<A: Default>(found: &Found<A>) -> A {
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::take(&mut *found)
}

struct Collector<A: Default> {
    filled: A,
    found: Found<A>,
}

impl<A: Default> Drop for Collector<A> {
    fn drop(&mut self) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        *found = std::mem::take(&mut self.filled);
    }
}
