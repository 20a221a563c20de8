//! MariaDB, on the private server that `cargo xtask test` starts.

mod brownfield;
#[path = "../common/mod.rs"]
mod common;
mod faults;
#[path = "../common/killed.rs"]
mod killed;
mod kinds;
mod law;
mod pairs;
#[path = "../pulled/mod.rs"]
mod pulled;
mod rights;

#[path = "../support/mod.rs"]
mod support;

use std::path::Path;

use relata::Connection;
use relata_introspect::{Description, Error, describe};
use relata_testing::Database;
use support::lost;

/// Reads a database.
fn read(database: &Database) -> Description {
    read_at(&database.url()).unwrap_or_else(|error| panic!("{error}"))
}

/// Reads the database at a URL.
fn read_at(url: &str) -> Result<Description, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let url = url.parse().expect("a URL");
        let db: Box<dyn Connection> = relata::connect(&url, Path::new("")).await?;
        let description = describe(&*db).await;
        db.close().await?;
        description
    })
}
