//! `@comment("…")` and `@@comment("…")`.

use super::arguments::Arguments;
use super::{Context, support};
use crate::ir::Comment;
use crate::parse::Node;
use crate::provider::Facts;

/// The comment; `fact` says which databases keep one on `what`.
pub(super) fn of(
    cx: &mut Context<'_>,
    attribute: Node<'_>,
    what: &str,
    fact: impl Fn(&Facts) -> bool,
) -> Option<Comment> {
    let mut arguments = Arguments::of(attribute);
    let value = arguments.require_default(cx, "text");
    arguments.finish(cx);
    let text = cx.text(value?, "the comment")?;
    let help = "write it as documentation, with `///` above";
    support::has(
        cx,
        fact,
        attribute.span(),
        &format!("comments on {what}"),
        help,
    )
    .then(|| Comment {
        text: text.into(),
        span: attribute.span(),
    })
}
