//! Measures one stage of relata on a generated schema, in a process of its own, so that its peak of memory is its own too.
//!
//! `relata-bench <stage> <models>` prints one line: the fastest and the median time in milliseconds, and the peak in MB.
//! `relata-bench introspect <models>` prints how long databases are read, and how long the queries alone take.
//! `relata-bench scratch <models>` prints how soon a scratch database is ready.
//! `relata-bench hostile <megabytes>` reads schemas of that size that nobody means well with.
//! `relata-bench profile <models>` prints the median time of each step of the stage `validate`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing is what it does"
)]

mod generate;
mod hostile;
mod introspect;
mod profile;
mod scratch;
mod stage;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use generate::Change;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let stage = args.first().and_then(|name| stage::find(name));
    let models = args.get(1).and_then(|text| text.parse::<usize>().ok());
    if let (Some("profile"), Some(models)) = (args.first().map(String::as_str), models) {
        profile::print(&generate::schema(models, Change::None));
        return ExitCode::SUCCESS;
    }
    if let (Some("introspect"), Some(models)) = (args.first().map(String::as_str), models) {
        introspect::print(models);
        return ExitCode::SUCCESS;
    }
    if let (Some("scratch"), Some(models)) = (args.first().map(String::as_str), models) {
        scratch::print(models);
        return ExitCode::SUCCESS;
    }
    if let (Some("hostile"), Some(megabytes)) = (args.first().map(String::as_str), models) {
        hostile::print(megabytes);
        return ExitCode::SUCCESS;
    }
    let (Some(stage), Some(models)) = (stage, models) else {
        eprintln!(
            "usage: relata-bench <profile|introspect|scratch|{}> <models>, or relata-bench hostile <megabytes>",
            stage::names().join("|")
        );
        return ExitCode::FAILURE;
    };
    let texts = [
        generate::schema(models, Change::None),
        generate::schema(models, Change::OneColumn),
    ];
    let mut times = Vec::new();
    let started = Instant::now();
    // Enough runs for a median, and no more than a few seconds of them.
    while times.len() < 3 || (times.len() < 15 && started.elapsed() < Duration::from_secs(4)) {
        times.push(stage(&texts));
    }
    times.sort();
    println!(
        "{:.2} {:.2} {}",
        milliseconds(times[0]),
        milliseconds(times[times.len() / 2]),
        peak_megabytes()
    );
    ExitCode::SUCCESS
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The most memory that this process has held, as Linux counts it; elsewhere 0.
fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line
        .and_then(|line| line.split_whitespace().next())
        .and_then(|text| text.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}
