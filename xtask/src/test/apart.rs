//! What cannot be built together with the workspace: `relata` with one driver or none, and generated models that sqlx reads.

use std::fs;

use anyhow::{Result, bail};

use crate::process::{complaint, finish};
use crate::workspace::{cargo, root};

/// Runs all of it, and fails with the first that does.
pub(super) fn run() -> Result<()> {
    for features in ["", "sqlite", "postgres", "mysql"] {
        println!("relata alone, with the features `{features}`");
        let mut command = cargo();
        command.args(["clippy", "--quiet", "--locked", "--package", "relata"]);
        command.args(["--no-default-features", "--features", features]);
        let output = finish(command.args(["--", "--deny", "warnings"]))?;
        if !output.status.success() {
            bail!("relata with `{features}`:\n{}", complaint(&output));
        }
    }
    println!("sqlx reads generated models");
    sqlx()
}

/// Its SQLite cannot stand in one program, or one lock file, with ours.
fn sqlx() -> Result<()> {
    let target = crate::workspace::target();
    let package = target.join("interop").join("sqlx");
    fs::create_dir_all(package.join("src"))?;
    let path = |name: &str| root().join("crates").join(name).display().to_string();
    let manifest = format!(
        "# Written by `cargo xtask test --all`.\n[package]\nname = \"interop-sqlx\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\nrelata = {{ path = {:?}, default-features = false, features = [\"chrono\"] }}\n\
         sqlx = {{ version = \"0.9\", default-features = false, features = [\"runtime-tokio\", \"sqlite\", \"derive\", \"chrono\"] }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n[build-dependencies]\nrelata-build = {{ path = {:?} }}\n",
        path("relata"),
        path("build"),
    );
    fs::write(package.join("Cargo.toml"), manifest)?;
    for (file, text) in [
        (
            "app.schema",
            include_str!("../../programs/interop/app.schema"),
        ),
        (
            "src/main.rs",
            include_str!("../../programs/interop/main.rs"),
        ),
        (
            "build.rs",
            "fn main() {\n    relata_build::compile(\"app.schema\");\n}\n",
        ),
    ] {
        fs::write(package.join(file), text)?;
    }
    let output = finish(
        cargo()
            .current_dir(&package)
            .args(["run", "--quiet", "--target-dir"])
            .arg(target.join("interop").join("target")),
    )?;
    if !output.status.success() {
        bail!("generated models beside sqlx:\n{}", complaint(&output));
    }
    Ok(())
}
