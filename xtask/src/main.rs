//! The maintainers' front door: `cargo xtask <verb>`.
//!
//! | verb | module |
//! |---|---|
//! | `gen` | [`generate`]: checked-in generated files |
//! | `test`, `db` | [`mod@test`], [`db`]: the test run, and its private [`servers`] alone |
//! | `bench` | [`mod@bench`]: times and memory on generated schemas |
//! | `corpus` | [`corpus`]: a folder of other people's projects through the `relata` command |
//! | `manual` | [`manual`]: manual pages and shell completions |
//! | `tidy` | [`tidy`]: what the compiler does not check |

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool for maintainers prints"
)]

mod bench;
mod corpus;
mod db;
mod generate;
mod manual;
mod process;
mod servers;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask <verb>

  gen [--check]                     write generated files; --check only compares them
  test [--all] [-- <args>]          run all tests, on private database servers too; --all with those marked #[ignore];
                                    <args> go to `cargo test`
  db [postgres|mysql]               start the private servers and keep them until Enter
  manual [<folder>]                 write manual pages and shell completions (into target/manual)
  tidy                              check arrows between crates, module docs, comments, sizes
  corpus <folder> [--rust] [--only <name>] [--relata <program>]
                                    run a folder of projects through `relata` and print a table
  bench [<models> ...]              time every stage on generated schemas, release build
  bench scratch [<tables> ...]      time scratch databases of PostgreSQL, beside psql
  bench query [--rivals]            time the typed client beside the drivers, and beside others
  bench compile [--rivals] [<models> ...]
                                    time rustc on generated models, beside bare structs; --rivals downloads other ORMs
  help                              print this

RELATA_POSTGRES_BIN=<folder>        run the PostgreSQL of this folder (`postgres`, `initdb`, `pg_ctl`) in `test`, `db` and `corpus`;
                                    a `pg_dump` that is as new has to lie there or come first on the path";

fn main() -> ExitCode {
    if let Some(code) = bench::wrapper() {
        return code;
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<ExitCode> {
    let Some((verb, args)) = args.split_first() else {
        println!("{HELP}");
        return Ok(ExitCode::FAILURE);
    };
    match verb.as_str() {
        "gen" => generate::run(args),
        "test" => test::run(args),
        "db" => db::run(args),
        "manual" => manual::run(args),
        "tidy" => tidy::run(args),
        "bench" => bench::run(args),
        "corpus" => corpus::run(args),
        // Not for people: the process that owns one private server, see `servers`.
        servers::KEEP => servers::keep(args),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("no verb `{other}`\n\n{HELP}"),
    }
}
