//! PostgreSQL: [`tokio_postgres`], pipelined, with rustls.
//!
//! * Values: what has a variant of [`Value`] comes as that. What the variant cannot hold (`infinity`, a numeric of 40 digits,
//!   24:00:00), and types without a variant (`interval`, ranges, composite types, those of extensions), come as the
//!   text that the server prints. JSON comes as text. Parameters are read by the server as the type it expects.
//! * A timestamp without a zone counts as UTC, as Prisma has it.
//! * Several queries that are polled together share one round trip.
//! * A connection that was lost stays lost: every call gives [`Error::Disconnected`], which
//!   [`Error::is_transient`] says may be tried anew, on a new connection. [`crate::Pool`] opens one.
//!
//! Tested on PostgreSQL 15; that others from 12 to 18 do the same is from the manual.

mod array;
mod calendar;
mod core;
mod decode;
mod encode;
mod error;
mod lane;
mod notice;
mod numeric;
mod options;
mod statement;
mod tls;

use std::sync::{Arc, PoisonError};

use relata_script::Dialect;
use tokio::sync::mpsc;

use self::core::Core;
use self::lane::{Lane, run};
pub use self::notice::Notice;
pub use self::options::Options;
use crate::{BoxFuture, Connection, Error, Result, Row, Transaction, Value, Visitor};

/// A connection to a PostgreSQL database. Clones share it.
#[derive(Clone)]
pub struct Postgres {
    lane: Arc<Lane>,
}

impl Postgres {
    fn new(core: Arc<Core>) -> Self {
        Self {
            lane: Lane::new(core),
        }
    }

    /// Listens to what the server says by the way. One listener hears it: the last who asked. The notices of a statement have come
    /// when its result has.
    pub fn notices(&self) -> mpsc::UnboundedReceiver<Notice> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut listener = self
            .lane
            .core
            .notices
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *listener = Some(sender);
        receiver
    }

    /// Asks the server to stop the statement that is running, over a connection of its own. The statement then fails with
    /// [`Error::Cancelled`], unless it was faster.
    pub async fn cancel(&self) -> Result<()> {
        self.lane.core.cancel().await
    }
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres")
            .field("server", &self.lane.core.options.address.place(5432))
            .finish_non_exhaustive()
    }
}

/// A transaction of PostgreSQL, at the isolation level of the session.
struct PostgresTransaction {
    lane: Arc<Lane>,
}

macro_rules! statements {
    () => {
        fn dialect(&self) -> Dialect {
            Dialect::Postgres
        }

        fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<u64>> {
            run(&self.lane, |lane, sent| {
                lane.execute(sql.to_owned(), params, sent)
            })
        }

        fn query<'a>(
            &'a self,
            sql: &'a str,
            params: Vec<Value>,
        ) -> BoxFuture<'a, Result<Vec<Row>>> {
            run(&self.lane, |lane, sent| {
                let sql = sql.to_owned();
                async move {
                    let mut found = Vec::new();
                    lane.visit(sql, params, sent, |row| {
                        let columns = row.shared_columns();
                        let values = row.values_mut().iter_mut().map(std::mem::take);
                        found.push(Row::new(columns, values.collect()));
                        Ok(())
                    })
                    .await?;
                    Ok(found)
                }
            })
        }

        fn visit<'a>(
            &'a self,
            sql: &'a str,
            params: Vec<Value>,
            mut each: Visitor,
        ) -> BoxFuture<'a, Result<()>> {
            run(&self.lane, |lane, sent| {
                lane.visit(sql.to_owned(), params, sent, move |row| each(row))
            })
        }

        fn batch<'a>(&'a self, script: &'a str) -> BoxFuture<'a, Result<()>> {
            run(&self.lane, |lane, sent| lane.batch(script.to_owned(), sent))
        }

        fn array_types<'a>(&'a self, sql: &'a str) -> BoxFuture<'a, Result<Option<Vec<String>>>> {
            run(&self.lane, |lane, sent| {
                lane.array_types(sql.to_owned(), sent)
            })
        }

        fn is_closed(&self) -> bool {
            self.lane.core.client.is_closed()
        }

        fn holds_session(&self) -> Result<()> {
            if self.lane.core.options.is_pooled {
                return Err(Error::Pooler {
                    message: "the connection string says `pgbouncer=true`".to_owned(),
                });
            }
            Ok(())
        }
    };
}

impl Connection for Postgres {
    statements!();

    fn deploy_target(&self) -> BoxFuture<'_, Result<crate::migration::Target>> {
        Box::pin(std::future::ready(Ok(self.into())))
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>>> {
        run(&self.lane, |lane, _| async {
            let lane = lane.begin().await?;
            Ok(Box::new(PostgresTransaction { lane }) as Box<dyn Transaction>)
        })
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move {
            let core = Arc::clone(&self.lane.core);
            drop(self);
            // Other clones go on using it; the last one closes it.
            if let Some(core) = Arc::into_inner(core) {
                core.close().await;
            }
            Ok(())
        })
    }
}

impl Connection for PostgresTransaction {
    statements!();

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>>> {
        Box::pin(std::future::ready(Err(crate::connection::nested())))
    }
}

impl Transaction for PostgresTransaction {
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        run(&self.lane, |lane, _| async move { lane.end(true).await })
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        run(&self.lane, |lane, _| async move { lane.end(false).await })
    }
}
