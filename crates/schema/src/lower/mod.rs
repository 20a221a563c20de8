//! Tree to IR, in passes that each rely only on the ones before: blocks, fields, attributes, relations, names.

mod arguments;
mod attributes;
mod blocks;
mod checks;
mod columns;
mod comments;
mod config;
mod constraint;
mod defaults;
mod domains;
mod fields;
mod indexes;
mod model_attributes;
mod names;
mod native;
mod operator_classes;
mod predicates;
mod preview;
mod raw_sql;
mod relations;
mod renames;
mod rust;
mod server_code;
mod shapes;
mod statement;
mod support;

use crate::hash::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{DomainId, EnumId, EnumValueId, FieldId, ModelId, Schema};
use crate::parse::{Node, Rule, Tree, Value};
use crate::provider::Provider;
use crate::span::Span;

/// Lowers the files of one schema.
pub(crate) fn lower(trees: &[Tree]) -> (Schema, Vec<Diagnostic>) {
    let mut cx = Context::default();
    // Fields are the bulk of a schema: room for all of them at once spares copying them as their number doubles.
    let fields = trees.iter().map(|tree| tree.count(Rule::field)).sum();
    cx.schema.fields.reserve_exact(fields);
    cx.field_nodes.reserve_exact(fields);
    blocks::declare(&mut cx, trees);
    fields::declare(&mut cx);
    attributes::fields(&mut cx);
    indexes::blocks(&mut cx);
    relations::pair(&mut cx);
    shapes::lower(&mut cx);
    names::derive(&mut cx);
    (cx.schema, cx.diagnostics)
}

/// What a block name stands for.
#[derive(Clone, Copy)]
enum Name {
    Model(ModelId),
    Enum(EnumId),
    Domain(DomainId),
    Shape,
    /// A MongoDB composite type: known, so that fields of it are not reported as unknown too.
    Composite,
}

/// A field with the nodes of its attributes, kept until the names they use are known.
struct FieldNodes<'t> {
    field: FieldId,
    name: &'t str,
    attributes: Vec<Node<'t>>,
}

/// Everything a pass reads and writes.
#[derive(Default)]
struct Context<'t> {
    schema: Schema,
    diagnostics: Vec<Diagnostic>,
    names: HashMap<&'t str, (Name, Span)>,
    /// The block of each model.
    model_nodes: Vec<Node<'t>>,
    /// The block of each enum.
    enum_nodes: Vec<Node<'t>>,
    field_nodes: Vec<FieldNodes<'t>>,
    /// The block of each shape with its documentation, kept until relations are known.
    shape_nodes: Vec<(Node<'t>, Option<Box<str>>)>,
    /// The first function, trigger and policy of each name.
    code_names: HashMap<(&'t str, &'t str), Span>,
    /// The first field of each name in models with many fields, where a walk over all of them for every reference would take
    /// quadratic time. Few are found faster by looking at each.
    field_names: HashMap<(ModelId, &'t str), FieldId>,
    /// The first value of each name in an enum.
    value_names: HashMap<(EnumId, &'t str), EnumValueId>,
    /// The first generator of each name.
    generator_names: HashMap<&'t str, Span>,
    /// How many names have been looked for among all others.
    suggested: usize,
    /// What `@relation` says on each relation field that has one.
    relation_attributes: HashMap<FieldId, relations::Attribute<'t>>,
}

impl<'t> Context<'t> {
    /// A model with more fields than this has them in a map.
    const FEW: usize = 48;

    /// The first field of that name.
    fn find_field(&self, model: ModelId, name: &'t str) -> Option<FieldId> {
        let range = &self.schema.models[model.index()].fields;
        let range = range.start as usize..range.end as usize;
        if range.len() > Self::FEW {
            return self.field_names.get(&(model, name)).copied();
        }
        range
            .clone()
            .find(|&index| *self.schema.fields[index].name == *name)
            .map(FieldId::from_index)
    }
}

impl Context<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }

    /// Whether to look for the name that was meant: no more once that has been done often, since a file full of unknown names
    /// would take quadratic time, and who made that many mistakes needs no hint for each.
    fn may_suggest(&mut self) -> bool {
        const ENOUGH: usize = 100;
        self.suggested += 1;
        self.suggested <= ENOUGH
    }

    fn provider(&self) -> Option<Provider> {
        self.schema.provider()
    }

    /// `true` or `false`; anything else is reported.
    fn boolean(&mut self, value: Value<'_>, label: &str) -> Option<bool> {
        match value.path() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => {
                let message = format!("`{label}` is true or false, not {}", value.kind());
                self.report(
                    Diagnostic::error(Code::InvalidArgument, value.span(), message)
                        .help("write `true` or `false`"),
                );
                None
            }
        }
    }

    /// The text of a string value; anything else is reported.
    fn text(&mut self, value: Value<'_>, what: &str) -> Option<String> {
        match value.text() {
            Some(Ok(text)) => Some(text),
            Some(Err(error)) => {
                let node = value.node();
                let start = node.start() + error.at as u32;
                let span = node.span_at(start, start + error.len as u32);
                self.error(Code::InvalidString, span, error.message);
                None
            }
            None => {
                let message = format!("{what} is a string, not {}", value.kind());
                self.report(
                    Diagnostic::error(Code::InvalidArgument, value.span(), message).help(format!(
                        "write \"{}\"",
                        value.node().text().replace('"', "")
                    )),
                );
                None
            }
        }
    }
}
