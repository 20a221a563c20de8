//! `bench query`: how fast the typed client reads and writes, beside the drivers by hand and, where asked for, beside others.
//!
//! Each contender is a program of its own, outside the workspace and its lock file: two of them cannot link one SQLite. They run in turn on the
//! same rows, and the fastest of all runs counts, which other work on the machine disturbs least.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, anyhow, bail};
use relata_testing::Postgres;

use crate::process::{complaint, finish, output};
use crate::servers::{Kind, Servers};
use crate::workspace::{cargo, root};

const TASKS: [(&str, &str); 4] = [
    ("point", "1,000 reads of a row"),
    ("bulk", "a read of 10,000 rows"),
    ("insert", "an insert of 10,000 rows"),
    ("include", "100 × 10 × 5 related rows"),
];
const RUNS: usize = 5;
const ROUNDS: &str = "10";

const MEASURE: &str = include_str!("../../programs/query/measure.rs");
const SCHEMA: &str = include_str!("../../programs/query/app.schema");

struct Contender {
    name: &'static str,
    program: &'static str,
    /// What its program is told beside the database and the rounds.
    argument: Option<&'static str>,
    /// The lines of its manifest below `[dependencies]`.
    dependencies: String,
}

fn contenders(with_rivals: bool) -> Vec<Contender> {
    let path = |folder: &str| {
        let path = root().join("crates").join(folder);
        path.display().to_string().escape_default().to_string()
    };
    let tokio = "tokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n";
    let bare = include_str!("../../programs/query/bare.rs");
    let drivers = format!(
        "{tokio}rusqlite = {{ version = \"0.41\", features = [\"bundled\"] }}\ntokio-postgres = \"0.7\"\n"
    );
    let mut all = vec![
        Contender {
            name: "drivers",
            program: bare,
            argument: None,
            dependencies: drivers.clone(),
        },
        Contender {
            name: "on a thread",
            program: bare,
            argument: Some("--thread"),
            dependencies: drivers,
        },
        Contender {
            name: "relata",
            program: include_str!("../../programs/query/ours.rs"),
            argument: None,
            dependencies: format!(
                "{tokio}relata = {{ path = \"{}\", features = [\"postgres\"] }}\n\n[build-dependencies]\nrelata-build = {{ path = \"{}\" }}\n",
                path("relata"),
                path("build"),
            ),
        },
    ];
    if with_rivals {
        all.push(Contender {
            name: "sqlx",
            program: include_str!("../../programs/query/sqlx.rs"),
            argument: None,
            dependencies: format!(
                "{tokio}sqlx = {{ version = \"0.9\", default-features = false, features = [\"runtime-tokio\", \"sqlite\", \"postgres\", \"derive\"] }}\n"
            ),
        });
        all.push(Contender {
            name: "diesel",
            program: include_str!("../../programs/query/diesel.rs"),
            argument: None,
            dependencies: "diesel = { version = \"2\", features = [\"sqlite\", \"postgres\"] }\nlibsqlite3-sys = { version = \"*\", features = [\"bundled\"] }\n".to_owned(),
        });
        all.push(Contender {
            name: "sea-orm",
            program: include_str!("../../programs/query/sea_orm.rs"),
            argument: None,
            dependencies: format!(
                "{tokio}sea-orm = {{ version = \"2\", default-features = false, features = [\"macros\", \"runtime-tokio\", \"sqlx-sqlite\", \"sqlx-postgres\"] }}\n"
            ),
        });
        all.push(Contender {
            name: "toasty",
            program: include_str!("../../programs/query/toasty.rs"),
            argument: None,
            dependencies: format!(
                "{tokio}toasty = {{ version = \"0.11\", features = [\"sqlite\", \"postgresql\"] }}\n"
            ),
        });
    }
    all
}

pub(super) fn run(args: &[String]) -> Result<ExitCode> {
    let (mut with_rivals, mut only_builds) = (false, false);
    for arg in args {
        match arg.as_str() {
            "--rivals" => with_rivals = true,
            "--build-only" => only_builds = true,
            _ => bail!("usage: cargo xtask bench query [--rivals] [--build-only]"),
        }
    }
    let target = crate::workspace::target();
    let folder = target.join("bench-query");
    let mut ready = Vec::new();
    let all = contenders(with_rivals);
    for contender in &all {
        eprintln!("building {}", contender.name);
        match build(contender, &folder) {
            Ok(program) => ready.push((contender, program)),
            Err(error) => println!("{:10}not run: {error:#}", contender.name),
        }
    }
    if only_builds {
        return Ok(ExitCode::SUCCESS);
    }
    let (_, bare) = ready.first().context("the drivers' program is needed")?;
    println!(
        "milliseconds, the fastest of {RUNS} runs in turn with {ROUNDS} rounds each (times the drivers')"
    );
    let files = tempfile::tempdir()?;
    let file = format!("file:{}", files.path().join("app.db").display());
    fill(bare, &file, "sqlite", files.path())?;
    measure("SQLite", &file, &ready)?;

    let servers = Servers::start(&[Kind::Postgres])?;
    let server = servers.get(Kind::Postgres).context("the server is gone")?;
    let database = Postgres::at(server.url())
        .map_err(|error| anyhow!(error))?
        .fresh_database("bench_query");
    fill(bare, &database.url(), "postgresql", files.path())?;
    measure("PostgreSQL", &database.url(), &ready)?;
    Ok(ExitCode::SUCCESS)
}

fn build(contender: &Contender, folder: &Path) -> Result<PathBuf> {
    let package = folder.join(contender.name.replace(' ', "-"));
    fs::create_dir_all(package.join("src"))?;
    let name = format!("query-{}", contender.name.replace(' ', "-"));
    let manifest = format!(
        "# Written by `cargo xtask bench query`.\n[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n[dependencies]\n{}",
        contender.dependencies
    );
    fs::write(package.join("Cargo.toml"), manifest)?;
    fs::write(package.join("src/main.rs"), contender.program)?;
    fs::write(package.join("src/measure.rs"), MEASURE)?;
    fs::write(package.join("app.schema"), SCHEMA)?;
    let script = if contender.name == "relata" {
        "fn main() {\n    relata_build::compile(\"app.schema\");\n}\n"
    } else {
        "fn main() {}\n"
    };
    fs::write(package.join("build.rs"), script)?;
    let output = finish(
        cargo()
            .current_dir(&package)
            .args(["build", "--quiet", "--release", "--target-dir"])
            .arg(folder.join("target")),
    )?;
    if !output.status.success() {
        bail!("{}", complaint(&output));
    }
    Ok(folder.join("target/release").join(name))
}

/// Makes the tables and the rows.
fn fill(bare: &Path, url: &str, provider: &str, folder: &Path) -> Result<()> {
    let (schema, tables) = (folder.join("app.schema"), folder.join("tables.sql"));
    let text = SCHEMA.replace("\"sqlite\"", &format!("{provider:?}"));
    fs::write(&schema, text)?;
    let mut diff = cargo();
    diff.args(["run", "--quiet", "--package", "relata-cli", "--"]);
    diff.args(["migrate", "diff", "--from-empty", "--script", "--to-schema"]);
    fs::write(&tables, output(diff.arg(&schema))?)?;
    output(Command::new(bare).args([url, "0"]).arg(tables))?;
    Ok(())
}

fn measure(database: &str, url: &str, contenders: &[(&Contender, PathBuf)]) -> Result<()> {
    let mut fastest: HashMap<(&str, String), u64> = HashMap::new();
    for _ in 0..RUNS {
        for (contender, program) in contenders {
            let mut command = Command::new(program);
            command.args([url, ROUNDS]).args(contender.argument);
            let told = output(&mut command)?;
            for line in told.lines() {
                let (task, time) = line.split_once(' ').context("a task and its time")?;
                let time: u64 = time.parse().context("microseconds")?;
                let known = fastest
                    .entry((contender.name, task.to_owned()))
                    .or_insert(u64::MAX);
                *known = time.min(*known);
            }
        }
    }
    print!("\n{database:28}");
    for (contender, _) in contenders {
        print!("{:>18}", contender.name);
    }
    println!();
    for (task, title) in TASKS {
        print!("{title:28}");
        let time = |contender: &Contender| fastest.get(&(contender.name, task.to_owned()));
        #[allow(clippy::cast_precision_loss, reason = "minutes at most")]
        for (contender, _) in contenders {
            let shown = match (time(contender), time(contenders[0].0)) {
                (Some(time), Some(bare)) => {
                    let (time, bare) = (*time as f64, *bare as f64);
                    format!("{:.2} ({:.2})", time / 1000.0, time / bare)
                }
                _ => "-".to_owned(),
            };
            print!("{shown:>18}");
        }
        println!();
    }
    Ok(())
}
