//! Every schema of `fixtures/complete`, whose relations lack something, beside what the formatter makes of it, in
//! `snapshots/complete`.

mod support;

use relata_schema::{Severity, Sources, analyze};
use relata_testing::{each_case, sections, snapshot};
use support::{completed, sources};

#[test]
fn what_relations_lack_is_added() {
    each_case("complete", |case| {
        let before = sources(case);
        let after = completed(&before);
        let parts: Vec<(&str, &str)> = [&before, &after]
            .into_iter()
            .flat_map(Sources::iter)
            .map(|(_, source)| (&*source.name, &*source.text))
            .collect();
        snapshot(&format!("complete/{}", case.name), &sections(&parts));
        let again = completed(&after);
        for ((_, once), (_, twice)) in after.iter().zip(again.iter()) {
            assert_eq!(once.text, twice.text, "{}", once.name);
        }
    });
}

#[test]
fn a_completed_schema_has_whole_relations() {
    each_case("complete", |case| {
        let before = sources(case);
        let after = analyze(&completed(&before));
        let whole = !after
            .diagnostics
            .iter()
            .any(|finding| finding.severity == Severity::Error);
        // What cannot be completed says so in its name.
        assert_eq!(
            whole,
            !case.name.ends_with("left-alone"),
            "{:?}",
            after.diagnostics
        );
    });
}
