//! The arguments of an attribute or function, taken one by one; what is left over is an error.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use smallvec::SmallVec;

use crate::parse::{Argument, ArgumentList, Call, Node, Rule, Value};
use crate::span::Span;

/// The arguments that have not been taken yet.
pub(super) struct Arguments<'t> {
    /// The name of what they belong to, between what messages write before and behind it.
    owner: [&'t str; 3],
    span: Span,
    rest: ArgumentList<'t>,
    known: SmallVec<[&'static str; 12]>,
    forgiving: bool,
}

impl<'t> Arguments<'t> {
    /// The arguments of an attribute.
    pub(super) fn of(attribute: Node<'t>) -> Self {
        let before = match attribute.rule() {
            Rule::attribute => "@",
            _ => "@@",
        };
        let path = attribute.child(Rule::path).map_or("", Node::text);
        let arguments = attribute.child(Rule::arguments);
        Self::with([before, path, ""], attribute.span(), arguments)
    }

    /// The arguments of a function.
    pub(super) fn of_function(call: Call<'t>) -> Self {
        Self::with(["", call.path, "()"], call.node.span(), call.arguments)
    }

    /// The arguments behind an element of a list.
    pub(super) fn of_element(call: Call<'t>) -> Self {
        Self::with(["", call.path, ""], call.node.span(), call.arguments)
    }

    fn with(owner: [&'t str; 3], span: Span, arguments: Option<Node<'t>>) -> Self {
        let rest = arguments.map(crate::parse::arguments).unwrap_or_default();
        Self {
            owner,
            span,
            rest,
            known: SmallVec::new(),
            forgiving: false,
        }
    }

    /// The same, but what is repeated or unknown is passed over with a warning, as Prisma passes it over in silence.
    #[must_use]
    pub(super) fn forgiving(mut self) -> Self {
        self.forgiving = true;
        self
    }

    /// Whether what is repeated or unknown is passed over.
    pub(super) fn is_forgiving(&self) -> bool {
        self.forgiving
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
            let message = format!("`{}` needs the argument `{name}`", self.owner.concat());
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
        let at = self.rest.iter().position(&matches)?;
        let first = self.rest.remove(at);
        if self.rest[at..].iter().any(&matches) {
            let (again, rest): (Vec<_>, Vec<_>) =
                self.rest.drain(..).partition(|argument| matches(argument));
            self.rest = rest.into();
            for again in again {
                let message = format!(
                    "`{}` is given the argument `{name}` twice",
                    self.owner.concat()
                );
                cx.report(
                    self.finding(again.node.span(), message)
                        .related(first.node.span(), "first given here"),
                );
            }
        }
        let value = first.value();
        if value.is_none() {
            cx.error(
                Code::InvalidArgument,
                first.node.span(),
                format!("the argument `{name}` has no value"),
            );
        }
        value
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
                    .finding(
                        span,
                        format!("`{}` has no argument `{label}`", self.owner.concat()),
                    )
                    .did_you_mean(label, self.known.iter().copied()),
                None => self.finding(
                    span,
                    format!("`{}` takes no such argument", self.owner.concat()),
                ),
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
