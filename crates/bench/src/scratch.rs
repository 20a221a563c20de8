//! How soon a scratch database of PostgreSQL is ready: with its history kept as a template, and without, beside `psql` on the same files.
//!
//! All three are measured in turn in one process against one server, so that whatever else the machine does weighs on all alike.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use relata::migration::Migration;
use relata_migrate::Place;
use relata_schema::{Sources, analyze};
use relata_script::{Dialect, split};
use relata_sql::{Catalog, diff, lower, plan};

use crate::generate::{self, Change};

/// How often each is measured.
const RUNS: usize = 5;
/// How many migrations the history has.
const MIGRATIONS: usize = 10;

/// Prints the fastest times in milliseconds: from the template, without one, and `psql` with a database of its own.
pub(crate) fn print(models: usize) {
    let url = std::env::var("RELATA_TEST_POSTGRES").expect("`cargo xtask bench scratch` sets it");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let statements = statements(models);
    let development = format!("{url}/postgres").parse().expect("a URL");
    let at = Path::new("");
    let place = Place::of(Dialect::Postgres, Some((&development, at)), None).expect("a server");
    let (mut cached, mut cold, mut psql) = (f64::MAX, f64::MAX, f64::MAX);
    for run in 0..RUNS {
        // Another first line makes another history, of which there is no template.
        let scripts: Vec<String> = statements
            .chunks(statements.len().div_ceil(MIGRATIONS))
            .map(|some| format!("-- {run}\n{};\n", some.join(";\n")))
            .collect();
        let migrations: Vec<Migration> = scripts
            .iter()
            .enumerate()
            .map(|(at, script)| Migration::new(&format!("m{at}"), script.clone()).expect("a name"))
            .collect();
        let ready = || {
            let started = Instant::now();
            let scratch = runtime
                .block_on(place.replay(&migrations))
                .expect("replayed");
            let time = started.elapsed().as_secs_f64();
            runtime.block_on(scratch.close()).expect("closed");
            time
        };
        cold = cold.min(ready());
        psql = psql.min(by_psql(&url, &scripts));
        cached = cached.min(ready()).min(ready());
    }
    println!(
        "{models} tables\t{:.0}\t{:.0}\t{:.0}\t{:.2}",
        cached * 1e3,
        cold * 1e3,
        psql * 1e3,
        cold / psql
    );
}

/// The statements that make the tables of the generated schema, in their order.
fn statements(models: usize) -> Vec<String> {
    let schema = analyze(&Sources::one(
        "bench.schema",
        &generate::schema(models, Change::None),
    ))
    .schema;
    let catalog = lower(&schema).expect("a target");
    let nothing = Catalog::empty(Dialect::Postgres);
    let script = plan(&diff(&nothing, &catalog).expect("one dialect")).script();
    split(Dialect::Postgres, &script)
        .iter()
        .map(|it| it.text().to_owned())
        .collect()
}

/// Makes a database and runs the files one after the other, each in a transaction as a migration is.
fn by_psql(url: &str, scripts: &[String]) -> f64 {
    let folder = std::env::temp_dir().join(format!("relata-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let files: Vec<_> = scripts
        .iter()
        .enumerate()
        .map(|(at, script)| {
            let file = folder.join(format!("{at}.sql"));
            std::fs::write(&file, script).expect("written");
            file
        })
        .collect();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (account, server) = rest.split_once('@').unwrap_or(("", rest));
    let (user, password) = account.split_once(':').unwrap_or((account, ""));
    let (host, port) = server.split_once(':').unwrap_or((server, "5432"));
    let database = format!("relata_bench_{}", std::process::id());
    let psql = |database: &str, args: &[&str]| {
        let done = Command::new("psql")
            .args([
                "--no-psqlrc",
                "--quiet",
                "--set=ON_ERROR_STOP=1",
                "--dbname",
                database,
            ])
            .args(args)
            .env("PGHOST", host)
            .env("PGPORT", port)
            .env("PGUSER", user)
            .env("PGPASSWORD", password)
            .env("PGOPTIONS", "--client-min-messages=warning")
            .stdout(Stdio::null())
            .status()
            .expect("psql runs");
        assert!(done.success(), "psql {args:?}");
    };
    let started = Instant::now();
    psql(
        "postgres",
        &["--command", &format!("CREATE DATABASE {database}")],
    );
    for file in &files {
        psql(
            &database,
            &["--single-transaction", "--file", &file.to_string_lossy()],
        );
    }
    let time = started.elapsed().as_secs_f64();
    psql(
        "postgres",
        &["--command", &format!("DROP DATABASE {database}")],
    );
    std::fs::remove_dir_all(&folder).expect("removed");
    time
}
