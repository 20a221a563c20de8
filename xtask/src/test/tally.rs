//! The sum of all the test binaries' results.

/// How many tests did what.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u32,
    pub(super) failed: u32,
    /// Tests and examples marked `ignore`.
    pub(super) ignored: u32,
    /// Those of them that are examples in docs, not meant to be run.
    pub(super) examples: u32,
}

impl Tally {
    /// Adds a line such as `test result: ok. 5 passed; 0 failed; 1 ignored; …`, or an ignored example; passes over others.
    pub(super) fn read(&mut self, line: &str) {
        let line = line.trim_end();
        if line.starts_with("test ") && line.contains(" (line ") && line.ends_with("... ignored") {
            self.examples += 1;
        }
        let Some((_, counts)) = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for count in counts.split(';') {
            let Some((number, what)) = count.trim().split_once(' ') else {
                continue;
            };
            let number: u32 = number.parse().unwrap_or_default();
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn results_are_added_up() {
        let mut tally = Tally::default();
        tally.read("running 6 tests\n");
        tally.read("test crates/build/src/lib.rs - (line 13) ... ignored\n");
        tally.read("test a::b ... ok\n");
        tally.read("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n");
        tally.read("test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s\n");
        assert_eq!(
            tally,
            Tally {
                passed: 7,
                failed: 1,
                ignored: 1,
                examples: 1
            }
        );
    }
}
