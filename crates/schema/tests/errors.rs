//! Every schema of `fixtures/errors` beside what is said of it, in `snapshots/errors`.

mod support;

use std::collections::BTreeSet;

use relata_schema::diagnostic::{Code, Style, explain, render};
use relata_schema::{Diagnostic, Sources, analyze};
use relata_testing::{each_case, fixtures, sections, snapshot};
use support::{analyzed, shown, sources};

#[test]
fn findings_are_as_reviewed() {
    each_case("errors", |case| {
        let sources = sources(case);
        let shown = shown(&sources, &analyze(&sources));
        let mut parts: Vec<(&str, &str)> = case
            .sources
            .iter()
            .map(|source| (source.name.as_str(), source.text.as_str()))
            .collect();
        parts.push(("FINDINGS", &shown));
        snapshot(&format!("errors/{}", case.name), &sections(&parts));
    });
}

/// These are said by the crates that need a database or read Rust.
const ELSEWHERE: [Code; 2] = [Code::NoDatasource, Code::RustFragment];

#[test]
fn every_code_has_a_fixture_and_a_page() {
    let mut found: BTreeSet<Code> = BTreeSet::new();
    for case in fixtures("errors") {
        let analysis = analyze(&sources(&case));
        assert!(!analysis.diagnostics.is_empty(), "{}", case.name);
        found.extend(analysis.diagnostics.iter().map(|finding| finding.code));
    }
    for code in Code::ALL {
        assert_eq!(
            !found.contains(code),
            ELSEWHERE.contains(code),
            "{}",
            code.as_str()
        );
        let page = explain(code.as_str()).unwrap();
        assert!(page.contains(code.title()), "{page}");
    }
}

#[test]
fn findings_come_in_source_order() {
    each_case("errors", |case| {
        let analysis = analyze(&sources(case));
        let places: Vec<_> = analysis
            .diagnostics
            .iter()
            .map(|finding| (finding.span.file, finding.span.start))
            .collect();
        assert!(places.is_sorted(), "{places:?}");
    });
}

#[test]
fn a_fix_mends_what_it_belongs_to() {
    each_case("errors", |case| {
        let sources = sources(case);
        for finding in analyze(&sources).diagnostics {
            let Some(fix) = &finding.fix else { continue };
            let mut mended = Sources::default();
            for (file, source) in sources.iter() {
                let mut text = source.text.to_string();
                if file == fix.span.file {
                    text.replace_range(fix.span.range(), &fix.text);
                }
                mended.add(&source.name, &text);
            }
            let after = analyze(&mended).diagnostics;
            let same =
                |other: &Diagnostic| other.code == finding.code && other.message == finding.message;
            let before = analyze(&sources).diagnostics;
            assert!(
                after.iter().filter(|other| same(other)).count()
                    < before.iter().filter(|other| same(other)).count(),
                "`{}` in place of `{}`: {}",
                fix.text,
                sources.slice(fix.span),
                finding.message
            );
        }
    });
}

#[test]
fn a_terminal_obeys_nothing_that_a_schema_says() {
    let hostile = "\u{1b}]0;x\u{7} \u{9b}2J \u{202e} \u{2028} \r \u{0}";
    let schema = format!(
        "model A {{ // {hostile}\n  id {hostile} Int @id // {hostile}\n  x Strin @map(\"{hostile}\")\n\
         \n  y String @db.Text({hostile})\n  @@unique([x], map: \"\\u001b[2J\\r\\u202e\")\n\
         \n  @@unique([id], map: \"\\u001b[2J\\r\\u202e\")\n}}\n"
    );
    let mut sources = Sources::default();
    sources.add("a\u{1b}[2J.schema", &schema);
    let analysis = analyze(&sources);
    assert!(analysis.diagnostics.len() > 2);
    let plain = render(&analysis.diagnostics, &sources, Style::Plain);
    let is_obeyed = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}')
    };
    assert_eq!(plain.find(is_obeyed), None, "{plain:?}");
    // In colour the only escape sequences are those that set colours.
    let styled = render(&analysis.diagnostics, &sources, Style::Terminal);
    for sequence in styled.split('\u{1b}').skip(1) {
        let rest = sequence.strip_prefix('[').unwrap_or("no colour");
        let parameters = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        assert!(parameters.starts_with('m'), "{sequence:?}");
    }
}

#[test]
fn places_at_the_end_of_a_file_can_be_shown() {
    for text in [
        "",
        "\n",
        "model A {",
        "model A {\n",
        "model A {\n  é",
        "/*",
        "model 表 {\n  表 表",
        "x\r",
    ] {
        let (sources, analysis) = analyzed(text);
        shown(&sources, &analysis);
        let end = text.len() as u32;
        let end = relata_schema::Span::new(relata_schema::FileId(0), end, end);
        let finding = Diagnostic::error(Code::Syntax, end, "here").related(end, "and here");
        assert!(render(&[finding], &sources, Style::Plain).contains("here"));
        assert!(sources.line_column(end).0 > 0);
    }
}
