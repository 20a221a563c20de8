//! Does the generated client work? A program that uses all of it, written by rule from each schema, runs on the project's database.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use super::Report;
use super::database::Databases;
use super::outcome::{Outcome, reason};
use crate::process::{complaint, finish};
use crate::workspace::{cargo, root};

/// Writes, builds and runs a program for each project whose SQL a database has accepted.
pub(super) fn run(
    reports: &mut [Report],
    databases: &mut Databases,
    work: &Path,
    target: &Path,
) -> Result<()> {
    let mut build = cargo();
    build.args(["build", "--quiet", "--package", "relata-build"]);
    if !build
        .args(["--features", "smoke", "--example", "smoke"])
        .status()?
        .success()
    {
        bail!("the writer of programs does not build");
    }
    let package = work.join("smoke");
    if package.join("src").exists() {
        fs::remove_dir_all(package.join("src"))?;
    }
    fs::create_dir_all(package.join("src/bin"))?;
    write_manifest(&package)?;
    for report in reports.iter_mut().filter(|it| it.accepted.is_yes()) {
        let module = &report.project.module;
        let mut command = std::process::Command::new(target.join("debug/examples/smoke"));
        command
            .arg(&report.project.schema)
            .arg(package.join("src").join(module))
            .arg(package.join(format!("src/bin/{module}.rs")))
            .arg(format!("../{module}/mod.rs"));
        let output = finish(&mut command)?;
        // One of another run would tell of another program.
        fs::remove_file(package.join("target/debug").join(module)).ok();
        if !output.status.success() {
            report.smoke = Outcome::No(reason(&complaint(&output)));
        }
    }
    eprintln!("building the programs");
    // What fails is told by each one's own build below.
    finish(cargo().current_dir(&package).args([
        "build",
        "--quiet",
        "--bins",
        "--keep-going",
        "--offline",
        "--target-dir",
        "target",
    ]))?;
    for report in reports.iter_mut().filter(|it| it.accepted.is_yes()) {
        let module = report.project.module.clone();
        if !matches!(report.smoke, Outcome::NotTried) {
            continue;
        }
        eprintln!("{}", report.project.name);
        let program = package.join("target/debug").join(&module);
        if !program.is_file() {
            let mut build = cargo();
            build
                .current_dir(&package)
                .args(["build", "--quiet", "--offline"]);
            let output = finish(build.args(["--target-dir", "target", "--bin", &module]))?;
            if !output.status.success() {
                report.smoke = Outcome::No(reason(&complaint(&output)));
                continue;
            }
        }
        let sql = fs::read_to_string(work.join("sql").join(format!("{module}.sql")))?;
        let (_, standing) = databases.accept(&report.provider, &module, &sql)?;
        let Some(standing) = standing else {
            continue;
        };
        let output = finish(std::process::Command::new(program).arg(standing.url()))?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        fs::write(work.join("sql").join(format!("{module}.smoke.txt")), &said)?;
        let last = said.lines().last().unwrap_or_default().to_owned();
        report.smoke = if output.status.success() {
            Outcome::With(last)
        } else {
            let first = said.lines().next().unwrap_or_default();
            Outcome::No(reason(&format!("{last}; {first} {}", complaint(&output))))
        };
    }
    Ok(())
}

fn write_manifest(package: &Path) -> Result<()> {
    let relata = root().join("crates/relata");
    let relata = relata.display().to_string().escape_default().to_string();
    let manifest = format!(
        "# Written by `cargo xtask corpus`.\n\
         [package]\nname = \"corpus-smoke\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n\n\
         [dependencies]\n\
         relata = {{ path = \"{relata}\", features = [\"sqlite\", \"postgres\", \"mysql\", \"json\", \"decimal\"] }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n\
         [profile.dev]\ndebug = false\n"
    );
    fs::write(package.join("Cargo.toml"), manifest)?;
    fs::copy(root().join("Cargo.lock"), package.join("Cargo.lock"))?;
    Ok(())
}
