//! `@rust.type` and `@@rust.derive`: Rust text, kept for the generator, which parses it.

use super::{Context, arguments::Arguments};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::RustFragment;
use crate::parse::{Node, Rule};

/// The paths of `@@rust.derive(a::B, C)`.
///
/// They are taken as written, since `a::B` is no value of the schema language; a string is taken as its text.
pub(super) fn paths(cx: &mut Context<'_>, attribute: Node<'_>) -> Vec<RustFragment> {
    let Some(arguments) = attribute.child(Rule::arguments) else {
        cx.report(
            Diagnostic::error(
                Code::InvalidArgument,
                attribute.span(),
                "`@@rust.derive` names no derive macro",
            )
            .help("write `@@rust.derive(\"serde::Serialize\")`"),
        );
        return Vec::new();
    };
    let given = crate::parse::arguments(arguments);
    given
        .into_iter()
        .filter_map(|argument| {
            let span = argument.node.span();
            let text: Box<str> = match argument.value().and_then(crate::parse::Value::text) {
                Some(_) => cx.text(argument.value()?, "a derive macro")?.into(),
                None => argument.node.text().trim().into(),
            };
            Some(RustFragment { text, span })
        })
        .collect()
}

/// The type of `@rust.type("path::T")`.
pub(super) fn ty(cx: &mut Context<'_>, attribute: Node<'_>) -> Option<RustFragment> {
    let mut arguments = Arguments::of(attribute);
    let value = arguments.require_default(cx, "type");
    arguments.finish(cx);
    let value = value?;
    Some(RustFragment {
        text: cx.text(value, "a Rust type")?.into(),
        span: value.span(),
    })
}
