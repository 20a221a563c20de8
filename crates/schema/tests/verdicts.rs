//! What is said of every schema in `fixtures/verdicts`: one subject a file, one rule a section, kept or broken.
//!
//! ```text
//! --- name
//! postgresql, cockroachdb: valid
//! mysql: warns R0033 @2
//! sqlite: invalid R0022 @2
//! differs: why Prisma's verdict is another one
//!
//! model A {
//!   …
//! ```
//!
//! The subjects `renames`, `checks`, `index-clauses`, `columns`, `foreign-keys`, `server-code`, `domains`, `rust`, `shapes` and
//! `lists-over-lines` are not in Prisma's language.
//!
//! `all` stands for the four databases. A schema without a datasource gets one; `$provider` in its own is the database; under
//! `fixed` it stays as it is. The code and the line (`@2`, counted from the section's first) are those of the first error, or of
//! the first warning where there is no error.

use std::fmt::Write as _;

use relata_schema::{Severity, Sources, analyze};
use relata_testing::{Section, verdicts};

/// The verdict in the form of the fixtures.
fn verdict(section: &Section, database: Option<&str>) -> String {
    let (text, added) = section.schema(database);
    let sources = Sources::one("app.schema", &text);
    let findings = analyze(&sources).diagnostics;
    let first = |severity| findings.iter().find(|finding| finding.severity == severity);
    let (word, finding) = match (first(Severity::Error), first(Severity::Warning)) {
        (Some(error), _) => ("invalid", error),
        (None, Some(warning)) => ("warns", warning),
        (None, None) => return "valid".to_owned(),
    };
    let (line, _) = sources.line_column(finding.span);
    format!("{word} {} @{}", finding.code.as_str(), line - added)
}

#[test]
fn verdicts_are_as_listed() {
    let mut wrong = String::new();
    for (subject, sections) in verdicts() {
        for section in sections {
            for (database, expected) in &section.verdicts {
                let found = verdict(&section, *database);
                if found != *expected {
                    let database = database.unwrap_or("fixed");
                    let name = &section.name;
                    let _ = writeln!(
                        wrong,
                        "{subject}/{name} {database}: {found}, not {expected}"
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_subject_is_kept_and_broken() {
    for (subject, sections) in verdicts() {
        let any = |word: &str| {
            let mut verdicts = sections.iter().flat_map(|section| &section.verdicts);
            verdicts.any(|(_, verdict)| verdict.starts_with(word))
        };
        assert!(any("valid"), "{subject} has no schema that keeps its rules");
        assert!(any("invalid"), "{subject} has no schema that breaks one");
    }
}

#[test]
fn few_verdicts_differ() {
    let subjects = verdicts();
    let sections = || subjects.iter().flat_map(|(_, sections)| sections);
    let all: usize = sections().map(|section| section.verdicts.len()).sum();
    let differ = sections().filter(|section| section.differs);
    let differ: usize = differ.map(|section| section.verdicts.len()).sum();
    assert!(all > 3000, "{all} verdicts");
    assert!(differ * 50 <= all, "{differ} of {all} differ");
}
