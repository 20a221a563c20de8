//! PostgreSQL, on the private server that `cargo xtask test` starts.

mod brownfield;
mod changes;
#[path = "../common/mod.rs"]
mod common;
mod faults;
#[path = "../common/killed.rs"]
mod killed;
mod law;
mod pairs;
#[path = "../pulled/mod.rs"]
mod pulled;

#[path = "../support/mod.rs"]
mod support;

use std::path::Path;

use relata::Connection;
use relata_introspect::{Description, describe};
use relata_testing::Database;
use support::lost;

/// Reads a database.
fn read(database: &Database) -> Description {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let url = database.url().parse().expect("a URL");
        let db: Box<dyn Connection> = relata::connect(&url, Path::new(""))
            .await
            .expect("connected");
        let description = describe(&*db)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        db.close().await.expect("closed");
        description
    })
}
