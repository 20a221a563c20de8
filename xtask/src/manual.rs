//! `cargo xtask manual`: what a package of the command brings beside it.
//!
//! The command writes them itself, from the definition of its flags: this tool links none of the product's crates.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::process::output;
use crate::workspace::{cargo, root};

/// The shells, and how each wants its file to be called.
const SHELLS: [(&str, &str); 5] = [
    ("bash", "relata.bash"),
    ("zsh", "_relata"),
    ("fish", "relata.fish"),
    ("powershell", "_relata.ps1"),
    ("elvish", "relata.elv"),
];

pub(crate) fn run(args: &[String]) -> Result<ExitCode> {
    let folder = match args {
        [] => root().join("target/manual"),
        [folder] => PathBuf::from(folder),
        _ => bail!("`cargo xtask manual` takes one folder"),
    };
    let relata = |args: &[&str]| {
        let mut command = cargo();
        command
            .args(["run", "--quiet", "--package", "relata-cli", "--"])
            .args(args);
        output(&mut command)
    };
    std::fs::create_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
    relata(&["man", &folder.to_string_lossy()])?;
    for (shell, name) in SHELLS {
        let path = folder.join(name);
        std::fs::write(&path, relata(&["completions", shell])?)
            .with_context(|| format!("{}", path.display()))?;
    }
    println!(
        "wrote manual pages and completions into {}",
        folder.display()
    );
    Ok(ExitCode::SUCCESS)
}
