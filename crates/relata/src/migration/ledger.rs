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
    /// The statement behind them, while it runs outside a transaction.
    pub(super) trying: Option<Trying>,
    /// Whether the script takes its migration back.
    pub(super) is_down: bool,
    /// How far a backfill has come, which is the statement behind them: the key of the last row, as a literal.
    pub(super) at: Option<String>,
}

/// A statement that was begun, and of which the ledger cannot know whether it has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trying {
    /// Checksum of its text.
    pub(super) statement: String,
    /// What its probe said before it began.
    pub(super) before: Before,
}

/// What the database looked like before a statement began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// As if it had not run: if it looks otherwise now, it has.
    Open,
    /// As if it had run already: it changes nothing, or fails.
    Done,
    /// Nothing can be asked that would tell.
    Unknown,
}

impl Before {
    const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Unknown => "unknown",
        }
    }
}

/// How much of an error is kept: a `TEXT` column of MySQL holds 65,535 bytes.
const LONGEST: usize = 4_000;

impl Ledger {
    /// The ledger of a script, of which [`super::script::Script::prefixes`] are given.
    pub(super) fn of(prefixes: &[String], done: usize) -> Self {
        Self {
            done,
            of: prefixes.len() - 1,
            prefix: prefixes.get(done).cloned().unwrap_or_default(),
            trying: None,
            is_down: false,
            at: None,
        }
    }

    /// The text for `logs`, with what went wrong, if anything did.
    pub(super) fn write(&self, error: Option<&str>) -> String {
        let Self {
            done, of, prefix, ..
        } = self;
        let mut out = format!("{{\"relata\":1,\"done\":{done},\"of\":{of},\"prefix\":\"{prefix}\"");
        if let Some(Trying { statement, before }) = &self.trying {
            let before = before.word();
            let _ = write!(out, ",\"trying\":\"{statement}\",\"before\":\"{before}\"");
        }
        if self.is_down {
            out.push_str(",\"way\":\"down\"");
        }
        if let Some(at) = &self.at {
            out.push_str(",\"at\":\"");
            escape(&mut out, at.chars());
            out.push('"');
        }
        if let Some(error) = error {
            out.push_str(",\"error\":\"");
            escape(&mut out, error.chars().take(LONGEST));
            out.push('"');
        }
        out.push('}');
        out
    }

    /// What [`Ledger::write`] has noted of an error.
    pub(super) fn error(logs: &str) -> Option<String> {
        let (_, rest) = logs.split_once(",\"error\":\"")?;
        Some(unescape(rest))
    }

    /// Reads what [`Ledger::write`] wrote; none where somebody else wrote the logs.
    pub(super) fn parse(logs: &str) -> Option<Self> {
        let rest = logs.strip_prefix("{\"relata\":1,\"done\":")?;
        let (done, rest) = rest.split_once(",\"of\":")?;
        let (of, rest) = rest.split_once(",\"prefix\":\"")?;
        let (prefix, rest) = rest.split_once('"')?;
        let (trying, rest) = match rest.strip_prefix(",\"trying\":\"") {
            None => (None, rest),
            Some(rest) => {
                let (statement, rest) = rest.split_once("\",\"before\":\"")?;
                let (before, rest) = rest.split_once('"')?;
                let known = [Before::Open, Before::Done, Before::Unknown];
                let trying = Trying {
                    statement: statement.to_owned(),
                    before: known.into_iter().find(|it| it.word() == before)?,
                };
                (Some(trying), rest)
            }
        };
        let down = rest.strip_prefix(",\"way\":\"down\"");
        let at = down.unwrap_or(rest).strip_prefix(",\"at\":\"");
        Some(Self {
            done: done.parse().ok()?,
            of: of.parse().ok()?,
            prefix: prefix.to_owned(),
            trying,
            is_down: down.is_some(),
            at: at.map(unescape),
        })
    }
}

/// Writes text into a JSON string.
fn escape(out: &mut String, text: impl Iterator<Item = char>) {
    for c in text {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

/// Reads what [`escape`] wrote, up to the quote that ends it.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('u') => {
                    let digits: String = chars.by_ref().take(4).collect();
                    let code = u32::from_str_radix(&digits, 16).ok();
                    out.extend(code.and_then(char::from_u32));
                }
                Some(c) => out.push(c),
                None => break,
            },
            c => out.push(c),
        }
    }
    out
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
            trying: None,
            is_down: false,
            at: None,
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
        assert_eq!(Ledger::parse(&logs).as_ref(), Some(&ledger));
        assert_eq!(Ledger::error(&logs).as_deref(), Some("no \"x\"\n"));
        for (is_down, at) in [(true, None), (false, Some("'a\\\"'")), (true, Some("7"))] {
            let at = at.map(str::to_owned);
            let ledger = Ledger {
                is_down,
                at,
                ..ledger.clone()
            };
            for error in [None, Some("\"at\"")] {
                assert_eq!(Ledger::parse(&ledger.write(error)).as_ref(), Some(&ledger));
            }
        }
        for before in [Before::Open, Before::Done, Before::Unknown] {
            let trying = Trying {
                statement: "cd".to_owned(),
                before,
            };
            let ledger = Ledger {
                trying: Some(trying),
                ..ledger.clone()
            };
            for error in [None, Some("\"trying\"")] {
                assert_eq!(Ledger::parse(&ledger.write(error)).as_ref(), Some(&ledger));
            }
        }
        for text in [
            "",
            "{}",
            "syntax error",
            r#"{"relata":1,"done":x,"of":5,"prefix":"ab"}"#,
            r#"{"relata":1,"done":1,"of":5,"prefix":"ab","trying":"cd","before":"later"}"#,
        ] {
            assert_eq!(Ledger::parse(text), None);
        }
    }
}
