//! Laws of the language over random text. `PROPTEST_CASES=10000 cargo test -p relata-schema --test laws` looks longer.

mod support;

use proptest::prelude::*;
use proptest::sample::select;
use relata_schema::diagnostic::{Style, render};
use relata_schema::{FileId, Tree};
use relata_testing::fixtures;
use support::meaning::meaning;
use support::{analyzed, completed, formatted};

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: cases.and_then(|n| n.parse().ok()).unwrap_or(150),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Pieces that mean something to the grammar.
const PIECES: &[&str] = &[
    "model",
    "enum",
    "view",
    "type",
    "datasource",
    "generator",
    "A",
    "b",
    "Int",
    "String",
    "é",
    "表",
    "_",
    "1",
    "-",
    ".",
    "::",
    " ",
    " ",
    "\t",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\u{feff}",
    "\u{a0}",
    "\u{202e}",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "@",
    "@@",
    "@id",
    "@db.Text",
    "@relation",
    "fields:",
    "references:",
    "\"",
    "\"\"\"",
    "\\",
    "\\u12",
    "\\ud83d",
    "//",
    "///",
    "/*",
    "*/",
    ",",
    ":",
    "=",
    "?",
    "!",
    "Unsupported(\"x\")",
    "@default(",
    "@@index([",
    "where: {",
    "raw(\"",
    "domain D {\n",
    "type = Int ",
    "shape S on A {",
    "function f {\n",
    "policy p { @@sql(\"CREATE POLICY p ON a\") }\n",
    "@@check(\"a\")\n",
    "@generated(\"a\") ",
    "# ",
];

fn random_text() -> impl Strategy<Value = String> {
    prop::collection::vec(select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

/// A fixture with a few pieces put in and a few taken out.
fn mutated_fixture() -> impl Strategy<Value = String> {
    let texts: Vec<String> = ["errors", "format", "rust"]
        .into_iter()
        .flat_map(fixtures)
        .flat_map(|case| case.sources)
        .map(|source| source.text)
        .collect();
    let changes = prop::collection::vec(
        (any::<prop::sample::Index>(), 0..12_usize, select(PIECES)),
        0..5,
    );
    (select(texts), changes).prop_map(|(mut text, changes)| {
        for (place, cut, piece) in changes {
            if text.is_empty() {
                break;
            }
            let floor = |text: &str, mut at: usize| {
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            let start = floor(&text, place.index(text.len()));
            let end = floor(&text, (start + cut).min(text.len())).max(start);
            text.replace_range(start..end, piece);
        }
        text
    })
}

fn leaves_join_and_gaps_are_empty(text: &str) -> Result<(), TestCaseError> {
    let tree = Tree::parse(FileId(0), text.into());
    let joined: String = tree.leaves().map(|leaf| leaf.text).collect();
    prop_assert_eq!(joined, text);
    for gap in tree.leaves().filter(|leaf| leaf.is_gap) {
        let holds = " \t\r\n\u{feff}{}()[],:=@";
        prop_assert!(
            gap.text
                .chars()
                .all(|c| holds.contains(c) || c.is_whitespace() && !c.is_control()),
            "{:?}",
            gap.text
        );
    }
    Ok(())
}

fn all_laws(text: &str) -> Result<(), TestCaseError> {
    leaves_join_and_gaps_are_empty(text)?;
    let (sources, analysis) = analyzed(text);
    render(&analysis.diagnostics, &sources, Style::Plain);
    render(&analysis.diagnostics, &sources, Style::Terminal);
    for finding in &analysis.diagnostics {
        sources.line_column(finding.span);
        prop_assert!(
            sources
                .get(finding.span.file)
                .text
                .get(finding.span.range())
                .is_some()
        );
    }
    let (_, again) = analyzed(text);
    prop_assert_eq!(
        &again.diagnostics,
        &analysis.diagnostics,
        "the same text, the same findings"
    );
    let once = formatted(text);
    prop_assert_eq!(formatted(&once), once.as_str(), "formatting twice");
    let letters = |text: &str| {
        let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        letters.sort_unstable();
        letters.into_iter().collect::<String>()
    };
    prop_assert_eq!(letters(&once), letters(text), "no word is lost");
    let done = completed(&sources);
    let again = completed(&done);
    for ((_, done), (_, again)) in done.iter().zip(again.iter()) {
        prop_assert_eq!(&done.text, &again.text, "completing twice");
        if analysis.is_valid() {
            prop_assert_eq!(&*done.text, once.as_str(), "nothing to complete");
        }
    }
    let (_, after) = analyzed(&once);
    if analysis.is_valid() {
        prop_assert!(after.is_valid(), "{}\n{:?}", once, after.diagnostics);
        prop_assert_eq!(meaning(&after.schema), meaning(&analysis.schema));
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn hold_for_random_text(text in random_text()) {
        all_laws(&text)?;
    }

    #[test]
    fn hold_for_any_characters(text in ".{0,200}") {
        all_laws(&text)?;
    }

    #[test]
    fn hold_for_mutated_fixtures(text in mutated_fixture()) {
        all_laws(&text)?;
    }
}

#[test]
fn hold_for_every_fixture() {
    for subject in ["errors", "format", "rust"] {
        for source in fixtures(subject).into_iter().flat_map(|case| case.sources) {
            all_laws(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.name));
        }
    }
}
