//! `@shardKey` and `@@shardKey`: how `PlanetScale` spreads rows, a preview of Prisma's that changes no SQL. It is checked and not kept.

use super::Context;
use super::arguments::Arguments;
use super::indexes::field_of;
use crate::diagnostic::{Code, Diagnostic};
use crate::hash::HashSet;
use crate::ir::{Arity, FieldId, ModelId, ModelKind};
use crate::parse::{Node, Value};
use crate::provider::Provider;
use crate::span::Span;

/// One on a field; its arguments have been looked at.
pub(super) fn of_field(cx: &mut Context<'_>, field: FieldId, attribute: Node<'_>) {
    let data = &cx.schema.fields[field];
    let model = data.model;
    if data.arity != Arity::Required {
        cx.error(
            Code::InvalidIndex,
            attribute.span(),
            "every row has a shard, so that a shard key is required and no list",
        );
    }
    supported(cx, model, attribute.span());
    once(cx, model, attribute);
}

/// One over several fields.
pub(super) fn of_block<'t>(cx: &mut Context<'t>, model: ModelId, attribute: Node<'t>) {
    let mut arguments = Arguments::of(attribute);
    let fields = arguments.require_default(cx, "fields");
    arguments.finish(cx);
    supported(cx, model, attribute.span());
    once(cx, model, attribute);
    let Some(fields) = fields else { return };
    let elements = fields.elements();
    if elements.is_empty() && cx.schema.models[model].kind == ModelKind::Table {
        cx.error(
            Code::InvalidIndex,
            fields.span(),
            "`@@shardKey` names no field",
        );
    }
    let mut seen: HashSet<FieldId> = HashSet::default();
    for element in elements {
        let span = element.span();
        let name = match element {
            Value::Call(call) if call.arguments.is_none() => call.path,
            _ => {
                let message = format!("`@@shardKey` lists fields, not {}", element.kind());
                cx.error(Code::InvalidIndex, span, message);
                continue;
            }
        };
        let Some(field) = field_of(cx, model, name, span) else {
            continue;
        };
        if cx.schema.fields[field].arity != Arity::Required {
            let message = format!("every row has a shard, and `{name}` may be missing or a list");
            cx.error(Code::InvalidIndex, span, message);
        }
        if !seen.insert(field) {
            let message = format!("`@@shardKey` names the field `{name}` twice");
            cx.error(Code::InvalidIndex, span, message);
        }
    }
}

/// A view has no shards of its own, and Prisma lets it say what it likes.
fn supported(cx: &mut Context<'_>, model: ModelId, span: Span) {
    let has = cx
        .provider()
        .is_none_or(|provider| provider == Provider::Mysql);
    if !has && cx.schema.models[model].kind == ModelKind::Table {
        let message = "shard keys exist on MySQL (PlanetScale) only";
        cx.report(Diagnostic::error(Code::NotSupported, span, message).help("take it out"));
    }
}

/// A model has one, on a field or over several.
fn once(cx: &mut Context<'_>, model: ModelId, attribute: Node<'_>) {
    let data = &mut cx.schema.models[model];
    let Some(first) = data.more().shard_key.replace(attribute.span()) else {
        return;
    };
    let message = format!("the model `{}` has two shard keys", data.name);
    cx.report(
        Diagnostic::error(Code::InvalidIndex, attribute.span(), message)
            .related(first, "the first")
            .help("a key of several columns is written once, as `@@shardKey([a, b])`"),
    );
}
