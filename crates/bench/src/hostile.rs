//! Time and memory on schemas that nobody means well with.

use std::fs;
use std::time::Instant;

use relata_schema::{Sources, analyze};

use crate::{milliseconds, peak_megabytes};

#[path = "../../schema/tests/support/hostile.rs"]
mod texts;

/// Prints a line for each kind of text: its name, its size in MB, the time of reading it in milliseconds, and the peak in MB.
pub(crate) fn print(megabytes: usize) {
    for (name, text) in texts::hostile(megabytes * 100_000) {
        let size = text.len() / 1_000_000;
        // Linux forgets the peak when it is told so; elsewhere there is none.
        let _ = fs::write("/proc/self/clear_refs", "5");
        let sources = Sources::one("hostile.schema", &text);
        let started = Instant::now();
        let analysis = analyze(&sources);
        let time = milliseconds(started.elapsed());
        println!(
            "{name}\t{size}\t{time:.0}\t{}\t{}",
            peak_megabytes(),
            analysis.diagnostics.len()
        );
    }
}
