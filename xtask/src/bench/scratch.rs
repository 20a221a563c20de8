//! `bench scratch`: how soon a scratch database is ready.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::process::output;
use crate::servers::{Kind, Servers};

const SIZES: [usize; 2] = [100, 1000];

pub(super) fn run(program: &Path, args: &[String]) -> Result<ExitCode> {
    let sizes = match args {
        [] => SIZES.to_vec(),
        sizes => sizes
            .iter()
            .map(|text| text.parse().context("a number of tables"))
            .collect::<Result<Vec<usize>>>()?,
    };
    let servers = Servers::start(&[Kind::Postgres])?;
    println!(
        "fastest milliseconds until a scratch database of PostgreSQL is ready: with its history kept, without, psql on the same files, \
         and the ratio of the last two\n"
    );
    for size in sizes {
        let mut command = Command::new(program);
        command.args(["scratch", &size.to_string()]);
        command.envs(servers.environment());
        print!("{}", output(&mut command)?);
    }
    Ok(ExitCode::SUCCESS)
}
