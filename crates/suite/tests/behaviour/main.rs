//! What the typed client does: small behaviours, each run on every database with the same expectations.
//!
//! A behaviour runs in a task of its own, so that every future in it has to be `Send`. Between two of them the tables are
//! emptied. What a database cannot do is said in the behaviour itself.

#[macro_use]
mod harness;

mod aggregate;
mod create;
mod filter;
mod find;
mod include;
mod json;
mod many;
mod nested;
mod odd;
mod order;
mod raw;
mod relation;
mod shape;
mod stream;
mod text;
mod transaction;
mod unique;
mod update;
mod upsert;

use harness::Behaviour;

/// All of them.
fn all() -> Vec<Behaviour> {
    [
        aggregate::all(),
        create::all(),
        filter::all(),
        find::all(),
        include::all(),
        json::all(),
        many::all(),
        nested::all(),
        odd::all(),
        order::all(),
        raw::all(),
        relation::all(),
        shape::all(),
        stream::all(),
        text::all(),
        transaction::all(),
        unique::all(),
        update::all(),
        upsert::all(),
    ]
    .concat()
}

#[test]
fn there_are_enough_of_them() {
    assert!(all().len() >= 200, "{}", all().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    let db = relata::sqlite::Sqlite::memory().await.unwrap();
    harness::run(relata_suite::DatabaseClient::new(db), "sqlite", &all()).await;
}

#[cfg(feature = "servers")]
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    let database = relata_testing::Postgres::from_env().fresh_database("suite");
    let db = relata_suite::DatabaseClient::connect(&database.url()).await;
    harness::run(db.unwrap(), "postgresql", &all()).await;
}

#[cfg(feature = "servers")]
#[tokio::test(flavor = "multi_thread")]
async fn on_mariadb() {
    let database = relata_testing::Mariadb::from_env().fresh_database("suite");
    let db = relata_suite::DatabaseClient::connect(&database.url()).await;
    harness::run(db.unwrap(), "mysql", &all()).await;
}
