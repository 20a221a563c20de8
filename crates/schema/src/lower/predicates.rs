//! `where:` of a partial index.

use super::arguments::Arguments;
use super::indexes::field_of;
use super::{Context, defaults};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Condition, FieldId, FieldType, Literal, ModelId, ModelKind, Predicate};
use crate::parse::{Call, Value};
use crate::provider::Scalar;

/// The text of `raw("…")`.
pub(super) fn raw(cx: &mut Context<'_>, call: Call<'_>) -> Option<Box<str>> {
    let arguments = call.arguments();
    let value = arguments.first().and_then(|argument| argument.value());
    let text = match value {
        Some(value) => cx.text(value, "the SQL")?,
        None => "".into(),
    };
    for more in arguments.iter().skip(1) {
        cx.report(
            Diagnostic::warning(
                Code::InvalidArgument,
                more.node.span(),
                "`raw()` takes one text; this one does nothing",
            )
            .help("take it out"),
        );
    }
    if text.is_empty() {
        cx.error(
            Code::InvalidArgument,
            call.node.span(),
            "`raw()` holds no SQL",
        );
        return None;
    }
    if text.trim().is_empty() {
        cx.report(
            Diagnostic::warning(
                Code::ServerWillRefuse,
                call.node.span(),
                "`raw()` holds no SQL, and does nothing",
            )
            .help("write a condition, or take it out"),
        );
        return None;
    }
    Some(text.into())
}

pub(super) fn lower<'t>(
    cx: &mut Context<'t>,
    arguments: &mut Arguments<'t>,
    model: ModelId,
) -> Option<Predicate> {
    let value = arguments.take(cx, "where")?;
    if let Some(provider) = cx.provider()
        && !provider.facts().partial_indexes
        // The unique of a view is a promise that no database looks at.
        && cx.schema.models[model].kind == ModelKind::Table
    {
        let message = format!("{} has no partial indexes", provider.display_name());
        cx.report(
            Diagnostic::error(Code::NotSupported, value.span(), message).help("take `where` out"),
        );
        return None;
    }
    match value {
        Value::Call(call) if call.path == "raw" => raw(cx, call).map(Predicate::Raw),
        Value::Object(object) => {
            let conditions: Vec<_> = crate::parse::arguments(object)
                .into_iter()
                .filter_map(|argument| {
                    let name = argument.label?;
                    let start = argument.node.start();
                    let span = argument.node.span_at(start, start + name.len() as u32);
                    let field = field_of(cx, model, name, span)?;
                    Some((field, condition(cx, field, argument.value()?)?))
                })
                .collect();
            if conditions.is_empty() && crate::parse::arguments(object).is_empty() {
                cx.error(
                    Code::InvalidArgument,
                    value.span(),
                    "`where` names no condition",
                );
            }
            // What is left of a condition that did not resolve would be another one.
            (conditions.len() == crate::parse::arguments(object).len() && !conditions.is_empty())
                .then_some(Predicate::Fields(conditions))
        }
        _ => {
            cx.report(
                Diagnostic::error(Code::InvalidArgument, value.span(), "this is no condition")
                    .help("write `where: { field: value }` or `where: raw(\"…\")`"),
            );
            None
        }
    }
}

fn condition<'t>(cx: &mut Context<'t>, field: FieldId, value: Value<'t>) -> Option<Condition> {
    if value.path() == Some("null") {
        return Some(Condition::Null);
    }
    if let Value::Object(object) = value {
        let arguments = crate::parse::arguments(object);
        let [argument] = arguments.as_slice() else {
            cx.error(
                Code::InvalidArgument,
                value.span(),
                "write `{ not: value }`",
            );
            return None;
        };
        if argument.label != Some("not") {
            cx.error(
                Code::InvalidArgument,
                argument.node.span(),
                "a condition is a value, null, or `{ not: value }`",
            );
            return None;
        }
        let inner = argument.value()?;
        if inner.path() == Some("null") {
            return Some(Condition::NotNull);
        }
        return condition_literal(cx, field, inner).map(Condition::IsNot);
    }
    condition_literal(cx, field, value).map(Condition::Is)
}

fn condition_literal<'t>(
    cx: &mut Context<'t>,
    field: FieldId,
    value: Value<'t>,
) -> Option<Literal> {
    let ty = cx.schema.fields[field].ty.clone();
    match (&ty, value) {
        // In a condition an enum's value stands as text, in its database spelling or the schema's.
        (FieldType::Enum(_), Value::Text(_)) => cx
            .text(value, "the value")
            .map(|text| Literal::Text(text.into())),
        // A column of whole numbers can be compared with any number.
        (FieldType::Scalar(Scalar::Int | Scalar::BigInt), Value::Number(number)) => {
            Some(Literal::Number(number.text().into()))
        }
        // Prisma compares with any text.
        (FieldType::Scalar(Scalar::DateTime), Value::Text(_)) => {
            let text = cx.text(value, "the value")?;
            if !defaults::is_rfc3339(&text) {
                let message = format!("`{text}` is no time of RFC 3339");
                cx.report(
                    Diagnostic::warning(Code::ServerWillRefuse, value.span(), message)
                        .help("write \"2026-01-31T12:00:00Z\""),
                );
            }
            Some(Literal::DateTime(text.into()))
        }
        (FieldType::Unsupported(_), _) => {
            let message = "only the database knows values of this type";
            cx.report(
                Diagnostic::error(Code::InvalidArgument, value.span(), message)
                    .help("write the condition as `raw(\"…\")`"),
            );
            None
        }
        (FieldType::Scalar(scalar @ (Scalar::Json | Scalar::Bytes)), _) => {
            let message = format!("a condition compares no {}", scalar.name());
            cx.report(
                Diagnostic::error(Code::InvalidArgument, value.span(), message)
                    .help("write the condition as `raw(\"…\")`"),
            );
            None
        }
        _ => defaults::literal(cx, value, &ty),
    }
}
