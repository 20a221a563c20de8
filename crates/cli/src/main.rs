//! The `relata` command. It is the only crate that prints, prompts, and reads the environment.
//!
//! [`args`] says what can be typed, [`commands`] has a module for each verb, [`project`] finds the schema and what belongs to it, [`settings`]
//! what is said beside it,
//! [`output`] prints, and [`secret`] hides what it may not, [`file`] writes, [`failure`] is what every error becomes.

#![allow(
    unreachable_pub,
    missing_docs,
    reason = "nothing of a program can be reached; `pub` says what other modules use"
)]

mod answers;
mod args;
mod commands;
mod failure;
mod file;
mod output;
mod project;
mod prompt;
mod secret;
mod settings;

use std::process::ExitCode;

use clap::Parser;

use args::Args;
use output::Output;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return output::usage(&error),
    };
    let output = Output::new(args.command.format());
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return output.fail(&failure::Failure::new("R7001", error.to_string())),
    };
    match runtime.block_on(commands::run(args.command, &output)) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => output.fail(&failure),
    }
}
