//! A pool of connections, over any driver.

use std::collections::VecDeque;
use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use relata_script::Dialect;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::connection::connect;
use crate::{
    BoxFuture, Connection, ConnectionUrl, Error, Result, Row, Transaction, Value, Visitor,
};

/// How a pool opens a connection.
type Opener = Box<dyn Fn() -> BoxFuture<'static, Result<Box<dyn Connection>>> + Send + Sync>;

/// How long an idle connection may take to answer where no other limit is set.
const ANSWER: Duration = Duration::from_secs(10);

/// How a [`Pool`] behaves.
#[derive(Debug, Clone)]
#[must_use]
pub struct PoolOptions {
    size: usize,
    acquire_timeout: Option<Duration>,
    check_after: Duration,
}

impl Default for PoolOptions {
    /// Prisma's figures: twice the processors plus one, 10 seconds.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            size: processors * 2 + 1,
            acquire_timeout: Some(Duration::from_secs(10)),
            check_after: Duration::from_secs(1),
        }
    }
}

impl PoolOptions {
    /// What `connection_limit` and `pool_timeout` of a connection string say, and the defaults otherwise. As with Prisma, a
    /// timeout of 0 waits for ever.
    pub fn from_url(url: &ConnectionUrl) -> Result<Self> {
        let number = |name: &str| {
            url.parameter(name)
                .map(|text| {
                    text.parse::<u32>().map_err(|_| Error::Url {
                        message: format!("`{name}` must be a whole number"),
                    })
                })
                .transpose()
        };
        let mut options = Self::default();
        if let Some(size) = number("connection_limit")? {
            options = options.size(usize::try_from(size).unwrap_or(usize::MAX));
        }
        if let Some(seconds) = number("pool_timeout")? {
            let limit = Duration::from_secs(seconds.into());
            options.acquire_timeout = Some(limit).filter(|limit| !limit.is_zero());
        }
        Ok(options)
    }

    /// How many connections there are at most; at least one.
    pub fn size(mut self, size: usize) -> Self {
        self.size = size.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// How long [`Pool::acquire`] waits; `None` is for ever.
    pub fn acquire_timeout(mut self, limit: Option<Duration>) -> Self {
        self.acquire_timeout = limit;
        self
    }

    /// A connection that has been idle for longer is tried with a query before it is handed out; one second by default. What
    /// is known to be dead is never handed out.
    pub fn check_after(mut self, idle: Duration) -> Self {
        self.check_after = idle;
        self
    }

    /// A pool that opens its connections so. None is opened before it is needed.
    pub fn open_with<F>(self, dialect: Dialect, open: F) -> Pool
    where
        F: Fn() -> BoxFuture<'static, Result<Box<dyn Connection>>> + Send + Sync + 'static,
    {
        Pool {
            inner: Arc::new(Inner {
                permits: Arc::new(Semaphore::new(self.size)),
                idle: Mutex::default(),
                open: Box::new(open),
                dialect,
                options: self,
            }),
        }
    }
}

/// Connections that are opened when they are needed and kept for the next one who asks. Clones share them.
///
/// A pool is a [`Connection`] itself: each statement takes any connection, and a transaction holds one until it ends.
/// Settings and locks of a session need [`Pool::acquire`].
///
/// ```
/// # async fn example() -> relata::Result<()> {
/// use relata::Connection as _;
/// let url = "postgresql://ann@localhost/app?connection_limit=5".parse()?;
/// let pool = relata::Pool::connect(&url, std::path::Path::new(".")).await?;
/// let rows = pool.query("SELECT 1", vec![]).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Pool {
    inner: Arc<Inner>,
}

struct Inner {
    options: PoolOptions,
    permits: Arc<Semaphore>,
    /// The latest at the back: it is the least likely to have been closed by the server.
    idle: Mutex<VecDeque<(Box<dyn Connection>, Instant)>>,
    open: Opener,
    dialect: Dialect,
}

impl Pool {
    /// A pool on the database that a connection string names. One connection is opened at once, so that what is wrong is told
    /// here.
    pub async fn connect(url: &ConnectionUrl, base: &Path) -> Result<Self> {
        let options = PoolOptions::from_url(url)?;
        let (dialect, url, base) = (url.dialect(), url.clone(), base.to_owned());
        let pool = options.open_with(dialect, move || {
            let (url, base) = (url.clone(), base.clone());
            Box::pin(async move { connect(&url, &base).await })
        });
        drop(pool.acquire().await?);
        Ok(pool)
    }

    /// A connection for as long as the value lives.
    pub async fn acquire(&self) -> Result<Pooled> {
        let start = Instant::now();
        let permit = Arc::clone(&self.inner.permits).acquire_owned();
        let permit = match self.inner.options.acquire_timeout {
            None => permit.await,
            Some(limit) => {
                tokio::time::timeout(limit, permit)
                    .await
                    .map_err(|_| Error::PoolTimeout {
                        size: self.inner.options.size,
                        waited: start.elapsed(),
                    })?
            }
        };
        let permit = permit.map_err(|_| closed())?;
        let connection = match self.inner.healthy().await {
            Some(connection) => connection,
            None => (self.inner.open)().await?,
        };
        Ok(Pooled {
            connection: Some(connection),
            inner: Arc::clone(&self.inner),
            _permit: permit,
        })
    }

    /// Closes the pool: nobody gets a connection any more, and those that are out are waited for.
    pub async fn shut_down(&self) -> Result<()> {
        let all = u32::try_from(self.inner.options.size).unwrap_or(u32::MAX);
        // Whoever waits in the queue before us still gets one.
        if let Ok(permits) = self.inner.permits.acquire_many(all).await {
            permits.forget();
        }
        self.inner.permits.close();
        let idle = std::mem::take(&mut *self.inner.idle());
        for (connection, _) in idle {
            connection.close().await?;
        }
        Ok(())
    }
}

impl Inner {
    fn idle(&self) -> MutexGuard<'_, VecDeque<(Box<dyn Connection>, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An idle connection that answers. Dead ones are dropped on the way.
    async fn healthy(&self) -> Option<Box<dyn Connection>> {
        loop {
            let (connection, since) = self.idle().pop_back()?;
            if connection.is_closed() {
                continue;
            }
            if since.elapsed() < self.options.check_after || self.answers(&*connection).await {
                return Some(connection);
            }
        }
    }

    /// Whether a connection answers; one whose other end has vanished without a word would be waited for without end.
    async fn answers(&self, connection: &dyn Connection) -> bool {
        let limit = self.options.acquire_timeout.unwrap_or(ANSWER);
        let answer = tokio::time::timeout(limit, connection.query("SELECT 1", Vec::new()));
        matches!(answer.await, Ok(Ok(_)))
    }
}

fn closed() -> Error {
    Error::Connection {
        message: "the pool has been shut down".to_owned(),
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool")
            .field("options", &self.inner.options)
            .field("idle", &self.inner.idle().len())
            .finish_non_exhaustive()
    }
}

/// A connection of a [`Pool`], given back when dropped.
pub struct Pooled {
    /// None only while it is being dropped.
    connection: Option<Box<dyn Connection>>,
    inner: Arc<Inner>,
    // Dropped after the connection has been given back.
    _permit: OwnedSemaphorePermit,
}

impl Deref for Pooled {
    type Target = dyn Connection;

    fn deref(&self) -> &Self::Target {
        self.connection
            .as_deref()
            .expect("a pooled connection is there until it is dropped")
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take().filter(|it| !it.is_closed()) {
            self.inner.idle().push_back((connection, Instant::now()));
        }
    }
}

impl std::fmt::Debug for Pooled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pooled").finish_non_exhaustive()
    }
}

impl Connection for Pool {
    fn dialect(&self) -> Dialect {
        self.inner.dialect
    }

    /// A connection beside the pool, closed when the deploy is done with it.
    fn deploy_target(&self) -> BoxFuture<'_, Result<crate::migration::Target>> {
        Box::pin(async move { (self.inner.open)().await?.deploy_target().await })
    }

    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move { self.acquire().await?.execute(sql, params).await })
    }

    fn execute_each<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Vec<Value>>,
    ) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move { self.acquire().await?.execute_each(sql, params).await })
    }

    fn query<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<Vec<Row>>> {
        Box::pin(async move { self.acquire().await?.query(sql, params).await })
    }

    fn visit<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Value>,
        each: Visitor,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.acquire().await?.visit(sql, params, each).await })
    }

    fn visit_one<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Value>,
        each: Visitor,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.acquire().await?.visit_one(sql, params, each).await })
    }

    fn array_types<'a>(&'a self, sql: &'a str) -> BoxFuture<'a, Result<Option<Vec<String>>>> {
        Box::pin(async move { self.acquire().await?.array_types(sql).await })
    }

    fn batch<'a>(&'a self, script: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.acquire().await?.batch(script).await })
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>>> {
        Box::pin(async move {
            let connection = self.acquire().await?;
            let transaction = connection.begin().await?;
            Ok(Box::new(PooledTransaction {
                transaction,
                connection,
            }) as Box<dyn Transaction>)
        })
    }

    fn begin_after<'a>(
        &'a self,
        setting: &'static str,
    ) -> BoxFuture<'a, Result<Box<dyn Transaction>>> {
        Box::pin(async move {
            let connection = self.acquire().await?;
            let transaction = connection.begin_after(setting).await?;
            Ok(Box::new(PooledTransaction {
                transaction,
                connection,
            }) as Box<dyn Transaction>)
        })
    }

    fn holds_session(&self) -> Result<()> {
        Err(Error::Pooler {
            message:
                "a pool of this program gives each statement any connection; take one by `acquire`"
                    .to_owned(),
        })
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move { self.shut_down().await })
    }
}

/// A transaction and the connection that it holds. The transaction goes first when dropped.
struct PooledTransaction {
    transaction: Box<dyn Transaction>,
    connection: Pooled,
}

impl Connection for PooledTransaction {
    fn dialect(&self) -> Dialect {
        self.transaction.dialect()
    }

    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<u64>> {
        self.transaction.execute(sql, params)
    }

    fn execute_each<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Vec<Value>>,
    ) -> BoxFuture<'a, Result<u64>> {
        self.transaction.execute_each(sql, params)
    }

    fn query<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<Vec<Row>>> {
        self.transaction.query(sql, params)
    }

    fn visit<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Value>,
        each: Visitor,
    ) -> BoxFuture<'a, Result<()>> {
        self.transaction.visit(sql, params, each)
    }

    fn visit_one<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Value>,
        each: Visitor,
    ) -> BoxFuture<'a, Result<()>> {
        self.transaction.visit_one(sql, params, each)
    }

    fn array_types<'a>(&'a self, sql: &'a str) -> BoxFuture<'a, Result<Option<Vec<String>>>> {
        self.transaction.array_types(sql)
    }

    fn batch<'a>(&'a self, script: &'a str) -> BoxFuture<'a, Result<()>> {
        self.transaction.batch(script)
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>>> {
        self.transaction.begin()
    }

    fn is_closed(&self) -> bool {
        self.transaction.is_closed()
    }

    fn holds_session(&self) -> Result<()> {
        self.transaction.holds_session()
    }
}

impl Transaction for PooledTransaction {
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            let Self {
                transaction,
                connection,
            } = *self;
            let result = transaction.commit().await;
            drop(connection);
            result
        })
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            let Self {
                transaction,
                connection,
            } = *self;
            let result = transaction.rollback().await;
            drop(connection);
            result
        })
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_pool_of_files() {
        let folder = tempfile::tempdir().unwrap();
        let url = "file:./a.db?connection_limit=2&pool_timeout=1".parse();
        let pool = Pool::connect(&url.unwrap(), folder.path()).await.unwrap();
        assert_eq!(pool.dialect(), Dialect::Sqlite);
        pool.batch("CREATE TABLE t (v)").await.unwrap();
        let tx = pool.begin().await.unwrap();
        tx.execute("INSERT INTO t VALUES (1)", vec![])
            .await
            .unwrap();
        let held = pool.acquire().await.unwrap();
        let error = pool.query("SELECT 1", vec![]).await.unwrap_err();
        assert!(
            matches!(error, Error::PoolTimeout { size: 2, .. }),
            "{error:?}"
        );
        assert!(error.is_transient() && error.to_string().contains("connection_limit"));
        drop(held);
        tx.commit().await.unwrap();
        let rows = pool.query("SELECT count(*) FROM t", vec![]).await.unwrap();
        assert_eq!(rows[0].get::<i64>(0).unwrap(), 1);
        pool.shut_down().await.unwrap();
        assert!(pool.acquire().await.is_err());
    }

    #[test]
    fn what_a_connection_string_says() {
        let options = |text: &str| PoolOptions::from_url(&text.parse().unwrap());
        let read = options("postgresql://h/d?connection_limit=0&pool_timeout=0").unwrap();
        assert_eq!((read.size, read.acquire_timeout), (1, None));
        assert!(options("postgresql://h/d?connection_limit=x").is_err());
    }
}
