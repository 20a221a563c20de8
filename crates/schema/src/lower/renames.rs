//! `@renamed(from: "…")` and `@@renamed(from: "…")`.

use super::Context;
use super::arguments::Arguments;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::Renamed;
use crate::parse::Node;

/// The old name.
pub(super) fn of(cx: &mut Context<'_>, attribute: Node<'_>) -> Option<Renamed> {
    let mut arguments = Arguments::of(attribute);
    let value = arguments.require_default(cx, "from");
    arguments.finish(cx);
    let value = value?;
    let from = cx.text(value, "the old name")?;
    if from.is_empty() || from.contains('\0') {
        cx.report(
            Diagnostic::error(
                Code::InvalidName,
                value.span(),
                "nothing in a database has this name",
            )
            .help("write the name that it has had in the database"),
        );
        return None;
    }
    Some(Renamed {
        from: from.into(),
        span: attribute.span(),
    })
}
