//! What all users of one connection share: the client, the statements prepared on it, and what is known of its end.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_postgres::{AsyncMessage, Client, Config};

use super::error::{self, causes, from_connect};
use super::notice::Notice;
use super::options::Options;
use super::statement::{Cache, Prepared};
use super::tls::Tls;
use crate::{Error, Result};

pub(super) struct Core {
    pub(super) client: Client,
    pub(super) options: Options,
    pub(super) runtime: Handle,
    tls: Tls,
    cache: Mutex<Cache>,
    /// Who is told what the server says by the way, where somebody asked.
    pub(super) notices: Arc<Mutex<Option<mpsc::UnboundedSender<Notice>>>>,
    /// Why the connection ended, once it has.
    end: Arc<OnceLock<String>>,
    /// Reads and writes the socket until the client is dropped or the server hangs up.
    wire: Mutex<Option<JoinHandle<()>>>,
}

impl Core {
    pub(super) async fn connect(options: Options, config: Config, tls: Tls) -> Result<Self> {
        let place = options.address.place(5432);
        let runtime = Handle::try_current().map_err(|_| {
            Error::connection("PostgreSQL is spoken to from within a runtime of tokio")
        })?;
        let connected = config.connect(tls.clone()).await;
        let (client, connection) = connected.map_err(|error| from_connect(&error, &place))?;
        let end = Arc::new(OnceLock::new());
        let known = Arc::clone(&end);
        let notices: Arc<Mutex<Option<mpsc::UnboundedSender<Notice>>>> = Arc::default();
        let listener = Arc::clone(&notices);
        let wire = runtime.spawn(async move {
            let mut connection = connection;
            while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
                match message {
                    Ok(AsyncMessage::Notice(notice)) => {
                        let listener = listener.lock().unwrap_or_else(PoisonError::into_inner);
                        if let Some(listener) = &*listener {
                            let _ = listener.send(Notice::new(&notice));
                        }
                    }
                    Ok(_) => {}
                    // The reason is kept before the connection is dropped, which is what wakes those who wait for an answer.
                    Err(error) => {
                        let reason = match error.as_db_error() {
                            Some(error) => error.message().to_owned(),
                            None => causes(&error),
                        };
                        let _ = known.set(reason);
                        break;
                    }
                }
            }
        });
        Ok(Self {
            client,
            cache: Mutex::new(Cache::new(options.statement_cache)),
            options,
            runtime,
            tls,
            notices,
            end,
            wire: Mutex::new(Some(wire)),
        })
    }

    /// The statement, prepared now or earlier.
    pub(super) async fn prepared(&self, sql: &str) -> Result<Arc<Prepared>> {
        if let Some(prepared) = self.cache().get(sql) {
            return Ok(prepared);
        }
        let prepared = Prepared::new(&self.client, sql).await;
        let prepared = Arc::new(prepared.map_err(|error| self.error(&error, sql))?);
        self.cache().insert(sql, &prepared);
        Ok(prepared)
    }

    pub(super) fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sorts an error, adding what the server said when it hung up.
    pub(super) fn error(&self, error: &tokio_postgres::Error, sql: &str) -> Error {
        match error::from_statement(error, sql) {
            Error::Disconnected { message } => Error::Disconnected {
                message: self.end.get().cloned().unwrap_or(message),
            },
            other => other,
        }
    }

    /// Asks the server, over a connection of its own, to stop what this one is running.
    pub(super) async fn cancel(&self) -> Result<()> {
        let token = self.client.cancel_token();
        token
            .cancel_query(self.tls.clone())
            .await
            .map_err(|error| from_connect(&error, &self.options.address.place(5432)))
    }

    /// Lets the client go and waits until the server has been told.
    pub(super) async fn close(self) {
        let wire = self
            .wire
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(self);
        if let Some(wire) = wire {
            let _ = wire.await;
        }
    }
}
