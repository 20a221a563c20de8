//! Where statements go: a connection, a pool, or a transaction on one of them.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use relata_script::Dialect;
use tokio::sync::RwLock;

use crate::contract::{Contract, OnMismatch, Standing};
use crate::migration::{Deployed, Embedded};
use crate::{
    Connection, ConnectionUrl, Error, Pool, Result, Row, Transaction, Value, Visitor, connection,
};

use super::found::Found;
use super::key;
use super::log::{kinds, logged, warned};
use super::model::Model;
use super::render::{Flavor, Writer};
use super::select::{Item, Select};
use super::{Isolation, transaction};

/// What a generated `Client` or `Tx` holds. Clones share it.
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

struct Inner {
    target: Target,
    dialect: Dialect,
    flavor: OnceLock<Flavor>,
}

enum Target {
    Connection(Box<dyn Connection>),
    /// A transaction until it ends, and how many savepoints it has seen.
    Transaction(RwLock<Option<Box<dyn Transaction>>>, Mutex<u64>),
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("dialect", &self.inner.dialect)
            .field("is_transaction", &self.is_transaction())
            .finish()
    }
}

impl Session {
    /// Connects to the database of a connection string; relative paths count from the working directory.
    ///
    /// A server gets a pool. A SQLite file gets one connection, which is fastest as long as one program writes it, and a pool
    /// where the connection string has a `connection_limit`.
    pub async fn connect(url: &str) -> Result<Self> {
        let url: ConnectionUrl = url.parse()?;
        let base = Path::new(".");
        let is_single =
            url.dialect() == Dialect::Sqlite && url.parameter("connection_limit").is_none();
        if is_single {
            let connection = crate::connect(&url, base).await?;
            return Ok(Self::boxed(connection));
        }
        Ok(Self::new(Pool::connect(&url, base).await?))
    }

    /// A session on a connection or pool that is there already.
    pub fn new(connection: impl Connection + 'static) -> Self {
        Self::boxed(Box::new(connection))
    }

    fn boxed(connection: Box<dyn Connection>) -> Self {
        let dialect = connection.dialect();
        Self::on(Target::Connection(connection), dialect, OnceLock::new())
    }

    fn on(target: Target, dialect: Dialect, flavor: OnceLock<Flavor>) -> Self {
        Self {
            inner: Arc::new(Inner {
                target,
                dialect,
                flavor,
            }),
        }
    }

    /// Compares the database's history with what generated code was made of; for `Client::check`. A problem that does not fail is
    /// told to the log.
    pub async fn check(&self, contract: &Contract, mismatch: OnMismatch) -> Result<Standing> {
        let standing = match &self.inner.target {
            Target::Connection(connection) => contract.check(&**connection, mismatch).await,
            Target::Transaction(slot, _) => {
                let slot = slot.read().await;
                let transaction = open(slot.as_deref())?;
                contract.check(transaction, mismatch).await
            }
        }?;
        if let Some(problem) = standing.problem() {
            warned(&problem);
        }
        Ok(standing)
    }

    /// Applies migrations that a program carries in itself; for `Client::migrate`.
    pub async fn deploy(&self, migrations: &Embedded) -> Result<Deployed> {
        match &self.inner.target {
            Target::Connection(connection) => {
                migrations.deploy(connection.deploy_target().await?).await
            }
            Target::Transaction(..) => Err(connection::nested()),
        }
    }

    /// The family of SQL that the database speaks.
    pub fn dialect(&self) -> Dialect {
        self.inner.dialect
    }

    /// Whether this is a transaction.
    pub fn is_transaction(&self) -> bool {
        matches!(self.inner.target, Target::Transaction(..))
    }

    /// The server's own kind, asked for once.
    pub(super) async fn flavor(&self) -> Result<Flavor> {
        if let Some(flavor) = self.inner.flavor.get() {
            return Ok(*flavor);
        }
        let flavor = match self.inner.dialect {
            Dialect::Postgres => Flavor::Postgres,
            Dialect::Sqlite => Flavor::Sqlite,
            Dialect::Mysql => {
                let rows = self.query("SELECT VERSION()", Vec::new()).await?;
                let version: String = rows.first().map_or(Ok(String::new()), |row| row.get(0))?;
                if version.contains("MariaDB") {
                    Flavor::Mariadb
                } else {
                    Flavor::Mysql
                }
            }
        };
        Ok(*self.inner.flavor.get_or_init(|| flavor))
    }

    pub(super) async fn execute(&self, sql: &str, params: Vec<Value>) -> Result<u64> {
        logged(sql, kinds(&params), async {
            match &self.inner.target {
                Target::Connection(connection) => connection.execute(sql, params).await,
                Target::Transaction(slot, _) => {
                    let slot = slot.read().await;
                    open(slot.as_deref())?.execute(sql, params).await
                }
            }
        })
        .await
    }

    /// Runs a statement once with each of the parameters. The log has it once.
    pub(super) async fn execute_each(&self, sql: &str, params: Vec<Vec<Value>>) -> Result<u64> {
        let kinds = kinds(params.first().map_or(&[], Vec::as_slice));
        logged(sql, kinds, async {
            match &self.inner.target {
                Target::Connection(connection) => connection.execute_each(sql, params).await,
                Target::Transaction(slot, _) => {
                    let slot = slot.read().await;
                    open(slot.as_deref())?.execute_each(sql, params).await
                }
            }
        })
        .await
    }

    pub(super) async fn query(&self, sql: &str, params: Vec<Value>) -> Result<Vec<Row>> {
        logged(sql, kinds(&params), async {
            match &self.inner.target {
                Target::Connection(connection) => connection.query(sql, params).await,
                Target::Transaction(slot, _) => {
                    let slot = slot.read().await;
                    open(slot.as_deref())?.query(sql, params).await
                }
            }
        })
        .await
    }

    /// The types by which many rows go as one array for each column; see [`Connection::array_types`].
    pub(super) async fn array_types(&self, sql: &str) -> Result<Option<Vec<String>>> {
        match &self.inner.target {
            Target::Connection(connection) => connection.array_types(sql).await,
            Target::Transaction(slot, _) => {
                let slot = slot.read().await;
                open(slot.as_deref())?.array_types(sql).await
            }
        }
    }

    /// Shows the rows of a statement; with `is_one`, of one that finds a row at most, by a key.
    async fn visit(
        &self,
        sql: &str,
        params: Vec<Value>,
        each: Visitor,
        is_one: bool,
    ) -> Result<()> {
        logged(sql, kinds(&params), async {
            let slot;
            let connection: &dyn Connection = match &self.inner.target {
                Target::Connection(connection) => &**connection,
                Target::Transaction(transaction, _) => {
                    slot = transaction.read().await;
                    open(slot.as_deref())?
                }
            };
            if is_one {
                connection.visit_one(sql, params, each).await
            } else {
                connection.visit(sql, params, each).await
            }
        })
        .await
    }

    /// Runs a statement that has been written, and tells how many rows it changed.
    pub(super) async fn run(&self, statement: Writer) -> Result<u64> {
        self.execute(&statement.text, statement.params).await
    }

    /// Reads rows where the driver runs, out of the buffer that it fills anew for each.
    pub(super) async fn read<T, F>(&self, statement: Writer, mut decode: F) -> Result<Vec<T>>
    where
        T: Send + 'static,
        F: FnMut(&mut Row) -> Result<T> + Send + 'static,
    {
        let add = move |rows: &mut Vec<T>, row: &mut Row| {
            rows.push(decode(row)?);
            Ok(())
        };
        self.collect(statement, add, false).await
    }

    async fn collect<A, F>(&self, statement: Writer, add: F, is_one: bool) -> Result<A>
    where
        A: Default + Send + 'static,
        F: FnMut(&mut A, &mut Row) -> Result<()> + Send + 'static,
    {
        let found = Arc::default();
        let visitor = connection::collect(&found, add);
        self.visit(&statement.text, statement.params, visitor, is_one)
            .await?;
        Ok(connection::collected(&found))
    }

    /// Reads the rows that are asked for, with the values of more columns, in the order that was asked for.
    pub(super) async fn select<M: Model>(
        &self,
        select: &Select,
        extra: &[&'static str],
    ) -> Result<Found<M>> {
        let flavor = self.flavor().await?;
        let items: Vec<Item> = columns(select.table);
        // What the model has is not asked for twice.
        let mut more: Vec<&'static str> = Vec::new();
        let mut place = |column: &'static str| {
            let is_it = |name: &&str| *name == column;
            let own = select.table.columns.iter().position(is_it);
            own.unwrap_or_else(|| {
                let at = more.iter().position(is_it).unwrap_or_else(|| {
                    more.push(column);
                    more.len() - 1
                });
                items.len() + at
            })
        };
        let places: Vec<usize> = extra.iter().map(|column| place(column)).collect();
        let owner = select
            .within
            .as_ref()
            .map(|within| match within.link.through {
                None => within.link.far.iter().map(|column| place(column)).collect(),
                Some(_) => Vec::new(),
            });
        let statement = select.write(flavor, &items, &more)?;
        // The key of the parent that another table has.
        let last = items.len() + more.len();
        let owner = owner.map(|places| {
            if places.is_empty() {
                vec![last]
            } else {
                places
            }
        });
        let add = move |found: &mut Found<M>, row: &mut Row| {
            let values = row.values_mut();
            if let Some(owner) = &owner {
                found
                    .owners
                    .push(key::of(owner.iter().map(|at| &values[*at])));
            }
            found
                .values
                .extend(places.iter().map(|at| values[*at].clone()));
            found.models.push(M::read(row)?);
            Ok(())
        };
        let mut found: Found<M> = self.collect(statement, add, select.is_by_key).await?;
        found.width = extra.len();
        if select.from_end {
            found.reverse();
        }
        Ok(found)
    }

    /// Begins a transaction.
    pub(super) async fn begin(&self, isolation: Option<Isolation>) -> Result<Self> {
        let Target::Connection(connection) = &self.inner.target else {
            return Err(connection::nested());
        };
        let transaction = transaction::begin(&**connection, isolation).await?;
        let target = Target::Transaction(RwLock::new(Some(transaction)), Mutex::new(0));
        Ok(Self::on(
            target,
            self.inner.dialect,
            self.inner.flavor.clone(),
        ))
    }

    /// Ends the transaction.
    pub(super) async fn end(&self, commit: bool) -> Result<()> {
        let Target::Transaction(slot, _) = &self.inner.target else {
            return Ok(());
        };
        // Statements that other holders of the transaction have under way are waited for.
        let transaction = slot.write().await.take();
        match transaction {
            Some(transaction) if commit => transaction.commit().await,
            Some(transaction) => transaction.rollback().await,
            None => Err(ended()),
        }
    }

    /// Does several statements as one: in a transaction of their own, or behind a savepoint of the one that is open.
    pub(super) async fn atomically<T>(
        &self,
        work: impl AsyncFnOnce(Self) -> Result<T>,
    ) -> Result<T> {
        if self.is_transaction() {
            return self.savepoint(work).await;
        }
        let inner = self.begin(None).await?;
        let result = work(inner.clone()).await;
        // What went wrong first is what is told.
        let end = inner.end(result.is_ok()).await;
        result.and_then(|value| end.map(|()| value))
    }

    /// Does work behind a savepoint, to which an error leads back.
    pub(super) async fn savepoint<T>(
        &self,
        work: impl AsyncFnOnce(Self) -> Result<T>,
    ) -> Result<T> {
        let Target::Transaction(_, count) = &self.inner.target else {
            return Err(Error::not_supported("a savepoint outside of a transaction"));
        };
        let name = {
            let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
            *count += 1;
            format!("relata_{count}")
        };
        self.execute(&format!("SAVEPOINT {name}"), Vec::new())
            .await?;
        let result = work(self.clone()).await;
        if result.is_err() {
            self.execute(&format!("ROLLBACK TO SAVEPOINT {name}"), Vec::new())
                .await?;
        }
        self.execute(&format!("RELEASE SAVEPOINT {name}"), Vec::new())
            .await?;
        result
    }
}

/// Every column of a table.
pub(super) fn columns(table: &'static super::Table) -> Vec<Item> {
    table
        .columns
        .iter()
        .map(|column| Item::Column(column))
        .collect()
}

fn open<'t>(transaction: Option<&'t (dyn Transaction + 'static)>) -> Result<&'t dyn Transaction> {
    transaction.ok_or_else(ended)
}

fn ended() -> Error {
    Error::connection("the transaction has ended; begin a new one")
}
