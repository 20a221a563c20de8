//! Transactions.

use std::marker::PhantomData;
use std::time::Duration;

use relata_script::Dialect;

use crate::{Connection, Error, Result, Transaction};

use super::Session;

/// How far a transaction is kept apart from others.
///
/// SQLite keeps all of them fully apart, so that each of these is met there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what was committed before it; the default of PostgreSQL.
    ReadCommitted,
    /// The transaction sees what was committed before its first statement; the default of MySQL.
    RepeatableRead,
    /// As if transactions ran one after the other.
    Serializable,
}

impl Isolation {
    const fn sql(self) -> &'static str {
        match self {
            Self::ReadCommitted => "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
            Self::RepeatableRead => "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            Self::Serializable => "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        }
    }
}

pub(super) async fn begin(
    connection: &dyn Connection,
    isolation: Option<Isolation>,
) -> Result<Box<dyn Transaction>> {
    match (isolation, connection.dialect()) {
        (None, _) | (_, Dialect::Sqlite) => connection.begin().await,
        (Some(isolation), Dialect::Postgres) => {
            let transaction = connection.begin().await?;
            transaction.batch(isolation.sql()).await?;
            Ok(transaction)
        }
        (Some(isolation), Dialect::Mysql) => {
            // The level is that of the next transaction, and cannot be set inside one.
            connection.begin_after(isolation.sql()).await
        }
    }
}

/// A generated client or transaction, seen from here.
pub trait Transactional: Sized {
    /// What runs inside.
    type Tx: From<Session> + Send;

    /// What it holds.
    fn session(&self) -> &Session;
}

/// A transaction about to run: `db.transaction().retries(3).run(|tx| async move { … })`.
#[must_use = "nothing happens before `run`"]
pub struct TransactionOptions<Tx> {
    session: Session,
    retries: u32,
    isolation: Option<Isolation>,
    marker: PhantomData<fn() -> Tx>,
}

impl<Tx> std::fmt::Debug for TransactionOptions<Tx> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TransactionOptions")
            .field("retries", &self.retries)
            .field("isolation", &self.isolation)
            .finish_non_exhaustive()
    }
}

impl<Tx: From<Session>> TransactionOptions<Tx> {
    /// A transaction on a session.
    pub fn new(session: &Session) -> Self {
        Self {
            session: session.clone(),
            retries: 0,
            isolation: None,
            marker: PhantomData,
        }
    }

    /// How often the whole work is done again after an error that may go away by itself ([`Error::is_transient`]): a
    /// serialization failure, a deadlock, a lock that was not free. Between the tries it waits, a little longer each time.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// The isolation level; without it, the database's own default.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Begins the transaction; it is rolled back unless it is committed.
    pub async fn begin(self) -> Result<Tx> {
        self.session.begin(self.isolation).await.map(Tx::from)
    }

    /// Runs the work in a transaction: committed if it gives `Ok`, rolled back if it gives an error or is dropped.
    ///
    /// The `Tx` that the work gets is cheap to clone; after the end, its statements fail.
    pub async fn run<T, F, W>(self, mut work: W) -> Result<T>
    where
        W: FnMut(Tx) -> F,
        F: Future<Output = Result<T>>,
    {
        let mut tries = 0;
        loop {
            let result = once(&self.session, self.isolation, |tx| work(Tx::from(tx))).await;
            match result {
                Err(error) if tries < self.retries && is_worth_a_retry(&error) => {
                    tries += 1;
                    tokio::time::sleep(pause(tries)).await;
                }
                result => return result,
            }
        }
    }
}

fn is_worth_a_retry(error: &Error) -> bool {
    matches!(error, Error::Conflict { .. } | Error::Busy { .. })
}

/// 5 ms, 10 ms, 20 ms, …, up to a second; those that collided should not meet again, so a part of it is left to chance.
fn pause(tries: u32) -> Duration {
    let millis = 5_u64
        .saturating_mul(1 << tries.min(10).saturating_sub(1))
        .min(1000);
    let chance = u64::from(uuid::Uuid::new_v4().as_bytes()[0]);
    Duration::from_millis(millis / 2 + millis * chance / 255)
}

pub(super) async fn once<T, F: Future<Output = Result<T>>>(
    session: &Session,
    isolation: Option<Isolation>,
    work: impl FnOnce(Session) -> F,
) -> Result<T> {
    let tx = session.begin(isolation).await?;
    let result = work(tx.clone()).await;
    let end = tx.end(result.is_ok()).await;
    // What went wrong first is what is told.
    result.and_then(|value| end.map(|()| value))
}

impl Session {
    /// Runs work in a transaction: committed if it gives `Ok`, rolled back if it gives an error or is dropped.
    pub async fn tx<T>(&self, work: impl AsyncFnOnce(Self) -> Result<T>) -> Result<T> {
        let tx = self.begin(None).await?;
        let result = work(tx.clone()).await;
        let end = tx.end(result.is_ok()).await;
        result.and_then(|value| end.map(|()| value))
    }

    /// Makes the changes of the transaction last. Outside of one, nothing happens.
    pub async fn commit(&self) -> Result<()> {
        self.end(true).await
    }

    /// Takes the changes of the transaction back. Outside of one, nothing happens.
    pub async fn rollback(&self) -> Result<()> {
        self.end(false).await
    }

    /// Runs work behind a savepoint: an error takes back what it did, and the transaction goes on.
    pub async fn nested<T>(&self, work: impl AsyncFnOnce(Self) -> Result<T>) -> Result<T> {
        self.savepoint(work).await
    }
}
