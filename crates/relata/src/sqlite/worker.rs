//! The thread that owns a connection and works its queues off.

use std::sync::Arc;
use std::sync::mpsc::{self, TryRecvError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::from_rusqlite;
use super::jobs::{Job, Jobs, Load, Shared, has_processors, look_out, roll_back, stopped};
use crate::{Error, Result};

/// How long the thread looks out for the next job before it sleeps, where jobs come thick and fast. To put a thread to sleep and to
/// wake it takes about as long.
const AWAKE: Duration = Duration::from_micros(30);

/// The thread that owns a connection, seen from outside.
pub(super) struct Worker {
    jobs: Jobs,
    interrupt: rusqlite::InterruptHandle,
}

impl Worker {
    /// Starts a thread, opens the connection on it, and waits for the outcome.
    pub(super) async fn start<F>(busy_timeout: Duration, open: F) -> Result<Self>
    where
        F: FnOnce() -> Result<rusqlite::Connection> + Send + 'static,
    {
        let (jobs, queue) = mpsc::channel();
        let (opened, outcome) = oneshot::channel();
        std::thread::Builder::new()
            .name("relata-sqlite".to_owned())
            .spawn(move || match open() {
                Ok(conn) => {
                    let interrupt = conn.get_interrupt_handle();
                    let shared = Arc::new(Shared::new(conn, busy_timeout));
                    let load = Arc::<Load>::default();
                    let told = (interrupt, Arc::clone(&shared), Arc::clone(&load));
                    if opened.send(Ok(told)).is_ok() {
                        own(&shared, &queue, &load);
                    }
                }
                Err(error) => {
                    let _ = opened.send(Err(error));
                }
            })
            .map_err(|error| Error::connection(format!("no thread for the database: {error}")))?;
        let (interrupt, shared, load) = outcome.await.map_err(|_| stopped())??;
        let jobs = Jobs::new(jobs, load, shared);
        Ok(Self { jobs, interrupt })
    }

    /// A queue that the thread serves alone, as soon as it is its turn, until all its senders are gone.
    pub(super) fn exclusive(&self) -> Result<Jobs> {
        let (queue, transaction) = mpsc::channel();
        let load = Arc::<Load>::default();
        let job = Job::Exclusive(transaction, Arc::clone(&load));
        self.jobs.send(job)?;
        Ok(self.jobs.beside(queue, load))
    }

    /// The queue of those who have no transaction.
    pub(super) fn jobs(&self) -> &Jobs {
        &self.jobs
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

/// Takes the next job from a queue: awake for a while where the one before it came soon, else asleep.
fn next(queue: &mpsc::Receiver<Job>, comes_soon: &mut bool) -> Option<Job> {
    if *comes_soon {
        let job = look_out(AWAKE, || match queue.try_recv() {
            Ok(job) => Some(Some(job)),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(None),
        });
        if let Some(job) = job {
            return job;
        }
    }
    let start = Instant::now();
    let job = queue.recv().ok()?;
    *comes_soon = start.elapsed() < AWAKE && has_processors();
    Some(job)
}

fn own(shared: &Shared, queue: &mpsc::Receiver<Job>, load: &Load) {
    let reply = serve(shared, queue, load);
    let closed = match shared.lock().take() {
        Some(conn) => conn.close().map_err(|(_, error)| from_rusqlite(error)),
        None => Ok(()),
    };
    if let Some(reply) = reply {
        let _ = reply.send(closed);
    }
}

/// Works a queue off until its senders are gone, or until it is told to close.
fn serve(
    shared: &Shared,
    queue: &mpsc::Receiver<Job>,
    load: &Load,
) -> Option<oneshot::Sender<Result<()>>> {
    let mut comes_soon = false;
    while let Some(job) = next(queue, &mut comes_soon) {
        match job {
            Job::Work(mut work) => {
                if let Some(conn) = shared.lock().as_mut() {
                    work.run(conn);
                }
                load.done();
                work.reply();
            }
            Job::Exclusive(transaction, its) => {
                let reply = serve(shared, &transaction, &its);
                if let Some(conn) = shared.lock().as_mut() {
                    roll_back(conn);
                }
                if reply.is_some() {
                    return reply;
                }
                load.done();
            }
            Job::Close(reply) => return Some(reply),
        }
    }
    None
}
