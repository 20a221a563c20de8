//! Third pass: the attributes of fields.

use smallvec::SmallVec;

use crate::hash::HashMap;

use super::arguments::Arguments;
use super::fields::{attribute_path, attributes, path_span};
use super::{Context, checks, columns, defaults, indexes, native, relations, rust, shard_keys};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Arity, FieldId, FieldType};
use crate::parse::Node;
use crate::provider::Scalar;
use crate::span::Span;

const KNOWN: [&str; 15] = [
    "id",
    "unique",
    "default",
    "updatedAt",
    "map",
    "relation",
    "ignore",
    "check",
    "generated",
    "collate",
    "comment",
    "renamed",
    "rust.type",
    "rust.newtype",
    "rust.hidden",
];

pub(super) fn fields(cx: &mut Context<'_>) {
    let lines = std::mem::take(&mut cx.field_nodes);
    for (field, line) in &lines {
        for attribute in once(cx, "@", attributes(*line)) {
            one(cx, *field, attribute);
        }
    }
    cx.field_nodes = lines;
}

/// Attributes of one field or value.
pub(super) type Attributes<'t> = SmallVec<[Node<'t>; 6]>;

/// What an attribute is about.
fn key(path: &str) -> &str {
    match path.split_once('.') {
        Some((namespace, _)) if namespace != "rust" => namespace,
        _ => path,
    }
}

/// The attributes without those that repeat one; these are reported. A field has one column type, so `@db.A` repeats `@db.B`.
pub(super) fn once<'t>(
    cx: &mut Context<'_>,
    sign: &str,
    attributes: impl IntoIterator<Item = Node<'t>>,
) -> Attributes<'t> {
    // Few are compared faster than they are hashed.
    const FEW: usize = 16;
    let mut first: HashMap<&str, Span> = HashMap::default();
    let mut kept: Attributes<'t> = SmallVec::new();
    for attribute in attributes {
        let path = attribute_path(attribute);
        let key = key(path);
        let before = if kept.len() <= FEW {
            let same = kept
                .iter()
                .find(|kept| self::key(attribute_path(**kept)) == key);
            same.map(|kept| kept.span())
        } else {
            if first.is_empty() {
                first.extend(
                    kept.iter()
                        .map(|kept| (self::key(attribute_path(*kept)), kept.span())),
                );
            }
            first.get(key).copied()
        };
        if let Some(before) = before {
            let message = if key == path {
                format!("`{sign}{path}` is given twice")
            } else {
                "a field has one column type".to_owned()
            };
            let again = Diagnostic::error(Code::DuplicateAttribute, attribute.span(), message);
            cx.report(
                again
                    .related(before, "first given here")
                    .help("take one out"),
            );
        } else {
            if !first.is_empty() {
                first.insert(key, attribute.span());
            }
            kept.push(attribute);
        }
    }
    kept
}

fn one<'t>(cx: &mut Context<'t>, field: FieldId, attribute: Node<'t>) {
    let path = attribute_path(attribute);
    let bare = |cx: &mut Context<'_>| {
        Arguments::of(attribute).finish(cx);
    };
    match path {
        // Read with the field itself.
        "map" => {
            if matches!(cx.schema.fields[field].ty, FieldType::Model(..)) {
                let message = "`@map` names a column, and a relation field has none";
                let wrong = Diagnostic::error(Code::InvalidArgument, attribute.span(), message);
                cx.report(wrong.help("put it on the column that the relation uses"));
            }
        }
        "id" => indexes::id_of_field(cx, field, attribute),
        "unique" => indexes::unique_of_field(cx, field, attribute),
        "default" => defaults::lower(cx, field, attribute),
        "updatedAt" => {
            bare(cx);
            updated_at(cx, field, attribute);
        }
        "ignore" => {
            bare(cx);
            cx.schema.fields[field].ignored = true;
        }
        "relation" => relations::attribute(cx, field, attribute),
        "rust.type" => {
            let ty = rust::ty(cx, attribute);
            cx.schema.fields[field].more().rust_type = ty;
        }
        "check" => checks::of_field(cx, field, attribute),
        "generated" | "collate" | "comment" | "renamed" | "rust.newtype" | "rust.hidden" => {
            columns::attribute(cx, field, path, attribute);
        }
        "shardKey" => {
            bare(cx);
            shard_keys::of_field(cx, field, attribute);
        }
        _ => match path.split_once('.') {
            Some((prefix, name)) if prefix != "rust" => {
                native::lower(cx, field, attribute, prefix, name);
            }
            _ => {
                let message = format!("a field has no attribute `@{path}`");
                let span = path_span(attribute);
                cx.report(
                    Diagnostic::error(Code::UnknownAttribute, span, message)
                        .did_you_mean(path, KNOWN),
                );
            }
        },
    }
}

fn updated_at<'t>(cx: &mut Context<'t>, field: FieldId, attribute: Node<'t>) {
    let data = &mut cx.schema.fields[field];
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
