//! What is wrong with a schema, as plain data; printers turn it into text.

mod code;
mod escape;
mod findings;
mod render;
mod suggest;

use crate::span::Span;

pub use code::{Code, explain};
pub(crate) use findings::Findings;
pub use render::{Style, render};
pub use suggest::near;

/// How bad it is.
///
/// ```
/// use relata_schema::{Severity, Sources, analyze};
/// let text = "datasource db {\n  provider = \"mysql\"\n}\nmodel A {\n  id Int @id @default(3000000000)\n}\n";
/// let analysis = analyze(&Sources::one("app.schema", text));
/// assert_eq!(analysis.diagnostics[0].severity, Severity::Warning);
/// assert!(analysis.is_valid());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The schema cannot be used.
    Error,
    /// It can, but something in it will not do what it seems to.
    Warning,
}

/// One finding.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let sources = Sources::one("app.schema", "model User {\n  id Int @id\n  role Rolle\n}\nenum Role {\n  ADMIN\n}\n");
/// let found = analyze(&sources).diagnostics;
/// assert_eq!((found[0].code.as_str(), sources.slice(found[0].span)), ("R0007", "Rolle"));
/// assert_eq!(found[0].help.as_deref(), Some("did you mean `Role`?"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What happened, in one sentence.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to say at the place itself; may be empty.
    pub label: String,
    /// Other places that matter, each with a few words.
    pub related: Vec<(Span, String)>,
    /// What to write instead.
    pub help: Option<String>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

/// A change of the text that mends a finding.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let mut text = String::from("model User {\n  id Int @id\n  role Rolle\n}\nenum Role {\n  ADMIN\n}\n");
/// let found = analyze(&Sources::one("app.schema", &text)).diagnostics;
/// let fix = found[0].fix.as_ref().unwrap();
/// text.replace_range(fix.span.range(), &fix.text);
/// assert!(analyze(&Sources::one("app.schema", &text)).is_valid());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What to replace; empty to insert.
    pub span: Span,
    /// The new text.
    pub text: String,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span,
            label: String::new(),
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// A warning.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    /// Says something at the place itself.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Points at another place that matters.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Offers a change that mends it.
    #[must_use]
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix {
            span,
            text: text.into(),
        });
        self
    }

    /// Offers the nearest of `candidates` to `name`, if one is near, in place of the finding's span.
    #[must_use]
    pub fn did_you_mean<'a>(
        self,
        name: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        match near(name, candidates) {
            Some(found) => {
                let span = self.span;
                self.help(format!("did you mean `{found}`?"))
                    .fix(span, found)
            }
            None => self,
        }
    }
}

/// Whether any finding is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error)
}
