//! The drivers against real servers: `cargo xtask test -- -p relata --test servers`.

mod calendars;
mod contract;
mod faults;
mod migration;
mod mysql_values;
mod outage;
mod pool;
mod postgres_arrays;
mod postgres_values;

use std::path::Path;

use relata::{Connection, ConnectionUrl, Error, Row, Value, connect};
use relata_testing::{Database, Mariadb, Postgres};

/// An empty database of either kind.
fn postgres(hint: &str) -> Database {
    Postgres::from_env().fresh_database(hint)
}

fn mariadb(hint: &str) -> Database {
    Mariadb::from_env().fresh_database(hint)
}

/// One of each.
fn both(hint: &str) -> [Database; 2] {
    [postgres(hint), mariadb(hint)]
}

async fn open(database: &Database) -> Box<dyn Connection> {
    open_with(database, "").await.unwrap()
}

async fn open_with(database: &Database, query: &str) -> relata::Result<Box<dyn Connection>> {
    connect(&url(&format!("{}{query}", database.url())), Path::new("")).await
}

fn url(text: &str) -> ConnectionUrl {
    text.parse().unwrap()
}

/// The URL's password: what no output may hold.
fn password(database: &Database) -> String {
    let url = database.url();
    let (login, _) = url.split_once('@').unwrap();
    login.rsplit_once(':').unwrap().1.to_owned()
}

/// A parameter's name in this dialect.
fn mark(db: &dyn Connection, number: usize) -> String {
    match db.dialect() {
        relata::Dialect::Postgres => format!("${number}"),
        _ => "?".to_owned(),
    }
}

/// The only value of the only row.
async fn one(db: &dyn Connection, sql: &str, params: Vec<Value>) -> Value {
    let rows = db
        .query(sql, params)
        .await
        .unwrap_or_else(|error| panic!("{error}\nin {sql}"));
    single(rows)
}

fn single(rows: Vec<Row>) -> Value {
    let [row]: [Row; 1] = rows.try_into().expect("one row");
    let [value]: [Value; 1] = row.into_values().try_into().expect("one column");
    value
}

async fn fails(db: &dyn Connection, sql: &str) -> Error {
    match db.execute(sql, vec![]).await {
        Ok(_) => panic!("did not fail: {sql}"),
        Err(error) => error,
    }
}
