//! `tidy`: the rules of the house that the compiler does not check.

mod arrows;
mod dependencies;
mod text;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::workspace::{files, root};

/// A text file of the workspace.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    fn has_ending(&self, endings: &[&str]) -> bool {
        self.path
            .extension()
            .is_some_and(|ending| endings.iter().any(|one| ending == *one))
    }

    /// Fixtures, and what fuzzing has kept, are inputs: every blank in them may matter.
    fn is_input(&self) -> bool {
        let fuzzing = self
            .path
            .components()
            .any(|part| part.as_os_str() == "fuzz");
        self.path.starts_with("fixtures") || fuzzing
    }

    fn is_generated(&self) -> bool {
        self.text
            .lines()
            .take(3)
            .any(|line| line.starts_with("// @generated"))
    }

    /// Tests and build scripts are read beside what they test and build, not by themselves.
    fn is_helper(&self) -> bool {
        self.path
            .file_name()
            .is_some_and(|name| name == "build.rs" || name == "tests.rs")
            || self
                .path
                .components()
                .any(|part| part.as_os_str() == "tests")
    }
}

/// Checks one rule and returns a line for each breach.
type Rule = fn(&[Source]) -> Result<Vec<String>>;

const RULES: &[(&str, Rule)] = &[
    ("arrows between crates", arrows::direct),
    ("crates that never meet", arrows::reach),
    ("pure crates", |sources| Ok(text::pure(sources))),
    ("module docs", |sources| Ok(text::module_docs(sources))),
    ("file sizes", |sources| Ok(text::sizes(sources))),
    ("trailing blanks", |sources| Ok(text::blanks(sources))),
    ("comments on dependencies", dependencies::comments),
    ("dependency budget", dependencies::budget),
];

pub(crate) fn run(args: &[String]) -> Result<ExitCode> {
    if !args.is_empty() {
        bail!("usage: cargo xtask tidy");
    }
    let sources = sources()?;
    let mut breaches = 0;
    for (name, rule) in RULES {
        for breach in rule(&sources)? {
            eprintln!("error: {name}: {breach}");
            breaches += 1;
        }
    }
    if breaches > 0 {
        eprintln!("error: {breaches} breach(es) of {} rules", RULES.len());
        return Ok(ExitCode::FAILURE);
    }
    println!(
        "tidy: {} rules hold over {} files",
        RULES.len(),
        sources.len()
    );
    Ok(ExitCode::SUCCESS)
}

/// Reads every file that holds text; pictures and the like have no lines to check.
fn sources() -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in files()? {
        let bytes = fs::read(root().join(&path)).with_context(|| path.display().to_string())?;
        if let Ok(text) = String::from_utf8(bytes) {
            sources.push(Source { path, text });
        }
    }
    Ok(sources)
}
