//! Tree to IR, in passes that each rely only on the ones before: blocks, the lines of each model, relations, shapes.

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
mod models;
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
mod shard_keys;
mod statement;
mod suggest;
mod support;

use std::borrow::Cow;
use std::sync::Arc;

use crate::hash::HashMap;

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::ir::{DomainId, EnumId, EnumValueId, FieldId, ModelId, Schema};
use crate::parse::{Node, Tree, Value};
use crate::provider::Provider;
use crate::span::Span;
use suggest::{Among, Unknown};

/// Lowers the files of one schema.
pub(crate) fn lower(
    trees: &[Tree],
    done: &mut dyn FnMut(&'static str),
) -> (Schema, Vec<Diagnostic>) {
    let mut cx = Context::default();
    cx.schema.texts = trees.iter().map(Tree::file_text).collect();
    blocks::declare(&mut cx, trees);
    names::of_domains(&mut cx);
    done("lowering: blocks");
    models::lower(&mut cx);
    done("lowering: lines of models");
    relations::pair(&mut cx);
    names::of_relations(&mut cx);
    done("lowering: relations");
    shapes::lower(&mut cx);
    suggest::complete(&mut cx);
    let Context {
        schema,
        diagnostics,
        ..
    } = cx;
    (schema, diagnostics.into_vec())
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

/// Everything a pass reads and writes.
#[derive(Default)]
struct Context<'t> {
    schema: Schema,
    diagnostics: Findings,
    names: Arc<HashMap<&'t str, (Name, Span)>>,
    /// The block of each model.
    model_nodes: Vec<Node<'t>>,
    /// The lines of the fields of the model at hand, kept until all its names are known.
    field_nodes: Vec<(FieldId, Node<'t>)>,
    /// The block of each shape with its documentation, kept until relations are known.
    shape_nodes: Vec<(Node<'t>, Option<Box<str>>)>,
    /// The first function, trigger and policy of each name.
    code_names: HashMap<(&'t str, &'t str), Span>,
    /// The first field of each name in models with many fields, where a walk over all of them for every reference would take
    /// quadratic time. Few are found faster by looking at each.
    field_names: HashMap<(ModelId, &'t str), FieldId>,
    /// The first value of each name in an enum.
    value_names: Arc<HashMap<(EnumId, &'t str), EnumValueId>>,
    /// The first generator of each name.
    generator_names: HashMap<&'t str, Span>,
    /// The unknown names that have been reported, for hints at the end.
    unknown: Vec<Unknown<'t>>,
    /// What `@relation` says on each relation field that has one, in the order of fields.
    relation_attributes: relations::Attributes<'t>,
}

impl<'t> Context<'t> {
    /// A model with more fields than this has them in a map.
    const FEW: usize = 48;

    /// Reports an unknown name, at its place; what may be meant is added at the end.
    fn unknown(&mut self, diagnostic: Diagnostic, name: &'t str, among: Among) {
        let at = self.diagnostics.len();
        self.report(diagnostic);
        if self.diagnostics.len() > at {
            self.unknown.push(Unknown { at, name, among });
        }
    }

    /// The first field of that name.
    fn find_field(&self, model: ModelId, name: &'t str) -> Option<FieldId> {
        let fields = self.schema.model(model).fields();
        if fields.len() > Self::FEW {
            return self.field_names.get(&(model, name)).copied();
        }
        let mut fields = fields;
        fields
            .find(|field| field.name() == name)
            .map(|field| field.id())
    }
}

impl Context<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
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
    fn text<'v>(&mut self, value: Value<'v>, what: &str) -> Option<Cow<'v, str>> {
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
