//! The fields of a relation as they are written, paired as the language pairs them.

use std::collections::BTreeMap;

use crate::hash::HashMap;
use crate::ir::{Arity, Field, FieldType, Model, ModelId, Schema};
use crate::parse::{ArgumentList, Node, Rule, Tree, Value};
use crate::span::FileId;

/// One field of a relation, beside its line.
#[derive(Clone, Copy)]
pub(super) struct End<'s, 't> {
    pub(super) field: Field<'s>,
    /// The model on the other side.
    pub(super) target: Model<'s>,
    pub(super) line: Node<'t>,
    pub(super) attribute: Option<Node<'t>>,
    /// The relation's name with its quotes.
    pub(super) name: Option<&'t str>,
    pub(super) fields: Option<Value<'t>>,
    pub(super) references: Option<Value<'t>>,
}

/// Where the lines of a schema's models and fields stand in its trees.
pub(super) struct Lines<'t> {
    by_start: HashMap<(FileId, u32), Node<'t>>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(trees: &'t [Tree]) -> Self {
        let mut by_start = HashMap::default();
        for tree in trees {
            let blocks = tree.root().children();
            for block in blocks.filter(|item| item.rule() == Rule::block) {
                by_start.insert(place(block), block);
                for line in block.children().filter(|line| line.rule() == Rule::field) {
                    by_start.insert(place(line), line);
                }
            }
        }
        Self { by_start }
    }

    pub(super) fn model(&self, model: Model<'_>) -> Option<Node<'t>> {
        let span = model.span();
        self.by_start.get(&(span.file, span.start)).copied()
    }

    pub(super) fn field(&self, field: Field<'_>) -> Option<Node<'t>> {
        let span = field.span();
        self.by_start.get(&(span.file, span.start)).copied()
    }
}

fn place(node: Node<'_>) -> (FileId, u32) {
    let span = node.span();
    (span.file, span.start)
}

impl<'s, 't> End<'s, 't> {
    fn of(schema: &'s Schema, field: Field<'s>, lines: &Lines<'t>) -> Option<Self> {
        let FieldType::Model(target, _) = *field.ty() else {
            return None;
        };
        let line = lines.field(field)?;
        let attribute = attribute(line, "relation");
        let arguments: ArgumentList<'t> = attribute
            .and_then(|attribute| attribute.child(Rule::arguments))
            .map(crate::parse::arguments)
            .unwrap_or_default();
        let value = |label: &str| {
            let mut arguments = arguments.iter();
            arguments
                .find(|argument| argument.label == Some(label))
                .and_then(|argument| argument.value())
        };
        let unnamed = arguments.iter().find(|argument| argument.label.is_none());
        let name = value("name").or_else(|| unnamed?.value());
        Some(Self {
            field,
            target: schema.model(target),
            line,
            attribute,
            name: name.map(|name| name.node().text()),
            fields: value("fields"),
            references: value("references"),
        })
    }

    pub(super) fn is_list(&self) -> bool {
        self.field.arity() == Arity::List
    }

    pub(super) fn has_columns(&self) -> bool {
        self.fields.is_some() || self.references.is_some()
    }
}

/// The attribute of that name on a line.
pub(super) fn attribute<'t>(line: Node<'t>, name: &str) -> Option<Node<'t>> {
    line.children().find(|child| {
        child.rule() == Rule::attribute && child.child(Rule::path).map(Node::text) == Some(name)
    })
}

/// The relation fields that could belong together, group by group in the order of their first.
pub(super) fn groups<'s, 't>(schema: &'s Schema, lines: &Lines<'t>) -> Vec<Vec<End<'s, 't>>> {
    let mut place: BTreeMap<(ModelId, ModelId, Option<&'t str>), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<End<'s, 't>>> = Vec::new();
    for field in schema.models().flat_map(Model::relation_fields) {
        let Some(end) = End::of(schema, field, lines) else {
            continue;
        };
        let (a, b) = (field.model().id(), end.target.id());
        let at = *place
            .entry((a.min(b), a.max(b), end.name))
            .or_insert(groups.len());
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push(end);
    }
    groups
}
