//! `bench`: times and memory of every stage on generated schemas, and how they grow; [`compile`]: what generated Rust costs rustc;
//! [`query`]: how fast the client is; [`scratch`]: how soon a scratch database is ready.

mod compile;
mod query;
mod rivals;
mod scratch;
mod shape;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::process::output;
use crate::servers::{Kind, Servers};
use crate::workspace::root;

const SIZES: [usize; 3] = [100, 1000, 5000];
const STAGES: [&str; 7] = [
    "parse", "validate", "format", "lower", "diff", "create", "rust",
];

pub(crate) use self::compile::wrapper;

pub(crate) fn run(args: &[String]) -> Result<ExitCode> {
    if let Some(("compile", rest)) = args
        .split_first()
        .map(|(first, rest)| (first.as_str(), rest))
    {
        return compile::run(rest);
    }
    if let Some(("query", rest)) = args
        .split_first()
        .map(|(first, rest)| (first.as_str(), rest))
    {
        return query::run(rest);
    }
    if let Some(("scratch", rest)) = args
        .split_first()
        .map(|(first, rest)| (first.as_str(), rest))
    {
        return scratch::run(&program()?, rest);
    }
    let sizes = match args {
        [] => SIZES.to_vec(),
        sizes => sizes
            .iter()
            .map(|text| text.parse().context("a number of models"))
            .collect::<Result<Vec<usize>>>()?,
    };
    let program = program()?;
    println!(
        "median milliseconds (fastest), peak MB of the process; growth: time by time over models by models\n"
    );
    print!("{:10}", "stage");
    for size in &sizes {
        print!("{size:>28}");
    }
    println!();
    for stage in STAGES {
        print!("{stage:10}");
        let mut before: Option<(usize, f64)> = None;
        for &size in &sizes {
            let line = output(Command::new(&program).args([stage, &size.to_string()]))?;
            let [fastest, median, peak] = line.split_whitespace().collect::<Vec<_>>()[..] else {
                bail!("relata-bench printed {line:?}");
            };
            let time: f64 = median.parse()?;
            #[allow(clippy::cast_precision_loss, reason = "a ratio of small numbers")]
            let growth = before.map_or(String::new(), |(models, earlier)| {
                format!(" x{:.2}", time / earlier / (size as f64 / models as f64))
            });
            print!("{:>28}", format!("{time:.1} ({fastest}) {peak} MB{growth}"));
            before = Some((size, time));
        }
        println!();
    }
    if let Some(largest) = sizes.iter().max() {
        profile(&program, *largest)?;
        introspection(&program, *largest)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds what measures, and gives its place.
fn program() -> Result<PathBuf> {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--package", "relata-bench"])
        .current_dir(root())
        .status()?;
    if !built.success() {
        bail!("relata-bench does not build");
    }
    Ok(crate::workspace::target().join("release/relata-bench"))
}

/// Prints how long databases are read, and how long the queries alone take, on servers of our own.
fn introspection(program: &Path, models: usize) -> Result<()> {
    let servers = Servers::start(&Kind::ALL)?;
    println!(
        "\nreading {models} tables: milliseconds, those of the queries alone, and the ratio (fastest of both in turn)\n"
    );
    let mut command = Command::new(program);
    command.args(["introspect", &models.to_string()]);
    command.envs(servers.environment());
    for line in output(&mut command)?.lines() {
        println!("{line}");
    }
    Ok(())
}

/// Prints where the time of `validate` goes.
fn profile(program: &Path, models: usize) -> Result<()> {
    println!("\nwhere validate spends its time at {models} models (median milliseconds)\n");
    let lines = output(Command::new(program).args(["profile", &models.to_string()]))?;
    for line in lines.lines() {
        let (step, time) = line
            .split_once('\t')
            .with_context(|| format!("relata-bench printed {line:?}"))?;
        println!("{step:44}{time:>8}");
    }
    Ok(())
}
