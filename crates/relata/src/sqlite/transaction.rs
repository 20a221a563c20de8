use relata_script::Dialect;

use super::jobs::Jobs;
use super::{Sqlite, convert, from_rusqlite};
use crate::{BoxFuture, Connection, Result, Row, Transaction, Value, Visitor};

/// A transaction, which is a queue that the connection's thread serves alone until it ends.
pub(super) struct SqliteTransaction {
    jobs: Jobs,
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
            jobs: jobs.in_transaction(),
        })
    }

    fn end(self, sql: &'static str) -> BoxFuture<'static, Result<()>> {
        let end =
            move |conn: &mut rusqlite::Connection| conn.execute_batch(sql).map_err(from_rusqlite);
        Box::pin(async move { self.jobs.run(end).await })
    }
}

impl Connection for SqliteTransaction {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<u64>> {
        Box::pin(
            self.jobs
                .run_sql(sql, |conn, sql| convert::execute(conn, sql, params)),
        )
    }

    fn execute_each<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Vec<Value>>,
    ) -> BoxFuture<'a, Result<u64>> {
        Box::pin(
            self.jobs
                .run_sql(sql, |conn, sql| convert::execute_each(conn, sql, params)),
        )
    }

    fn query<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<Vec<Row>>> {
        Box::pin(
            self.jobs
                .run_sql(sql, |conn, sql| convert::query(conn, sql, params)),
        )
    }

    fn visit<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Value>,
        each: Visitor,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.jobs.visit(sql, params, each))
    }

    fn visit_one<'a>(
        &'a self,
        sql: &'a str,
        params: Vec<Value>,
        each: Visitor,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.jobs.visit_one(sql, params, each))
    }

    fn batch<'a>(&'a self, script: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.jobs.run_sql(script, convert::batch))
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>>> {
        Box::pin(std::future::ready(Err(crate::connection::nested())))
    }
}

impl Transaction for SqliteTransaction {
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        self.end("COMMIT")
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        self.end("ROLLBACK")
    }
}
