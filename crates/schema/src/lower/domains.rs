//! `domain` blocks.

use std::sync::Arc;

use super::attributes::once;
use super::blocks::{self, Named};
use super::fields::{attribute_path, path_span, read_type};
use super::{
    Context, Name, arguments::Arguments, comments, defaults, indexes, native, raw_sql, renames,
    support,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Arity, Check, Collation, Default, DomainData, FieldType};
use crate::parse::{Docs, Node, Rule};
use crate::provider::Scalar;

pub(super) fn block<'t>(cx: &mut Context<'t>, block: Node<'t>, docs: &Docs<'t>) {
    let (Some(word), Some(name)) = (block.child(Rule::domain_word), block.child(Rule::name)) else {
        return;
    };
    let id = cx.schema.domains.next_id();
    if !blocks::claim(cx, name, Name::Domain(id)) {
        return;
    }
    support::has(
        cx,
        |facts| facts.domains,
        word.span(),
        "domains",
        "write the type and the checks at each field",
    );
    let mut domain = DomainData {
        name: name.text().into(),
        database_name: name.text().into(),
        namespace: None,
        docs: docs.text(),
        scalar: Scalar::String,
        native: None,
        checks: Vec::new(),
        default: None,
        collation: None,
        comment: None,
        renamed: None,
        name_span: name.span(),
    };
    block_attributes(cx, block, &mut domain);
    let mut lines = block
        .children()
        .filter(|line| line.rule() == Rule::domain_type);
    match lines.next() {
        Some(line) => type_line(cx, line, &mut domain),
        None if super::super::parse::is_broken(block) => {}
        None => cx.report(
            Diagnostic::error(
                Code::EmptyBlock,
                name.span(),
                format!("the domain `{}` has no type", name.text()),
            )
            .help("write `type = String`, or another scalar"),
        ),
    }
    for again in lines {
        cx.report(
            Diagnostic::error(
                Code::DuplicateAttribute,
                again.span(),
                "a domain has one `type`",
            )
            .help("take this line out"),
        );
    }
    Arc::make_mut(&mut cx.schema.domains).push(domain);
}

fn type_line<'t>(cx: &mut Context<'t>, line: Node<'t>, domain: &mut DomainData) {
    let (Some(key), Some(written)) = (line.child(Rule::name), line.child(Rule::type_ref)) else {
        return;
    };
    if key.text() != "type" {
        let message = format!("a domain has no property `{}`", key.text());
        cx.report(
            Diagnostic::error(Code::UnknownProperty, key.span(), message)
                .help("it has one, `type`")
                .fix(key.span(), "type"),
        );
        return;
    }
    let (base, arity) = read_type(cx, written);
    if arity != Arity::Required {
        cx.report(
            Diagnostic::error(
                Code::InvalidArgument,
                written.span(),
                "a domain is the type of one value",
            )
            .help("write `?` and `[]` at the fields that use it"),
        );
    }
    let Some(scalar) = Scalar::parse(base) else {
        let message = format!("a domain narrows a scalar, and `{base}` is none");
        let unknown = Diagnostic::error(Code::UnknownType, written.span(), message);
        let unknown = unknown.did_you_mean(base, Scalar::ALL.iter().map(|scalar| scalar.name()));
        cx.report(if unknown.help.is_some() {
            unknown
        } else {
            unknown.help("write String, Int, or another scalar")
        });
        return;
    };
    domain.scalar = scalar;
    domain.native = cx
        .provider()
        .and_then(|provider| provider.default_type(scalar));
    let written = line
        .children()
        .filter(|node| node.rule() == Rule::attribute);
    for attribute in once(cx, "@", written) {
        type_attribute(cx, attribute, domain);
    }
}

fn type_attribute<'t>(cx: &mut Context<'t>, attribute: Node<'t>, domain: &mut DomainData) {
    let path = attribute_path(attribute);
    match path {
        "check" => domain.checks.extend(check(cx, attribute, "@check")),
        "default" => {
            let ty = FieldType::Scalar(domain.scalar);
            let default = defaults::of(cx, attribute, &ty, Arity::Required);
            if matches!(
                default,
                Some(Default::Client(_) | Default::Autoincrement | Default::Identity(_))
            ) {
                cx.report(
                    Diagnostic::error(
                        Code::InvalidDefault,
                        attribute.span(),
                        "this default belongs to a column, and not to a type",
                    )
                    .help("put it at the fields that use the domain"),
                );
            } else {
                domain.default = default;
            }
        }
        "collate" => {
            let mut arguments = Arguments::of(attribute);
            let value = arguments.require_default(cx, "name");
            arguments.finish(cx);
            let name = value.and_then(|value| cx.text(value, "a collation"));
            domain.collation = name.filter(|name| !name.is_empty()).map(|name| Collation {
                name: name.into(),
                span: attribute.span(),
            });
        }
        _ => match path.split_once('.') {
            Some((prefix, name)) if prefix != "rust" => {
                let ty = FieldType::Scalar(domain.scalar);
                if let Some(native) = native::of(cx, &ty, attribute, prefix, name) {
                    domain.native = Some(native);
                }
            }
            _ => {
                let message = format!("a domain's type has no attribute `@{path}`");
                let unknown =
                    Diagnostic::error(Code::UnknownAttribute, path_span(attribute), message)
                        .did_you_mean(path, ["check", "default", "collate"]);
                cx.report(if unknown.help.is_some() {
                    unknown
                } else {
                    unknown.help("it takes a column type such as `@db.Text`, `@check`, `@default` and `@collate`")
                });
            }
        },
    }
}

fn check<'t>(cx: &mut Context<'t>, attribute: Node<'t>, owner: &str) -> Option<Check> {
    let mut arguments = Arguments::of(attribute);
    let condition = arguments.require_default(cx, "sql");
    let map = indexes::name(cx, &mut arguments, "map");
    arguments.finish(cx);
    Some(Check {
        condition: raw_sql::of(cx, condition?, owner)?,
        field: None,
        database_name: map.unwrap_or_default(),
        span: attribute.span(),
    })
}

fn block_attributes<'t>(cx: &mut Context<'t>, block: Node<'t>, domain: &mut DomainData) {
    let mut attributes: Vec<Node<'_>> = block.block_attributes().collect();
    let (checks, others): (Vec<_>, Vec<_>) = attributes
        .drain(..)
        .partition(|attribute| attribute_path(*attribute) == "check");
    for attribute in checks {
        domain.checks.extend(check(cx, attribute, "@@check"));
    }
    for attribute in once(cx, "@@", others) {
        match attribute_path(attribute) {
            "map" => {
                if let Some(name) = blocks::map(cx, attribute, Named::Object) {
                    domain.database_name = name;
                }
            }
            "schema" => domain.namespace = blocks::namespace(cx, attribute),
            "renamed" => domain.renamed = renames::of(cx, attribute),
            "comment" => {
                domain.comment =
                    comments::of(cx, attribute, "domains", |facts| facts.type_comments);
            }
            path => {
                let message = format!("a domain has no attribute `@@{path}`");
                let names = ["map", "schema", "check", "renamed", "comment"];
                let unknown =
                    Diagnostic::error(Code::UnknownAttribute, path_span(attribute), message)
                        .did_you_mean(path, names);
                cx.report(if unknown.help.is_some() {
                    unknown
                } else {
                    unknown.help(
                        "it takes `@@map`, `@@schema`, `@@check`, `@@renamed` and `@@comment`",
                    )
                });
            }
        }
    }
}
