//! `ops:`: the operator class of an index column.

use super::arguments::Arguments;
use super::{Context, predicates};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::OperatorClass;
use crate::parse::{Call, Value};
use crate::provider::OperatorClassInfo;

/// Reports the operator classes of an inverted index on CockroachDB, which has none.
pub(super) fn without_classes(cx: &mut Context<'_>, fields: Option<Value<'_>>) {
    for element in fields.into_iter().flat_map(Value::elements) {
        let Value::Call(call) = element else { continue };
        let arguments = call.arguments();
        let class = arguments
            .iter()
            .find(|argument| argument.label == Some("ops"));
        if let Some(class) = class {
            let message = "an inverted index of CockroachDB has no operator classes";
            cx.report(
                Diagnostic::error(Code::NotSupported, class.node.span(), message)
                    .help("take `ops` out"),
            );
        }
    }
}

/// Operator classes are for `@@index`. In `@@id` Prisma reads one and writes nothing of it.
pub(super) fn class_of_key(cx: &mut Context<'_>, arguments: &mut Arguments<'_>, owner: &str) {
    let Some(value) = arguments.take(cx, "ops") else {
        return;
    };
    let message = format!("`{owner}` has no operator classes");
    let finding = if owner == "@@id" {
        operator_class(cx, value);
        Diagnostic::warning
    } else {
        Diagnostic::error
    };
    cx.report(finding(Code::InvalidArgument, value.span(), message).help("take `ops` out"));
}

pub(super) fn operator_class(cx: &mut Context<'_>, value: Value<'_>) -> Option<OperatorClass> {
    match value {
        Value::Call(call) if call.path == "raw" => raw_class(cx, call),
        Value::Call(Call {
            path,
            arguments: None,
            ..
        }) => {
            if OperatorClassInfo::named(path).is_none() {
                let message = format!("the operator class `{path}` is not known");
                let unknown = Diagnostic::error(Code::InvalidArgument, value.span(), message);
                let names = OperatorClassInfo::ALL.iter().map(|class| class.name);
                let unknown = unknown.did_you_mean(path, names);
                cx.report(if unknown.help.is_none() {
                    unknown.help("any class can be written as `raw(\"…\")`")
                } else {
                    unknown
                });
            }
            Some(OperatorClass::Known(path.into()))
        }
        _ => {
            cx.report(
                Diagnostic::error(
                    Code::InvalidArgument,
                    value.span(),
                    "this is no operator class",
                )
                .help("write its name, such as JsonbPathOps, or `raw(\"…\")`"),
            );
            None
        }
    }
}

/// `raw("class")`. Prisma takes it without a name, asks nothing more, and writes the index without a class.
fn raw_class(cx: &mut Context<'_>, call: Call<'_>) -> Option<OperatorClass> {
    let arguments = call.arguments();
    if arguments.len() > 1 {
        cx.error(
            Code::InvalidArgument,
            call.node.span(),
            "`raw()` takes the name of one operator class",
        );
        return None;
    }
    let is_empty = arguments
        .first()
        .and_then(|argument| argument.value()?.text()?.ok())
        .is_some_and(|text| text.trim().is_empty());
    if is_empty {
        let message = "`raw()` names no operator class, and does nothing";
        cx.report(
            Diagnostic::warning(Code::InvalidArgument, call.node.span(), message)
                .help("take `ops` out"),
        );
        return Some(OperatorClass::Raw("".into()));
    }
    predicates::raw(cx, call).map(OperatorClass::Raw)
}
