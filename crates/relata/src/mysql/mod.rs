//! MySQL and MariaDB: [`mysql_async`] behind a task of its own.
//!
//! Of the crates that are kept well, `mysql_async` was taken although sqlx-mysql builds a little faster (measured together
//! with rustls, debug, two busy cores: 118 packages and 49 s of CPU against 102 and 37): its raw values, column types and
//! flags are public, and no value is lost on the way; sqlx keeps them to itself, and its core is outside its promise of
//! stability.
//!
//! * Values: what has a variant of [`Value`] comes as that; what the variant cannot hold (zero dates, a `TIME` past a day, a
//!   `DECIMAL` of 65 digits) as the text that the server prints. `BIT(1)` is a truth value, other `BIT`s are bytes.
//! * The session's time zone is UTC, in which a `TIMESTAMP` is what it says; a `DATETIME` counts as UTC, as Prisma has it.
//!   `sql_mode` stays as the server has it. The character set is utf8mb4.
//! * `verify-ca` needs a certificate that holds a DNS name, whichever: one without any, such as those that MySQL 8 makes for
//!   itself, is refused by rustls.
//! * What cannot be prepared runs by the text protocol. A statement that MySQL commits implicitly ends a transaction here,
//!   as it does everywhere on MySQL.
//!
//! Tested on MariaDB 10.11; MySQL 8 and other versions are from the manual.

mod convert;
mod error;
mod options;
mod worker;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mysql_async::prelude::{Protocol, Queryable as _};
use mysql_async::{Conn, Params, QueryResult};
use relata_script::{Dialect, first_word, split};

use self::error::{from_statement, is_gone};
pub use self::options::Options;
use self::worker::{Usable, Worker};
use crate::{BoxFuture, Connection, Error, Result, Row, Transaction, Value, Visitor};

/// A connection to a MySQL or MariaDB database. Clones share it.
#[derive(Clone)]
pub struct Mysql {
    worker: Worker,
    options: Arc<Options>,
    id: u32,
}

impl Mysql {
    /// Makes the statement that is running fail with [`Error::Cancelled`], by `KILL QUERY` over a connection of its own.
    pub async fn cancel(&self) -> Result<()> {
        let mut other = self.options.open().await?;
        let sql = format!("KILL QUERY {}", self.id);
        let killed = other.query_drop(&sql).await;
        let _ = other.disconnect().await;
        killed.map_err(|error| from_statement(&error, &sql))
    }
}

impl std::fmt::Debug for Mysql {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mysql")
            .field("server", &self.options.place())
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A transaction: a queue that the connection's task serves alone until it ends.
struct MysqlTransaction {
    worker: Worker,
    options: Arc<Options>,
    ended: Arc<AtomicBool>,
}

macro_rules! statements {
    () => {
        fn dialect(&self) -> Dialect {
            Dialect::Mysql
        }

        fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<u64>> {
            let sql = sql.to_owned();
            Box::pin(limited(
                &self.options,
                self.worker.run(move |conn| {
                    Box::pin(async move { judged(execute(conn, &sql, params).await, &sql) })
                }),
            ))
        }

        fn query<'a>(
            &'a self,
            sql: &'a str,
            params: Vec<Value>,
        ) -> BoxFuture<'a, Result<Vec<Row>>> {
            let sql = sql.to_owned();
            Box::pin(limited(
                &self.options,
                self.worker.run(move |conn| {
                    Box::pin(async move {
                        let mut found = Vec::new();
                        let mut collect = |row| {
                            found.push(row);
                            Ok(())
                        };
                        let done = visit(conn, &sql, params, &mut collect).await;
                        judged(done.map(|()| found), &sql)
                    })
                }),
            ))
        }

        fn visit<'a>(
            &'a self,
            sql: &'a str,
            params: Vec<Value>,
            mut each: Visitor,
        ) -> BoxFuture<'a, Result<()>> {
            let sql = sql.to_owned();
            Box::pin(async move {
                let run = self.worker.run(move |conn| {
                    Box::pin(async move {
                        let mut panic = None;
                        // A panic must not take the connection's task with it.
                        let mut shown = |mut row: Row| {
                            catch_unwind(AssertUnwindSafe(|| each(&mut row))).unwrap_or_else(
                                |payload| {
                                    panic = Some(payload);
                                    Err(Error::user("a visitor panicked"))
                                },
                            )
                        };
                        let done = visit(conn, &sql, params, &mut shown).await;
                        let (result, usable) = judged(done, &sql);
                        match panic {
                            Some(payload) => (Ok(Err(payload)), usable),
                            None => (result.map(Ok), usable),
                        }
                    })
                });
                match limited(&self.options, run).await? {
                    Ok(()) => Ok(()),
                    Err(payload) => resume_unwind(payload),
                }
            })
        }

        fn batch<'a>(&'a self, script: &'a str) -> BoxFuture<'a, Result<()>> {
            let script = script.to_owned();
            Box::pin(limited(
                &self.options,
                self.worker
                    .run(move |conn| Box::pin(async move { batch(conn, &script).await })),
            ))
        }

        fn is_closed(&self) -> bool {
            self.worker.is_closed()
        }
    };
}

impl Connection for Mysql {
    statements!();

    fn deploy_target(&self) -> BoxFuture<'_, Result<crate::migration::Target>> {
        Box::pin(std::future::ready(Ok(self.into())))
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>>> {
        self.begin_after("")
    }

    fn begin_after<'a>(
        &'a self,
        setting: &'static str,
    ) -> BoxFuture<'a, Result<Box<dyn Transaction>>> {
        Box::pin(async move {
            let (worker, ended) = self.worker.exclusive()?;
            let options = Arc::clone(&self.options);
            if !setting.is_empty() {
                control(&worker, setting).await?;
            }
            control(&worker, "START TRANSACTION").await?;
            Ok(Box::new(MysqlTransaction {
                worker,
                options,
                ended,
            }) as Box<dyn Transaction>)
        })
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            self.worker.close().await;
            Ok(())
        })
    }
}

impl Connection for MysqlTransaction {
    statements!();

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>>> {
        Box::pin(std::future::ready(Err(crate::connection::nested())))
    }
}

impl Transaction for MysqlTransaction {
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            self.ended.store(true, Ordering::Release);
            control(&self.worker, "COMMIT").await
        })
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            self.ended.store(true, Ordering::Release);
            control(&self.worker, "ROLLBACK").await
        })
    }
}

/// Runs a statement of our own.
async fn control(worker: &Worker, sql: &'static str) -> Result<()> {
    worker
        .run(move |conn| {
            Box::pin(async move { judged(conn.query_drop(sql).await.map_err(Failure::from), sql) })
        })
        .await
}

/// What went wrong: with the server, or with a value or a visitor here.
enum Failure {
    Server(mysql_async::Error),
    Here(Error),
}

impl From<mysql_async::Error> for Failure {
    fn from(error: mysql_async::Error) -> Self {
        Self::Server(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Here(error)
    }
}

/// Sorts a failure, and tells whether the connection survived it.
fn judged<T>(result: Result<T, Failure>, sql: &str) -> (Result<T>, Usable) {
    match result {
        Ok(value) => (Ok(value), Usable::Yes),
        Err(Failure::Here(error)) => (Err(error), Usable::Yes),
        Err(Failure::Server(error)) => {
            let usable = if is_gone(&error) {
                Usable::No
            } else {
                Usable::Yes
            };
            (Err(from_statement(&error, sql)), usable)
        }
    }
}

/// Tells apart a statement that the worker gave up at the limit from a connection that was lost.
async fn limited<T>(options: &Options, work: impl Future<Output = Result<T>>) -> Result<T> {
    let start = std::time::Instant::now();
    let result = work.await;
    match (options.statement_timeout, &result) {
        (Some(limit), Err(Error::Disconnected { .. })) if start.elapsed() >= limit => {
            Err(Error::StatementTimeout {
                message: format!(
                    "no answer within {} s, which is `socket_timeout` of the connection string; the connection was given up",
                    limit.as_secs()
                ),
            })
        }
        _ => result,
    }
}

async fn execute(conn: &mut Conn, sql: &str, params: Vec<Value>) -> Result<u64, Failure> {
    if is_text(sql, &params) {
        return Ok(changed(conn.query_iter(sql).await?).await?);
    }
    let params = bind(params)?;
    Ok(changed(conn.exec_iter(sql, params).await?).await?)
}

/// How many rows a statement changed; its answer is read to its end.
async fn changed<P: Protocol>(
    result: QueryResult<'_, 'static, P>,
) -> Result<u64, mysql_async::Error> {
    let rows = if result.columns_ref().is_empty() {
        result.affected_rows()
    } else {
        0
    };
    result.drop_result().await?;
    Ok(rows)
}

async fn visit(
    conn: &mut Conn,
    sql: &str,
    params: Vec<Value>,
    each: &mut (dyn FnMut(Row) -> Result<()> + Send),
) -> Result<(), Failure> {
    if is_text(sql, &params) {
        return shown(conn.query_iter(sql).await?, each).await;
    }
    let params = bind(params)?;
    shown(conn.exec_iter(sql, params).await?, each).await
}

/// Shows the rows of the first result; a procedure may give several.
async fn shown<P: Protocol>(
    mut result: QueryResult<'_, 'static, P>,
    each: &mut (dyn FnMut(Row) -> Result<()> + Send),
) -> Result<(), Failure> {
    let columns = result.columns().unwrap_or_else(|| [].into());
    let names: Arc<[String]> = columns
        .iter()
        .map(|it| it.name_str().into_owned())
        .collect();
    let mut outcome = Ok(());
    if !columns.is_empty() {
        while let Some(native) = result.next().await? {
            let row = native
                .unwrap()
                .into_iter()
                .zip(columns.iter())
                .map(|(value, column)| {
                    convert::read(value, column).map_err(|source| Error::Decode {
                        column: column.name_str().into_owned(),
                        source,
                    })
                })
                .collect::<Result<Vec<Value>>>();
            outcome = row.and_then(|values| each(Row::new(Arc::clone(&names), values)));
            if outcome.is_err() {
                break;
            }
        }
    }
    result.drop_result().await?;
    outcome.map_err(Failure::Here)
}

/// Runs a script: in one packet, or, where it sets a delimiter, which only clients know, statement by statement.
async fn batch(conn: &mut Conn, script: &str) -> (Result<()>, Usable) {
    if !script.to_ascii_lowercase().contains("delimiter") {
        return judged(conn.query_drop(script).await.map_err(Failure::from), script);
    }
    for statement in split(Dialect::Mysql, script) {
        let ran = conn.query_drop(statement.text()).await;
        let (result, usable) = judged(ran.map_err(Failure::from), statement.text());
        if result.is_err() {
            return (result, usable);
        }
    }
    (Ok(()), Usable::Yes)
}

/// Whether a statement goes by the text protocol: it has no parameters, and is none of those that can be prepared on every
/// version. The driver would also take `label:loop` in it for a parameter of its own. Several statements in one are left to
/// be refused by preparing them.
fn is_text(sql: &str, params: &[Value]) -> bool {
    params.is_empty()
        && !matches!(
            first_word(Dialect::Mysql, sql).as_str(),
            "SELECT"
                | "WITH"
                | "INSERT"
                | "UPDATE"
                | "DELETE"
                | "REPLACE"
                | "VALUES"
                | "TABLE"
                | "CALL"
        )
        && split(Dialect::Mysql, sql).len() <= 1
}

fn bind(params: Vec<Value>) -> Result<Params> {
    if params.is_empty() {
        return Ok(Params::Empty);
    }
    if params.len() > usize::from(u16::MAX) {
        return Err(convert::refused("MySQL takes up to 65,535 parameters"));
    }
    let native: Result<Vec<_>> = params.into_iter().map(convert::bind).collect();
    native.map(Params::Positional)
}
