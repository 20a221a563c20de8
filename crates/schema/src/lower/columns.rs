//! What a field says of its column and of its place in Rust: `@generated`, `@collate`, `@comment`, `@renamed`, `@rust.newtype`
//! and `@rust.hidden`.

use super::arguments::Arguments;
use super::{Context, comments, raw_sql, renames};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Arity, Collation, FieldId, FieldType, Generated, ModelKind};
use crate::parse::Node;
use crate::provider::Scalar;

/// Lowers one of them; `path` is its name.
pub(super) fn attribute(cx: &mut Context<'_>, field: FieldId, path: &str, attribute: Node<'_>) {
    let data = &cx.schema.fields[field];
    let is_relation = matches!(data.ty, FieldType::Model(..));
    if is_relation && path != "rust.hidden" {
        cx.report(
            Diagnostic::error(
                Code::InvalidArgument,
                attribute.span(),
                format!("`@{path}` is for columns, and a relation field has none"),
            )
            .help("put it on the column that the relation uses"),
        );
        return;
    }
    match path {
        "generated" => generated(cx, field, attribute),
        "collate" => collate(cx, field, attribute),
        "comment" => {
            let comment = comments::of(cx, attribute, "columns", |facts| facts.comments);
            cx.schema.fields[field].more().comment = comment;
        }
        "renamed" => {
            let renamed = renames::of(cx, attribute);
            cx.schema.fields[field].more().renamed = renamed;
        }
        "rust.newtype" => {
            bare(cx, attribute);
            newtype(cx, field, attribute);
        }
        _ => {
            bare(cx, attribute);
            cx.schema.fields[field].more().hidden = Some(attribute.span());
        }
    }
}

fn bare(cx: &mut Context<'_>, attribute: Node<'_>) {
    Arguments::of(attribute).finish(cx);
}

fn generated(cx: &mut Context<'_>, field: FieldId, attribute: Node<'_>) {
    let mut arguments = Arguments::of(attribute);
    let expression = arguments.require_default(cx, "sql");
    let stored = arguments
        .take(cx, "stored")
        .and_then(|value| cx.boolean(value, "stored"));
    arguments.finish(cx);
    let expression = expression.and_then(|value| raw_sql::of(cx, value, "@generated"));
    let model = cx.schema.fields[field].model;
    if cx.schema.models[model].kind == ModelKind::View {
        cx.report(
            Diagnostic::error(
                Code::InvalidArgument,
                attribute.span(),
                "a view computes its columns in its own statement",
            )
            .help("write the expression there"),
        );
        return;
    }
    let Some(expression) = expression else { return };
    cx.schema.fields[field].more().generated = Some(Generated {
        expression,
        stored: stored.unwrap_or(true),
        span: attribute.span(),
    });
}

fn collate(cx: &mut Context<'_>, field: FieldId, attribute: Node<'_>) {
    let mut arguments = Arguments::of(attribute);
    let value = arguments.require_default(cx, "name");
    arguments.finish(cx);
    let Some(value) = value else { return };
    let Some(name) = cx.text(value, "a collation") else {
        return;
    };
    let is_text = matches!(
        cx.schema.fields[field].ty,
        FieldType::Scalar(Scalar::String) | FieldType::Unsupported(_) | FieldType::Unknown
    );
    if name.trim().is_empty() || name.contains('\0') {
        cx.error(
            Code::InvalidArgument,
            value.span(),
            "no collation has this name",
        );
    } else if is_text {
        cx.schema.fields[field].more().collation = Some(Collation {
            name: name.into(),
            span: attribute.span(),
        });
    } else {
        cx.report(
            Diagnostic::error(
                Code::InvalidArgument,
                attribute.span(),
                "only text has a collation",
            )
            .help("take it out"),
        );
    }
}

fn newtype(cx: &mut Context<'_>, field: FieldId, attribute: Node<'_>) {
    let data = &mut cx.schema.fields[field];
    let why = match (&data.ty, data.arity) {
        (_, Arity::List) => "a list has no newtype: it would hide which lists are alike",
        (FieldType::Enum(_), ..) => "an enum is a Rust type of its own already",
        (FieldType::Unsupported(_), ..) => {
            "a column of an unsupported type is left out of generated code"
        }
        _ => {
            data.more().newtype = Some(attribute.span());
            return;
        }
    };
    cx.report(Diagnostic::error(Code::InvalidArgument, attribute.span(), why).help("take it out"));
}
