//! Snapshots: one file per case under `snapshots/`, mirroring `fixtures/`.

use std::fmt::Write as _;

use crate::workspace_root;

/// Compares `text` with `snapshots/<path>.snap`, for example `sql/postgres/rename`; panics where they differ.
///
/// `cargo insta review`, or `INSTA_UPDATE=always cargo test`, writes the files.
#[track_caller]
pub fn snapshot(path: &str, text: &str) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut settings = insta::Settings::clone_current();
    // insta turns `/` in a name into `__`, so the folder goes into the path.
    settings.set_snapshot_path(workspace_root().join("snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Lays out titled texts one below the other, so that a reviewer sees input and output in one file:
///
/// ```
/// let text = relata_testing::sections(&[("SCHEMA", "enum A { B }"), ("SQL", "CREATE TYPE \"A\";\n")]);
/// assert_eq!(text, "----- SCHEMA\nenum A { B }\n\n----- SQL\nCREATE TYPE \"A\";\n");
/// ```
pub fn sections(parts: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (title, body) in parts {
        let gap = if text.is_empty() { "" } else { "\n" };
        let body = body.trim_end_matches('\n');
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{gap}----- {title}\n{body}");
    }
    text
}
