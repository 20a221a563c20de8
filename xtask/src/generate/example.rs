//! The Rust of `examples/shop`, which is checked in to show how that is done.
//!
//! It is made by `relata generate`, started as a program; see [`super::Generator`] for why.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::Generated;
use crate::process::output;
use crate::workspace::root;

const SCHEMA: &str = "examples/shop/app.schema";
const OUTPUT: &str = "examples/shop/src/db";

pub(crate) fn generate() -> Result<Vec<Generated>> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["run", "--quiet", "--package", "relata-cli", "--"])
        .args(["generate", "--schema", SCHEMA, "--output"])
        .arg(folder.path())
        .current_dir(root());
    output(&mut command)?;
    let mut files = Vec::new();
    for entry in folder.path().read_dir()? {
        let path = entry?.path();
        let name = path.file_name().context("a name")?.to_owned();
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        files.push(Generated {
            path: Path::new(OUTPUT).join(name),
            text,
        });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}
