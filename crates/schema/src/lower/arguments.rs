//! The arguments of an attribute or function, taken one by one; what is left over is an error.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::parse::{Argument, Node, Value};
use crate::span::Span;

/// The arguments that have not been taken yet.
pub(super) struct Arguments<'t> {
    owner: String,
    span: Span,
    rest: Vec<Argument<'t>>,
    known: Vec<&'static str>,
    forgiving: bool,
}

impl<'t> Arguments<'t> {
    /// The arguments in a node of the tree (`(…)`), if there is one, of the attribute or function `owner`.
    pub(super) fn of(owner: impl Into<String>, span: Span, node: Option<Node<'t>>) -> Self {
        let rest = node.map(crate::parse::arguments).unwrap_or_default();
        Self {
            owner: owner.into(),
            span,
            rest,
            known: Vec::new(),
            forgiving: false,
        }
    }

    /// The same, but what is repeated or unknown is passed over with a warning, as Prisma passes it over in silence.
    #[must_use]
    pub(super) fn forgiving(mut self) -> Self {
        self.forgiving = true;
        self
    }

    /// The place of the whole attribute or call.
    pub(super) fn span(&self) -> Span {
        self.span
    }

    /// Takes the argument of that name.
    pub(super) fn take(&mut self, cx: &mut Context<'_>, name: &'static str) -> Option<Value<'t>> {
        self.take_where(cx, name, |argument| argument.label == Some(name))
    }

    /// Takes the argument of that name, which may also be written without it.
    pub(super) fn take_default(
        &mut self,
        cx: &mut Context<'_>,
        name: &'static str,
    ) -> Option<Value<'t>> {
        self.take_where(cx, name, |argument| {
            argument.label.is_none_or(|label| label == name)
        })
    }

    /// Takes the default argument, which must be there.
    pub(super) fn require_default(
        &mut self,
        cx: &mut Context<'_>,
        name: &'static str,
    ) -> Option<Value<'t>> {
        let before = self.rest.len();
        let value = self.take_default(cx, name);
        if value.is_none() && before == self.rest.len() {
            let message = format!("`{}` needs the argument `{name}`", self.owner);
            cx.error(Code::InvalidArgument, self.span, message);
        }
        value
    }

    fn take_where(
        &mut self,
        cx: &mut Context<'_>,
        name: &'static str,
        matches: impl Fn(&Argument<'t>) -> bool,
    ) -> Option<Value<'t>> {
        self.known.push(name);
        let (taken, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.rest)
            .into_iter()
            .partition(matches);
        self.rest = rest;
        let mut taken = taken.into_iter();
        let first = taken.next()?;
        for again in taken {
            let message = format!("`{}` is given the argument `{name}` twice", self.owner);
            cx.report(
                self.finding(again.node.span(), message)
                    .related(first.node.span(), "first given here"),
            );
        }
        if first.value.is_none() {
            cx.error(
                Code::InvalidArgument,
                first.node.span(),
                format!("the argument `{name}` has no value"),
            );
        }
        first.value
    }

    fn finding(&self, span: Span, message: String) -> Diagnostic {
        if self.forgiving {
            let message = format!("{message}; it does nothing");
            Diagnostic::warning(Code::InvalidArgument, span, message)
        } else {
            Diagnostic::error(Code::InvalidArgument, span, message)
        }
    }

    /// Reports what nobody took.
    pub(super) fn finish(self, cx: &mut Context<'_>) {
        for argument in &self.rest {
            let span = argument.node.span();
            let diagnostic = match argument.label {
                Some(label) => self
                    .finding(span, format!("`{}` has no argument `{label}`", self.owner))
                    .did_you_mean(label, self.known.iter().copied()),
                None => self.finding(span, format!("`{}` takes no such argument", self.owner)),
            };
            let known = match self.known.as_slice() {
                [] => "it takes none".to_owned(),
                known => format!("it takes {}", known.join(", ")),
            };
            let diagnostic = if diagnostic.help.is_some() {
                diagnostic
            } else {
                diagnostic.help(known)
            };
            // The fix of a wrong label would replace its value as well.
            cx.report(Diagnostic {
                fix: None,
                ..diagnostic
            });
        }
    }
}
