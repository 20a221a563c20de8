//! `gen`: writes the checked-in generated files; with `--check`, shows what is stale and writes nothing.

mod example;
mod parser;

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use similar::TextDiff;

use crate::workspace::root;

/// A generated file: its path from the workspace's root, and all of its text.
pub(crate) struct Generated {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// What makes generated files. One that needs the workspace's own crates starts them as a program (`relata generate`):
/// were they linked into this tool, a grammar that no longer fits them could not be generated any more.
type Generator = fn() -> Result<Vec<Generated>>;

const GENERATORS: &[Generator] = &[parser::generate, example::generate];

pub(crate) fn run(args: &[String]) -> Result<ExitCode> {
    let check = match args {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => bail!("usage: cargo xtask gen [--check]"),
    };
    let mut stale = 0;
    for generator in GENERATORS {
        for file in generator()? {
            if current(&file)?.as_deref() == Some(&file.text) {
                continue;
            }
            stale += 1;
            if check { show(&file)? } else { write(&file)? }
        }
    }
    match (check, stale) {
        (_, 0) => println!("generated files are up to date"),
        (false, _) => {}
        (true, stale) => {
            eprintln!("error: {stale} generated file(s) out of date; run `cargo xtask gen`");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn current(file: &Generated) -> Result<Option<String>> {
    match fs::read_to_string(root().join(&file.path)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| file.path.display().to_string()),
    }
}

fn show(file: &Generated) -> Result<()> {
    let old = current(file)?;
    let path = file.path.display();
    let Some(old) = old else {
        println!("{path}: missing");
        return Ok(());
    };
    let diff = TextDiff::from_lines(&old, &file.text);
    print!(
        "{}",
        diff.unified_diff().header(
            &format!("{path} (checked in)"),
            &format!("{path} (generated)")
        )
    );
    Ok(())
}

fn write(file: &Generated) -> Result<()> {
    let path = root().join(&file.path);
    let folder = path.parent().context("a generated file lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    fs::write(&path, &file.text).with_context(|| path.display().to_string())?;
    println!("wrote {}", file.path.display());
    Ok(())
}
