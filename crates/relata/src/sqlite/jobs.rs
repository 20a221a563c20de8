//! The queue of a connection's thread, and what a caller does of it by itself.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::{convert, short};
use crate::{Error, Result, Value, Visitor};

/// What the thread is asked to do.
pub(super) enum Job {
    /// Run this.
    Work(Box<dyn Work>),
    /// Serve only this queue until all its senders are gone: a transaction has the connection for itself.
    Exclusive(mpsc::Receiver<Job>, Arc<Load>),
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
    load: Arc<Load>,
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
            self.load.note(start.elapsed());
            self.result = Some(result);
        }
    }

    fn reply(self: Box<Self>) {
        if let Some(result) = self.result {
            let _ = self.reply.send(result);
        }
    }
}

/// How long a caller looks out for an answer that is likely to be there at once. It is less than a task may keep its runtime
/// waiting by far.
const SOON: Duration = Duration::from_micros(10);

/// How long a statement may have taken for the next one to be run where its caller is.
const SHORT: Duration = Duration::from_micros(100);

/// How busy a queue is.
#[derive(Default)]
pub(super) struct Load {
    /// How many jobs are in it or under way. The order of statements holds as long as nobody overtakes one.
    waiting: AtomicUsize,
    /// How many microseconds the last statement took.
    micros: AtomicU32,
}

impl Load {
    /// A job of the queue is done.
    pub(super) fn done(&self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }

    fn note(&self, took: Duration) {
        let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        self.micros.store(micros, Ordering::Relaxed);
    }

    fn took(&self) -> Duration {
        Duration::from_micros(self.micros.load(Ordering::Relaxed).into())
    }
}

/// The connection, until it is closed. The thread has it while it works; a caller may have it while nobody else wants it.
pub(super) struct Shared {
    conn: Mutex<Option<rusqlite::Connection>>,
    /// Whether its settings are those that we made: nobody has had it in hand.
    is_plain: AtomicBool,
    /// How long it waits for a lock of another program, as long as it is plain.
    busy_timeout: Duration,
}

impl Shared {
    pub(super) fn new(conn: rusqlite::Connection, busy_timeout: Duration) -> Self {
        Self {
            conn: Mutex::new(Some(conn)),
            is_plain: AtomicBool::new(true),
            busy_timeout,
        }
    }

    /// A panic of a caller's work does not spoil the connection.
    pub(super) fn lock(&self) -> MutexGuard<'_, Option<rusqlite::Connection>> {
        self.conn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A queue of the thread.
#[derive(Clone)]
pub(super) struct Jobs {
    queue: mpsc::Sender<Job>,
    load: Arc<Load>,
    shared: Arc<Shared>,
    /// Whether what is sent belongs to a transaction that has begun.
    is_in_transaction: bool,
}

impl Jobs {
    pub(super) fn new(queue: mpsc::Sender<Job>, load: Arc<Load>, shared: Arc<Shared>) -> Self {
        Self {
            queue,
            load,
            shared,
            is_in_transaction: false,
        }
    }

    /// Another queue to the same connection.
    pub(super) fn beside(&self, queue: mpsc::Sender<Job>, load: Arc<Load>) -> Self {
        Self::new(queue, load, Arc::clone(&self.shared))
    }

    pub(super) fn send(&self, job: Job) -> Result<()> {
        self.load.waiting.fetch_add(1, Ordering::AcqRel);
        self.queue.send(job).map_err(|_| stopped())
    }

    /// Of work that is sent from now on, none is done once the transaction has ended.
    pub(super) fn in_transaction(mut self) -> Self {
        self.is_in_transaction = true;
        self
    }

    /// Somebody gets the connection in hand: no statement is run where its caller is from now on.
    pub(super) fn hand_out(&self) {
        self.shared.is_plain.store(false, Ordering::Release);
    }

    /// The same where SQL may change a setting.
    fn heed(&self, sql: &str) {
        if short::may_set(sql) {
            self.hand_out();
        }
    }

    /// Runs work where the caller is, if it would be the next and the statement before it was short. Nothing is given where that
    /// cannot be, or where the work says that it would take longer than a caller may be kept.
    ///
    /// To wake a thread and to be woken by it costs several times what a row costs that is found by its key.
    fn at_once<T>(
        &self,
        work: impl FnOnce(&mut rusqlite::Connection) -> Option<Result<T>>,
    ) -> Option<Result<T>> {
        let is_next = || self.load.waiting.load(Ordering::Acquire) == 0;
        let is_plain = self.shared.is_plain.load(Ordering::Acquire);
        if !is_plain || !is_next() || self.load.took() >= SHORT {
            return None;
        }
        let mut conn = self.shared.conn.try_lock().ok()?;
        // Somebody may have come first and be done already; who comes now waits for us.
        if !is_next() {
            return None;
        }
        let conn = conn.as_mut()?;
        if let Err(error) = goes_on(conn, self.is_in_transaction) {
            return Some(Err(error));
        }
        let start = Instant::now();
        let result = work(conn);
        self.load.note(start.elapsed());
        result
    }

    /// Sends work to the queue and waits for its result.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut rusqlite::Connection) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, mut outcome) = oneshot::channel();
        let looks_out = self.load.took() < SOON && has_processors();
        let is_in_transaction = self.is_in_transaction;
        let work = move |conn: &mut rusqlite::Connection| {
            goes_on(conn, is_in_transaction)?;
            work(conn)
        };
        self.send(Job::Work(Box::new(Task {
            work: Some(work),
            result: None,
            reply,
            load: Arc::clone(&self.load),
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

    /// Runs work with SQL of others in it.
    pub(super) async fn run_sql<T, F>(&self, sql: &str, work: F) -> Result<T>
    where
        F: FnOnce(&rusqlite::Connection, &str) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.heed(sql);
        let sql = sql.to_owned();
        self.run(move |conn| work(conn, &sql)).await
    }

    /// Shows each row of a query.
    pub(super) async fn visit(
        &self,
        sql: &str,
        params: Vec<Value>,
        mut each: Visitor,
    ) -> Result<()> {
        let visit = move |conn: &rusqlite::Connection, sql: &str| {
            convert::visit(conn, sql, params, &mut |row| each(row))
        };
        self.run_sql(sql, visit).await
    }

    /// Shows the one row of a query, or none, where the caller is if that is short.
    pub(super) async fn visit_one(
        &self,
        sql: &str,
        params: Vec<Value>,
        mut each: Visitor,
    ) -> Result<()> {
        let busy_timeout = self.shared.busy_timeout;
        let at_once = self.at_once(|conn| {
            short::visit_one(conn, busy_timeout, sql, &params, &mut |row| each(row))
        });
        match at_once {
            Some(done) => done,
            None => self.visit(sql, params, each).await,
        }
    }
}

/// SQLite ends a transaction by itself on some errors (disk full, out of memory). What follows must not run and commit on its own.
fn goes_on(conn: &rusqlite::Connection, is_in_transaction: bool) -> Result<()> {
    if is_in_transaction && conn.is_autocommit() {
        return Err(Error::connection(
            "the transaction has ended; begin a new one",
        ));
    }
    Ok(())
}

/// Asks again and again, for so long.
pub(super) fn look_out<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
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
pub(super) fn has_processors() -> bool {
    static SEVERAL: OnceLock<bool> = OnceLock::new();
    *SEVERAL.get_or_init(|| std::thread::available_parallelism().is_ok_and(|it| it.get() > 1))
}

/// Ends a transaction that was neither committed nor rolled back.
pub(super) fn roll_back(conn: &rusqlite::Connection) {
    if !conn.is_autocommit() {
        let _ = conn.execute_batch("ROLLBACK");
    }
}

pub(super) fn stopped() -> Error {
    Error::connection("the connection is closed; open a new one")
}
