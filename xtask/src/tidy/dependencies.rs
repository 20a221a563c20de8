//! Rules about the crates of others.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::Source;

/// Packages in `Cargo.lock`, ours and every platform's included. Raise it with a reason in the same commit. The drivers of
/// PostgreSQL (50) and MySQL (52, of which 20 for internationalised host names) brought it from 164 to 276; who takes neither
/// feature builds none of them. The HTTP server of examples/api is 20, which no user of relata builds either.
const BUDGET: usize = 325;

/// Each dependency says above its line what it is for.
pub(super) fn comments(sources: &[Source]) -> Result<Vec<String>> {
    let text = file(sources, "Cargo.toml")?;
    let mut breaches = Vec::new();
    let mut is_listed = false;
    let mut previous = "";
    for line in text.lines() {
        if line.starts_with('[') {
            is_listed = line == "[workspace.dependencies]";
        } else if is_listed && let Some((name, value)) = line.split_once('=') {
            // Our own crates say it themselves.
            let is_ours = value.contains("path =");
            if !is_ours && !line.starts_with('#') && !previous.starts_with('#') {
                breaches.push(format!(
                    "{} has no comment above it in Cargo.toml",
                    name.trim()
                ));
            }
        }
        previous = line;
    }
    Ok(breaches)
}

/// A number that is checked beats an opinion.
pub(super) fn budget(sources: &[Source]) -> Result<Vec<String>> {
    let packages = file(sources, "Cargo.lock")?
        .lines()
        .filter(|line| *line == "[[package]]")
        .count();
    let over = packages > BUDGET;
    Ok(over
        .then(|| format!("{packages} packages in Cargo.lock, budget {BUDGET}"))
        .into_iter()
        .collect())
}

fn file<'a>(sources: &'a [Source], path: &str) -> Result<&'a str> {
    let found = sources.iter().find(|source| source.path == Path::new(path));
    Ok(&found.with_context(|| format!("no {path}"))?.text)
}
