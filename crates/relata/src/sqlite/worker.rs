use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;

use tokio::sync::oneshot;

use super::from_rusqlite;
use crate::{Error, Result};

/// What the thread is asked to do.
pub(super) enum Job {
    /// Run this.
    Work(Box<dyn FnOnce(&mut rusqlite::Connection) + Send>),
    /// Serve only this queue until all its senders are gone: a transaction has the connection for itself.
    Exclusive(mpsc::Receiver<Job>),
    /// Close the database and end.
    Close(oneshot::Sender<Result<()>>),
}

/// The thread that owns a connection, seen from outside.
pub(super) struct Worker {
    jobs: mpsc::Sender<Job>,
    interrupt: rusqlite::InterruptHandle,
}

impl Worker {
    /// Starts a thread, opens the connection on it, and waits for the outcome.
    pub(super) async fn start<F>(open: F) -> Result<Self>
    where
        F: FnOnce() -> Result<rusqlite::Connection> + Send + 'static,
    {
        let (jobs, queue) = mpsc::channel();
        let (opened, outcome) = oneshot::channel();
        std::thread::Builder::new()
            .name("relata-sqlite".to_owned())
            .spawn(move || match open() {
                Ok(conn) => {
                    if opened.send(Ok(conn.get_interrupt_handle())).is_ok() {
                        own(conn, &queue);
                    }
                }
                Err(error) => {
                    let _ = opened.send(Err(error));
                }
            })
            .map_err(|error| Error::connection(format!("no thread for the database: {error}")))?;
        let interrupt = outcome.await.map_err(|_| stopped())??;
        Ok(Self { jobs, interrupt })
    }

    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut rusqlite::Connection) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        run(&self.jobs, work).await
    }

    pub(super) fn send(&self, job: Job) -> Result<()> {
        self.jobs.send(job).map_err(|_| stopped())
    }

    pub(super) fn interrupt(&self) {
        self.interrupt.interrupt();
    }

    pub(super) async fn close(&self) -> Result<()> {
        let (reply, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(reply)).is_err() {
            return Ok(());
        }
        closed.await.unwrap_or(Ok(()))
    }
}

/// Sends work to a queue and waits for its result.
pub(super) async fn run<T, F>(jobs: &mpsc::Sender<Job>, work: F) -> Result<T>
where
    F: FnOnce(&mut rusqlite::Connection) -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    let (reply, outcome) = oneshot::channel();
    let work = move |conn: &mut rusqlite::Connection| {
        let result = catch_unwind(AssertUnwindSafe(|| work(conn)));
        if result.is_err() {
            roll_back(conn);
        }
        let _ = reply.send(result);
    };
    jobs.send(Job::Work(Box::new(work)))
        .map_err(|_| stopped())?;
    match outcome.await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => resume_unwind(panic),
        Err(_) => Err(stopped()),
    }
}

fn own(mut conn: rusqlite::Connection, queue: &mpsc::Receiver<Job>) {
    let reply = serve(&mut conn, queue);
    let closed = conn.close().map_err(|(_, error)| from_rusqlite(error));
    if let Some(reply) = reply {
        let _ = reply.send(closed);
    }
}

/// Works a queue off until its senders are gone, or until it is told to close.
fn serve(
    conn: &mut rusqlite::Connection,
    queue: &mpsc::Receiver<Job>,
) -> Option<oneshot::Sender<Result<()>>> {
    for job in queue {
        match job {
            Job::Work(work) => work(conn),
            Job::Exclusive(transaction) => {
                let reply = serve(conn, &transaction);
                roll_back(conn);
                if reply.is_some() {
                    return reply;
                }
            }
            Job::Close(reply) => return Some(reply),
        }
    }
    None
}

/// Ends a transaction that was neither committed nor rolled back.
fn roll_back(conn: &rusqlite::Connection) {
    if !conn.is_autocommit() {
        let _ = conn.execute_batch("ROLLBACK");
    }
}

fn stopped() -> Error {
    Error::connection("the connection is closed; open a new one")
}
