//! `test`: the one command that runs everything, on real servers, and says what it did not run.

mod apart;
mod snapshots;
mod tally;

use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{ExitCode, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use self::tally::Tally;
use crate::servers::{Kept, Kind, Servers};
use crate::workspace::{cargo, metadata, packages, root};

/// The feature that a package's tests on private servers hide behind.
const FEATURE: &str = "servers";

/// Set for tests that run a sample every day and everything with `--all`.
const ALL: &str = "RELATA_TEST_ALL";

/// What no machine of ours has, and so no run of ours covers.
const ELSEWHERE: &str = "MySQL 8, PostgreSQL 12-14, CockroachDB: no server here; macOS, Windows";

#[derive(Default)]
struct Options {
    /// Run the tests that take too long for every day, too.
    all: bool,
    /// Arguments for `cargo test`.
    rest: Vec<String>,
}

pub(crate) fn run(args: &[String]) -> Result<ExitCode> {
    let options = parse(args)?;
    let servers = Servers::start(&Kind::ALL)?;
    for server in servers.iter() {
        eprintln!("private server: {}", server.name());
    }
    let references = tempfile::NamedTempFile::new()?;
    let (status, tally) = cargo_test(&options, &servers, references.path().as_os_str())?;
    let names: Vec<String> = servers.iter().map(Kept::name).collect();
    let newer = servers
        .get(Kind::Postgres)
        .map_or_else(|| Ok(Vec::new()), newer_fixtures)?;
    drop(servers);

    let stands_apart = if options.all && options.rest.is_empty() {
        println!();
        let outcome = apart::run();
        if let Err(error) = &outcome {
            eprintln!("error: {error:#}");
        }
        outcome.is_ok()
    } else {
        true
    };

    println!();
    println!("servers:   {}; SQLite bundled", names.join(", "));
    println!("not run:   {ELSEWHERE}");
    if !newer.is_empty() {
        println!(
            "           fixtures of newer versions: {}",
            newer.join(", ")
        );
    }
    let long = tally.ignored.saturating_sub(tally.examples);
    if long > 0 {
        println!("           {long} tests marked `ignore`: cargo xtask test --all");
    }
    if tally.examples > 0 {
        println!(
            "           {} examples in docs marked `ignore`",
            tally.examples
        );
    }
    let snapshots_fit = if !options.rest.is_empty() {
        println!("snapshots: not checked for unused ones, as only some tests were asked for");
        true
    } else if !status.success() {
        println!("snapshots: not checked for unused ones, as tests failed");
        true
    } else {
        snapshots::all_used(references.path())?
    };
    // The last line is the sum; the doc tests, which come last above, are often none.
    println!(
        "{} passed, {} failed, {} skipped",
        tally.passed, tally.failed, tally.ignored
    );
    if !status.success() {
        eprintln!("error: cargo test failed; its report is above");
    }
    Ok(if status.success() && snapshots_fit && stands_apart {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The fixtures that begin with `-- since PostgreSQL <version>`, of a version newer than the server's.
fn newer_fixtures(server: &Kept) -> Result<Vec<String>> {
    let major: u32 = server
        .version()
        .split('.')
        .next()
        .unwrap_or_default()
        .parse()
        .context("a server's version")?;
    let mut newer = Vec::new();
    for (folder, file) in [
        ("fixtures/brownfield", "postgres.sql"),
        ("fixtures/pairs/postgres", "1.sql"),
    ] {
        for case in fs::read_dir(root().join(folder)).context(folder)? {
            let case = case?;
            let text = fs::read_to_string(case.path().join(file)).unwrap_or_default();
            let since = text
                .lines()
                .next()
                .and_then(|line| line.strip_prefix("-- since PostgreSQL "))
                .and_then(|version| version.trim().parse::<u32>().ok());
            if since.is_some_and(|since| since > major) {
                newer.push(format!("{folder}/{}", case.file_name().to_string_lossy()));
            }
        }
    }
    newer.sort();
    Ok(newer)
}

fn parse(args: &[String]) -> Result<Options> {
    let mut options = Options::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--all" => options.all = true,
            "--" => options.rest = args.by_ref().cloned().collect(),
            other => bail!(
                "unknown argument `{other}`; usage: cargo xtask test [--all] [-- <args of cargo test>]"
            ),
        }
    }
    Ok(options)
}

fn cargo_test(
    options: &Options,
    servers: &Servers,
    references: &OsStr,
) -> Result<(ExitStatus, Tally)> {
    let (status, mut tally) = pass(options.all, &options.rest, servers, references)?;
    if !options.all || !status.success() {
        return Ok((status, tally));
    }
    // A pass of its own: examples in docs that are marked `ignore` would otherwise be run, and were never meant to be.
    let (own, harness) = split(&options.rest);
    let mut args = ["--lib", "--bins", "--tests"].map(str::to_owned).to_vec();
    args.extend_from_slice(own);
    args.extend(["--", "--ignored"].map(str::to_owned));
    args.extend_from_slice(harness);
    let (status, long) = pass(true, &args, servers, references)?;
    tally.ignored = tally.ignored.saturating_sub(long.passed + long.failed);
    tally.passed += long.passed;
    tally.failed += long.failed;
    Ok((status, tally))
}

/// Runs `cargo test` once; what it prints goes through us, and its results are added up.
fn pass(
    all: bool,
    args: &[String],
    servers: &Servers,
    references: &OsStr,
) -> Result<(ExitStatus, Tally)> {
    let mut command = cargo();
    command.arg("test");
    if all {
        command.env(ALL, "1");
    }
    let chosen = chosen_packages(args);
    if chosen.is_empty() {
        command.arg("--workspace");
    }
    let features = features(&metadata()?, &chosen);
    if !features.is_empty() {
        command.args(["--features", &features.join(",")]);
    }
    if !args.iter().any(|arg| arg == "--no-fail-fast") {
        // The sum is of all tests, and so is the list of snapshots.
        command.arg("--no-fail-fast");
    }
    command
        .args(args)
        .envs(servers.environment())
        // Never write snapshots here, never ask cargo where the workspace is once per test process.
        .env("INSTA_UPDATE", "no")
        .env("INSTA_WORKSPACE_ROOT", root())
        .env(snapshots::REFERENCES, references)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    if let Some(path) = servers.path() {
        command.env("PATH", path);
    }

    let mut child = command.spawn().context("cannot run cargo")?;
    let mut output = BufReader::new(child.stdout.take().context("standard output is piped")?);
    let mut tally = Tally::default();
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        io::stdout().write_all(&line)?;
        tally.read(&String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok((child.wait()?, tally))
}

/// Returns cargo's own arguments and those behind `--`, which go to the test programs.
fn split(args: &[String]) -> (&[String], &[String]) {
    match args.iter().position(|arg| arg == "--") {
        Some(at) => (&args[..at], &args[at + 1..]),
        None => (args, &[]),
    }
}

/// Returns the packages that the arguments for `cargo test` ask for; none of them means all.
fn chosen_packages(args: &[String]) -> Vec<&str> {
    let mut chosen = Vec::new();
    let mut args = split(args).0.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-p" | "--package" => chosen.extend(args.next().map(String::as_str)),
            other => chosen.extend(
                other
                    .strip_prefix("--package=")
                    .or(other.strip_prefix("-p")),
            ),
        }
    }
    chosen
}

/// Returns `package/servers` for each package that has the feature, among those chosen: cargo takes no others.
fn features(metadata: &Value, chosen: &[&str]) -> Vec<String> {
    packages(metadata)
        .filter(|package| package["features"].get(FEATURE).is_some())
        .filter_map(|package| package["name"].as_str())
        .filter(|name| chosen.is_empty() || chosen.contains(name))
        .map(|name| format!("{name}/{FEATURE}"))
        .collect()
}
