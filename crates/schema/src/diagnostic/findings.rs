use super::{Diagnostic, Severity};

/// How many findings one pass, or one subject of rules, has at most. Nobody reads so many, and they would take more memory than any schema.
const MOST: usize = 10_000;

/// What a pass finds. Once there are enough, only the first error is still taken: whether a schema is valid does not depend on how much
/// else is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    all: Vec<Diagnostic>,
    has_error: bool,
}

impl Findings {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let is_error = diagnostic.severity == Severity::Error;
        if self.all.len() < MOST || (is_error && !self.has_error) {
            self.has_error |= is_error;
            self.all.push(diagnostic);
        }
    }

    /// Adds what another pass has found, all of it: each has its own limit. Gives the place of the first.
    pub(crate) fn append(&mut self, other: Self) -> usize {
        let before = self.all.len();
        self.has_error |= other.has_error;
        self.all.extend(other.all);
        before
    }

    /// The finding at a place, to be said better.
    pub(crate) fn get_mut(&mut self, at: usize) -> &mut Diagnostic {
        &mut self.all[at]
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether another finding would be passed over.
    pub(crate) fn is_full(&self) -> bool {
        self.all.len() >= MOST && self.has_error
    }

    pub(crate) fn into_vec(self) -> Vec<Diagnostic> {
        self.all
    }
}

impl Extend<Diagnostic> for Findings {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        for diagnostic in diagnostics {
            self.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::span::{FileId, Span};

    #[test]
    fn the_first_error_counts_however_late_it_comes() {
        let span = Span::new(FileId(0), 0, 0);
        let warning = Diagnostic::warning(Code::ServerWillRefuse, span, "a");
        let error = Diagnostic::error(Code::Syntax, span, "b");
        let mut findings = Findings::default();
        findings.extend(std::iter::repeat_n(warning, MOST + 5));
        findings.push(error.clone());
        findings.push(error);
        let all = findings.into_vec();
        assert_eq!(all.len(), MOST + 1);
        assert_eq!(all[MOST].severity, Severity::Error);
    }
}
