//! `shape` blocks, when all relations are known.

use std::collections::HashMap;

use super::{Among, Context};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{FieldId, FieldType, Include, ModelId, Shape};
use crate::parse::{Node, Rule};
use crate::span::Span;

pub(super) fn lower(cx: &mut Context<'_>) {
    for (block, docs) in std::mem::take(&mut cx.shape_nodes) {
        let (Some(name), Some(on)) = (block.child(Rule::name), block.child(Rule::model_name))
        else {
            continue;
        };
        let Some(model) = model(cx, on) else { continue };
        let includes = includes(cx, model, block);
        if !block.children().any(|line| line.rule() == Rule::include)
            && !crate::parse::is_broken(block)
        {
            cx.report(
                Diagnostic::error(
                    Code::EmptyBlock,
                    name.span(),
                    format!("the shape `{}` includes nothing", name.text()),
                )
                .help("name a relation field of the model"),
            );
        }
        cx.schema.shapes.push(Shape {
            name: name.text().into(),
            model,
            includes,
            docs,
            name_span: name.span(),
            span: block.span(),
        });
    }
}

fn model<'t>(cx: &mut Context<'t>, on: Node<'t>) -> Option<ModelId> {
    if let Some((super::Name::Model(model), _)) = cx.names.get(on.text()) {
        return Some(*model);
    }
    let unknown = Diagnostic::error(
        Code::UnknownType,
        on.span(),
        format!("there is no model `{}`", on.text()),
    );
    cx.unknown(unknown, on.text(), Among::Models);
    None
}

/// The relations that stand in a block or in the braces of another.
fn includes<'t>(cx: &mut Context<'t>, model: ModelId, node: Node<'t>) -> Vec<Include> {
    let mut found = Vec::new();
    let mut seen: HashMap<FieldId, Span> = HashMap::new();
    for line in node.children().filter(|line| line.rule() == Rule::include) {
        let Some(name) = line.child(Rule::name) else {
            continue;
        };
        let Some((field, target)) = relation(cx, model, name) else {
            continue;
        };
        if let Some(first) = seen.get(&field) {
            let message = format!("`{}` is included twice", name.text());
            cx.report(
                Diagnostic::error(Code::DuplicateName, name.span(), message)
                    .related(*first, "first included here")
                    .help("write what is behind both into one pair of braces"),
            );
            continue;
        }
        seen.insert(field, name.span());
        found.push(Include {
            field,
            includes: includes(cx, target, line),
            span: name.span(),
        });
    }
    found
}

/// The relation field of that name, and the model it leads to.
fn relation<'t>(
    cx: &mut Context<'t>,
    model: ModelId,
    name: Node<'t>,
) -> Option<(FieldId, ModelId)> {
    let found = cx.find_field(model, name.text());
    let wrong = |message| Diagnostic::error(Code::UnknownField, name.span(), message);
    let Some(field) = found else {
        let data = cx.schema.model(model);
        let message = format!("the model `{}` has no field `{}`", data.name(), name.text());
        cx.unknown(wrong(message), name.text(), Among::Relations(model));
        return None;
    };
    let data = &cx.schema.fields[field];
    let FieldType::Model(target, _) = data.ty else {
        let message = format!("`{}` is a column and no relation", name.text());
        cx.report(wrong(message).help("take it out: the columns of a model always come along"));
        return None;
    };
    if data.ignored || cx.schema.models[target].ignored {
        let message = format!("`{}` is ignored, and no code is made for it", name.text());
        cx.report(wrong(message).help("take it or the `@ignore` out"));
        return None;
    }
    Some((field, target))
}
