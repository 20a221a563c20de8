//! Rust that is checked in: that of `examples/shop`, to show how that is done, and that of the examples in the documentation of
//! `relata`, whose own crate cannot make it.
//!
//! It is made by `relata generate`, started as a program; see [`super::Generator`] for why.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::Generated;
use crate::process::output;
use crate::workspace::root;

/// Schemas, and where their Rust goes.
const ALL: [(&str, &str); 2] = [
    ("examples/shop/app.schema", "examples/shop/src/db"),
    (
        "crates/relata/tests/doc/app.schema",
        "crates/relata/tests/doc/db",
    ),
];

pub(crate) fn generate() -> Result<Vec<Generated>> {
    let mut files = Vec::new();
    for (schema, folder) in ALL {
        files.extend(of(schema, folder)?);
    }
    Ok(files)
}

fn of(schema: &str, to: &str) -> Result<Vec<Generated>> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["run", "--quiet", "--package", "relata-cli", "--"])
        .args(["generate", "--schema", schema, "--output"])
        .arg(folder.path())
        .current_dir(root());
    output(&mut command)?;
    let mut files = Vec::new();
    for entry in folder.path().read_dir()? {
        let path = entry?.path();
        let name = path.file_name().context("a name")?.to_owned();
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        files.push(Generated {
            path: Path::new(to).join(name),
            text,
        });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}
