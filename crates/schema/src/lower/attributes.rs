//! Third pass: the attributes of fields.

use super::arguments::Arguments;
use super::fields::attribute_path;
use super::{Context, defaults, indexes, native, relations, rust};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Arity, FieldId, FieldType};
use crate::parse::{Node, Rule};
use crate::provider::Scalar;

const KNOWN: [&str; 9] = [
    "id",
    "unique",
    "default",
    "updatedAt",
    "map",
    "relation",
    "ignore",
    "rust.type",
    "db.…",
];

pub(super) fn fields(cx: &mut Context<'_>) {
    for nodes in std::mem::take(&mut cx.field_nodes) {
        once(cx, &nodes.attributes);
        let field = nodes.field;
        for attribute in nodes.attributes {
            one(cx, field, attribute);
        }
    }
}

/// Reports attributes given more than once.
fn once(cx: &mut Context<'_>, attributes: &[Node<'_>]) {
    for (i, attribute) in attributes.iter().enumerate() {
        let path = attribute_path(*attribute);
        if let Some(first) = attributes[..i]
            .iter()
            .find(|first| attribute_path(**first) == path)
        {
            let message = format!("`@{path}` is given twice");
            let again = Diagnostic::error(Code::DuplicateAttribute, attribute.span(), message);
            cx.report(
                again
                    .related(first.span(), "first given here")
                    .help("take one out"),
            );
        }
    }
}

fn one<'t>(cx: &mut Context<'t>, field: FieldId, attribute: Node<'t>) {
    let path = attribute_path(attribute);
    let bare = |cx: &mut Context<'_>| {
        Arguments::of(
            format!("@{path}"),
            attribute.span(),
            attribute.child(Rule::arguments),
        )
        .finish(cx);
    };
    match path {
        // Read with the field itself.
        "map" => {}
        "id" => indexes::id_of_field(cx, field, attribute),
        "unique" => indexes::unique_of_field(cx, field, attribute),
        "default" => defaults::lower(cx, field, attribute),
        "updatedAt" => {
            bare(cx);
            updated_at(cx, field, attribute);
        }
        "ignore" => {
            bare(cx);
            cx.schema.fields[field.index()].ignored = true;
        }
        "relation" => relations::attribute(cx, field, attribute),
        "rust.type" => cx.schema.fields[field.index()].rust_type = rust::ty(cx, attribute),
        // Sharding of PlanetScale: a preview of Prisma's that changes no SQL.
        "shardKey" => bare(cx),
        _ => match path.split_once('.') {
            Some((prefix, name)) => native::lower(cx, field, attribute, prefix, name),
            None => {
                let message = format!("a field has no attribute `@{path}`");
                let span = attribute.span_at(
                    attribute.start() + 1,
                    attribute.start() + 1 + path.len() as u32,
                );
                cx.report(
                    Diagnostic::error(Code::UnknownAttribute, span, message)
                        .did_you_mean(path, KNOWN),
                );
            }
        },
    }
}

fn updated_at(cx: &mut Context<'_>, field: FieldId, attribute: Node<'_>) {
    let data = &mut cx.schema.fields[field.index()];
    data.updated_at = true;
    let wrong = if data.ty != FieldType::Scalar(Scalar::DateTime) {
        "`@updatedAt` is for DateTime fields"
    } else if data.arity == Arity::List {
        "`@updatedAt` is not for lists"
    } else {
        return;
    };
    cx.error(Code::InvalidArgument, attribute.span(), wrong);
}
