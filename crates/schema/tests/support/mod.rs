//! What the tests of the language share.

#![allow(dead_code, reason = "each test takes what it needs")]

pub(crate) mod meaning;

use relata_schema::diagnostic::{Style, render};
use relata_schema::{Analysis, FileId, Sources, Tree, analyze, format, format_sources};
use relata_testing::Case;

/// The files of a case as sources.
pub(crate) fn sources(case: &Case) -> Sources {
    let mut sources = Sources::default();
    for source in &case.sources {
        sources.add(&source.name, &source.text);
    }
    sources
}

/// One file, analyzed.
pub(crate) fn analyzed(text: &str) -> (Sources, Analysis) {
    let sources = Sources::one("app.schema", text);
    let analysis = analyze(&sources);
    (sources, analysis)
}

/// What a terminal without colours shows of the findings.
pub(crate) fn shown(sources: &Sources, analysis: &Analysis) -> String {
    render(&analysis.diagnostics, sources, Style::Plain)
}

/// The files of a schema with their relations completed, formatted.
pub(crate) fn completed(sources: &Sources) -> Sources {
    let mut completed = Sources::default();
    for ((_, source), text) in sources.iter().zip(format_sources(sources)) {
        completed.add(&source.name, &text);
    }
    completed
}

/// One file, formatted.
pub(crate) fn formatted(text: &str) -> String {
    format(&Tree::parse(FileId(0), text.into()))
}
