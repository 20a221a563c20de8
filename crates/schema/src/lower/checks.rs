//! `@check`, `@@check` and `@@exclude`.

use super::arguments::Arguments;
use super::{Context, indexes, raw_sql, support};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Check, Exclusion, FieldId, FieldType, ModelId, ModelKind};
use crate::parse::Node;

pub(super) fn of_field(cx: &mut Context<'_>, field: FieldId, attribute: Node<'_>) {
    let data = &cx.schema.fields[field];
    let model = data.model;
    if matches!(data.ty, FieldType::Model(..)) {
        cx.report(
            Diagnostic::error(
                Code::InvalidArgument,
                attribute.span(),
                "a relation field has no column to check",
            )
            .help("put it on the column that the relation uses, or write `@@check`"),
        );
        return;
    }
    one(cx, model, Some(field), attribute);
}

pub(super) fn of_block(cx: &mut Context<'_>, model: ModelId, attribute: Node<'_>) {
    one(cx, model, None, attribute);
}

fn one(cx: &mut Context<'_>, model: ModelId, field: Option<FieldId>, attribute: Node<'_>) {
    let owner = if field.is_some() { "@check" } else { "@@check" };
    let mut arguments = Arguments::of(attribute);
    let condition = arguments.require_default(cx, "sql");
    let map = indexes::name(cx, &mut arguments, "map");
    arguments.finish(cx);
    let condition = condition.and_then(|value| raw_sql::of(cx, value, owner));
    if !is_table(cx, model, attribute, "check") {
        return;
    }
    let Some(condition) = condition else { return };
    cx.schema.models[model].checks.push(Check {
        condition,
        field,
        database_name: map.unwrap_or_default(),
        span: attribute.span(),
    });
}

pub(super) fn exclusion(cx: &mut Context<'_>, model: ModelId, attribute: Node<'_>) {
    let mut arguments = Arguments::of(attribute);
    let definition = arguments.require_default(cx, "sql");
    let map = indexes::name(cx, &mut arguments, "map");
    arguments.finish(cx);
    let definition = definition.and_then(|value| raw_sql::of(cx, value, "@@exclude"));
    let help = "take it out, or keep the rule in a trigger";
    if !support::has(
        cx,
        |facts| facts.exclusions,
        attribute.span(),
        "exclusion constraints",
        help,
    ) || !is_table(cx, model, attribute, "exclusion constraint")
    {
        return;
    }
    let Some(definition) = definition else { return };
    let begins = definition.text.trim_start();
    if !begins.starts_with('(')
        && !begins
            .get(..5)
            .is_some_and(|word| word.eq_ignore_ascii_case("using"))
    {
        cx.report(
            Diagnostic::error(
                Code::InvalidArgument,
                definition.span,
                "an exclusion constraint begins with `USING` or `(`",
            )
            .help("write what follows the word EXCLUDE: `USING gist (room WITH =)`"),
        );
        return;
    }
    let exclusion = Exclusion {
        definition,
        database_name: map.unwrap_or_default(),
        span: attribute.span(),
    };
    cx.schema.models[model].more().exclusions.push(exclusion);
}

fn is_table(cx: &mut Context<'_>, model: ModelId, attribute: Node<'_>, what: &str) -> bool {
    let is_table = cx.schema.models[model].kind == ModelKind::Table;
    if !is_table {
        cx.report(
            Diagnostic::error(
                Code::InvalidArgument,
                attribute.span(),
                format!("a view has no {what}"),
            )
            .help("put it on the tables that the view reads"),
        );
    }
    is_table
}
