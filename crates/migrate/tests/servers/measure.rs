//! What servers tell of statements. The snapshots are those of PostgreSQL 15 and MariaDB 10.11.

use std::fmt::Write as _;
use std::path::Path;

use relata::ConnectionUrl;
use relata_migrate::measure::Measured;
use relata_migrate::{Place, Scratch};
use relata_script::{Dialect, split};
use relata_testing::{Database, Mariadb, Postgres, Server, snapshot, workspace_root};

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

fn fixture(path: &str) -> String {
    std::fs::read_to_string(workspace_root().join("fixtures/measure").join(path))
        .expect("a fixture")
}

async fn scratch(server: Server) -> (Database, Scratch) {
    let database = server.fresh_database("measure");
    let url: ConnectionUrl = database.url().parse().expect("a URL");
    let place = Place::of(url.dialect(), Some((&url, Path::new(""))), None).expect("a place");
    (database, place.empty().await.expect("a scratch database"))
}

fn shown(measured: &Measured) -> String {
    let mut out = measured.statement.clone() + "\n";
    let mut line = |what: &str, names: Vec<String>| {
        if !names.is_empty() {
            let _ = writeln!(out, "    {what}: {}", names.join(", "));
        }
    };
    let locks = measured
        .locks
        .iter()
        .map(|(table, lock)| format!("{table} {lock}"));
    line("locks", locks.collect());
    line("rewrites", measured.rewritten.iter().cloned().collect());
    line("scans", measured.scanned.iter().cloned().collect());
    line("builds", measured.built.iter().cloned().collect());
    line(
        "online",
        measured.online.iter().map(ToString::to_string).collect(),
    );
    line(
        "unmeasured",
        measured
            .unmeasured
            .iter()
            .map(ToString::to_string)
            .collect(),
    );
    out
}

#[test]
fn postgres_tells_locks_rewrites_and_scans() {
    wait(async {
        let (_beside, scratch) = scratch(Server::Postgres(Postgres::from_env())).await;
        scratch
            .script(&fixture("postgres/setup.sql"))
            .await
            .expect("set up");
        let statements = fixture("postgres/statements.sql");
        let mut text = String::new();
        for statement in split(Dialect::Postgres, &statements) {
            // Each on the tables as they were.
            let script = format!("BEGIN;\n{};\nROLLBACK;", statement.text());
            let measured = scratch
                .measure(&script)
                .await
                .unwrap_or_else(|error| panic!("{error}"));
            text += &shown(&measured[1]);
        }
        snapshot("measure/postgres-15", &text);
        scratch.close().await.expect("closed");
    });
}

#[test]
fn mariadb_tells_the_cheapest_way() {
    wait(async {
        let (_beside, scratch) = scratch(Server::Mariadb(Mariadb::from_env())).await;
        let statements = fixture("mysql/statements.sql");
        let mut text = String::new();
        for statement in split(Dialect::Mysql, &statements) {
            scratch
                .script("DROP TABLE IF EXISTS q; DROP TABLE IF EXISTS q9; DROP TABLE IF EXISTS bare; DROP TABLE IF EXISTS par;")
                .await
                .expect("emptied");
            scratch
                .script(&fixture("mysql/setup.sql"))
                .await
                .expect("set up");
            match scratch.measure(statement.text()).await {
                Ok(measured) => text += &shown(&measured[0]),
                Err(error) => {
                    let _ = writeln!(text, "{}\n    error: {error}", statement.text());
                }
            }
        }
        snapshot("measure/mariadb-10.11", &text);
        scratch.close().await.expect("closed");
    });
}
