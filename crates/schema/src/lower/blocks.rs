//! First pass: which blocks there are, and what their names stand for.

use std::sync::Arc;

use super::attributes::once;
use super::fields::attribute_path;
use super::{
    Context, Name, arguments::Arguments, comments, config, domains, model_attributes, preview,
    renames, rust, server_code, support,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{Comment, Renamed};
use crate::ir::{EnumData, EnumValueData, ModelData, ModelKind};
use crate::parse::{Docs, Node, Rule, Tree};
use crate::span::Span;

pub(super) fn declare<'t>(cx: &mut Context<'t>, trees: &'t [Tree]) {
    // Configuration first: how a name or type is judged depends on the provider, wherever its block stands.
    for tree in trees {
        for (item, _) in tree.root().statements() {
            if item.rule() == Rule::config {
                config::lower(cx, item);
            }
        }
    }
    preview::check(cx);
    for tree in trees {
        for (item, docs) in tree.root().statements() {
            match item.rule() {
                Rule::block => model(cx, item, &docs),
                Rule::enumeration => enumeration(cx, item, &docs),
                Rule::domain => domains::block(cx, item, &docs),
                Rule::code_block => server_code::block(cx, item, &docs),
                Rule::shape => {
                    if let Some(name) = item.child(Rule::name)
                        && claim(cx, name, Name::Shape)
                    {
                        cx.shape_nodes.push((item, docs.text()));
                    }
                }
                _ => {}
            }
        }
    }
}

fn model<'t>(cx: &mut Context<'t>, block: Node<'t>, docs: &Docs<'t>) {
    let (Some(word), Some(name)) = (block.child(Rule::block_word), block.child(Rule::name)) else {
        return;
    };
    apart(cx, word, name);
    let kind = match word.text() {
        "view" => ModelKind::View,
        "type" => {
            claim(cx, name, Name::Composite);
            let mongodb = cx
                .provider()
                .is_none_or(|provider| provider == crate::provider::Provider::Mongodb);
            if !mongodb {
                cx.report(
                    Diagnostic::error(
                        Code::NotSupported,
                        word.span(),
                        "composite types exist on MongoDB only",
                    )
                    .help("use a model with a relation, or a `Json` field"),
                );
            }
            return;
        }
        _ => ModelKind::Table,
    };
    let id = cx.schema.models.next_id();
    if !claim(cx, name, Name::Model(id)) {
        return;
    }
    let shared = block_names(cx, block);
    cx.model_nodes.push(block);
    // A model's fields have ids one after the other, those of the first model first.
    let first = cx
        .schema
        .models
        .iter()
        .last()
        .map_or(0, |before| before.fields.end);
    let count = block
        .children()
        .filter(|line| line.rule() == Rule::field)
        .count();
    let mut attributes = block
        .children()
        .filter(|line| line.rule() == Rule::block_attribute);
    let mapped = attributes.find(|attribute| attribute_path(*attribute) == "map");
    cx.schema.models.push(ModelData {
        name: name.text().into(),
        database_name: shared.map.unwrap_or_else(|| name.text().into()),
        namespace: shared.namespace,
        kind,
        docs: docs.text(),
        fields: first..first + count as u32,
        primary_key: None,
        indexes: Vec::new(),
        ignored: shared.ignored,
        derives: shared.derives,
        checks: Vec::new(),
        more: None,
        name_span: name.span(),
        database_name_span: mapped.map_or(name.span(), Node::span),
        span: block.span(),
    });
}

fn enumeration<'t>(cx: &mut Context<'t>, block: Node<'t>, docs: &Docs<'t>) {
    let (Some(word), Some(name)) = (block.child(Rule::enum_word), block.child(Rule::name)) else {
        return;
    };
    apart(cx, word, name);
    let id = cx.schema.enums.next_id();
    if !claim(cx, name, Name::Enum(id)) {
        return;
    }
    let start = cx.schema.enum_values.next_id().0;
    for (line, docs) in block.statements() {
        if line.rule() != Rule::value_line {
            continue;
        }
        let Some(name) = line.child(Rule::name) else {
            continue;
        };
        check_name(cx, name, "enum value");
        let mut database_name = None;
        let mut renamed = None;
        let written = line
            .children()
            .filter(|node| node.rule() == Rule::attribute);
        for attribute in once(cx, "@", written) {
            let path = attribute_path(attribute);
            if path == "map" {
                database_name = map(cx, attribute, Named::Value);
            } else if path == "renamed" {
                renamed = renames::of(cx, attribute);
            } else {
                let message = format!("an enum value has no attribute `@{path}`");
                cx.report(
                    Diagnostic::error(Code::UnknownAttribute, attribute.span(), message)
                        .help("it takes `@map(\"…\")` and `@renamed(from: \"…\")`"),
                );
            }
        }
        let value = Arc::make_mut(&mut cx.schema.enum_values).push(EnumValueData {
            enumeration: id,
            name: name.text().into(),
            database_name: database_name.unwrap_or_else(|| name.text().into()),
            docs: docs.text(),
            renamed,
            name_span: name.span(),
        });
        let names = Arc::make_mut(&mut cx.value_names);
        names.entry((id, name.text())).or_insert(value);
    }
    let shared = block_names(cx, block);
    let own = enum_attributes(cx, block);
    let end = cx.schema.enum_values.next_id().0;
    Arc::make_mut(&mut cx.schema.enums).push(EnumData {
        name: name.text().into(),
        database_name: shared.map.unwrap_or_else(|| name.text().into()),
        namespace: shared.namespace,
        docs: docs.text(),
        values: start..end,
        derives: shared.derives,
        renamed: own.renamed,
        comment: own.comment,
        non_exhaustive: own.non_exhaustive,
        name_span: name.span(),
    });
}

/// The attributes of an enum that it does not share with models, or that its type in the database must exist for.
#[derive(Default)]
struct OfEnum {
    renamed: Option<Renamed>,
    comment: Option<Comment>,
    non_exhaustive: Option<Span>,
}

fn enum_attributes(cx: &mut Context<'_>, block: Node<'_>) -> OfEnum {
    let mut own = OfEnum::default();
    for attribute in block
        .children()
        .filter(|node| node.rule() == Rule::block_attribute)
    {
        let path = attribute.child(Rule::path).map_or("", Node::text);
        let before = match path {
            "map" | "schema" | "rust.derive" => continue,
            "renamed" => {
                let renamed = renames::of(cx, attribute);
                let is_type = support::has(
                    cx,
                    |facts| facts.enum_types,
                    attribute.span(),
                    "type for an enum, whose name could change",
                    "take it out: the columns hold the values themselves",
                );
                let renamed = renamed.filter(|_| is_type);
                std::mem::replace(&mut own.renamed, renamed).map(|renamed| renamed.span)
            }
            "comment" => {
                let comment = comments::of(cx, attribute, "enums", |facts| facts.type_comments);
                std::mem::replace(&mut own.comment, comment).map(|comment| comment.span)
            }
            "rust.non_exhaustive" => {
                model_attributes::non_exhaustive(cx, attribute);
                own.non_exhaustive.replace(attribute.span())
            }
            _ => {
                let message = format!("an enum has no attribute `@@{path}`");
                cx.report(
                    Diagnostic::error(Code::UnknownAttribute, attribute.span(), message).help(
                        "it takes `@@map(\"…\")`, `@@schema(\"…\")`, `@@renamed(from: \"…\")`, `@@comment(\"…\")` and `@@rust.derive(…)`",
                    ),
                );
                None
            }
        };
        if let Some(before) = before {
            let message = format!("`@@{path}` is given twice");
            let again = Diagnostic::error(Code::DuplicateAttribute, attribute.span(), message);
            cx.report(again.related(before, "first given here"));
        }
    }
    own
}

/// Takes a block name; a second block of the same name is reported and left out.
pub(super) fn claim<'t>(cx: &mut Context<'t>, name: Node<'t>, meaning: Name) -> bool {
    check_name(cx, name, "block");
    let here = name.span();
    match cx.names.get(name.text()) {
        Some(&(_, first)) => {
            cx.report(
                Diagnostic::error(
                    Code::DuplicateName,
                    here,
                    format!("the name `{}` is given twice", name.text()),
                )
                .related(first, "first given here")
                .help("rename one of them; its table keeps its name with `@@map(\"…\")`"),
            );
            false
        }
        None => {
            Arc::make_mut(&mut cx.names).insert(name.text(), (meaning, here));
            true
        }
    }
}

/// A word of Prisma's may touch the name; what begins with one by chance is then another name than it looks.
pub(super) fn apart(cx: &mut Context<'_>, word: Node<'_>, name: Node<'_>) {
    if word.end() != name.start() {
        return;
    }
    let (word_text, name_text) = (word.text(), name.text());
    let span = word.span_at(word.start(), name.end());
    let message = format!("`{word_text}{name_text}` is read as `{word_text} {name_text}`");
    cx.report(
        Diagnostic::warning(Code::Syntax, span, message)
            .help("put a space between the two")
            .fix(name.span_at(name.start(), name.start()), " "),
    );
}

/// Checks the letters of a name. `what` is the thing it names, for the message.
pub(super) fn check_name(cx: &mut Context<'_>, name: Node<'_>, what: &str) {
    let text = name.text();
    let problem = match text.chars().next() {
        Some(c) if c.is_ascii_digit() => "starts with a digit",
        Some('_') => "starts with `_`",
        _ if text.contains('-') => "holds a `-`",
        _ => return,
    };
    let mended: String = text
        .trim_start_matches(|c: char| c == '_' || c.is_ascii_digit())
        .replace('-', "_");
    let diagnostic = Diagnostic::error(
        Code::InvalidName,
        name.span(),
        format!("the {what} name `{text}` {problem}"),
    );
    let map = if what == "block" { "@@map" } else { "@map" };
    cx.report(if mended.is_empty() {
        diagnostic.help(format!(
            "start with a letter, and keep the database name with `{map}(\"{text}\")`"
        ))
    } else {
        diagnostic.help(format!(
            "write `{mended}`, and keep the database name with `{map}(\"{text}\")`"
        ))
    });
}

/// The attributes that a model, view and enum share.
#[derive(Default)]
struct BlockNames {
    map: Option<Box<str>>,
    namespace: Option<Box<str>>,
    ignored: bool,
    derives: Vec<crate::ir::RustFragment>,
}

fn block_names<'t>(cx: &mut Context<'t>, block: Node<'t>) -> BlockNames {
    let mut names = BlockNames::default();
    let mut seen: Vec<(&str, Span)> = Vec::new();
    for attribute in block
        .children()
        .filter(|node| node.rule() == Rule::block_attribute)
    {
        let path = attribute.child(Rule::path).map_or("", Node::text);
        match path {
            "map" => names.map = map(cx, attribute, Named::Object).or(names.map),
            "schema" => names.namespace = namespace(cx, attribute).or(names.namespace),
            "ignore" => {
                names.ignored = true;
                Arguments::of(attribute).finish(cx);
            }
            "rust.derive" => names.derives.extend(rust::paths(cx, attribute)),
            _ => continue,
        }
        if path != "rust.derive" {
            if let Some((_, first)) = seen.iter().find(|(name, _)| *name == path) {
                let message = format!("`@@{path}` is given twice");
                let again = Diagnostic::error(Code::DuplicateAttribute, attribute.span(), message);
                cx.report(again.related(*first, "first given here"));
            }
            seen.push((path, attribute.span()));
        }
    }
    names
}

pub(super) fn namespace(cx: &mut Context<'_>, attribute: Node<'_>) -> Option<Box<str>> {
    let mut arguments = Arguments::of(attribute);
    let value = arguments.require_default(cx, "map");
    arguments.finish(cx);
    let value = value?;
    let name = cx.text(value, "the schema")?;
    if name.is_empty() {
        cx.error(
            Code::InvalidArgument,
            value.span(),
            "the schema's name is empty",
        );
        return None;
    }
    let Some(datasource) = cx.schema.datasource.clone() else {
        return Some(name.into());
    };
    if datasource.namespaces.is_empty() {
        let span = datasource.span;
        cx.report(
            Diagnostic::error(
                Code::Datasource,
                attribute.span(),
                "`@@schema` needs the list of schemas in the datasource",
            )
            .related(span, "no `schemas` here")
            .help(format!("add `schemas = [\"{name}\"]`")),
        );
    } else if !datasource.namespaces.iter().any(|known| **known == *name) {
        let known: Vec<&str> = datasource
            .namespaces
            .iter()
            .take(10)
            .map(|name| &**name)
            .collect();
        let known = known.join(", ");
        cx.report(
            Diagnostic::error(
                Code::Datasource,
                value.span(),
                format!("the schema `{name}` is not in the datasource's list"),
            )
            .help(format!("the list has {known}")),
        );
    }
    Some(name.into())
}

/// What a database name is given to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A table, view, type or column.
    Object,
    /// An enum's value, which may be empty text.
    Value,
}

/// The database name of `@map("…")` or `@@map("…")`.
pub(super) fn map(cx: &mut Context<'_>, attribute: Node<'_>, named: Named) -> Option<Box<str>> {
    let mut arguments = Arguments::of(attribute);
    let value = arguments.require_default(cx, "name");
    arguments.finish(cx);
    let value = value?;
    let name = cx.text(value, "a database name")?;
    if name.is_empty() && named != Named::Value {
        cx.report(
            Diagnostic::warning(
                Code::ServerWillRefuse,
                value.span(),
                "no database takes an empty name",
            )
            .help("give it a name, or take the attribute out"),
        );
    }
    if name.contains('\0') {
        cx.error(
            Code::InvalidName,
            value.span(),
            "no database takes a NUL character in a name",
        );
        return None;
    }
    Some(name.into())
}
