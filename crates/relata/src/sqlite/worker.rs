use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc::{self, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::{from_rusqlite, short};
use crate::{Error, Result};

/// What the thread is asked to do.
pub(super) enum Job {
    /// Run this.
    Work(Box<dyn Work>),
    /// Serve only this queue until all its senders are gone: a transaction has the connection for itself.
    Exclusive(mpsc::Receiver<Job>, Arc<Line>),
    /// Close the database and end.
    Close(oneshot::Sender<Result<()>>),
}

/// A piece of work, done in two steps: who waits for the second finds the connection free.
pub(super) trait Work: Send {
    fn run(&mut self, conn: &mut rusqlite::Connection);
    fn reply(self: Box<Self>);
}

struct Task<F, T> {
    work: Option<F>,
    result: Option<std::thread::Result<Result<T>>>,
    reply: oneshot::Sender<std::thread::Result<Result<T>>>,
    line: Arc<Line>,
}

impl<F, T> Work for Task<F, T>
where
    F: FnOnce(&mut rusqlite::Connection) -> Result<T> + Send,
    T: Send,
{
    fn run(&mut self, conn: &mut rusqlite::Connection) {
        if let Some(work) = self.work.take() {
            let start = Instant::now();
            let result = catch_unwind(AssertUnwindSafe(|| work(conn)));
            if result.is_err() {
                roll_back(conn);
            }
            self.line.note(start.elapsed());
            self.result = Some(result);
        }
    }

    fn reply(self: Box<Self>) {
        if let Some(result) = self.result {
            let _ = self.reply.send(result);
        }
    }
}

/// How long the thread looks out for the next job before it sleeps, where jobs come thick and fast. To put a thread to sleep and to
/// wake it takes about as long.
const AWAKE: Duration = Duration::from_micros(30);
/// How long a caller looks out for an answer that is likely to be there at once. It is less than a task may keep its runtime
/// waiting by far.
const SOON: Duration = Duration::from_micros(10);

/// How long a statement may have taken for the next one to be run where its caller is.
const SHORT: Duration = Duration::from_micros(100);

/// What is known of a queue.
#[derive(Default)]
pub(super) struct Line {
    /// How many jobs are in it or under way. The order of statements holds as long as nobody overtakes one.
    waiting: AtomicUsize,
    /// How many microseconds the last statement took.
    micros: AtomicU32,
}

impl Line {
    fn note(&self, took: Duration) {
        let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        self.micros.store(micros, Ordering::Relaxed);
    }

    fn took(&self) -> Duration {
        Duration::from_micros(self.micros.load(Ordering::Relaxed).into())
    }
}

/// The connection, until it is closed. The thread has it while it works; a caller may have it while nobody else wants it.
struct Shared {
    conn: Mutex<Option<rusqlite::Connection>>,
    /// Whether its settings are those that we made: nobody has had it in hand.
    is_plain: AtomicBool,
}

impl Shared {
    /// A panic of a caller's work does not spoil the connection.
    fn lock(&self) -> MutexGuard<'_, Option<rusqlite::Connection>> {
        self.conn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A queue of the thread.
#[derive(Clone)]
pub(super) struct Jobs {
    queue: mpsc::Sender<Job>,
    line: Arc<Line>,
    shared: Arc<Shared>,
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
                    let interrupt = conn.get_interrupt_handle();
                    let shared = Arc::new(Shared {
                        conn: Mutex::new(Some(conn)),
                        is_plain: AtomicBool::new(true),
                    });
                    let line = Arc::<Line>::default();
                    let told = (interrupt, Arc::clone(&shared), Arc::clone(&line));
                    if opened.send(Ok(told)).is_ok() {
                        own(&shared, &queue, &line);
                    }
                }
                Err(error) => {
                    let _ = opened.send(Err(error));
                }
            })
            .map_err(|error| Error::connection(format!("no thread for the database: {error}")))?;
        let (interrupt, shared, line) = outcome.await.map_err(|_| stopped())??;
        let jobs = Jobs {
            queue: jobs,
            line,
            shared,
        };
        Ok(Self { jobs, interrupt })
    }

    /// A queue that the thread serves alone, as soon as it is its turn, until all its senders are gone.
    pub(super) fn exclusive(&self) -> Result<Jobs> {
        let (queue, transaction) = mpsc::channel();
        let line = Arc::<Line>::default();
        let job = Job::Exclusive(transaction, Arc::clone(&line));
        self.jobs.send(job)?;
        Ok(Jobs {
            queue,
            line,
            shared: Arc::clone(&self.jobs.shared),
        })
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

impl Jobs {
    fn send(&self, job: Job) -> Result<()> {
        self.line.waiting.fetch_add(1, Ordering::AcqRel);
        self.queue.send(job).map_err(|_| stopped())
    }

    /// Somebody gets the connection in hand: no statement is run where its caller is from now on.
    pub(super) fn hand_out(&self) {
        self.shared.is_plain.store(false, Ordering::Release);
    }

    /// The same where SQL may change a setting.
    pub(super) fn heed(&self, sql: &str) {
        if short::may_set(sql) {
            self.hand_out();
        }
    }

    /// Runs work where the caller is, if it would be the next and the statement before it was short. Nothing is given where that
    /// cannot be, or where the work says that it would take longer than a caller may be kept.
    ///
    /// To wake a thread and to be woken by it costs several times what a row costs that is found by its key.
    pub(super) fn at_once<T>(
        &self,
        work: impl FnOnce(&mut rusqlite::Connection) -> Option<Result<T>>,
    ) -> Option<Result<T>> {
        let is_next = || self.line.waiting.load(Ordering::Acquire) == 0;
        let is_plain = self.shared.is_plain.load(Ordering::Acquire);
        if !is_plain || !is_next() || self.line.took() >= SHORT {
            return None;
        }
        let mut conn = self.shared.conn.try_lock().ok()?;
        // Somebody may have come first and be done already; who comes now waits for us.
        if !is_next() {
            return None;
        }
        let start = Instant::now();
        let result = work(conn.as_mut()?);
        self.line.note(start.elapsed());
        result
    }

    /// Sends work to the queue and waits for its result.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut rusqlite::Connection) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, mut outcome) = oneshot::channel();
        let looks_out = self.line.took() < SOON && has_processors();
        self.send(Job::Work(Box::new(Task {
            work: Some(work),
            result: None,
            reply,
            line: Arc::clone(&self.line),
        })))?;
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

fn own(shared: &Shared, queue: &mpsc::Receiver<Job>, line: &Line) {
    let reply = serve(shared, queue, line);
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
    line: &Line,
) -> Option<oneshot::Sender<Result<()>>> {
    let mut comes_soon = false;
    while let Some(job) = next(queue, &mut comes_soon) {
        match job {
            Job::Work(mut work) => {
                if let Some(conn) = shared.lock().as_mut() {
                    work.run(conn);
                }
                line.waiting.fetch_sub(1, Ordering::AcqRel);
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
                line.waiting.fetch_sub(1, Ordering::AcqRel);
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
