use std::fmt::Write as _;

/// How far a script that runs in steps has come: the JSON in a history row's `logs` while it runs.
///
/// Beside the count it holds a checksum of the statements up to the last one that ran, so that the rest of a script may be
/// corrected after a failure while the part that has run may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ledger {
    /// Statements that have run.
    pub(super) done: usize,
    /// Statements in all.
    pub(super) of: usize,
    /// Checksum of the statements that ran.
    pub(super) prefix: String,
}

impl Ledger {
    /// The text for `logs`, with what went wrong, if anything did.
    pub(super) fn write(&self, error: Option<&str>) -> String {
        let Self { done, of, prefix } = self;
        let mut out = format!("{{\"relata\":1,\"done\":{done},\"of\":{of},\"prefix\":\"{prefix}\"");
        if let Some(error) = error {
            out.push_str(",\"error\":\"");
            for c in error.chars() {
                match c {
                    '"' | '\\' => out.extend(['\\', c]),
                    c if c.is_control() => {
                        let _ = write!(out, "\\u{:04x}", u32::from(c));
                    }
                    c => out.push(c),
                }
            }
            out.push('"');
        }
        out.push('}');
        out
    }

    /// Reads what [`Ledger::write`] wrote; none where somebody else wrote the logs.
    pub(super) fn parse(logs: &str) -> Option<Self> {
        let rest = logs.strip_prefix("{\"relata\":1,\"done\":")?;
        let (done, rest) = rest.split_once(",\"of\":")?;
        let (of, rest) = rest.split_once(",\"prefix\":\"")?;
        let (prefix, _) = rest.split_once('"')?;
        Some(Self {
            done: done.parse().ok()?,
            of: of.parse().ok()?,
            prefix: prefix.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_written() {
        let ledger = Ledger {
            done: 2,
            of: 5,
            prefix: "ab".to_owned(),
        };
        assert_eq!(
            ledger.write(None),
            r#"{"relata":1,"done":2,"of":5,"prefix":"ab"}"#
        );
        let logs = ledger.write(Some("no \"x\"\n"));
        assert_eq!(
            logs,
            r#"{"relata":1,"done":2,"of":5,"prefix":"ab","error":"no \"x\"\u000a"}"#
        );
        assert_eq!(Ledger::parse(&logs), Some(ledger));
        for text in [
            "",
            "{}",
            "syntax error",
            r#"{"relata":1,"done":x,"of":5,"prefix":"ab"}"#,
        ] {
            assert_eq!(Ledger::parse(text), None);
        }
    }
}
