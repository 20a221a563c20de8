//! `datasource` and `generator` blocks.

use std::borrow::Cow;
use std::sync::Arc;

use smallvec::smallvec;

use crate::hash::{HashMap, HashSet};

use super::{Context, arguments::Arguments, blocks::apart};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{
    ConfigText, Datasource, Extension, Generator, Property, PropertyValue, RelationMode,
};
use crate::parse::{Node, Rule, Value, is_broken};
use crate::provider::{Provider, Scalar};
use crate::span::Span;

pub(super) fn lower<'t>(cx: &mut Context<'t>, block: Node<'t>) {
    let (Some(word), Some(name)) = (block.child(Rule::config_word), block.child(Rule::name)) else {
        return;
    };
    apart(cx, word, name);
    let text = name.text();
    if Scalar::parse(text).is_some() {
        let message = format!("`{text}` is the name of a scalar type");
        let reserved = Diagnostic::error(Code::ReservedName, name.span(), message);
        cx.report(reserved.help("choose another name"));
    } else if text.starts_with('_') {
        let message = format!("the {} name `{text}` starts with `_`", word.text());
        let wrong = Diagnostic::error(Code::InvalidName, name.span(), message);
        cx.report(wrong.help("start with a letter"));
    }
    let properties = properties(cx, block);
    if word.text() == "datasource" {
        datasource(cx, block, name, &properties);
    } else {
        generator(cx, block, name, &properties);
    }
}

struct Written<'t> {
    key: Node<'t>,
    value: Value<'t>,
}

fn properties<'t>(cx: &mut Context<'t>, block: Node<'t>) -> Vec<Written<'t>> {
    let mut properties: Vec<Written<'t>> = Vec::new();
    let mut first: HashMap<&str, Span> = HashMap::default();
    for (line, _) in block.statements() {
        let Some(key) = line.child(Rule::name) else {
            continue;
        };
        // A property without a value has been reported with the syntax.
        let Some(value) = line.children().find_map(Value::of) else {
            continue;
        };
        if let Some(first) = first.get(key.text()) {
            let message = format!("the property `{}` is given twice", key.text());
            let again = Diagnostic::error(Code::DuplicateName, key.span(), message);
            cx.report(again.related(*first, "first given here"));
            continue;
        }
        first.insert(key.text(), key.span());
        properties.push(Written { key, value });
    }
    properties
}

const KNOWN: [&str; 8] = [
    "provider",
    "url",
    "directUrl",
    "shadowDatabaseUrl",
    "relationMode",
    "referentialIntegrity",
    "schemas",
    "extensions",
];

fn datasource<'t>(
    cx: &mut Context<'t>,
    block: Node<'t>,
    name: Node<'t>,
    properties: &[Written<'t>],
) {
    if let Some(first) = &cx.schema.datasource {
        let first = first.span;
        cx.report(
            Diagnostic::error(
                Code::Datasource,
                head(block, name),
                "a schema has one datasource, and this is the second",
            )
            .related(first, "the first")
            .help("take one out; several databases need several schemas"),
        );
        return;
    }
    if name.text() == "rust" {
        cx.error(
            Code::ReservedName,
            name.span(),
            "`rust` is no name for a datasource: `@rust.…` is taken by the generator",
        );
    }
    let get = |key: &str| {
        properties
            .iter()
            .find(|property| property.key.text() == key)
    };
    for property in properties {
        let key = property.key.text();
        if key == "previewFeatures" {
            cx.report(
                Diagnostic::error(
                    Code::UnknownProperty,
                    property.key.span(),
                    "`previewFeatures` belongs in a generator",
                )
                .help("move the line to a `generator` block"),
            );
        } else if !KNOWN.contains(&key) {
            let message = format!("a datasource has no property `{key}`");
            cx.report(
                Diagnostic::error(Code::UnknownProperty, property.key.span(), message)
                    .did_you_mean(key, KNOWN),
            );
        }
    }
    let provider = match get("provider") {
        Some(property) => provider(cx, property.value),
        None if is_broken(block) => None,
        None => {
            cx.report(
                Diagnostic::error(
                    Code::Datasource,
                    head(block, name),
                    "the datasource has no provider",
                )
                .help("add `provider = \"postgresql\"`, or mysql, sqlite, cockroachdb"),
            );
            None
        }
    };
    let mut url = |key: &str| get(key).and_then(|property| config_text(cx, property.value));
    let (direct_url, shadow_database_url) = (url("directUrl"), url("shadowDatabaseUrl"));
    let url = url("url");
    let relation_mode = relation_mode(cx, get("relationMode"), get("referentialIntegrity"));
    let namespaces = match get("schemas") {
        Some(property) => namespaces(cx, property, provider),
        None => Vec::new(),
    };
    let extensions = match get("extensions") {
        Some(property) => extensions(cx, property, provider),
        None => Vec::new(),
    };
    cx.schema.datasource = Some(Arc::new(Datasource {
        name: name.text().into(),
        provider,
        provider_span: get("provider").map(|property| property.value.span()),
        url,
        direct_url,
        shadow_database_url,
        relation_mode,
        namespaces,
        extensions,
        span: head(block, name),
    }));
}

/// The head line of a block.
fn head(block: Node<'_>, name: Node<'_>) -> Span {
    block.span_at(block.start(), name.end())
}

fn provider(cx: &mut Context<'_>, value: Value<'_>) -> Option<Provider> {
    if !matches!(value, Value::Text(_)) {
        cx.report(
            Diagnostic::error(Code::Datasource, value.span(), format!("the provider is a string, not {}", value.kind()))
                .help("the database decides what a schema may say, so it is written out: `provider = \"postgresql\"`"),
        );
        return None;
    }
    let text = cx.text(value, "the provider")?;
    let provider = Provider::parse(&text);
    if provider.is_none() {
        let names: Vec<&str> = Provider::ALL
            .iter()
            .map(|provider| provider.name())
            .collect();
        let unknown = Diagnostic::error(
            Code::Datasource,
            value.span(),
            format!("the provider `{text}` is not known"),
        );
        let unknown = match crate::diagnostic::near(&text, names.iter().copied()) {
            Some(near) => unknown
                .help(format!("did you mean \"{near}\"?"))
                .fix(value.span(), format!("\"{near}\"")),
            None => unknown.help(format!("the providers are {}", names.join(", "))),
        };
        cx.report(unknown);
    }
    provider
}

fn relation_mode(
    cx: &mut Context<'_>,
    mode: Option<&Written<'_>>,
    old: Option<&Written<'_>>,
) -> RelationMode {
    if let (Some(mode), Some(old)) = (mode, old) {
        let message =
            "`referentialIntegrity` is the old name of `relationMode`, and both are given";
        cx.report(
            Diagnostic::error(Code::Datasource, old.key.span(), message)
                .related(mode.key.span(), "the new name")
                .help("take the line with `referentialIntegrity` out"),
        );
    } else if let Some(old) = old {
        cx.report(
            Diagnostic::warning(
                Code::Datasource,
                old.key.span(),
                "`referentialIntegrity` is now called `relationMode`",
            )
            .help("rename the property")
            .fix(old.key.span(), "relationMode"),
        );
    }
    let Some(value) = mode.or(old).map(|written| written.value) else {
        return RelationMode::ForeignKeys;
    };
    match cx.text(value, "the relation mode").as_deref() {
        Some("prisma") => RelationMode::Prisma,
        Some("foreignKeys") | None => RelationMode::ForeignKeys,
        Some(other) => {
            let message = format!("the relation mode `{other}` is not known");
            cx.report(
                Diagnostic::error(Code::Datasource, value.span(), message)
                    .help("write \"foreignKeys\" or \"prisma\""),
            );
            RelationMode::ForeignKeys
        }
    }
}

fn namespaces(
    cx: &mut Context<'_>,
    property: &Written<'_>,
    provider: Option<Provider>,
) -> Vec<Box<str>> {
    if let Some(provider) = provider
        && !provider.facts().namespaces
    {
        let message = format!(
            "{} has no schemas inside a database",
            provider.display_name()
        );
        cx.report(
            Diagnostic::error(Code::NotSupported, property.key.span(), message)
                .help("take the line out"),
        );
        return Vec::new();
    }
    let mut names: Vec<Box<str>> = Vec::new();
    let mut seen: HashSet<Cow<'_, str>> = HashSet::default();
    for value in property.value.elements() {
        let Some(name) = cx.text(value, "a schema") else {
            continue;
        };
        if !seen.insert(name.clone()) {
            cx.error(
                Code::DuplicateName,
                value.span(),
                format!("the schema `{name}` is listed twice"),
            );
            continue;
        }
        names.push(name.into());
    }
    if names.is_empty() {
        cx.error(
            Code::Datasource,
            property.value.span(),
            "the list of schemas is empty",
        );
    }
    names
}

fn extensions(
    cx: &mut Context<'_>,
    property: &Written<'_>,
    provider: Option<Provider>,
) -> Vec<Extension> {
    if let Some(provider) = provider.filter(|it| *it != Provider::Postgresql) {
        let message = format!("{} has no extensions", provider.display_name());
        cx.report(
            Diagnostic::error(Code::NotSupported, property.key.span(), message)
                .help("take the line out"),
        );
        return Vec::new();
    }
    let mut extensions = Vec::new();
    for value in property.value.elements() {
        let Value::Call(call) = value else {
            let message = format!("an extension is a name, not {}", value.kind());
            cx.report(
                Diagnostic::error(Code::InvalidArgument, value.span(), message)
                    .help("write `extensions = [citext, uuid_ossp(map: \"uuid-ossp\")]`"),
            );
            continue;
        };
        let mut arguments = Arguments::of_element(call);
        let mut text = |cx: &mut Context<'_>, name| {
            let value = arguments.take(cx, name)?;
            cx.text(value, name).map(Into::into)
        };
        let extension = Extension {
            name: text(cx, "map").unwrap_or_else(|| call.path.into()),
            namespace: text(cx, "schema"),
            version: text(cx, "version"),
        };
        arguments.finish(cx);
        extensions.push(extension);
    }
    extensions
}

fn generator<'t>(
    cx: &mut Context<'t>,
    block: Node<'t>,
    name: Node<'t>,
    properties: &[Written<'t>],
) {
    if let Some(&first) = cx.generator_names.get(name.text()) {
        cx.report(
            Diagnostic::error(
                Code::DuplicateName,
                name.span(),
                format!("the generator `{}` is there twice", name.text()),
            )
            .related(first, "first given here"),
        );
    }
    cx.generator_names
        .entry(name.text())
        .or_insert(head(block, name));
    let kinds_are_right = generator_kinds(cx, properties);
    let properties: Vec<Property> = properties
        .iter()
        .filter_map(|written| {
            let value = property_value(cx, written.value)?;
            Some(Property {
                key: written.key.text().into(),
                value,
                span: written.value.span(),
            })
        })
        .collect();
    let provider = properties
        .iter()
        .find(|property| &*property.key == "provider")
        .and_then(|property| match &property.value {
            PropertyValue::Text(text) => Some(text.clone()),
            _ => None,
        });
    if provider.is_none() && kinds_are_right && !is_broken(block) {
        let message = format!("the generator `{}` has no provider", name.text());
        let missing = Diagnostic::error(Code::Generator, head(block, name), message);
        cx.report(missing.help("add `provider = \"relata\"`"));
    }
    cx.schema.generators.push(Generator {
        name: name.text().into(),
        provider,
        properties,
        span: head(block, name),
    });
}

/// The properties that every generator has in common hold text; the others are the generator's own business.
fn generator_kinds(cx: &mut Context<'_>, properties: &[Written<'_>]) -> bool {
    let mut right = true;
    for property in properties {
        let key = property.key.text();
        let values = match key {
            "provider" | "output" | "engineType" => smallvec![property.value],
            "binaryTargets" => property.value.elements(),
            _ => continue,
        };
        for value in values {
            let is_env = matches!(value, Value::Call(call) if call.path == "env");
            if !is_env && !matches!(value, Value::Text(_)) {
                right = false;
                let message = format!("`{key}` is a string, not {}", value.kind());
                cx.report(
                    Diagnostic::error(Code::Generator, value.span(), message)
                        .help(format!("write `{key} = \"…\"`")),
                );
            }
        }
    }
    right
}

fn property_value(cx: &mut Context<'_>, value: Value<'_>) -> Option<PropertyValue> {
    Some(match value {
        Value::Text(_) => PropertyValue::Text(config_text(cx, value)?),
        Value::Number(node) | Value::Object(node) => PropertyValue::Bare(node.text().into()),
        Value::Call(call) if call.path == "env" => PropertyValue::Text(config_text(cx, value)?),
        Value::Call(call) => PropertyValue::Bare(call.node.text().into()),
        Value::Array(_) => {
            let elements = value.elements();
            PropertyValue::List(
                elements
                    .into_iter()
                    .filter_map(|value| property_value(cx, value))
                    .collect(),
            )
        }
    })
}

/// A string, or `env("NAME")`.
fn config_text(cx: &mut Context<'_>, value: Value<'_>) -> Option<ConfigText> {
    if let Value::Call(call) = value
        && call.path == "env"
    {
        let mut arguments = Arguments::of_function(call);
        let name = arguments.require_default(cx, "name");
        arguments.finish(cx);
        return Some(ConfigText::Env(cx.text(name?, "the variable")?.into()));
    }
    Some(ConfigText::Literal(cx.text(value, "the value")?.into()))
}
