//! Formatting twice is formatting once, no word is lost, a valid schema means what it meant, and relations are completed once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use relata_schema::{FileId, Sources, Tree, analyze, format, format_sources};

#[path = "../../tests/support/meaning.rs"]
mod meaning;

use meaning::meaning;

fuzz_target!(|text: &str| {
    let formatted = |text: &str| format(&Tree::parse(FileId(0), text.into()));
    let once = formatted(text);
    assert_eq!(formatted(&once), once);
    assert_eq!(letters(&once), letters(text));
    let completed = |text: &str| format_sources(&Sources::one("app.schema", text)).remove(0);
    let done = completed(text);
    assert_eq!(completed(&done), done);
    let before = analyze(&Sources::one("app.schema", text));
    if before.is_valid() {
        let after = analyze(&Sources::one("app.schema", &once));
        assert!(after.is_valid(), "{once}\n{:?}", after.diagnostics);
        assert_eq!(done, once);
        assert_eq!(meaning(&after.schema), meaning(&before.schema));
    }
});

fn letters(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.sort_unstable();
    letters
}
