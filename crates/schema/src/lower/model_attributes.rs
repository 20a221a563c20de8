//! The attributes of a model or view that are no keys and no indexes, and that only relata knows.

use super::arguments::Arguments;
use super::{Context, checks, comments, renames, server_code, support};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{ModelId, ModelKind, MoreOfModel, RowSecurity};
use crate::parse::Node;
use crate::span::Span;

/// Those that it knows, for suggestions.
pub(super) const KNOWN: [&str; 7] = [
    "check",
    "exclude",
    "renamed",
    "comment",
    "rls",
    "sql",
    "rust.non_exhaustive",
];

/// Lowers one of them; false if the name is none.
pub(super) fn lower(cx: &mut Context<'_>, model: ModelId, path: &str, attribute: Node<'_>) -> bool {
    match path {
        "check" => checks::of_block(cx, model, attribute),
        "exclude" => checks::exclusion(cx, model, attribute),
        "renamed" => {
            once(cx, model, attribute, |more| {
                more.renamed.as_ref().map(|renamed| renamed.span)
            });
            let renamed = renames::of(cx, attribute);
            cx.schema.models[model].more().renamed = renamed;
        }
        "comment" => {
            once(cx, model, attribute, |more| {
                more.comment.as_ref().map(|comment| comment.span)
            });
            let is_view = cx.schema.models[model].kind == ModelKind::View;
            let comment = comments::of(
                cx,
                attribute,
                if is_view { "views" } else { "tables" },
                |facts| {
                    if is_view {
                        facts.type_comments
                    } else {
                        facts.comments
                    }
                },
            );
            cx.schema.models[model].more().comment = comment;
        }
        "rls" => row_security(cx, model, attribute),
        "sql" => server_code::of_view(cx, model, attribute),
        "rust.non_exhaustive" => {
            once(cx, model, attribute, |more| more.non_exhaustive);
            non_exhaustive(cx, attribute);
            cx.schema.models[model].more().non_exhaustive = Some(attribute.span());
        }
        _ => return false,
    }
    true
}

/// Reports an attribute that has stood on the model before.
pub(super) fn once(
    cx: &mut Context<'_>,
    model: ModelId,
    attribute: Node<'_>,
    place: impl Fn(&MoreOfModel) -> Option<Span>,
) {
    let before = cx.schema.models[model].more.as_deref().and_then(place);
    if let Some(before) = before {
        let path = super::fields::attribute_path(attribute);
        let message = format!("`@@{path}` is given twice");
        cx.report(
            Diagnostic::error(Code::DuplicateAttribute, attribute.span(), message)
                .related(before, "first given here")
                .help("take one out"),
        );
    }
}

/// `@@rust.non_exhaustive` takes no arguments.
pub(super) fn non_exhaustive(cx: &mut Context<'_>, attribute: Node<'_>) {
    Arguments::of(attribute).finish(cx);
}

fn row_security(cx: &mut Context<'_>, model: ModelId, attribute: Node<'_>) {
    once(cx, model, attribute, |more| {
        more.row_security.map(|security| security.span)
    });
    let mut arguments = Arguments::of(attribute);
    let force = arguments
        .take(cx, "force")
        .and_then(|value| cx.boolean(value, "force"));
    arguments.finish(cx);
    let help = "keep rows apart in the queries, or by views";
    if !support::has(
        cx,
        |facts| facts.row_security,
        attribute.span(),
        "row-level security",
        help,
    ) {
        return;
    }
    if cx.schema.models[model].kind == ModelKind::View {
        cx.report(
            Diagnostic::error(
                Code::InvalidArgument,
                attribute.span(),
                "a view has no row-level security of its own",
            )
            .help("put it on the tables that the view reads"),
        );
        return;
    }
    cx.schema.models[model].more().row_security = Some(RowSecurity {
        force: force.unwrap_or(false),
        span: attribute.span(),
    });
}
