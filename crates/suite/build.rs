//! Turns the suite's schemas into Rust, below `OUT_DIR`, and some of the fixtures into Rust with a program for each.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};

/// Fixtures whose whole client `tests/smoke.rs` uses.
const FIXTURES: &[&str] = &[
    "newtypes",
    "relations",
    "types-mysql",
    "types-postgres",
    "types-sqlite",
];

fn main() -> Result<(), Box<dyn Error>> {
    relata_build::compile("suite.schema");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo gives a folder")?);
    relata_build::Config::new()
        .schema("arrays.schema")
        .out_dir(out.join("arrays"))
        .run();
    for name in FIXTURES {
        program(name, &out.join("smoke").join(name)).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

fn program(name: &str, out: &Path) -> Result<(), Box<dyn Error>> {
    let schema = format!("../../fixtures/rust/{name}/1.schema");
    println!("cargo::rerun-if-changed={schema}");
    let analysis = relata_schema::analyze(&relata_build::load(schema)?);
    let told = |errors: Vec<relata_schema::Diagnostic>| {
        let messages: Vec<String> = errors.into_iter().map(|error| error.message).collect();
        messages.join("; ")
    };
    let files = relata_build::generate(&analysis.schema).map_err(told)?;
    relata_build::write(&files, out.join("db"))?;
    let text = relata_build::smoke(&analysis.schema).map_err(told)?;
    std::fs::write(out.join("run.rs"), text)?;
    Ok(())
}
