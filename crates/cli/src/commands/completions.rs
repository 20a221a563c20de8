//! `relata completions` and `relata man`: what shells and `man` know of the command line, from its own definition.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Args;
use crate::failure::Failure;
use crate::output::Output;

/// Prints a script for a shell.
pub fn completions(shell: Shell, output: &Output) -> u8 {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "relata", &mut text);
    output.raw(&String::from_utf8_lossy(&text));
    0
}

/// Writes a page for each command into a folder.
pub fn man(folder: &Path, output: &Output) -> Result<u8, Failure> {
    let unwritten = |error: std::io::Error| {
        Failure::new(
            "R7008",
            format!("`{}` cannot be written: {error}", folder.display()),
        )
    };
    std::fs::create_dir_all(folder).map_err(unwritten)?;
    clap_mangen::generate_to(Args::command(), folder).map_err(unwritten)?;
    output.line(format!("Wrote the manual into `{}`.", folder.display()));
    Ok(0)
}
