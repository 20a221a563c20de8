//! Rules about the text of files.

use super::Source;

/// Past this, look for a second noun in the file.
const LONGEST: usize = 700;

/// What a pure crate does not mention: its input and output are values.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::io",
    "SystemTime",
    "Instant::now",
];

/// The crates that are functions from values to values.
const PURE: &[&str] = &["crates/script/src", "crates/schema/src", "crates/sql/src"];

/// Every file says what it is about: in a line of its own, or in the documentation of the noun it is named after.
pub(super) fn module_docs(sources: &[Source]) -> Vec<String> {
    let rust = sources.iter().filter(|source| source.has_ending(&["rs"]));
    rust.filter(|source| !source.is_generated() && !source.is_helper())
        .filter(|source| !source.text.starts_with("//!") && !documents_its_noun(&source.text))
        .map(|source| {
            format!(
                "{} does not say what it is about: begin it with `//!`",
                source.path.display()
            )
        })
        .collect()
}

/// Whether the first thing that a file offers to others has documentation.
fn documents_its_noun(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let Some(first) = lines
        .iter()
        .position(|line| line.starts_with("pub") && !line.contains(" use "))
    else {
        return false;
    };
    let above = lines[..first].iter().rev();
    let mut attributes_and_docs =
        above.take_while(|line| !line.is_empty() && !line.starts_with('}'));
    attributes_and_docs.any(|line| line.starts_with("///"))
}

/// No file of ours has two subjects.
pub(super) fn sizes(sources: &[Source]) -> Vec<String> {
    let ours = sources
        .iter()
        .filter(|source| source.has_ending(&["rs", "pest"]) && !source.is_generated());
    ours.map(|source| (source, source.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(source, lines)| {
            format!(
                "{} has {lines} lines, more than {LONGEST}",
                source.path.display()
            )
        })
        .collect()
}

/// Fixtures, fuzzing inputs and snapshots hold what they hold; elsewhere a blank at a line's end is an accident.
pub(super) fn blanks(sources: &[Source]) -> Vec<String> {
    let mut breaches = Vec::new();
    for source in sources
        .iter()
        .filter(|source| !source.is_input() && !source.has_ending(&["snap"]))
    {
        for (number, line) in source.text.split('\n').enumerate() {
            if line.ends_with([' ', '\t', '\r']) && !source.is_generated() {
                breaches.push(format!("{}:{}", source.path.display(), number + 1));
            }
        }
    }
    breaches
}

/// Pure crates name nothing of the outside world before their unit tests.
pub(super) fn pure(sources: &[Source]) -> Vec<String> {
    let mut breaches = Vec::new();
    let pure = sources
        .iter()
        .filter(|source| PURE.iter().any(|folder| source.path.starts_with(folder)));
    for source in pure.filter(|source| !source.is_helper()) {
        let code = source
            .text
            .split("#[cfg(test)]\nmod ")
            .next()
            .unwrap_or_default();
        for (number, line) in code
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            for name in IMPURE.iter().filter(|name| line.contains(*name)) {
                breaches.push(format!(
                    "{}:{}: {name} in a crate without side effects",
                    source.path.display(),
                    number + 1
                ));
            }
        }
    }
    breaches
}
