//! Does the generated Rust compile?

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Output;

use anyhow::Result;

use super::Report;
use super::outcome::Outcome;
use crate::process::{complaint, finish};
use crate::workspace::{cargo, root};

/// Checks all projects as modules of one package; where that fails, each by itself, since rustc hides the later mistakes
/// of one module behind the earlier ones of another.
pub(super) fn compile(reports: &mut [Report], work: &Path) -> Result<()> {
    package(work)?;
    let made: Vec<usize> = (0..reports.len())
        .filter(|at| reports[*at].rust.is_yes())
        .collect();
    let modules: Vec<&str> = made
        .iter()
        .map(|at| reports[*at].project.module.as_str())
        .collect();
    eprintln!("compiling {} modules together", modules.len());
    if check(work, &modules)?.status.success() {
        for at in made {
            reports[at].compiles = Outcome::Yes;
        }
        return Ok(());
    }
    eprintln!("something does not compile; now each by itself");
    for at in made {
        let module = reports[at].project.module.clone();
        eprintln!("{}", reports[at].project.name);
        let output = check(work, &[&module])?;
        reports[at].compiles = if output.status.success() {
            Outcome::Yes
        } else {
            Outcome::No(first_error(&complaint(&output)))
        };
    }
    Ok(())
}

fn package(work: &Path) -> Result<()> {
    let relata = root().join("crates/relata");
    let relata = relata.display().to_string().escape_default().to_string();
    let manifest = format!(
        "# Written by `cargo xtask corpus`.\n\
         [package]\nname = \"corpus-check\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n\n\
         [dependencies]\nrelata = {{ path = \"{relata}\", features = [\"sqlite\", \"json\", \"decimal\"] }}\n"
    );
    fs::write(work.join("Cargo.toml"), manifest)?;
    // The versions that the workspace uses, and no look-up for newer ones.
    fs::copy(root().join("Cargo.lock"), work.join("Cargo.lock"))?;
    Ok(())
}

fn check(work: &Path, modules: &[&str]) -> Result<Output> {
    let mut library = String::from("//! Written by `cargo xtask corpus`.\n#![deny(warnings)]\n");
    for module in modules {
        writeln!(library, "pub mod {module};")?;
    }
    fs::write(work.join("src/lib.rs"), library)?;
    let mut command = cargo();
    command
        .current_dir(work)
        .args(["check", "--quiet", "--color=never"]);
    command.arg("--target-dir").arg(work.join("target"));
    finish(&mut command)
}

/// Returns the first error and its place, on one line.
fn first_error(complaint: &str) -> String {
    let mut lines = complaint
        .lines()
        .skip_while(|line| !line.starts_with("error"))
        .map(str::trim);
    let error = lines.next().unwrap_or("rustc gave no reason");
    let place = lines
        .find_map(|line| line.strip_prefix("--> "))
        .unwrap_or_default();
    format!("{error} {place}").trim_end().to_owned()
}
