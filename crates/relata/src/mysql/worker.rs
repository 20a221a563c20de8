//! The task that owns a connection.
//!
//! MySQL answers one statement at a time, and a driver whose future is dropped half-way through an answer has lost its
//! place. So a task of its own runs every statement to its end, in the order in which they were asked for, whoever still
//! waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use crate::{BoxFuture, Error, Result};

/// A piece of work. It tells whether the connection can still be used.
type Work = Box<dyn for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Usable> + Send>;

/// Whether a connection can still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usable {
    Yes,
    No,
}

/// What the task is asked to do.
enum Job {
    Work(Work),
    /// Serve only this queue until all its senders are gone: a transaction has the connection for itself.
    Exclusive(mpsc::UnboundedReceiver<Job>, Arc<AtomicBool>),
    Close(oneshot::Sender<()>),
}

/// A queue of the task: the connection's, or a transaction's.
#[derive(Clone)]
pub(super) struct Worker {
    jobs: mpsc::UnboundedSender<Job>,
}

impl Worker {
    pub(super) fn start(conn: Conn, limit: Option<Duration>) -> Result<Self> {
        let runtime = Handle::try_current()
            .map_err(|_| Error::connection("MySQL is spoken to from within a runtime of tokio"))?;
        let (jobs, queue) = mpsc::unbounded_channel();
        runtime.spawn(own(conn, queue, limit));
        Ok(Self { jobs })
    }

    /// Runs work and waits for its outcome. The work is asked for when the future is first polled.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, (Result<T>, Usable)> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        let work: Work = Box::new(move |conn| {
            let work = work(conn);
            Box::pin(async move {
                let (result, usable) = work.await;
                let _ = reply.send(result);
                usable
            })
        });
        self.jobs.send(Job::Work(work)).map_err(|_| gone())?;
        outcome.await.map_err(|_| gone())?
    }

    /// A queue that has the connection for itself, and the flag that says that its transaction has ended.
    pub(super) fn exclusive(&self) -> Result<(Self, Arc<AtomicBool>)> {
        let (jobs, queue) = mpsc::unbounded_channel();
        let ended = Arc::new(AtomicBool::new(false));
        let job = Job::Exclusive(queue, Arc::clone(&ended));
        self.jobs.send(job).map_err(|_| gone())?;
        Ok((Self { jobs }, ended))
    }

    pub(super) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(reply)).is_ok() {
            let _ = closed.await;
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.jobs.is_closed()
    }
}

async fn own(mut conn: Conn, mut queue: mpsc::UnboundedReceiver<Job>, limit: Option<Duration>) {
    let end = serve(&mut conn, &mut queue, limit).await;
    // What is still queued is told that nothing comes any more.
    drop(queue);
    let _ = conn.disconnect().await;
    if let End::Closed(reply) = end {
        let _ = reply.send(());
    }
}

/// Why a queue is not served any more.
enum End {
    /// Its senders are gone.
    Idle,
    /// The connection is.
    Broken,
    Closed(oneshot::Sender<()>),
}

async fn serve(
    conn: &mut Conn,
    queue: &mut mpsc::UnboundedReceiver<Job>,
    limit: Option<Duration>,
) -> End {
    while let Some(job) = queue.recv().await {
        match job {
            Job::Work(work) => {
                if !work_off(conn, work, limit).await {
                    return End::Broken;
                }
            }
            Job::Exclusive(mut inner, ended) => {
                let end = Box::pin(serve(conn, &mut inner, limit)).await;
                drop(inner);
                let is_usable = matches!(end, End::Idle);
                if is_usable
                    && !ended.load(Ordering::Acquire)
                    && conn.query_drop("ROLLBACK").await.is_err()
                {
                    return End::Broken;
                }
                if !is_usable {
                    return end;
                }
            }
            Job::Close(reply) => return End::Closed(reply),
        }
    }
    End::Idle
}

/// Runs work, for no longer than the limit: what is dropped half-way leaves a connection that nobody can use. Its caller
/// is told by [`gone`]'s sibling in [`super::limited`].
async fn work_off(conn: &mut Conn, work: Work, limit: Option<Duration>) -> bool {
    let work = work(conn);
    let usable = match limit {
        None => work.await,
        Some(limit) => tokio::time::timeout(limit, work)
            .await
            .unwrap_or(Usable::No),
    };
    usable == Usable::Yes
}

fn gone() -> Error {
    Error::Disconnected {
        message: "it was closed, by the server or after an error".to_owned(),
    }
}
