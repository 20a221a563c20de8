//! From one SQLite database to another: the plan's script arrives, as the catalogs and a second plan tell.

#[path = "common/mod.rs"]
mod common;

use common::differences;
use relata::Connection;
use relata::sqlite::Sqlite;
use relata_introspect::describe;
use relata_sql::{Catalog, diff, plan};
use relata_testing::{Pair, each_pair, pairs};

/// One side of a pair, as it was made.
struct Side {
    database: Sqlite,
    catalog: Catalog,
}

impl Side {
    async fn new(sql: &str) -> Result<Self, String> {
        let database = Sqlite::memory().await.expect("memory");
        let made = database.batch(sql).await;
        made.map_err(|error| format!("the fixture: {error}"))?;
        let catalog = read(&database).await;
        Ok(Self { database, catalog })
    }

    /// Makes this database what another one was.
    async fn lead(&self, to: &Self) -> Result<(), String> {
        let script = plan(&diff(&self.catalog, &to.catalog).expect("one dialect")).script();
        let ran = self.database.batch(&script).await;
        ran.map_err(|error| format!("{error}\n{script}"))?;
        let arrived = read(&self.database).await;
        let left = plan(&diff(&arrived, &to.catalog).expect("one dialect"));
        if !left.is_empty() {
            return Err(format!("left over\n{}\n--- after\n{script}", left.script()));
        }
        match differences(&arrived, &to.catalog) {
            Some(difference) => Err(format!(
                "catalogs differ\n{difference}\n--- after\n{script}"
            )),
            None => Ok(()),
        }
    }
}

async fn read(database: &Sqlite) -> Catalog {
    describe(database).await.expect("read").catalog
}

/// Leads each side of a pair to the other.
async fn both_ways(pair: &Pair) -> Result<(), String> {
    let [one, two] = &pair.sides;
    let (one, two) = (Side::new(one).await?, Side::new(two).await?);
    let forth = one.lead(&two).await;
    let back = two.lead(&one).await;
    let forth = forth.map_err(|error| format!("1 to 2: {error}"));
    let back = back.map_err(|error| format!("2 to 1: {error}"));
    match (forth, back) {
        (Err(forth), Err(back)) => Err(format!("{forth}\n\n{back}")),
        (forth, back) => forth.and(back),
    }
}

#[test]
fn pairs_arrive() {
    each_pair(&pairs("sqlite"), |pair| {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
            .block_on(both_ways(pair))
    });
}
