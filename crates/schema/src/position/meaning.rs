//! What a leaf stands for.

use super::{LeafKind, Position};
use crate::ir::{Field, FieldId, FieldType, Include, Model, Schema};
use crate::span::Span;

/// The place where the leaf's name is defined.
pub(super) fn of(schema: &Schema, position: &Position<'_>) -> Option<Span> {
    let leaf = position.leaf?;
    let text = leaf.named.text;
    match leaf.kind {
        LeafKind::BlockName | LeafKind::LineName => {
            Some(leaf.named.span).filter(|span| is_defined(schema, position, *span))
        }
        LeafKind::Type => block(
            schema,
            text.trim_end_matches(['[', ']', '?', '!', ' ', '\t'])
                .trim_start_matches('['),
        ),
        LeafKind::Path if position.attribute.is_none() => included(schema, leaf.named.span),
        LeafKind::Path => path(schema, position, text),
        // `where: { field: value }` labels conditions with fields.
        LeafKind::Label
            if position
                .argument
                .is_some_and(|argument| argument.text == "where") =>
        {
            field(model(schema, position)?, text)
        }
        _ => None,
    }
}

fn is_defined(schema: &Schema, position: &Position<'_>, span: Span) -> bool {
    let fields = || {
        model(schema, position)
            .is_some_and(|model| model.fields().any(|field| field.name_span() == span))
    };
    let values = || {
        let block = position.block.map_or("", |block| block.text);
        schema
            .find_enum(block)
            .is_some_and(|found| found.values().any(|value| value.name_span() == span))
    };
    schema.models().any(|model| model.name_span() == span)
        || schema.enums().any(|found| found.name_span() == span)
        || schema.domains().any(|found| found.name_span() == span)
        || schema
            .server_code()
            .iter()
            .any(|code| code.name_span == span)
        || schema.shapes().iter().any(|shape| shape.name_span == span)
        || fields()
        || values()
}

fn block(schema: &Schema, name: &str) -> Option<Span> {
    let model = schema.find_model(name).map(|model| model.name_span());
    model
        .or_else(|| schema.find_enum(name).map(|found| found.name_span()))
        .or_else(|| schema.find_domain(name).map(|found| found.name_span()))
}

/// The relation field that a shape includes at a place.
fn included(schema: &Schema, span: Span) -> Option<Span> {
    fn at(includes: &[Include], span: Span) -> Option<FieldId> {
        includes.iter().find_map(|include| {
            if include.span == span {
                return Some(include.field);
            }
            at(&include.includes, span)
        })
    }
    let field = schema
        .shapes()
        .iter()
        .find_map(|shape| at(&shape.includes, span))?;
    Some(schema.field(field).name_span())
}

fn model<'s>(schema: &'s Schema, position: &Position<'_>) -> Option<Model<'s>> {
    schema.find_model(position.block?.text)
}

fn field(model: Model<'_>, name: &str) -> Option<Span> {
    model.find_field(name).map(|field| field.name_span())
}

fn path(schema: &Schema, position: &Position<'_>, text: &str) -> Option<Span> {
    let model = model(schema, position)?;
    // The path of a call stands for itself only if it is a field with options: `author(sort: Desc)`.
    let label = position.argument.map(|argument| argument.text);
    match (position.attribute?.text, label) {
        ("relation", Some("references")) => field(target(line(model, position)?)?, text),
        ("relation", Some("fields"))
        | ("unique" | "index", Some("include"))
        | ("id" | "unique" | "index" | "fulltext", None | Some("fields")) => field(model, text),
        ("default", None | Some("value")) => match line(model, position)?.ty() {
            FieldType::Enum(id) => {
                let mut values = schema.enumeration(*id).values();
                values
                    .find(|value| value.name() == text)
                    .map(|value| value.name_span())
            }
            _ => None,
        },
        _ => None,
    }
}

fn line<'s>(model: Model<'s>, position: &Position<'_>) -> Option<Field<'s>> {
    model.find_field(position.line?.text)
}

/// The model at the other end of a relation field, whether or not the relation is complete.
fn target(field: Field<'_>) -> Option<Model<'_>> {
    match field.ty() {
        FieldType::Model(id, _) => Some(field.model().schema().model(*id)),
        _ => None,
    }
}
