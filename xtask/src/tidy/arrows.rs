//! Which crate may know which.

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Source;
use crate::process::output;
use crate::workspace::{cargo, metadata, packages};

/// Each crate, and the crates of ours that it may link. What is not here may be linked by nobody but itself.
const ALLOWED: &[(&str, &[&str])] = &[
    ("relata-script", &[]),
    ("relata-schema", &["relata-script"]),
    ("relata-sql", &["relata-script", "relata-schema"]),
    ("relata-build", &["relata-script", "relata-schema"]),
    ("relata", &["relata-script"]),
    (
        "relata-introspect",
        &["relata-script", "relata-schema", "relata-sql", "relata"],
    ),
    (
        "relata-migrate",
        &[
            "relata-script",
            "relata-schema",
            "relata-sql",
            "relata-introspect",
            "relata",
        ],
    ),
    (
        "relata-cli",
        &[
            "relata-script",
            "relata-schema",
            "relata-sql",
            "relata-build",
            "relata-introspect",
            "relata-migrate",
            "relata",
        ],
    ),
    (
        "relata-bench",
        &[
            "relata",
            "relata-build",
            "relata-introspect",
            "relata-migrate",
            "relata-schema",
            "relata-script",
            "relata-sql",
        ],
    ),
    ("relata-testing", &[]),
    ("relata-suite", &["relata", "relata-build", "relata-schema"]),
    // Were the parser linked into the tool that generates it, a broken one could not be generated again.
    ("xtask", &["relata-testing"]),
];

/// Packages that must not be reached, however far away, and why.
const APART: &[(&str, &[&str], &str)] = &[
    (
        "relata",
        &["relata-schema", "pest", "petgraph"],
        "a user's program holds no grammar and no planner",
    ),
    (
        "relata-build",
        &["relata", "tokio", "rusqlite"],
        "a build script holds no driver",
    ),
    (
        "relata-schema",
        &["relata", "tokio", "rusqlite"],
        "the language knows no database",
    ),
    (
        "relata-sql",
        &["relata", "relata-build", "tokio", "rusqlite"],
        "the planner knows no database",
    ),
];

/// Compares the dependencies written in each `Cargo.toml` with the table.
pub(super) fn direct(_: &[Source]) -> Result<Vec<String>> {
    let metadata = metadata()?;
    let mut breaches = Vec::new();
    for package in packages(&metadata) {
        let name = package["name"].as_str().context("a package has a name")?;
        let is_example = package["manifest_path"]
            .as_str()
            .is_some_and(|path| path.contains("/examples/"));
        // Examples stand for the programs of users: they may link whatever is published.
        if is_example {
            continue;
        }
        let Some((_, allowed)) = ALLOWED.iter().find(|(one, _)| *one == name) else {
            breaches.push(format!(
                "{name} is not in the table of xtask/src/tidy/arrows.rs"
            ));
            continue;
        };
        for dependency in linked(package).filter(|dependency| !allowed.contains(dependency)) {
            breaches.push(format!(
                "{name} -> {dependency} is an arrow that the design does not have"
            ));
        }
    }
    Ok(breaches)
}

/// Looks for what is reached through others.
pub(super) fn reach(_: &[Source]) -> Result<Vec<String>> {
    let mut breaches = Vec::new();
    for (name, apart, why) in APART {
        let mut tree = cargo();
        tree.args([
            "tree",
            "--edges=normal",
            "--prefix=none",
            "--all-features",
            "--package",
            name,
        ]);
        let tree = output(&mut tree)?;
        let reached = |one: &str| {
            tree.lines()
                .skip(1)
                .any(|line| line.split(' ').next() == Some(one))
        };
        for one in apart.iter().filter(|one| reached(one)) {
            breaches.push(format!(
                "{name} reaches {one}, but {why}; see `cargo tree -e normal -p {name} -i {one}`"
            ));
        }
    }
    Ok(breaches)
}

/// Returns the crates of ours among a package's ordinary dependencies; those for tests may be any.
fn linked(package: &Value) -> impl Iterator<Item = &str> {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    dependencies
        .filter(|dependency| dependency["kind"].as_str() != Some("dev"))
        .filter_map(|dependency| dependency["name"].as_str())
        .filter(|name| ALLOWED.iter().any(|(one, _)| one == name))
}
