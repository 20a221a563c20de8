//! `@id`, `@unique`, and the block attributes that make keys and indexes.

use crate::hash::HashSet;

use super::arguments::Arguments;
use super::fields::{attribute_path, path_span};
use super::operator_classes::{class_of_key, operator_class, without_classes};
use super::{Among, Context, model_attributes, predicates, raw_sql, shard_keys, support};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{
    Algorithm, FieldId, FieldType, Index, IndexColumn, IndexKind, IndexValue, ModelId, ModelKind,
    Nulls, PrimaryKey, Sort,
};
use crate::parse::{Call, Node, Rule, Value};
use crate::provider::Provider;
use crate::span::Span;

const KNOWN: [&str; 8] = [
    "id",
    "unique",
    "index",
    "fulltext",
    "map",
    "schema",
    "ignore",
    "rust.derive",
];

/// Where a list of index elements stands, which decides what they can be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Id,
    Index(IndexKind),
    Include,
}

impl List {
    fn owner(self) -> &'static str {
        match self {
            Self::Id => "@@id",
            Self::Index(IndexKind::Unique) => "@@unique",
            Self::Index(IndexKind::Normal) => "@@index",
            Self::Index(IndexKind::Fulltext) => "@@fulltext",
            Self::Include => "include",
        }
    }

    /// Whether its elements can be expressions, and say where NULL stands and how text compares.
    fn is_rich(self) -> bool {
        matches!(self, Self::Index(IndexKind::Unique | IndexKind::Normal))
    }
}

pub(super) fn id_of_field<'t>(cx: &mut Context<'t>, field: FieldId, attribute: Node<'t>) {
    if on_relation(cx, field, attribute, "@id") {
        return;
    }
    let mut arguments = Arguments::of(attribute);
    let map = key_name(cx, &mut arguments);
    let column = column_options(cx, &mut arguments, field, false);
    clustered(cx, &mut arguments);
    arguments.finish(cx);
    let key = PrimaryKey {
        columns: vec![column],
        database_name: map.unwrap_or_default(),
        name: None,
        span: attribute.span(),
    };
    let model = cx.schema.fields[field].model;
    set_primary_key(cx, model, key);
}

pub(super) fn unique_of_field<'t>(cx: &mut Context<'t>, field: FieldId, attribute: Node<'t>) {
    if on_relation(cx, field, attribute, "@unique") {
        return;
    }
    let mut arguments = Arguments::of(attribute);
    let map = name(cx, &mut arguments, "map");
    let column = column_options(cx, &mut arguments, field, false);
    let model = cx.schema.fields[field].model;
    let predicate = predicates::lower(cx, &mut arguments, model);
    let nulls_distinct = nulls_distinct(cx, &mut arguments);
    clustered(cx, &mut arguments);
    arguments.finish(cx);
    cx.schema.models[model].indexes.push(Index {
        kind: IndexKind::Unique,
        columns: vec![column],
        database_name: map.unwrap_or_default(),
        name: None,
        algorithm: None,
        predicate,
        include: Vec::new(),
        nulls_distinct,
        span: attribute.span(),
    });
}

/// Reports a key on a relation, which has no column of its own.
fn on_relation<'t>(cx: &mut Context<'t>, field: FieldId, attribute: Node<'t>, owner: &str) -> bool {
    let data = &cx.schema.fields[field];
    if !matches!(data.ty, FieldType::Model(..)) {
        return false;
    }
    let message = format!(
        "`{}` is a relation and has no column",
        cx.schema.text(data.name_span)
    );
    let wrong = Diagnostic::error(Code::InvalidIndex, attribute.span(), message);
    cx.report(wrong.help(format!(
        "put `{owner}` on the column that the relation uses"
    )));
    true
}

pub(super) fn block<'t>(cx: &mut Context<'t>, model: ModelId, block: Node<'t>) {
    for attribute in block
        .children()
        .filter(|node| node.rule() == Rule::block_attribute)
    {
        match attribute_path(attribute) {
            "id" => id_of_block(cx, model, attribute),
            "unique" => index_of_block(cx, model, attribute, IndexKind::Unique),
            "index" => index_of_block(cx, model, attribute, IndexKind::Normal),
            "fulltext" => index_of_block(cx, model, attribute, IndexKind::Fulltext),
            "shardKey" => shard_keys::of_block(cx, model, attribute),
            // Read with the block itself.
            "map" | "schema" | "ignore" | "rust.derive" => {}
            path if model_attributes::lower(cx, model, path, attribute) => {}
            path => {
                let span = path_span(attribute);
                let message = format!("a model has no attribute `@@{path}`");
                cx.report(
                    Diagnostic::error(Code::UnknownAttribute, span, message)
                        .did_you_mean(path, KNOWN.into_iter().chain(model_attributes::KNOWN)),
                );
            }
        }
    }
    promises(cx, model);
}

fn id_of_block<'t>(cx: &mut Context<'t>, model: ModelId, attribute: Node<'t>) {
    let mut arguments = Arguments::of(attribute);
    let fields = arguments.require_default(cx, "fields");
    let name_of_key = name(cx, &mut arguments, "name");
    let map = key_name(cx, &mut arguments);
    clustered(cx, &mut arguments);
    arguments.finish(cx);
    let Some(columns) = fields.and_then(|fields| columns(cx, model, List::Id, fields)) else {
        return;
    };
    let key = PrimaryKey {
        columns,
        database_name: map.unwrap_or_default(),
        name: name_of_key,
        span: attribute.span(),
    };
    set_primary_key(cx, model, key);
}

fn set_primary_key(cx: &mut Context<'_>, model: ModelId, key: PrimaryKey) {
    let data = &mut cx.schema.models[model];
    if let Some(first) = &data.primary_key {
        let message = format!("the model `{}` has two ids", data.name);
        let again = Diagnostic::error(Code::InvalidIndex, key.span, message)
            .related(first.span, "the first")
            .help("a key of several columns is written once, as `@@id([a, b])`");
        cx.report(again);
        return;
    }
    data.primary_key = Some(key);
}

fn index_of_block<'t>(cx: &mut Context<'t>, model: ModelId, attribute: Node<'t>, kind: IndexKind) {
    let list = List::Index(kind);
    let owner = list.owner();
    let mut arguments = Arguments::of(attribute);
    let fields = arguments.require_default(cx, "fields");
    // Prisma's own manual gives `name` to `@@fulltext` too, but Prisma does not.
    let mut given_name = match kind {
        IndexKind::Fulltext => None,
        _ => name(cx, &mut arguments, "name"),
    };
    let mut map = name(cx, &mut arguments, "map");
    if kind == IndexKind::Normal {
        // Of old, the database name of an index was called `name`.
        if given_name.is_some() && map.is_some() {
            let message =
                format!("`name` is the old spelling of `map` in `{owner}`, and both are given");
            cx.report(
                Diagnostic::error(Code::InvalidArgument, attribute.span(), message)
                    .help("take `name` out"),
            );
        }
        map = map.or(given_name.take());
    }
    let algorithm = if kind == IndexKind::Normal {
        algorithm(cx, &mut arguments)
    } else {
        None
    };
    let predicate = if kind == IndexKind::Fulltext {
        None
    } else {
        predicates::lower(cx, &mut arguments, model)
    };
    let include = if kind == IndexKind::Fulltext {
        None
    } else {
        included(cx, &mut arguments, model)
    };
    let nulls_distinct = kind != IndexKind::Unique || nulls_distinct(cx, &mut arguments);
    clustered(cx, &mut arguments);
    arguments.finish(cx);
    if algorithm == Some(Algorithm::Gin) && cx.provider() == Some(Provider::Cockroachdb) {
        without_classes(cx, fields);
    }
    let Some(columns) = fields.and_then(|fields| columns(cx, model, list, fields)) else {
        return;
    };
    let include = without_own(cx, include, &columns);
    cx.schema.models[model].indexes.push(Index {
        kind,
        columns,
        database_name: map.unwrap_or_default(),
        name: given_name,
        algorithm,
        predicate,
        include,
        nulls_distinct,
        span: attribute.span(),
    });
}

/// The columns that an index only carries, and where they are named.
fn included<'t>(
    cx: &mut Context<'t>,
    arguments: &mut Arguments<'t>,
    model: ModelId,
) -> Option<(Vec<FieldId>, Span)> {
    let value = arguments.take(cx, "include")?;
    let help = "take `include` out, or make the columns part of the index";
    if !support::has(
        cx,
        |facts| facts.index_include,
        value.span(),
        "columns that an index only carries",
        help,
    ) {
        return None;
    }
    let columns = columns(cx, model, List::Include, value)?;
    Some((
        columns.iter().filter_map(IndexColumn::field).collect(),
        value.span(),
    ))
}

/// The columns that are carried; those that the index covers anyway are reported.
fn without_own(
    cx: &mut Context<'_>,
    include: Option<(Vec<FieldId>, Span)>,
    columns: &[IndexColumn],
) -> Vec<FieldId> {
    let Some((include, span)) = include else {
        return Vec::new();
    };
    for field in &include {
        if columns.iter().any(|column| column.field() == Some(*field)) {
            let name = cx.schema.field(*field).name();
            let message = format!("the index covers `{name}` already");
            cx.report(
                Diagnostic::error(Code::InvalidIndex, span, message)
                    .help("take it out of `include`"),
            );
        }
    }
    include
}

/// `nullsDistinct: false`: two rows with NULL count as alike.
fn nulls_distinct<'t>(cx: &mut Context<'t>, arguments: &mut Arguments<'t>) -> bool {
    let Some(value) = arguments.take(cx, "nullsDistinct") else {
        return true;
    };
    let help = "take it out: there two rows with NULL are always different";
    let has = support::has(
        cx,
        |facts| facts.nulls_distinct,
        value.span(),
        "`nullsDistinct`",
        help,
    );
    cx.boolean(value, "nullsDistinct").filter(|_| has) != Some(false)
}

/// A `map` or `name`; empty text is reported.
pub(super) fn name(
    cx: &mut Context<'_>,
    arguments: &mut Arguments<'_>,
    label: &'static str,
) -> Option<Box<str>> {
    let value = arguments.take(cx, label)?;
    let text = cx.text(value, label)?;
    if text.is_empty() {
        cx.error(
            Code::ConstraintName,
            value.span(),
            format!("`{label}` is empty"),
        );
        return None;
    }
    Some(text.into())
}

/// A unique of a plain view is a promise, and nothing in the database that could have a name or an order.
fn promises(cx: &mut Context<'_>, model: ModelId) {
    let view = cx.schema.model(model);
    if view.kind() != ModelKind::View || view.is_materialized() {
        return;
    }
    let mut found = Vec::new();
    let uniques = view.indexes().iter();
    for unique in uniques.filter(|index| index.kind == IndexKind::Unique) {
        // Names that are not given are made later.
        if !unique.database_name.is_empty() {
            let message = "a unique of a view has no name in the database";
            found.push(
                Diagnostic::error(Code::InvalidIndex, unique.span, message)
                    .help("take `map` out, or make the view a materialized one"),
            );
        }
        let ordered = |column: &IndexColumn| column.sort.is_some() || column.length.is_some();
        if unique.columns.iter().any(ordered) {
            let message = "a unique of a view is a promise and no index, so that it has no order and no length";
            found.push(
                Diagnostic::error(Code::InvalidIndex, unique.span, message)
                    .help("take the arguments out, or make the view a materialized one"),
            );
        }
    }
    cx.diagnostics.extend(found);
}

/// The name of a primary key, on databases where it has one.
fn key_name<'t>(cx: &mut Context<'t>, arguments: &mut Arguments<'t>) -> Option<Box<str>> {
    let name = name(cx, arguments, "map")?;
    if let Some(provider) = cx.provider()
        && !provider.facts().named_primary_keys
    {
        let message = format!("a primary key has no name on {}", provider.display_name());
        cx.report(
            Diagnostic::error(Code::NotSupported, arguments.span(), message).help("take `map` out"),
        );
        return None;
    }
    Some(name)
}

/// `clustered` exists on SQL Server only.
fn clustered<'t>(cx: &mut Context<'t>, arguments: &mut Arguments<'t>) {
    if let Some(value) = arguments.take(cx, "clustered")
        && cx
            .provider()
            .is_some_and(|provider| provider != Provider::Sqlserver)
    {
        let message = "`clustered` exists on SQL Server only";
        cx.report(Diagnostic::error(Code::NotSupported, value.span(), message).help("take it out"));
    }
}

fn algorithm<'t>(cx: &mut Context<'t>, arguments: &mut Arguments<'t>) -> Option<Algorithm> {
    let value = arguments.take(cx, "type")?;
    let path = value.path().unwrap_or("");
    let found = Algorithm::ALL
        .into_iter()
        .find(|algorithm| algorithm.name() == path);
    if found.is_none() {
        let names: Vec<&str> = Algorithm::ALL
            .iter()
            .map(|algorithm| algorithm.name())
            .collect();
        let message = format!("the index type `{}` does not exist", value.node().text());
        let unknown = Diagnostic::error(Code::InvalidArgument, value.span(), message);
        let unknown = unknown.did_you_mean(path, names.iter().copied());
        cx.report(if unknown.help.is_none() {
            unknown.help(format!("the types are {}", names.join(", ")))
        } else {
            unknown
        });
    }
    found
}

/// The columns of `[a, b(sort: Desc)]`; one without brackets counts as a list of one.
fn columns<'t>(
    cx: &mut Context<'t>,
    model: ModelId,
    list: List,
    fields: Value<'t>,
) -> Option<Vec<IndexColumn>> {
    let owner = list.owner();
    let elements = fields.elements();
    if elements.is_empty() {
        let message = format!("`{owner}` names no field");
        // The unique of a view is not made, so that Prisma lets it promise nothing.
        let is_promise = list == List::Index(IndexKind::Unique)
            && cx.schema.models[model].kind == ModelKind::View;
        let empty = if is_promise {
            Diagnostic::warning(Code::InvalidIndex, fields.span(), message)
        } else {
            Diagnostic::error(Code::InvalidIndex, fields.span(), message)
        };
        cx.report(empty.help("name the fields that it covers, or take it out"));
        return None;
    }
    let count = elements.len();
    let mut columns: Vec<IndexColumn> = Vec::new();
    let mut seen: HashSet<FieldId> = HashSet::default();
    for element in elements {
        let Value::Call(call) = element else {
            let message = format!("`{owner}` lists fields, not {}", element.kind());
            let wrong = Diagnostic::error(Code::InvalidIndex, element.span(), message);
            cx.report(wrong.help("write the field's name without quotes"));
            continue;
        };
        if is_expression(cx, model, call) {
            columns.extend(expression(cx, list, call));
            continue;
        }
        let Some(field) = field_of(cx, model, call.path, call_span(call)) else {
            continue;
        };
        if seen.contains(&field) {
            let name = cx.schema.field(field).name();
            let message = format!("`{owner}` names the field `{name}` twice");
            cx.error(Code::InvalidIndex, element.span(), message);
            continue;
        }
        let mut arguments = Arguments::of_element(call).forgiving();
        let column = if list == List::Include {
            IndexColumn::plain(IndexValue::Field(field))
        } else {
            if list != List::Index(IndexKind::Normal) {
                class_of_key(cx, &mut arguments, owner);
            }
            rich_options(cx, &mut arguments, IndexValue::Field(field), list)
        };
        arguments.finish(cx);
        columns.push(column);
        seen.insert(field);
    }
    (columns.len() == count).then_some(columns)
}

/// Whether an element is `raw("…")`; a field may be called `raw` too, and then takes options only.
fn is_expression<'t>(cx: &Context<'t>, model: ModelId, call: Call<'t>) -> bool {
    call.path == "raw"
        && call.arguments.is_some()
        && (call
            .arguments()
            .iter()
            .any(|argument| matches!(argument.label, None | Some("sql")))
            || cx.find_field(model, "raw").is_none())
}

/// `raw("lower(email)")` as an element of an index.
fn expression<'t>(cx: &mut Context<'t>, list: List, call: Call<'t>) -> Option<IndexColumn> {
    let mut arguments = Arguments::of_function(call);
    let sql = arguments.require_default(cx, "sql");
    if !list.is_rich() {
        let message = format!("`{}` lists fields, not expressions", list.owner());
        cx.report(
            Diagnostic::error(Code::InvalidIndex, call.node.span(), message)
                .help("an expression can stand in `@@index` and `@@unique`"),
        );
        return None;
    }
    let sql = sql.and_then(|value| raw_sql::of(cx, value, "raw()"));
    let column = sql.map(|sql| rich_options(cx, &mut arguments, IndexValue::Expression(sql), list));
    arguments.finish(cx);
    column
}

fn call_span(call: Call<'_>) -> Span {
    let start = call.node.start();
    call.node.span_at(start, start + call.path.len() as u32)
}

/// The column field of that name; a missing one and a relation are reported.
pub(super) fn field_of<'t>(
    cx: &mut Context<'t>,
    model: ModelId,
    name: &'t str,
    span: Span,
) -> Option<FieldId> {
    let Some(field) = cx.find_field(model, name) else {
        let message = format!(
            "the model `{}` has no field `{name}`",
            cx.schema.model(model).name()
        );
        let unknown = Diagnostic::error(Code::UnknownField, span, message);
        cx.unknown(unknown, name, Among::Columns(model));
        return None;
    };
    let field = cx.schema.field(field);
    if field.is_relation() {
        let scalars: Vec<String> = relation_columns(cx, field.id())
            .into_iter()
            .map(|id| cx.schema.field(id).name().to_owned())
            .collect();
        let wrong = Diagnostic::error(
            Code::InvalidIndex,
            span,
            format!("`{name}` is a relation and has no column"),
        );
        cx.report(match scalars.as_slice() {
            [] => wrong.help("name the columns that the relation uses"),
            [scalar] => wrong
                .help(format!("name its column, `{scalar}`"))
                .fix(span, scalar),
            _ => wrong.help(format!("name its columns: {}", scalars.join(", "))),
        });
        return None;
    }
    if *field.ty() == FieldType::Unknown {
        return None;
    }
    Some(field.id())
}

fn relation_columns(cx: &Context<'_>, field: FieldId) -> Vec<FieldId> {
    let attribute = cx.relation_attributes.get(field);
    attribute
        .and_then(|attribute| attribute.fields.as_ref())
        .map_or_else(Vec::new, |fields| fields.to_vec())
}

/// The options of an element of a list.
fn rich_options<'t>(
    cx: &mut Context<'t>,
    arguments: &mut Arguments<'t>,
    value: IndexValue,
    list: List,
) -> IndexColumn {
    let takes_class = list == List::Index(IndexKind::Normal);
    let mut column = options(cx, arguments, value, takes_class);
    if list.is_rich() {
        column.nulls = nulls(cx, arguments);
        column.collation = collation(cx, arguments);
    }
    column
}

fn nulls<'t>(cx: &mut Context<'t>, arguments: &mut Arguments<'t>) -> Option<Nulls> {
    let value = arguments.take(cx, "nulls")?;
    let found = match value.path() {
        Some("First") => Some(Nulls::First),
        Some("Last") => Some(Nulls::Last),
        _ => {
            let message = "NULL stands `First` or `Last`";
            cx.report(
                Diagnostic::error(Code::InvalidArgument, value.span(), message)
                    .help("write First or Last"),
            );
            None
        }
    };
    let help = "take `nulls` out";
    support::has(
        cx,
        |facts| facts.index_nulls,
        value.span(),
        "choice of where NULL stands in an index",
        help,
    )
    .then_some(found)?
}

fn collation<'t>(cx: &mut Context<'t>, arguments: &mut Arguments<'t>) -> Option<Box<str>> {
    let value = arguments.take(cx, "collate")?;
    let name = cx.text(value, "a collation")?;
    if name.trim().is_empty() || name.contains('\0') {
        cx.error(
            Code::InvalidArgument,
            value.span(),
            "no collation has this name",
        );
        return None;
    }
    let help = "give the column its collation: `@collate(\"…\")`";
    support::has(
        cx,
        |facts| facts.index_collation,
        value.span(),
        "collation of its own for an index element",
        help,
    )
    .then(|| name.into())
}

fn column_options<'t>(
    cx: &mut Context<'t>,
    arguments: &mut Arguments<'t>,
    field: FieldId,
    takes_class: bool,
) -> IndexColumn {
    options(cx, arguments, IndexValue::Field(field), takes_class)
}

fn options<'t>(
    cx: &mut Context<'t>,
    arguments: &mut Arguments<'t>,
    value: IndexValue,
    takes_class: bool,
) -> IndexColumn {
    let facts = cx.provider().map(crate::provider::Provider::facts);
    let sort = arguments
        .take(cx, "sort")
        .and_then(|value| match value.path() {
            Some("Asc") => Some(Sort::Asc),
            Some("Desc") => Some(Sort::Desc),
            _ => {
                cx.report(
                    Diagnostic::error(Code::InvalidArgument, value.span(), "this is no order")
                        .help("write Asc or Desc"),
                );
                None
            }
        });
    let length = arguments.take(cx, "length").and_then(|value| {
        // Prisma passes over a negative length in a list, on every database.
        let is_negative = matches!(value, Value::Number(number) if number.text().starts_with('-'));
        let is_skipped = is_negative && arguments.is_forgiving();
        if facts.is_some_and(|facts| !facts.index_length) && !is_skipped {
            let message = "`length` of an index column exists on MySQL only";
            cx.report(
                Diagnostic::error(Code::NotSupported, value.span(), message).help("take it out"),
            );
            return None;
        }
        let whole = match value {
            Value::Number(number) => number.text().parse::<i64>().ok(),
            _ => None,
        };
        let Some(whole) = whole else {
            let message = "the length is a whole number";
            cx.error(Code::InvalidArgument, value.span(), message);
            return None;
        };
        // InnoDB's longest prefix; Prisma looks at none.
        if !(1..=3072).contains(&whole) {
            let message = "the server takes lengths from 1 to 3072";
            cx.report(
                Diagnostic::warning(Code::ServerWillRefuse, value.span(), message)
                    .help("choose one of them"),
            );
        }
        u32::try_from(whole).ok()
    });
    let class = takes_class.then(|| arguments.take(cx, "ops")).flatten();
    let operator_class = class.and_then(|value| {
        if facts.is_some_and(|facts| !facts.operator_classes) {
            // Prisma takes it and writes nothing of it.
            let message = "operator classes exist on PostgreSQL only, and this one does nothing";
            cx.report(
                Diagnostic::warning(Code::NotSupported, value.span(), message)
                    .help("take `ops` out"),
            );
            // A name that no database knows is still a slip.
            operator_class(cx, value);
            return None;
        }
        operator_class(cx, value)
    });
    IndexColumn {
        sort,
        length,
        operator_class,
        ..IndexColumn::plain(value)
    }
}
