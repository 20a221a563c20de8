//! Whatever stands in a file, its findings lie in it and can be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use relata_schema::diagnostic::{Style, render};
use relata_schema::{Sources, analyze};

fuzz_target!(|text: &str| {
    let sources = Sources::one("app.schema", text);
    let analysis = analyze(&sources);
    for finding in &analysis.diagnostics {
        let places = finding.related.iter().map(|(span, _)| *span);
        for span in places.chain([finding.span]) {
            assert!(text.get(span.range()).is_some(), "{finding:?}");
        }
    }
    render(&analysis.diagnostics, &sources, Style::Plain);
});
