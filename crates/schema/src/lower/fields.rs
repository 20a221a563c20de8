//! Second pass: the fields of every model, with their names and types.

use super::blocks::{self, Named};
use super::{Among, Context, Name};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Arity, ColumnKind, ColumnType, FieldData, FieldType, ModelId};
use crate::parse::{Node, Rule, unquote};
use crate::provider::Scalar;
use crate::span::Span;

pub(super) fn declare<'t>(cx: &mut Context<'t>, model: ModelId, block: Node<'t>) {
    cx.field_nodes.clear();
    for (line, docs) in block.statements() {
        if line.rule() == Rule::field {
            field(cx, model, line, docs.text());
        }
    }
    if cx.field_nodes.len() > Context::FEW {
        for (field, line) in &cx.field_nodes {
            let name = line.child(Rule::name).map_or("", Node::text);
            cx.field_names.entry((model, name)).or_insert(*field);
        }
    }
}

fn field<'t>(cx: &mut Context<'t>, model: ModelId, line: Node<'t>, docs: Option<Box<str>>) {
    let (Some(name), Some(written)) = (line.child(Rule::name), line.child(Rule::type_ref)) else {
        return;
    };
    blocks::check_name(cx, name, "field");
    no_colon(cx, line, name, written);
    let (base, arity) = read_type(cx, written);
    let ty = resolve(cx, written, base);
    let mut column_type = column_type(cx, &ty, arity);
    if let (Some((Name::Domain(domain), _)), Some(column)) = (cx.names.get(base), &mut column_type)
    {
        column.kind = ColumnKind::Domain(*domain);
    }
    // The column's name comes first of all attributes: names of keys and indexes are made of it.
    let map = attributes(line).find(|attribute| attribute_path(*attribute) == "map");
    let database_name = map.and_then(|attribute| blocks::map(cx, attribute, Named::Object));
    let id = cx.schema.fields.push(FieldData {
        model,
        database_name,
        docs,
        ty,
        arity,
        column_type,
        type_is_written: false,
        default: None,
        updated_at: false,
        ignored: false,
        more: None,
        name_span: name.span(),
        type_span: written.span(),
        span: line.span(),
    });
    cx.field_nodes.push((id, line));
}

/// The attributes of a field or value.
pub(super) fn attributes(line: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    line.children()
        .filter(|node| node.rule() == Rule::attribute)
}

/// `name: Type` was the spelling of Prisma 1.
fn no_colon(cx: &mut Context<'_>, line: Node<'_>, name: Node<'_>, written: Node<'_>) {
    if line.text()[name.text().len()..].starts_with(':') {
        let colon = line.span_at(name.end(), name.end() + 1);
        cx.report(
            Diagnostic::error(
                Code::Syntax,
                colon,
                "a field's name and type stand side by side, without a colon",
            )
            .help(format!("write `{} {}`", name.text(), written.text()))
            .fix(colon, ""),
        );
    }
}

pub(super) fn attribute_path(attribute: Node<'_>) -> &str {
    attribute.child(Rule::path).map_or("", Node::text)
}

/// The place of an attribute's name.
pub(super) fn path_span(attribute: Node<'_>) -> Span {
    attribute
        .child(Rule::path)
        .map_or(attribute.span(), Node::span)
}

/// The type's name, and how many values the field holds. Spellings of Prisma 1 and 2 get an error that says the new one.
pub(super) fn read_type<'t>(cx: &mut Context<'_>, written: Node<'t>) -> (&'t str, Arity) {
    let text = written.text();
    let legacy = |cx: &mut Context<'_>, new: String| {
        cx.report(
            Diagnostic::error(
                Code::Syntax,
                written.span(),
                format!("`{text}` is an old way to write a type"),
            )
            .help(format!("write `{new}`"))
            .fix(written.span(), new),
        );
    };
    if let Some((inner, _)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        legacy(cx, format!("{inner}[]"));
        return (inner, Arity::List);
    }
    // The modifiers come after the name, or after the `)` of Unsupported("…").
    let end = if text.starts_with("Unsupported(") {
        text.rfind(')').map_or(text.len(), |at| at + 1)
    } else {
        0
    };
    let end = end
        + text[end..]
            .find(['[', '?', '!'])
            .unwrap_or(text.len() - end);
    let (base, modifiers) = text.split_at(end);
    let base = base.trim_end();
    let modifiers: String = modifiers.split(char::is_whitespace).collect();
    match modifiers.as_str() {
        "" => (base, Arity::Required),
        "?" => (base, Arity::Optional),
        "[]" => (base, Arity::List),
        "!" => {
            legacy(cx, base.to_owned());
            (base, Arity::Required)
        }
        _ => {
            let wrong = if modifiers.contains("[]") {
                Arity::List
            } else {
                Arity::Optional
            };
            let new = if wrong == Arity::List {
                format!("{base}[]")
            } else {
                format!("{base}?")
            };
            cx.report(
                Diagnostic::error(
                    Code::Syntax,
                    written.span(),
                    format!("`{text}` has more than one modifier"),
                )
                .help(format!(
                    "a list is never missing, only empty: write `{new}`"
                )),
            );
            (base, wrong)
        }
    }
}

fn resolve<'t>(cx: &mut Context<'t>, written: Node<'t>, base: &'t str) -> FieldType {
    if let Some(literal) = base
        .strip_prefix("Unsupported(")
        .and_then(|rest| rest.strip_suffix(')'))
    {
        let start = written.start() + "Unsupported(".len() as u32;
        return unsupported(cx, written, literal, start);
    }
    if let Some(scalar) = Scalar::parse(base) {
        return FieldType::Scalar(scalar);
    }
    match cx.names.get(base) {
        Some((Name::Model(model), _)) => FieldType::Model(*model, None),
        Some((Name::Enum(enumeration), _)) => FieldType::Enum(*enumeration),
        // To Rust it is its scalar; to the database, a type of its own.
        Some((Name::Domain(domain), _)) => FieldType::Scalar(cx.schema.domains[*domain].scalar),
        Some((Name::Composite, _)) => FieldType::Unknown,
        Some((Name::Shape, at)) => {
            let at = *at;
            let message = format!("`{base}` is a shape, and no type of a field");
            cx.report(
                Diagnostic::error(Code::UnknownType, written.span(), message)
                    .related(at, "the shape")
                    .help("name the model that the shape begins at"),
            );
            FieldType::Unknown
        }
        None => {
            // Only the name, not the `?` or `[]` behind it, so that the fix keeps them.
            let span = written.span_at(written.start(), written.start() + base.len() as u32);
            let unknown = Diagnostic::error(
                Code::UnknownType,
                span,
                format!("the type `{base}` does not exist"),
            );
            cx.unknown(unknown, base, Among::Types);
            FieldType::Unknown
        }
    }
}

/// The SQL text of `Unsupported("…")`; `start` is where its literal begins.
fn unsupported(cx: &mut Context<'_>, written: Node<'_>, literal: &str, start: u32) -> FieldType {
    let start = start + (literal.len() - literal.trim_start().len()) as u32;
    match unquote(literal.trim()) {
        Ok(text) => FieldType::Unsupported(text.into()),
        Err(error) => {
            let start = start + error.at as u32;
            let span = written.span_at(start, start + error.len as u32);
            cx.error(Code::InvalidString, span, error.message);
            FieldType::Unknown
        }
    }
}

fn column_type(cx: &Context<'_>, ty: &FieldType, arity: Arity) -> Option<ColumnType> {
    let kind = match ty {
        FieldType::Scalar(scalar) => ColumnKind::Native(cx.provider()?.default_type(*scalar)?),
        FieldType::Enum(enumeration) => ColumnKind::Enum(*enumeration),
        FieldType::Unsupported(text) => ColumnKind::Unsupported(text.clone()),
        FieldType::Model(..) | FieldType::Unknown => return None,
    };
    Some(ColumnType {
        kind,
        list: arity == Arity::List,
    })
}
