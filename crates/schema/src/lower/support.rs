//! Whether the database has what the schema says.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::provider::Facts;
use crate::span::Span;

/// Whether the database has it; if not, that is reported. Without a database everything is taken.
pub(super) fn has(
    cx: &mut Context<'_>,
    fact: impl Fn(&Facts) -> bool,
    span: Span,
    what: &str,
    help: &str,
) -> bool {
    let Some(provider) = cx.provider() else {
        return true;
    };
    let has = fact(provider.facts());
    if !has {
        let message = format!("{} has no {what}", provider.display_name());
        cx.report(Diagnostic::error(Code::NotSupported, span, message).help(help));
    }
    has
}
