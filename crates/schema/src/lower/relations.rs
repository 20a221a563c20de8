//! Fourth pass: which relation fields belong together, and what each pair is.

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::hash::HashSet;

use super::arguments::Arguments;
use super::{Context, constraint, indexes};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{
    Arity, Deferrable, FieldId, FieldType, ModelId, ModelKind, ReferentialAction, RelationData,
    RelationKind, RelationMode,
};
use crate::parse::{Node, Value};
use crate::span::Span;

/// What `@relation` says on one field.
pub(super) struct Attribute<'t> {
    pub(super) name: Option<Cow<'t, str>>,
    /// The columns of this side; `None` in it where a name did not resolve.
    pub(super) fields: Option<Columns>,
    /// The columns of the other side, resolved when the pair is known.
    pub(super) references: Option<Value<'t>>,
    pub(super) on_delete: Option<(ReferentialAction, Span)>,
    pub(super) on_update: Option<(ReferentialAction, Span)>,
    pub(super) map: Option<(Box<str>, Span)>,
    pub(super) deferrable: Option<(Deferrable, Span)>,
    /// `foreignKey: false`, and its place.
    pub(super) without_foreign_key: Option<Span>,
    pub(super) span: Span,
    /// Whether something in it has been reported, so that nothing more is said that follows from it.
    pub(super) broken: bool,
}

/// What `@relation` says on each field that has one, in the order of fields.
#[derive(Default)]
pub(super) struct Attributes<'t> {
    list: Vec<(FieldId, Option<Attribute<'t>>)>,
    /// Where in the list each field's stands, once all fields are known.
    places: Vec<u32>,
}

impl<'t> Attributes<'t> {
    const NONE: u32 = u32::MAX;

    /// Adds that of a field behind all others.
    fn push(&mut self, field: FieldId, attribute: Attribute<'t>) {
        self.list.push((field, Some(attribute)));
    }

    /// Adds those of fields behind all of its own.
    pub(super) fn append(&mut self, mut next: Self) {
        self.list.append(&mut next.list);
    }

    fn place(&self, field: FieldId) -> Option<usize> {
        if self.places.is_empty() {
            return self
                .list
                .binary_search_by_key(&field, |(field, _)| *field)
                .ok();
        }
        let place = self.places[field.index()];
        (place != Self::NONE).then_some(place as usize)
    }

    pub(super) fn get(&self, field: FieldId) -> Option<&Attribute<'t>> {
        self.list[self.place(field)?].1.as_ref()
    }

    fn take(&mut self, field: FieldId) -> Option<Attribute<'t>> {
        let place = self.place(field)?;
        self.list[place].1.take()
    }

    /// From now on each is found at once.
    fn complete(&mut self, fields: usize) {
        self.places = vec![Self::NONE; fields];
        for (place, (field, _)) in self.list.iter().enumerate() {
            self.places[field.index()] = place as u32;
        }
    }
}

/// The columns of one side.
type Columns = SmallVec<[FieldId; 4]>;

pub(super) fn attribute<'t>(cx: &mut Context<'t>, field: FieldId, node: Node<'t>) {
    let (model, is_relation) = {
        let data = &cx.schema.fields[field];
        (data.model, matches!(data.ty, FieldType::Model(..)))
    };
    if !is_relation {
        if cx.schema.fields[field].ty != FieldType::Unknown {
            let message = "`@relation` is for fields whose type is a model";
            cx.report(
                Diagnostic::error(Code::RelationFields, node.span(), message).help("take it out"),
            );
        }
        return;
    }
    let mut arguments = Arguments::of(node);
    let mut broken = false;
    let name = arguments.take_default(cx, "name").and_then(|value| {
        let text = cx.text(value, "the relation's name");
        broken |= text.is_none();
        let text = text?;
        if text.is_empty() {
            cx.error(
                Code::InvalidArgument,
                value.span(),
                "the relation's name is empty",
            );
            broken = true;
            return None;
        }
        Some(text)
    });
    let fields = arguments.take(cx, "fields").map(|value| {
        let columns = columns(cx, model, value);
        broken |= columns.is_none();
        columns.unwrap_or_default()
    });
    let references = arguments.take(cx, "references");
    let on_delete = action(cx, &mut arguments, "onDelete");
    let on_update = action(cx, &mut arguments, "onUpdate");
    let map = arguments.take(cx, "map").and_then(|value| {
        let text = cx.text(value, "the constraint's name")?;
        if text.is_empty() {
            cx.error(
                Code::ConstraintName,
                value.span(),
                "the constraint's name is empty",
            );
            return None;
        }
        Some((text.into(), value.span()))
    });
    let deferrable = constraint::deferrable(cx, &mut arguments);
    let without_foreign_key = constraint::without_foreign_key(cx, &mut arguments);
    arguments.finish(cx);
    let attribute = Attribute {
        name,
        fields,
        references,
        on_delete,
        on_update,
        map,
        deferrable,
        without_foreign_key,
        span: node.span(),
        broken,
    };
    map_is_allowed(cx, &attribute);
    constraint::agrees(cx, &attribute);
    cx.relation_attributes.push(field, attribute);
}

/// The column fields that a list names; none if one of them does not exist.
fn columns<'t>(cx: &mut Context<'t>, model: ModelId, value: Value<'t>) -> Option<Columns> {
    let elements = value.elements();
    let count = elements.len();
    let mut found = Columns::new();
    // Few are compared faster than they are hashed.
    let mut seen: HashSet<FieldId> = HashSet::default();
    for element in elements {
        let Some(path) = element.path() else {
            let message = format!("a relation lists fields, not {}", element.kind());
            let wrong = Diagnostic::error(Code::RelationFields, element.span(), message);
            cx.report(wrong.help("write the field's name without quotes"));
            continue;
        };
        let Some(field) = indexes::field_of(cx, model, path, element.span()) else {
            continue;
        };
        let again = if found.len() < 16 {
            found.contains(&field)
        } else {
            if seen.is_empty() {
                seen.extend(found.iter().copied());
            }
            !seen.insert(field)
        };
        if again {
            let message = format!("the relation names the field `{path}` twice");
            cx.error(Code::RelationFields, element.span(), message);
            continue;
        }
        found.push(field);
    }
    (found.len() == count).then_some(found)
}

fn action<'t>(
    cx: &mut Context<'t>,
    arguments: &mut Arguments<'t>,
    label: &'static str,
) -> Option<(ReferentialAction, Span)> {
    let value = arguments.take(cx, label)?;
    let name = value.path().unwrap_or("");
    let found = ReferentialAction::ALL
        .into_iter()
        .find(|action| action.name() == name);
    if found.is_none() {
        let names: Vec<&str> = ReferentialAction::ALL
            .iter()
            .map(|action| action.name())
            .collect();
        let message = format!(
            "the referential action `{}` does not exist",
            value.node().text()
        );
        let unknown = Diagnostic::error(Code::ReferentialAction, value.span(), message);
        let unknown = unknown.did_you_mean(name, names.iter().copied());
        cx.report(if unknown.help.is_none() {
            unknown.help(format!("the actions are {}", names.join(", ")))
        } else {
            unknown
        });
    }
    Some((found?, value.span()))
}

/// Relation fields that could belong together: the two models, the smaller id first, and the name.
type Key<'t> = (ModelId, ModelId, Option<Cow<'t, str>>);

pub(super) fn pair(cx: &mut Context<'_>) {
    cx.relation_attributes.complete(cx.schema.fields.len());
    let mut ends: Vec<(Key<'_>, FieldId)> = Vec::new();
    for (field, data) in cx.schema.fields.ids().zip(cx.schema.fields.iter()) {
        let FieldType::Model(target, _) = data.ty else {
            continue;
        };
        let attribute = cx.relation_attributes.get(field);
        let name = attribute.and_then(|attribute| attribute.name.clone());
        let key = (data.model.min(target), data.model.max(target), name);
        ends.push((key, field));
    }
    // Sorted, those that belong together are neighbours, in the order of fields; the groups follow each other as their first
    // fields do.
    ends.sort_unstable();
    let mut groups: Vec<&[(Key<'_>, FieldId)]> = ends.chunk_by(|(a, _), (b, _)| a == b).collect();
    groups.sort_unstable_by_key(|ends| ends[0].1);
    for ends in groups {
        let fields: SmallVec<[FieldId; 4]> = ends.iter().map(|(_, field)| *field).collect();
        group(cx, &ends[0].0, &fields);
    }
    cx.schema.relations.sort_by_key(|relation| relation.forward);
    for id in cx.schema.relations.ids() {
        let relation = &cx.schema.relations[id];
        for field in std::iter::once(relation.forward).chain(relation.back) {
            if let FieldType::Model(_, slot) = &mut cx.schema.fields[field].ty {
                *slot = Some(id);
            }
        }
    }
}

fn group(cx: &mut Context<'_>, key: &Key<'_>, fields: &[FieldId]) {
    if fields.iter().any(|field| {
        cx.relation_attributes
            .get(*field)
            .is_some_and(|attribute| attribute.broken)
    }) {
        return;
    }
    let (a, b, name) = key;
    let on = |model: ModelId| {
        fields
            .iter()
            .filter(|field| cx.schema.fields[**field].model == model)
            .count()
    };
    match fields {
        [first, second] if a == b && name.is_some() || a != b && on(*a) == 1 && on(*b) == 1 => {
            relate(cx, *first, *second);
        }
        [single] => missing_opposite(cx, *single),
        _ if a != b && (on(*a) == 0 || on(*b) == 0) => {
            for field in fields {
                missing_opposite(cx, *field);
            }
        }
        _ => ambiguous(cx, fields, name.as_deref(), a == b),
    }
}

fn missing_opposite(cx: &mut Context<'_>, field: FieldId) {
    let data = &cx.schema.fields[field];
    let FieldType::Model(target, _) = data.ty else {
        return;
    };
    let (model, other) = (&cx.schema.models[data.model], &cx.schema.models[target]);
    let named = cx
        .relation_attributes
        .get(field)
        .and_then(|attribute| attribute.name.as_deref());
    let attribute = named.map_or(String::new(), |name| format!(" @relation(\"{name}\")"));
    let opposite = match data.arity {
        Arity::List => format!("{}? // with its columns", model.name),
        _ => format!("{}[]", model.name),
    };
    let mut letters = model.name.chars();
    let mut field_name: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_lowercase)
        .collect();
    field_name.extend(letters);
    if data.arity != Arity::List {
        field_name.push('s');
    }
    let message = format!(
        "the relation field `{}` has no opposite field on `{}`",
        cx.schema.text(data.name_span),
        other.name
    );
    cx.report(
        Diagnostic::error(Code::MissingOpposite, data.span, message)
            .related(other.name_span, "this model needs a field for the relation")
            .help(format!(
                "add `{field_name} {opposite}{attribute}` to `{}`",
                other.name
            )),
    );
}

fn ambiguous(cx: &mut Context<'_>, fields: &[FieldId], name: Option<&str>, is_self: bool) {
    let data = |field: FieldId| &cx.schema.fields[field];
    let first = data(fields[0]);
    let model = &cx.schema.models[first.model].name;
    let message = match (name, is_self) {
        (Some(name), _) => format!("more than two fields share the relation name `{name}`"),
        (None, true) => format!("the relations of `{model}` with itself cannot be told apart"),
        (None, false) => {
            let FieldType::Model(target, _) = first.ty else {
                return;
            };
            let other = &cx.schema.models[target].name;
            format!("the relations between `{model}` and `{other}` cannot be told apart")
        }
    };
    let mut diagnostic = Diagnostic::error(Code::AmbiguousRelation, first.span, message)
        .help("give each relation a name, the same on both its sides: `@relation(\"Name\")`");
    // A handful shows what is meant.
    for field in fields[1..].iter().take(5) {
        diagnostic = diagnostic.related(data(*field).span, "could belong to the same relation");
    }
    cx.report(diagnostic);
}

/// Makes a relation of two fields that belong together.
fn relate(cx: &mut Context<'_>, a: FieldId, b: FieldId) {
    let is_list = |field: FieldId| cx.schema.fields[field].arity == Arity::List;
    let has_columns = |field: FieldId| {
        let attribute = cx.relation_attributes.get(field);
        attribute
            .is_some_and(|attribute| attribute.fields.is_some() || attribute.references.is_some())
    };
    match (is_list(a), is_list(b)) {
        (true, true) => many_to_many(cx, a, b),
        (true, false) => one(cx, RelationKind::OneToMany, b, a),
        (false, true) => one(cx, RelationKind::OneToMany, a, b),
        (false, false) => match (has_columns(a), has_columns(b)) {
            (true, false) => one(cx, RelationKind::OneToOne, a, b),
            (false, true) => one(cx, RelationKind::OneToOne, b, a),
            (both, _) => {
                let span = cx.schema.fields[a].span;
                let other = cx.schema.fields[b].span;
                let message = if both {
                    "both sides of this one-to-one relation name columns"
                } else {
                    "no side of this one-to-one relation names its columns"
                };
                cx.report(
                    Diagnostic::error(Code::RelationFields, span, message)
                        .related(other, "the other side")
                        .help("the side that holds the key has `@relation(fields: […], references: […])`, the other has neither"),
                );
            }
        },
    }
}

fn one(cx: &mut Context<'_>, kind: RelationKind, forward: FieldId, back: FieldId) {
    let (from, to, span) = {
        let data = &cx.schema.fields[forward];
        (data.model, cx.schema.fields[back].model, data.span)
    };
    no_columns(cx, back);
    constraint::has_one(
        cx,
        back,
        "belongs on the other side, which holds the foreign key",
    );
    let Some(attribute) = cx.relation_attributes.take(forward) else {
        no_columns_at_all(cx, forward, span, to);
        return;
    };
    let references = attribute.references.map(|value| columns(cx, to, value));
    let (fields, references) = match (&attribute.fields, references) {
        (Some(fields), Some(Some(references))) => (fields.clone(), references),
        // What is wrong with the names in `references` has been said.
        (_, Some(None)) => return,
        (Some(_), None) | (None, Some(_)) => {
            let missing = if attribute.fields.is_some() {
                "references"
            } else {
                "fields"
            };
            let message = format!("the relation has no `{missing}`");
            cx.report(
                Diagnostic::error(Code::RelationFields, attribute.span, message).help(
                    "`fields` names the columns on this side, `references` those on the other",
                ),
            );
            return;
        }
        (None, None) => {
            no_columns_at_all(cx, forward, span, to);
            return;
        }
    };
    if fields.is_empty() || references.is_empty() {
        cx.error(
            Code::RelationFields,
            attribute.span,
            "a relation needs at least one column on each side",
        );
        return;
    }
    if fields.len() != references.len() {
        let message = format!(
            "the relation has {} columns on this side and {} on the other",
            fields.len(),
            references.len()
        );
        cx.error(Code::RelationFields, attribute.span, message);
        return;
    }
    let required = fields
        .iter()
        .any(|field| cx.schema.fields[*field].arity == Arity::Required)
        || cx.schema.fields[forward].arity == Arity::Required;
    let default = if required {
        ReferentialAction::Restrict
    } else {
        ReferentialAction::SetNull
    };
    let is_view = |model: ModelId| cx.schema.models[model].kind == ModelKind::View;
    let by_database = cx
        .schema
        .datasource
        .as_ref()
        .is_none_or(|d| d.relation_mode == RelationMode::ForeignKeys);
    let without_foreign_key = attribute.without_foreign_key.is_some();
    let enforced = by_database && !without_foreign_key && !is_view(from) && !is_view(to);
    cx.schema.relations.push(RelationData {
        name: attribute.name.map(Into::into),
        kind,
        forward,
        back: Some(back),
        from,
        to,
        fields,
        references,
        on_delete: attribute.on_delete.map_or(default, |(action, _)| action),
        on_update: attribute
            .on_update
            .map_or(ReferentialAction::Cascade, |(action, _)| action),
        constraint: attribute.map.map(|(name, _)| name).unwrap_or_default(),
        deferrable: attribute.deferrable.map(|(deferrable, _)| deferrable),
        without_foreign_key,
        enforced,
        join_table: None,
        span: attribute.span,
    });
}

/// Reports a name for the foreign key where it can have none, on whichever side it stands.
fn map_is_allowed(cx: &mut Context<'_>, attribute: &Attribute<'_>) {
    let Some(provider) = cx.provider() else {
        return;
    };
    let Some((_, span)) = attribute.map else {
        return;
    };
    if !provider.facts().named_foreign_keys {
        let message = format!("foreign keys have no names on {}", provider.display_name());
        cx.report(Diagnostic::error(Code::NotSupported, span, message).help("take `map` out"));
    }
}

fn no_columns_at_all(cx: &mut Context<'_>, forward: FieldId, span: Span, to: ModelId) {
    let target = cx.schema.model(to);
    let keys: Vec<String> = target
        .primary_key()
        .map(|key| {
            key.columns
                .iter()
                .filter_map(|column| Some(cx.schema.field(column.field()?).name().to_owned()))
                .collect()
        })
        .unwrap_or_default();
    let name = cx.schema.field(forward).name();
    let message = format!("the relation field `{name}` does not say which columns it uses");
    let missing = Diagnostic::error(Code::RelationFields, span, message);
    let capital = |key: &str| -> String {
        let mut letters = key.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters.clone()).collect()
    };
    let fields: Vec<String> = keys
        .iter()
        .map(|key| format!("{name}{}", capital(key)))
        .collect();
    cx.report(if keys.is_empty() {
        missing.help("add `@relation(fields: […], references: […])`")
    } else {
        missing.help(format!(
            "add `@relation(fields: [{}], references: [{}])`",
            fields.join(", "),
            keys.join(", ")
        ))
    });
}

/// Reports columns and actions on the side that holds none.
fn no_columns(cx: &mut Context<'_>, back: FieldId) {
    let Some(attribute) = cx.relation_attributes.get(back) else {
        return;
    };
    let span = attribute.span;
    let columns = attribute.fields.is_some() || attribute.references.is_some();
    let actions = attribute.on_delete.is_some() || attribute.on_update.is_some();
    if let Some((_, span)) = attribute.map
        && !columns
        && !actions
    {
        let message = "the name of the foreign key belongs on the other side; here it does nothing";
        cx.report(
            Diagnostic::warning(Code::RelationFields, span, message)
                .help("move `map` to the field that names the columns"),
        );
        return;
    }
    let what = if columns {
        "`fields` and `references`"
    } else if actions {
        "referential actions"
    } else {
        return;
    };
    let code = if actions && !columns {
        Code::ReferentialAction
    } else {
        Code::RelationFields
    };
    let message = format!("{what} belong on the other side, which holds the foreign key");
    cx.report(
        Diagnostic::error(code, span, message).help("move them to the field that holds the key"),
    );
}

fn many_to_many(cx: &mut Context<'_>, a: FieldId, b: FieldId) {
    let mut ok = true;
    for field in [a, b] {
        constraint::has_one(
            cx,
            field,
            "has no place in an implicit many-to-many relation",
        );
        let Some(attribute) = cx.relation_attributes.get(field) else {
            continue;
        };
        let span = attribute.span;
        let actions = attribute.on_delete.is_some() || attribute.on_update.is_some();
        if attribute.fields.is_some() || attribute.references.is_some() {
            ok = false;
            cx.report(
                Diagnostic::error(
                    Code::RelationFields,
                    span,
                    "an implicit many-to-many relation names no columns",
                )
                .help("take `fields` and `references` out, or write a model for the table between"),
            );
        } else if actions {
            ok = false;
            cx.report(
                Diagnostic::error(
                    Code::ReferentialAction,
                    span,
                    "an implicit many-to-many relation always cascades",
                )
                .help("take the actions out, or write a model for the table between"),
            );
        }
    }
    let (a, b) = in_order(cx, a, b);
    for (field, other) in [(a, b), (b, a)] {
        let data = &cx.schema.fields[field];
        let model = cx.schema.model(data.model);
        if model.kind() == ModelKind::View {
            ok = false;
            let span = data.span;
            cx.error(
                Code::RelationFields,
                span,
                "a view has no many-to-many relation: nothing can refer to its rows",
            );
        } else if model.primary_key().is_none_or(|key| key.columns.len() != 1) {
            ok = false;
            // The place is the field that would refer to it.
            let span = cx.schema.fields[other].span;
            let (name, name_span) = (model.name().to_owned(), model.name_span());
            let message =
                format!("a many-to-many relation needs an `@id` of one column on `{name}`");
            cx.report(
                Diagnostic::error(Code::RelationTarget, span, message)
                    .related(name_span, "has no such id")
                    .help("add one, or write a model for the table between"),
            );
        }
    }
    if !ok {
        return;
    }
    let by_database = cx
        .schema
        .datasource
        .as_ref()
        .is_none_or(|d| d.relation_mode == RelationMode::ForeignKeys);
    let name = cx
        .relation_attributes
        .get(a)
        .and_then(|attribute| attribute.name.clone());
    let data = &cx.schema.fields[a];
    let relation = RelationData {
        name: name.map(Into::into),
        kind: RelationKind::ManyToMany,
        forward: a,
        back: Some(b),
        from: data.model,
        to: cx.schema.fields[b].model,
        fields: Columns::new(),
        references: Columns::new(),
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::Cascade,
        constraint: Box::default(),
        deferrable: None,
        without_foreign_key: false,
        enforced: by_database,
        join_table: None,
        span: data.span,
    };
    cx.schema.relations.push(relation);
}

/// The side of column `A` first: the smaller model name, or the smaller field name in a self relation.
fn in_order(cx: &Context<'_>, a: FieldId, b: FieldId) -> (FieldId, FieldId) {
    let key = |field: FieldId| {
        let field = cx.schema.field(field);
        (field.model().name(), field.name())
    };
    if key(a) <= key(b) { (a, b) } else { (b, a) }
}
