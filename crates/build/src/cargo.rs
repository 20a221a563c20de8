//! What a build script says to cargo.

use std::fmt::Write as _;
use std::path::Path;

/// Lines for cargo, gathered and printed at once.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    text: String,
}

impl Lines {
    /// Runs the script again when this file, or anything in this folder, changes.
    ///
    /// A path that does not exist would run it every time, so it must.
    pub(crate) fn rerun_if_changed(&mut self, path: &Path) {
        let path = path.display().to_string();
        if !path.contains(['\n', '\r']) {
            self.say("rerun-if-changed", &path);
        }
    }

    /// Fails the build, line by line, whatever the script exits with: cargo shows no backtrace and no noise around it.
    pub(crate) fn error(&mut self, text: &str) {
        self.frame("error", text);
    }

    /// Warns, line by line.
    pub(crate) fn warning(&mut self, text: &str) {
        self.frame("warning", text);
    }

    /// What has been gathered.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn frame(&mut self, key: &str, text: &str) {
        for line in text.trim_end().lines() {
            // The text quotes a schema, and the reader's terminal acts on escape sequences.
            let line: String = line
                .chars()
                .map(|c| {
                    if c.is_control() && c != '\t' {
                        char::REPLACEMENT_CHARACTER
                    } else {
                        c
                    }
                })
                .collect();
            self.say(key, line.trim_end());
        }
    }

    fn say(&mut self, key: &str, value: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "cargo::{key}={value}");
    }
}
