//! What relations lack: the field on the other side, `fields` and `references`, and the columns that they name.
//!
//! What is added is what Prisma's formatter adds, where that gives a schema that can be read: a name that is taken is not given
//! again, a named relation gets its name on both sides, and what only the user can decide is left alone.

use std::collections::BTreeMap;

use super::case::{camel, capitalized, plural, uncapitalized};
use super::relation::{self, End, Lines};
use crate::Analysis;
use crate::diagnostic::{Code, Severity};
use crate::hash::HashSet;
use crate::ir::{Arity, Field, FieldId, FieldType, IndexKind, Model, ModelId, Schema};
use crate::parse::{Node, Rule, Tree};
use crate::span::FileId;

/// Text to put in, by place.
pub(super) type Insertions = BTreeMap<(FileId, u32), String>;

/// What the relations of a schema lack; nothing if the schema cannot be read or its names do not resolve.
pub(super) fn insertions(trees: &[Tree], analysis: &Analysis) -> Insertions {
    let mut errors = analysis
        .diagnostics
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    if !errors.all(|finding| leaves_names_whole(finding.code)) {
        return Insertions::new();
    }
    let lines = Lines::of(trees);
    let schema = &analysis.schema;
    let groups = relation::groups(schema, &lines);
    let mut completion = Completion::of(schema, lines, &groups);
    for group in &groups {
        completion.group(group);
    }
    completion.insertions
}

/// Whether the schema can still be understood with such an error in it.
fn leaves_names_whole(code: Code) -> bool {
    matches!(
        code,
        Code::MissingOpposite
            | Code::AmbiguousRelation
            | Code::RelationFields
            | Code::RelationTarget
            | Code::OneToOne
            | Code::RelationArity
            | Code::ReferentialAction
            | Code::MissingIdentifier
            | Code::NativeType
            | Code::NotSupported
            | Code::Generator
            | Code::MissingIndex
            | Code::Ignored
    )
}

struct Completion<'s, 't> {
    schema: &'s Schema,
    lines: Lines<'t>,
    insertions: Insertions,
    /// The names of all fields, those to be added too.
    names: HashSet<(ModelId, String)>,
    /// The columns that a relation uses.
    used: HashSet<(ModelId, String)>,
}

impl<'s, 't> Completion<'s, 't> {
    fn of(schema: &'s Schema, lines: Lines<'t>, groups: &[Vec<End<'s, 't>>]) -> Self {
        let fields = schema.models().flat_map(Model::fields);
        let ends = groups.iter().flatten();
        Self {
            schema,
            lines,
            insertions: Insertions::new(),
            names: fields
                .map(|field| (field.model().id(), field.name().to_owned()))
                .collect(),
            used: ends
                .flat_map(|end| {
                    let model = end.field.model().id();
                    let values = end
                        .fields
                        .into_iter()
                        .flat_map(crate::parse::Value::elements);
                    values.filter_map(move |value| Some((model, value.path()?.to_owned())))
                })
                .collect(),
        }
    }

    fn group(&mut self, group: &[End<'s, 't>]) {
        let is_self = |end: &End<'_, '_>| end.field.model().id() == end.target.id();
        match group {
            [end] if is_self(end) && end.name.is_none() => {}
            [end] if end.is_list() => self.add_forward(end),
            [end] => {
                self.add_back(end);
                self.complete(end);
            }
            [a, b]
                if a.field.model().id() != b.field.model().id()
                    || is_self(a) && a.name.is_some() =>
            {
                if let Some(end) = forward(a, b) {
                    self.complete(end);
                }
            }
            // A list of each, or fields that cannot be told apart.
            _ => {}
        }
    }

    /// Adds the field on the side without columns.
    fn add_back(&mut self, end: &End<'s, 't>) {
        let model = end.field.model();
        let is_single = end.fields.is_some_and(|fields| {
            let fields = fields.elements().into_iter();
            let fields: Option<Vec<FieldId>> = fields
                .map(|field| Some(model.find_field(field.path()?)?.id()))
                .collect();
            fields.is_some_and(|fields| model.is_unique_over(&fields))
        });
        let base = camel(model.name());
        let (base, modifier) = if is_single {
            (base, "?")
        } else {
            (plural(&base), "[]")
        };
        let Some(name) = self.free_name(end, base) else {
            return;
        };
        let mut text = format!("{name} {}{modifier}", model.name());
        if let Some(relation) = end.name {
            text = format!("{text} @relation({relation})");
        }
        if model.is_ignored() {
            text.push_str(" @ignore");
        }
        self.add_line(end.target, &text);
    }

    /// Adds the field on the side that holds the columns, and these.
    fn add_forward(&mut self, end: &End<'s, 't>) {
        let model = end.field.model();
        let keys = criterion(model);
        if end.has_columns() || keys.is_empty() {
            return;
        }
        let base = camel(model.name());
        let Some(name) = self.free_name(end, base) else {
            return;
        };
        let Some(columns) = self.columns(end.target, model.name(), &name, &keys) else {
            return;
        };
        let relation = end.name.map_or(String::new(), |name| format!("{name}, "));
        let text = format!(
            "{name} {}? @relation({relation}fields: [{}], references: [{}])",
            model.name(),
            columns.join(", "),
            names(&keys)
        );
        self.add_line(end.target, &text);
        self.add_columns(end.target, &columns, &keys, true);
    }

    /// Completes the attribute of the side that holds the columns, and adds these.
    fn complete(&mut self, end: &End<'s, 't>) {
        let (model, target) = (end.field.model(), end.target);
        let keys: Vec<Field<'s>> = match end.references {
            Some(references) => {
                let given = references.elements();
                let found = given
                    .iter()
                    .filter_map(|value| target.find_field(value.path()?));
                let found: Vec<_> = found.filter(|field| !field.is_relation()).collect();
                if found.len() < given.len() {
                    return;
                }
                found
            }
            None => criterion(target),
        };
        if keys.is_empty() {
            return;
        }
        let references = format!("references: [{}]", names(&keys));
        match (end.fields, end.references) {
            (Some(_), Some(_)) => {}
            (Some(fields), None) => {
                if fields.elements().len() == keys.len() {
                    self.add_arguments(end, &references);
                }
            }
            (None, given) => {
                let Some(columns) = self.columns(model, target.name(), end.field.name(), &keys)
                else {
                    return;
                };
                let mut text = format!("fields: [{}]", columns.join(", "));
                if given.is_none() {
                    text = format!("{text}, {references}");
                }
                self.add_arguments(end, &text);
                self.add_columns(model, &columns, &keys, end.field.arity() == Arity::Optional);
            }
        }
    }

    /// A name for a field on the target's side: `posts`, or `reviewPosts` in the relation `review` if that is taken.
    fn free_name(&mut self, end: &End<'s, 't>, base: String) -> Option<String> {
        let relation = end.name.map(|name| camel(name.trim_matches('"')));
        let longer = relation
            .filter(|relation| relation.starts_with(|c: char| c.is_alphabetic()))
            .map(|relation| relation + &capitalized(&base));
        let mut names = [Some(base), longer].into_iter().flatten();
        names.find(|name| self.names.insert((end.target.id(), name.clone())))
    }

    /// The names of the columns for these keys, which no other relation uses: of the other model and the key, `userId`, or else of
    /// the field and the key, `authorId`.
    fn columns(
        &mut self,
        model: Model<'s>,
        other: &str,
        field: &str,
        keys: &[Field<'s>],
    ) -> Option<Vec<String>> {
        let named = |base: &str| -> Vec<String> {
            let keys = keys.iter();
            keys.map(|key| uncapitalized(base) + &capitalized(key.name()))
                .collect()
        };
        let columns = [named(other), named(field)].into_iter().find(|columns| {
            columns.iter().all(|column| {
                let is_relation = model.find_field(column).is_some_and(Field::is_relation);
                !is_relation && !self.used.contains(&(model.id(), column.clone()))
            })
        })?;
        let used = columns.iter().map(|column| (model.id(), column.clone()));
        self.used.extend(used);
        Some(columns)
    }

    /// Adds the columns that are not there yet.
    fn add_columns(
        &mut self,
        model: Model<'s>,
        columns: &[String],
        keys: &[Field<'s>],
        optional: bool,
    ) {
        for (column, key) in columns.iter().zip(keys) {
            if !self.names.insert((model.id(), column.clone())) {
                continue;
            }
            let ty = match key.ty() {
                FieldType::Scalar(scalar) => scalar.name(),
                FieldType::Enum(id) => self.schema.enumeration(*id).name(),
                _ => continue,
            };
            let modifier = if optional { "?" } else { "" };
            let native = self.lines.field(*key).and_then(native).unwrap_or_default();
            self.add_line(model, &format!("{column} {ty}{modifier} {native}"));
        }
    }

    fn add_line(&mut self, model: Model<'s>, line: &str) {
        let Some(close) = self
            .lines
            .model(model)
            .and_then(|block| block.child(Rule::close))
        else {
            return;
        };
        let text = self.insertions.entry((close.span().file, close.start()));
        let text = text.or_insert_with(|| {
            let before = close.file_text()[..close.start() as usize].trim_end_matches([' ', '\t']);
            let on_own_line = before.ends_with('\n');
            if on_own_line { "" } else { "\n" }.to_owned()
        });
        text.push_str(line.trim_end());
        text.push('\n');
    }

    /// Adds arguments to the attribute of a field, which may have none, or not even the attribute.
    fn add_arguments(&mut self, end: &End<'s, 't>, text: &str) {
        let file = end.field.span().file;
        let arguments = end
            .attribute
            .and_then(|attribute| attribute.child(Rule::arguments));
        let last = arguments.and_then(|arguments| {
            let arguments = arguments.children();
            arguments
                .filter(|node| node.rule() == Rule::argument)
                .last()
        });
        let (at, text) = match (end.attribute, arguments, last) {
            (_, _, Some(last)) => (trimmed_end(last), format!(", {text}")),
            (_, Some(arguments), None) => (arguments.start() + 1, text.to_owned()),
            (Some(attribute), None, None) => (trimmed_end(attribute), format!("({text})")),
            (None, ..) => {
                let last = end.line.children().last().unwrap_or(end.line);
                (trimmed_end(last), format!(" @relation({text})"))
            }
        };
        self.insertions.insert((file, at), text);
    }
}

fn trimmed_end(node: Node<'_>) -> u32 {
    node.span().end
}

/// The side that holds the columns, or shall hold them; none where both are lists.
fn forward<'e, 's, 't>(a: &'e End<'s, 't>, b: &'e End<'s, 't>) -> Option<&'e End<'s, 't>> {
    let required = |end: &End<'_, '_>| end.field.arity() == Arity::Required;
    let name = |end: &End<'s, '_>| (end.field.model().name(), end.field.name());
    match (a.is_list(), b.is_list()) {
        (true, true) => return None,
        (true, false) => return Some(b),
        (false, true) => return Some(a),
        (false, false) => {}
    }
    Some(match (a.has_columns(), b.has_columns()) {
        (true, true) => return None,
        (true, false) => a,
        (false, true) => b,
        (false, false) => match (required(a), required(b)) {
            (true, false) => a,
            (false, true) => b,
            _ if name(a) <= name(b) => a,
            _ => b,
        },
    })
}

/// The fields that name a row: the id, or else the first unique of required fields.
fn criterion(model: Model<'_>) -> Vec<Field<'_>> {
    let schema = model.schema();
    let is_plain = |field: &Field<'_>| {
        field.arity() == Arity::Required
            && matches!(field.ty(), FieldType::Scalar(_) | FieldType::Enum(_))
    };
    let fields = |columns: &[crate::ir::IndexColumn]| -> Vec<Field<'_>> {
        let columns = columns.iter();
        columns
            .filter_map(|column| Some(schema.field(column.field()?)))
            .collect()
    };
    let uniques = model.indexes().iter();
    let uniques = uniques
        .filter(|index| index.kind == IndexKind::Unique)
        .map(|index| &index.columns[..]);
    let key = model.primary_key().map(|key| &key.columns[..]);
    key.into_iter()
        .chain(uniques)
        .map(fields)
        .find(|fields| fields.iter().all(is_plain))
        .unwrap_or_default()
}

fn names(fields: &[Field<'_>]) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    names.join(", ")
}

/// The column type that a line writes out, `@db.Uuid`.
fn native(line: Node<'_>) -> Option<&str> {
    let mut attributes = line
        .children()
        .filter(|node| node.rule() == Rule::attribute);
    let native = attributes.find(|attribute| {
        let path = attribute.child(Rule::path).map_or("", Node::text);
        path.split_once('.')
            .is_some_and(|(prefix, _)| prefix != "rust")
    })?;
    Some(native.text().trim_end())
}
