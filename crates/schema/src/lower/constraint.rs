//! What `@relation` says of its foreign key beyond Prisma: `deferrable:` and `foreignKey:`.

use super::arguments::Arguments;
use super::relations::Attribute;
use super::{Context, support};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Deferrable, FieldId};
use crate::span::Span;

pub(super) fn deferrable(
    cx: &mut Context<'_>,
    arguments: &mut Arguments<'_>,
) -> Option<(Deferrable, Span)> {
    let value = arguments.take(cx, "deferrable")?;
    let found = match value.path() {
        Some("InitiallyDeferred") => Deferrable::InitiallyDeferred,
        Some("InitiallyImmediate") => Deferrable::InitiallyImmediate,
        path => {
            let message = "this does not say when the foreign key is checked";
            let wrong = Diagnostic::error(Code::InvalidArgument, value.span(), message);
            let names = ["InitiallyDeferred", "InitiallyImmediate"];
            let wrong = wrong.did_you_mean(path.unwrap_or(""), names);
            cx.report(if wrong.help.is_none() {
                wrong.help("write InitiallyDeferred or InitiallyImmediate")
            } else {
                wrong
            });
            return None;
        }
    };
    support::has(
        cx,
        |facts| facts.deferrable,
        value.span(),
        "foreign keys that can be deferred",
        "take `deferrable` out",
    )
    .then_some((found, value.span()))
}

/// The place of `foreignKey: false`.
pub(super) fn without_foreign_key(
    cx: &mut Context<'_>,
    arguments: &mut Arguments<'_>,
) -> Option<Span> {
    let value = arguments.take(cx, "foreignKey")?;
    (!cx.boolean(value, "foreignKey")?).then(|| value.span())
}

/// Reports what says how a foreign key acts, beside what says that there is none.
pub(super) fn agrees(cx: &mut Context<'_>, attribute: &Attribute<'_>) {
    let Some(none) = attribute.without_foreign_key else {
        return;
    };
    let said = [
        (attribute.on_delete.map(|(_, span)| span), "onDelete"),
        (attribute.on_update.map(|(_, span)| span), "onUpdate"),
        (attribute.deferrable.map(|(_, span)| span), "deferrable"),
        (attribute.map.as_ref().map(|(_, span)| *span), "map"),
    ];
    for (span, label) in said {
        let Some(span) = span else { continue };
        let message = format!("`{label}` is about a foreign key, and this relation has none");
        cx.report(
            Diagnostic::error(Code::ReferentialAction, span, message)
                .related(none, "said here")
                .help(format!("take `{label}` or `foreignKey: false` out")),
        );
    }
}

/// Reports what is about a foreign key, on a field that holds none.
pub(super) fn has_one(cx: &mut Context<'_>, field: FieldId, why: &str) {
    let Some(attribute) = cx.relation_attributes.get(field) else {
        return;
    };
    let said = [
        (attribute.deferrable.map(|(_, span)| span), "deferrable"),
        (attribute.without_foreign_key, "foreignKey"),
    ];
    for (span, label) in said {
        if let Some(span) = span {
            let message = format!("`{label}` {why}");
            cx.report(
                Diagnostic::error(Code::RelationFields, span, message)
                    .help(format!("take `{label}` out here")),
            );
        }
    }
}
