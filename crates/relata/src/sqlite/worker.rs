use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, TryRecvError};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

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

/// How long the thread looks out for the next job before it sleeps, where jobs come thick and fast. To put a thread to sleep and to
/// wake it takes about as long.
const AWAKE: Duration = Duration::from_micros(30);
/// How long a caller looks out for an answer that is likely to be there at once. It is less than a task may keep its runtime
/// waiting by far.
const SOON: Duration = Duration::from_micros(10);

/// A queue of the thread.
#[derive(Clone)]
pub(super) struct Jobs {
    queue: mpsc::Sender<Job>,
    /// Whether the last job was done sooner than a thread sleeps and wakes.
    is_quick: Arc<AtomicBool>,
}

/// The thread that owns a connection, seen from outside.
pub(super) struct Worker {
    jobs: Jobs,
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
        let jobs = Jobs {
            queue: jobs,
            is_quick: Arc::default(),
        };
        Ok(Self { jobs, interrupt })
    }

    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut rusqlite::Connection) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.jobs.run(work).await
    }

    /// A queue that the thread serves alone, as soon as it is its turn, until all its senders are gone.
    pub(super) fn exclusive(&self) -> Result<Jobs> {
        let (queue, transaction) = mpsc::channel();
        self.jobs.send(Job::Exclusive(transaction))?;
        Ok(Jobs {
            queue,
            is_quick: Arc::clone(&self.jobs.is_quick),
        })
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

impl Jobs {
    fn send(&self, job: Job) -> Result<()> {
        self.queue.send(job).map_err(|_| stopped())
    }

    /// Sends work to the queue and waits for its result.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut rusqlite::Connection) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, mut outcome) = oneshot::channel();
        let is_quick = Arc::clone(&self.is_quick);
        let work = move |conn: &mut rusqlite::Connection| {
            let start = Instant::now();
            let result = catch_unwind(AssertUnwindSafe(|| work(conn)));
            if result.is_err() {
                roll_back(conn);
            }
            is_quick.store(start.elapsed() < SOON, Ordering::Relaxed);
            let _ = reply.send(result);
        };
        self.send(Job::Work(Box::new(work)))?;
        let looks_out = self.is_quick.load(Ordering::Relaxed) && has_processors();
        let soon = looks_out.then(|| {
            look_out(SOON, || match outcome.try_recv() {
                Ok(result) => Some(Ok(result)),
                Err(oneshot::error::TryRecvError::Empty) => None,
                Err(oneshot::error::TryRecvError::Closed) => Some(Err(stopped())),
            })
        });
        let result = match soon.flatten() {
            Some(result) => result?,
            None => outcome.await.map_err(|_| stopped())?,
        };
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }
}

/// Asks again and again, for so long.
fn look_out<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        for _ in 0..8 {
            if let Some(answer) = ask() {
                return Some(answer);
            }
            std::hint::spin_loop();
        }
        if start.elapsed() >= limit {
            return None;
        }
    }
}

/// Whether two threads can run at once; where they cannot, looking out keeps the other one from its work.
fn has_processors() -> bool {
    static SEVERAL: OnceLock<bool> = OnceLock::new();
    *SEVERAL.get_or_init(|| std::thread::available_parallelism().is_ok_and(|it| it.get() > 1))
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
    let mut comes_soon = false;
    while let Some(job) = next(queue, &mut comes_soon) {
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
