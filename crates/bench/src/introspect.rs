//! How long a database is read, compared with what the very queries take whose rows are thrown away.
//!
//! Both are measured in turn in one process on one connection, so that whatever else the machine does weighs on both alike.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use relata::sqlite::Sqlite;
use relata::{BoxFuture, Connection, Result, Row, Transaction, Value};
use relata_introspect::introspect;
use relata_schema::{Sources, analyze};
use relata_script::{Dialect, split};
use relata_sql::{Catalog, diff, lower, plan};

use crate::generate::{self, Change};

/// How often each of both is measured.
const RUNS: usize = 7;

/// A connection that keeps the queries that go through it.
struct Recorder<T> {
    inner: T,
    queries: Arc<Mutex<Vec<String>>>,
}

impl<T> Recorder<T> {
    fn keep(&self, sql: &str) {
        if let Ok(mut queries) = self.queries.lock() {
            queries.push(sql.to_owned());
        }
    }
}

impl<T: AsRef<dyn Connection> + Send + Sync> Connection for Recorder<T> {
    fn dialect(&self) -> Dialect {
        self.inner.as_ref().dialect()
    }

    fn execute<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<u64>> {
        self.keep(sql);
        self.inner.as_ref().execute(sql, params)
    }

    fn query<'a>(&'a self, sql: &'a str, params: Vec<Value>) -> BoxFuture<'a, Result<Vec<Row>>> {
        self.keep(sql);
        self.inner.as_ref().query(sql, params)
    }

    fn batch<'a>(&'a self, script: &'a str) -> BoxFuture<'a, Result<()>> {
        self.inner.as_ref().batch(script)
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>>> {
        let queries = Arc::clone(&self.queries);
        Box::pin(async move {
            let inner = Begun(self.inner.as_ref().begin().await?);
            let begun: Box<dyn Transaction> = Box::new(Recorder { inner, queries });
            Ok(begun)
        })
    }
}

/// A transaction as the connection that it is.
struct Begun(Box<dyn Transaction>);

impl AsRef<dyn Connection> for Begun {
    fn as_ref(&self) -> &(dyn Connection + 'static) {
        &*self.0
    }
}

impl Transaction for Recorder<Begun> {
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        self.inner.0.commit()
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        self.inner.0.rollback()
    }
}

/// A connection of any kind.
struct Any(Box<dyn Connection>);

impl AsRef<dyn Connection> for Any {
    fn as_ref(&self) -> &(dyn Connection + 'static) {
        &*self.0
    }
}

/// Prints, for SQLite and for each server that a URL is given of, the fastest times of both in milliseconds, and their ratio.
#[allow(clippy::print_stdout, reason = "printing is what it does")]
pub(crate) fn print(models: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let memory = Sqlite::memory().await.expect("memory");
        let measured = measure(Box::new(memory), models).await;
        println!("sqlite\t{measured}");
        for (variable, name) in [
            ("RELATA_TEST_POSTGRES", "postgresql"),
            ("RELATA_TEST_MYSQL", "mysql"),
        ] {
            let Ok(url) = std::env::var(variable) else {
                continue;
            };
            let server = connect(&url, if name == "mysql" { "" } else { "postgres" }).await;
            let database = format!("relata_bench_{}", std::process::id());
            for sql in ["DROP DATABASE IF EXISTS ", "CREATE DATABASE "] {
                server
                    .batch(&format!("{sql}{database}"))
                    .await
                    .expect("a database");
            }
            let measured = measure(connect(&url, &database).await, models).await;
            println!("{name}\t{measured}");
            server
                .batch(&format!("DROP DATABASE {database}"))
                .await
                .expect("dropped");
        }
    });
}

async fn connect(url: &str, database: &str) -> Box<dyn Connection> {
    let url = format!("{url}/{database}").parse().expect("a URL");
    relata::connect(&url, Path::new(""))
        .await
        .expect("connected")
}

async fn measure(db: Box<dyn Connection>, models: usize) -> String {
    make(&*db, models).await;
    let queries = Arc::default();
    let recorder = Recorder {
        inner: Any(db),
        queries: Arc::clone(&queries),
    };
    let catalog = introspect(&recorder).await.expect("read");
    assert_eq!(catalog.tables.len(), models);
    let queries = queries.lock().expect("not poisoned").clone();
    let db = recorder.inner.0;
    let (mut read, mut plain) = (f64::MAX, f64::MAX);
    for _ in 0..RUNS {
        let started = Instant::now();
        std::hint::black_box(introspect(&*db).await.expect("read"));
        read = read.min(started.elapsed().as_secs_f64());
        let started = Instant::now();
        let transaction = db.begin().await.expect("begun");
        for sql in &queries {
            let rows = transaction.query(sql, Vec::new()).await.expect("asked");
            std::hint::black_box(rows);
        }
        transaction.rollback().await.expect("ended");
        plain = plain.min(started.elapsed().as_secs_f64());
    }
    db.close().await.expect("closed");
    format!("{:.0}\t{:.0}\t{:.2}", read * 1e3, plain * 1e3, read / plain)
}

/// Makes the tables of the generated schema.
async fn make(db: &dyn Connection, models: usize) {
    let dialect = db.dialect();
    let text = generate::schema(models, Change::None)
        .replace("\"postgresql\"", &format!("\"{}\"", dialect.name()));
    let schema = analyze(&Sources::one("bench.schema", &text)).schema;
    let catalog = lower(&schema).expect("a target");
    let script = plan(&diff(&Catalog::empty(dialect), &catalog).expect("one dialect")).script();
    // Not in one transaction, which would take more locks than a server has.
    let statements: Vec<&str> = split(dialect, &script).iter().map(|it| it.text()).collect();
    for some in statements.chunks(50) {
        db.batch(&(some.join(";\n") + ";")).await.expect("made");
    }
}
