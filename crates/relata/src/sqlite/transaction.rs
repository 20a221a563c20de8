use std::time::Duration;

use relata_script::Dialect;

use super::worker::Jobs;
use super::{Sqlite, convert, from_rusqlite, short};
use crate::{BoxFuture, Connection, Error, Result, Row, Transaction, Value, Visitor};

/// A transaction, which is a queue that the connection's thread serves alone until it ends.
pub(super) struct SqliteTransaction {
    jobs: Jobs,
    busy_timeout: Duration,
}

impl SqliteTransaction {
    /// Begins with the write lock in hand: a transaction that first reads and then writes could find, when it wants to write,
    /// that what it has read is old, and no waiting would help it.
    pub(super) async fn begin(db: &Sqlite) -> Result<Self> {
        let jobs = db.worker.exclusive()?;
        jobs.run(|conn| {
            let read_only = conn.is_readonly("main").unwrap_or(false);
            let begin = if read_only {
                "BEGIN"
            } else {
                "BEGIN IMMEDIATE"
            };
            conn.execute_batch(begin).map_err(from_rusqlite)
        })
        .await?;
        Ok(Self {
            jobs,
            busy_timeout: db.busy_timeout,
        })
    }

    fn run<T, F>(&self, work: F) -> BoxFuture<'static, Result<T>>
    where
        F: FnOnce(&mut rusqlite::Connection) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let jobs = self.jobs.clone();
        Box::pin(async move {
            jobs.run(move |conn| {
                // SQLite ends a transaction by itself on some errors (disk full, out of memory). What follows must not run
                // and commit on its own.
                if conn.is_autocommit() {
                    return Err(ended());
                }
                work(conn)
            })
            .await
        })
    }

    /// Runs work with SQL of others in it.
    fn run_sql<T, F>(&self, sql: &str, work: F) -> BoxFuture<'static, Result<T>>
    where
        F: FnOnce(&rusqlite::Connection, &str) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.jobs.heed(sql);
        let sql = sql.to_owned();
        self.run(move |conn| work(conn, &sql))
    }
}

impl Connection for SqliteTransaction {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<u64>> {
        self.run_sql(sql, |conn, sql| convert::execute(conn, sql, params))
    }

    fn query<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<Vec<Row>>> {
        self.run_sql(sql, |conn, sql| convert::query(conn, sql, params))
    }

    fn visit<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Value>,
        mut each: Visitor,
    ) -> BoxFuture<'a, Result<()>> {
        self.run_sql(sql, move |conn, sql| {
            convert::visit(conn, sql, params, &mut |row| each(row))
        })
    }

    fn visit_one<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Value>,
        mut each: Visitor,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let at_once = self.jobs.at_once(|conn| {
                if conn.is_autocommit() {
                    return Some(Err(ended()));
                }
                short::visit_one(conn, self.busy_timeout, sql, &params, &mut |row| each(row))
            });
            match at_once {
                Some(done) => done,
                None => self.visit(sql, params, each).await,
            }
        })
    }

    fn batch<'a>(&'a self, script: &'a str) -> BoxFuture<'a, Result<()>> {
        self.run_sql(script, convert::batch)
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>>> {
        Box::pin(std::future::ready(Err(crate::connection::nested())))
    }
}

impl Transaction for SqliteTransaction {
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        self.run(|conn| conn.execute_batch("COMMIT").map_err(from_rusqlite))
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        self.run(|conn| conn.execute_batch("ROLLBACK").map_err(from_rusqlite))
    }
}

fn ended() -> Error {
    Error::connection("the transaction has ended; begin a new one")
}
