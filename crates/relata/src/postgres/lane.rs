//! A queue for statements: that of a connection, or that of a transaction on it.
//!
//! Statements are sent in the order in which they were asked for, each as soon as the one before it has been *sent*: their
//! answers are waited for side by side (pipelining), and a task that polls ten queries together pays one round trip.
//!
//! A statement that has been asked for runs even if nobody waits for it any more. If it can be sent at once, which is so for
//! one that is prepared already, it is, in the first poll; otherwise the rest of the work becomes a task of its own.

use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use futures_core::Stream as _;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_postgres::RowStream;
use tokio_postgres::types::{ToSql, Type};

use super::array;
use super::core::Core;
use super::decode::Raw;
use super::encode::Param;
use super::error::is_stale;
use super::statement::Shape;
use crate::{BoxFuture, Error, Result, Row, Value};

pub(super) struct Lane {
    pub(super) core: Arc<Core>,
    /// Held from the moment a statement's turn has come until it is sent.
    gate: Arc<Mutex<()>>,
    transaction: Option<Open>,
}

/// A transaction that is open as long as its lane lives.
struct Open {
    /// The connection's own queue waits.
    _outer: OwnedMutexGuard<()>,
    has_begun: AtomicBool,
    has_ended: AtomicBool,
    has_failed: AtomicBool,
}

/// Whether a statement is on its way.
#[derive(Clone, Default)]
pub(super) struct Sent(Arc<AtomicBool>);

impl Lane {
    pub(super) fn new(core: Arc<Core>) -> Arc<Self> {
        Arc::new(Self {
            core,
            gate: Arc::default(),
            transaction: None,
        })
    }

    pub(super) fn is_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    /// Begins a transaction when this queue has come to it.
    pub(super) async fn begin(self: Arc<Self>) -> Result<Arc<Self>> {
        let outer = Arc::clone(&self.gate).lock_owned().await;
        let inner = Arc::new(Self {
            core: Arc::clone(&self.core),
            gate: Arc::default(),
            transaction: Some(Open {
                _outer: outer,
                has_begun: AtomicBool::new(true),
                has_ended: AtomicBool::new(false),
                has_failed: AtomicBool::new(false),
            }),
        });
        inner.control("BEGIN").await?;
        Ok(inner)
    }

    /// Ends the transaction.
    pub(super) async fn end(&self, commit: bool) -> Result<()> {
        let Some(open) = &self.transaction else {
            return Ok(());
        };
        let guard = Arc::clone(&self.gate).lock_owned().await;
        if !commit {
            open.has_ended.store(true, Ordering::Release);
            return self.control("ROLLBACK").await;
        }
        // The server answers the COMMIT of a transaction that has failed by rolling it back, without an error. So ask it.
        if open.has_failed.load(Ordering::Acquire) && self.control("SELECT 1").await.is_err() {
            open.has_ended.store(true, Ordering::Release);
            self.control("ROLLBACK").await?;
            return Err(Error::Database {
                message:
                    "the transaction was rolled back: one of its statements had failed, after which PostgreSQL commits nothing"
                        .to_owned(),
                native_code: Some("25P02".to_owned()),
                offset: None,
            });
        }
        open.has_ended.store(true, Ordering::Release);
        let result = self.control("COMMIT").await;
        drop(guard);
        result
    }

    /// Runs a statement of our own, of which no parameter or row is of interest.
    async fn control(&self, sql: &str) -> Result<()> {
        let result = self.core.client.batch_execute(sql).await;
        result.map_err(|error| self.core.error(&error, sql))
    }

    /// Runs a script by the simple protocol.
    pub(super) async fn batch(self: Arc<Self>, script: String, sent: Sent) -> Result<()> {
        let guard = Arc::clone(&self.gate).lock_owned().await;
        let work = async {
            let mut running = pin!(self.core.client.batch_execute(&script));
            let first = poll_once(running.as_mut()).await;
            sent.set();
            drop(guard);
            // It may have changed what a prepared statement means.
            self.core.cache().clear();
            match first {
                Some(result) => result,
                None => running.await,
            }
            .map_err(|error| self.error(&error, &script))
        };
        self.limited(work).await
    }

    /// Runs a statement to its end and tells how many rows it changed.
    pub(super) async fn execute(
        self: Arc<Self>,
        sql: String,
        params: Vec<Value>,
        sent: Sent,
    ) -> Result<u64> {
        let work = async {
            let (rows, shape) = self.start(&sql, params, &sent).await?;
            let mut rows = pin!(rows);
            while let Some(row) = poll_fn(|cx| rows.as_mut().poll_next(cx)).await {
                row.map_err(|error| self.error(&error, &sql))?;
            }
            let counts = shape.is_none_or(|(_, counts)| counts);
            Ok(if counts {
                rows.rows_affected().unwrap_or(0)
            } else {
                0
            })
        };
        self.limited(work).await
    }

    /// Runs a statement and shows its rows in one buffer.
    pub(super) async fn visit<F>(
        self: Arc<Self>,
        sql: String,
        params: Vec<Value>,
        sent: Sent,
        mut each: F,
    ) -> Result<()>
    where
        F: FnMut(&mut Row) -> Result<()> + Send,
    {
        let work = async {
            let (rows, shape) = self.start(&sql, params, &sent).await?;
            let mut rows = pin!(rows);
            let mut shape = shape.map(|(shape, _)| shape);
            let mut buffer: Option<Row> = None;
            while let Some(row) = poll_fn(|cx| rows.as_mut().poll_next(cx)).await {
                let row = row.map_err(|error| self.error(&error, &sql))?;
                let shape = shape.get_or_insert_with(|| Arc::new(Shape::of(row.columns())));
                let buffer = buffer.get_or_insert_with(|| {
                    let values = vec![Value::Null; shape.names.len()];
                    Row::new(Arc::clone(&shape.names), values)
                });
                fill(buffer, &row, shape)?;
                each(buffer)?;
            }
            Ok(())
        };
        self.limited(work).await
    }

    /// The types of arrays of what the server takes the parameters of a statement for. None where that would take a round trip each time.
    pub(super) async fn array_types(
        self: Arc<Self>,
        sql: String,
        sent: Sent,
    ) -> Result<Option<Vec<String>>> {
        let options = &self.core.options;
        if options.is_pooled || options.statement_cache == 0 {
            return Ok(None);
        }
        let work = async {
            let guard = Arc::clone(&self.gate).lock_owned().await;
            let prepared = self.core.prepared(&sql).await;
            sent.set();
            drop(guard);
            let prepared = prepared.inspect_err(|_| self.fail())?;
            Ok(prepared.statement.params().iter().map(array::of).collect())
        };
        self.limited(work).await
    }

    /// Sends a statement. What comes back beside its rows is their shape, if it was prepared, and whether they are changes.
    async fn start(
        &self,
        sql: &str,
        params: Vec<Value>,
        sent: &Sent,
    ) -> Result<(RowStream, Option<(Arc<Shape>, bool)>)> {
        let params: Vec<Param> = params.into_iter().map(Param::new).collect();
        let result = if self.core.options.is_pooled {
            self.start_unnamed(sql, &params, sent).await
        } else {
            self.start_prepared(sql, &params, sent).await
        };
        if result.is_err() {
            self.fail();
        }
        result
    }

    /// Remembers that a statement of the transaction has failed.
    fn fail(&self) {
        if let Some(open) = &self.transaction {
            open.has_failed.store(true, Ordering::Release);
        }
    }

    fn error(&self, error: &tokio_postgres::Error, sql: &str) -> Error {
        self.fail();
        self.core.error(error, sql)
    }

    async fn start_prepared(
        &self,
        sql: &str,
        params: &[Param],
        sent: &Sent,
    ) -> Result<(RowStream, Option<(Arc<Shape>, bool)>)> {
        let mut is_retry = false;
        loop {
            let guard = Arc::clone(&self.gate).lock_owned().await;
            let prepared = self.core.prepared(sql).await?;
            let native = params.iter().map(|it| it as &(dyn ToSql + Sync));
            let mut running = pin!(self.core.client.query_raw(&prepared.statement, native));
            let first = poll_once(running.as_mut()).await;
            sent.set();
            drop(guard);
            let result = match first {
                Some(result) => result,
                None => running.await,
            };
            match result {
                Ok(rows) => {
                    let shape = Arc::clone(&prepared.shape);
                    return Ok((rows, Some((shape, prepared.counts))));
                }
                Err(error) if is_stale(&error) => {
                    // What has changed may have changed for other statements, too.
                    self.core.cache().clear();
                    // Inside a transaction the error has ended it.
                    if is_retry || self.is_transaction() {
                        return Err(self.core.error(&error, sql));
                    }
                    is_retry = true;
                }
                Err(error) => return Err(self.core.error(&error, sql)),
            }
        }
    }

    /// Parses, binds and executes in one go, under no name: the next statement may run on another server connection. Types of
    /// parameters are left to the server.
    async fn start_unnamed(
        &self,
        sql: &str,
        params: &[Param],
        sent: &Sent,
    ) -> Result<(RowStream, Option<(Arc<Shape>, bool)>)> {
        let guard = Arc::clone(&self.gate).lock_owned().await;
        let native: Vec<(&(dyn ToSql + Sync), Type)> = params
            .iter()
            .map(|it| (it as &(dyn ToSql + Sync), Type::UNKNOWN))
            .collect();
        let mut running = pin!(self.core.client.query_typed_raw(sql, native));
        let first = poll_once(running.as_mut()).await;
        sent.set();
        drop(guard);
        let result = match first {
            Some(result) => result,
            None => running.await,
        };
        let rows = result.map_err(|error| self.core.error(&error, sql))?;
        Ok((rows, None))
    }

    /// Ends what takes longer than `socket_timeout`, here and on the server.
    async fn limited<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let Some(limit) = self.core.options.statement_timeout else {
            return work.await;
        };
        match tokio::time::timeout(limit, work).await {
            Ok(result) => result,
            Err(_) => {
                let _ = tokio::time::timeout(limit, self.core.cancel()).await;
                Err(Error::StatementTimeout {
                    message: format!(
                        "no answer within {} s, which is `socket_timeout` of the connection string",
                        limit.as_secs()
                    ),
                })
            }
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        let Some(open) = &self.transaction else {
            return;
        };
        if open.has_begun.load(Ordering::Acquire) && !open.has_ended.load(Ordering::Acquire) {
            // Sent in its first poll, before the connection's own queue goes on; nobody waits for the answer.
            let mut rollback = pin!(self.core.client.batch_execute("ROLLBACK"));
            let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
            let _ = rollback.as_mut().poll(&mut cx);
        }
    }
}

impl Sent {
    fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Runs work on a statement such that it goes on without us, if it must.
pub(super) fn run<'a, T, F, W>(lane: &Arc<Lane>, work: W) -> BoxFuture<'a, Result<T>>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
    W: FnOnce(Arc<Lane>, Sent) -> F + Send + 'a,
{
    let lane = Arc::clone(lane);
    Box::pin(async move {
        let sent = Sent::default();
        let runtime = lane.core.runtime.clone();
        let mut work: Pin<Box<F>> = Box::pin(work(lane, sent.clone()));
        if let Some(result) = poll_once(work.as_mut()).await {
            return result;
        }
        if sent.is_set() {
            return work.await;
        }
        match runtime.spawn(work).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(_) => Err(Error::Disconnected {
                    message: "the runtime of the connection has been shut down".to_owned(),
                }),
            },
        }
    })
}

async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    poll_fn(|cx| {
        Poll::Ready(match future.as_mut().poll(cx) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

/// Decodes a row into a buffer.
fn fill(buffer: &mut Row, row: &tokio_postgres::Row, shape: &Shape) -> Result<()> {
    for (index, slot) in buffer.values_mut().iter_mut().enumerate() {
        let decoded = match (row.try_get::<_, Raw<'_>>(index), shape.forms.get(index)) {
            (Ok(raw), Some(Some(form))) => form.fill(slot, raw.0),
            (Ok(Raw(None)), _) => {
                *slot = Value::Null;
                Ok(())
            }
            _ => Err(crate::DecodeError::content(
                "a type that can be read here",
                "one that only the server can print; cast it to text in the statement",
            )),
        };
        decoded.map_err(|source| Error::Decode {
            column: shape.names.get(index).cloned().unwrap_or_default(),
            source,
        })?;
    }
    Ok(())
}
