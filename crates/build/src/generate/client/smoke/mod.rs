//! A program that uses the whole client of a schema: for tests of ours, which run it on a database of each kind.
//!
//! It makes a row of each model that it can, in the order of the foreign keys, joins them, reads them back with all of their relations,
//! changes every plain column, finds the row by what it has written, and deletes it.

mod sample;

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use relata_schema::ir::{Arity, Field, FieldId, Model, ModelId, ModelKind, Relation};
use relata_schema::{Diagnostic, Schema};

use super::columns::identifier;
use super::record::is_required;
use super::{ClientNames, Entry};
use crate::generate::names::{self, Names};
use crate::generate::options::Options;
use crate::generate::types;

/// How many relations come along in one query.
const TOGETHER: usize = 4;

/// Writes the program: a function `run`, which takes a connection string and tells what has failed, and at last how much was tried. It stands
/// beside the generated code, which it knows as the module `db`.
///
/// # Errors
///
/// Those of [`generate`](crate::generate).
pub fn smoke(schema: &Schema) -> Result<String, Vec<Diagnostic>> {
    let (options, errors) = Options::of(schema);
    if !errors.is_empty() {
        return Err(errors);
    }
    let names = Names::of(schema, options);
    let client = ClientNames::of(schema, &names);
    let entry = Entry::of(schema, &names);
    let mut program = Program {
        names: &names,
        client: &client,
        made: HashMap::new(),
        text: String::new(),
        counter: 0,
    };
    let order = program.creates(schema);
    program.reads(schema, &order);
    Ok(program.whole(schema, &order, &entry.client))
}

struct Program<'n> {
    names: &'n Names,
    client: &'n ClientNames,
    /// Models of which a row is made, and the relations by which that refers to others.
    made: HashMap<ModelId, HashSet<FieldId>>,
    text: String,
    counter: u32,
}

/// The columns that a struct has, by their names in Rust.
fn columns<'s>(model: Model<'s>, names: &Names) -> Vec<(Field<'s>, String)> {
    let fields: Vec<Field<'s>> = model
        .scalar_fields()
        .filter(|field| !field.is_ignored() && matches!(types::of(*field, names), Ok(Some(_))))
        .collect();
    let found = names::fields(&fields);
    fields.into_iter().zip(found).collect()
}

/// The relations whose foreign key the model has.
fn forward(model: Model<'_>) -> impl Iterator<Item = (Field<'_>, Relation<'_>)> {
    model
        .relation_fields()
        .filter_map(|field| Some((field, field.relation()?)))
        .filter(|(field, relation)| {
            relation.join_table().is_none() && relation.forward_field().id() == field.id()
        })
}

/// Whether the SQL of the schema makes it: a view without a statement is made elsewhere.
fn is_there(model: Model<'_>) -> bool {
    model.kind() == ModelKind::Table || model.statement().is_some()
}

fn row(model: Model<'_>) -> String {
    format!("row_{}", model.id().index())
}

impl Program<'_> {
    /// Makes rows as long as there is a model whose parents are there; gives the order.
    fn creates<'s>(&mut self, schema: &'s Schema) -> Vec<Model<'s>> {
        let mut order = Vec::new();
        let mut waits = true;
        loop {
            let before = order.len();
            // A relation that the database does not enforce is waited for as well, as long as something comes of it.
            for model in schema.models() {
                let has_name = self.names.model(model.id()).is_some();
                if has_name && !self.made.contains_key(&model.id()) {
                    let mut by = HashSet::new();
                    if let Some(text) = self.create(model, waits, &mut by) {
                        self.text.push_str(&text);
                        self.made.insert(model.id(), by);
                        order.push(model);
                    }
                }
            }
            if order.len() == before {
                if !waits {
                    return order;
                }
                waits = false;
            } else {
                waits = true;
            }
        }
    }

    fn next(&mut self) -> u32 {
        self.counter += 1;
        self.counter
    }

    /// The function that makes a row; none where that is not possible, or not yet.
    fn create(
        &mut self,
        model: Model<'_>,
        waits: bool,
        by: &mut HashSet<FieldId>,
    ) -> Option<String> {
        let has_all = model.scalar_fields().all(|field| {
            !is_required(field)
                || columns(model, self.names)
                    .iter()
                    .any(|(it, _)| it.id() == field.id())
        });
        if model.kind() != ModelKind::Table || !has_all {
            return None;
        }
        let name = self.names.model(model.id())?;
        let tokens = self.client.tokens(model.id());
        self.key(model, "row")?;
        // What foreign keys hold comes from the rows that they refer to.
        let mut given: HashMap<FieldId, String> = HashMap::new();
        for (field, relation) in forward(model) {
            let to = relation.to();
            let pairs: Vec<(Field<'_>, Field<'_>)> =
                relation.fields().zip(relation.references()).collect();
            if !self.made.contains_key(&to.id()) {
                let is_needed = pairs
                    .iter()
                    .any(|(near, _)| near.arity() == Arity::Required);
                if is_needed && (waits || relation.is_enforced()) {
                    return None;
                }
                continue;
            }
            let far = columns(to, self.names);
            let is_free = pairs
                .iter()
                .all(|(near, _)| !given.contains_key(&near.id()));
            for (near, reference) in pairs {
                let (_, member) = far.iter().find(|(it, _)| it.id() == reference.id())?;
                let mut value = format!("{}(rows)?.{member}.clone()", row(to));
                if reference.arity() == Arity::Optional {
                    value.push_str(".ok_or(\"no key\")?");
                }
                // Without a foreign key, the two columns may be of two types.
                match self.types(near, reference)? {
                    (one, other) if one == other => {}
                    (one, _) if one.ends_with("String") => value.push_str(".to_string()"),
                    _ => return None,
                }
                given.entry(near.id()).or_insert(value);
            }
            if is_free {
                by.insert(field.id());
            }
        }
        let referred: HashSet<FieldId> = model
            .schema()
            .relations()
            .filter(|relation| relation.to().id() == model.id())
            .flat_map(|relation| relation.references().map(Field::id).collect::<Vec<_>>())
            .collect();
        let (mut members, mut sets) = (String::new(), String::new());
        let module = &name.module;
        for (field, column) in columns(model, self.names) {
            let number = self.next();
            let value = given
                .get(&field.id())
                .cloned()
                .or_else(|| sample::value(field, self.names, number));
            if is_required(field) {
                write!(members, "{column}: {}, ", value?).ok()?;
            } else if given.contains_key(&field.id())
                || (referred.contains(&field.id()) && field.default().is_none())
            {
                write!(
                    sets,
                    "\n        .set(db::{module}::{column}.to({}))",
                    value?
                )
                .ok()?;
            }
        }
        let method = super::entry::method(name);
        Some(format!(
            "\nasync fn create_{id}(client: &db::Client, rows: &mut Rows) -> Done {{\n    \
                let made = client.{method}()\n        .create(db::{module}::{record} {{ {members}}}){sets}\n        .await?;\n    \
                rows.r{id} = Some(made);\n    Ok(())\n}}\n\n\
             fn row_{id}(rows: &Rows) -> Result<&db::{module}::{ty}, String> {{\n    \
                rows.r{id}.as_ref().ok_or_else(|| \"there is no {ty}\".into())\n}}\n",
            id = model.id().index(),
            record = tokens.record,
            ty = name.ty,
        ))
    }

    /// The types of two columns, without what says that they are optional.
    fn types(&self, one: Field<'_>, other: Field<'_>) -> Option<(String, String)> {
        let ty = |field| {
            let ty = types::of(field, self.names).ok()??.text;
            let inner = ty.strip_prefix("::std::option::Option<");
            Some(inner.map_or(ty.clone(), |it| it.trim_end_matches('>').to_owned()))
        };
        Some((ty(one)?, ty(other)?))
    }

    /// What names the row of a model, and the values for it.
    fn key(&self, model: Model<'_>, of: &str) -> Option<String> {
        let module = &self.names.model(model.id())?.module;
        let columns = columns(model, self.names);
        let fields = identifier(model);
        let member = |id: &FieldId| columns.iter().find(|(it, _)| it.id() == *id);
        let values: Vec<String> = fields
            .iter()
            .map(|id| Some(format!("{of}.{}.clone()", member(id)?.1)))
            .collect::<Option<_>>()?;
        let token = match &fields[..] {
            [one] => &member(one)?.1,
            _ => {
                let keys = &self.client.tokens(model.id()).keys;
                &keys.iter().find(|key| key.fields == fields)?.name
            }
        };
        Some(format!("db::{module}::{token}.eq({})", values.join(", ")))
    }

    /// The functions that join, read, change and delete the rows.
    fn reads(&mut self, schema: &Schema, order: &[Model<'_>]) {
        for model in schema.models() {
            let Some(name) = self.names.model(model.id()) else {
                continue;
            };
            if !is_there(model) {
                continue;
            }
            let (id, method) = (model.id().index(), super::entry::method(name));
            let key = if order.iter().any(|made| made.id() == model.id()) {
                self.key(model, "row")
            } else {
                None
            };
            let includes = self.includes(model, key.as_deref());
            let Some(key) = key else {
                let text = format!(
                    "\nasync fn check_{id}(client: &db::Client, _rows: &Rows) -> Done {{\n{includes}    \
                     client.{method}().count().await?;\n    Ok(())\n}}\n"
                );
                self.text.push_str(&text);
                continue;
            };
            let joins = self.joins(model, &key);
            let changes = self.changes(model, &key);
            let row = row(model);
            let text = format!(
                "\nasync fn join_{id}(client: &db::Client, rows: &Rows) -> Done {{\n    let row = {row}(rows)?;\n{joins}    \
                    let _ = (client, row);\n    Ok(())\n}}\n\n\
                 async fn check_{id}(client: &db::Client, rows: &Rows) -> Done {{\n    let row = {row}(rows)?;\n{includes}{changes}    Ok(())\n}}\n\n\
                 async fn delete_{id}(client: &db::Client, rows: &Rows) -> Done {{\n    let row = {row}(rows)?;\n    \
                    client.{method}().delete({key}).await?;\n    \
                    same(\"rows that are left\", &client.{method}().count().filter({key}).await?, &0)\n}}\n"
            );
            self.text.push_str(&text);
        }
    }

    /// Joins the row to those of its many-to-many relations.
    fn joins(&self, model: Model<'_>, key: &str) -> String {
        let mut out = String::new();
        let Some(name) = self.names.model(model.id()) else {
            return out;
        };
        for field in model.relation_fields() {
            let Some(relation) = field.relation() else {
                continue;
            };
            if relation.join_table().is_none() || relation.forward_field().id() != field.id() {
                continue;
            }
            let (to, wrapper) = (relation.to(), self.client.wrapper(field.id()));
            let (Some(wrapper), true) = (wrapper, self.made.contains_key(&to.id())) else {
                continue;
            };
            if let Some(other) = self.key(to, "other") {
                writeln!(
                    out,
                    "    let other = {}(rows)?;\n    client.{}().update({key}).connect(db::{}::{}, {other}).await?;",
                    row(to),
                    super::entry::method(name),
                    name.module,
                    wrapper.field,
                )
                .ok();
            }
        }
        out
    }

    /// Reads the row, or whatever is there, with its relations.
    fn includes(&self, model: Model<'_>, key: Option<&str>) -> String {
        let mut out = String::new();
        let Some(name) = self.names.model(model.id()) else {
            return out;
        };
        let method = super::entry::method(name);
        let relations = &self.client.tokens(model.id()).relations;
        for some in relations.chunks(TOGETHER) {
            let (mut includes, mut checks) = (String::new(), String::new());
            for id in some {
                let (Some(wrapper), field) = (self.client.wrapper(*id), model.schema().field(*id))
                else {
                    continue;
                };
                write!(includes, ".include(db::{}::{})", name.module, wrapper.field).ok();
                let member = &wrapper.field;
                let expected = match (field.arity(), self.is_linked(field)) {
                    (_, false) | (Arity::Required, _) => {
                        format!("        let _ = &found.{member};\n")
                    }
                    (Arity::Optional, true) => {
                        format!("        same(\"{member}\", &found.{member}.is_some(), &true)?;\n")
                    }
                    (Arity::List, true) => {
                        format!("        same(\"{member}\", &found.{member}.len(), &1)?;\n")
                    }
                };
                checks.push_str(&expected);
            }
            match key {
                Some(key) => write!(
                    out,
                    "    {{\n        let found = client.{method}().find_unique({key}){includes}.required().await?;\n{checks}    }}\n"
                ),
                None => writeln!(
                    out,
                    "    let _ = client.{method}().find_many().take(5){includes}.await?;"
                ),
            }
            .ok();
        }
        out
    }

    /// Whether rows have been made that this relation joins.
    fn is_linked(&self, field: Field<'_>) -> bool {
        let Some(relation) = field.relation() else {
            return false;
        };
        if relation.join_table().is_some() {
            // A row that is joined with itself is not told from the other side.
            return !relation.is_self_relation()
                && self.made.contains_key(&relation.from().id())
                && self.made.contains_key(&relation.to().id());
        }
        let forward = relation.forward_field();
        self.made
            .get(&forward.model().id())
            .is_some_and(|by| by.contains(&forward.id()))
    }

    /// Changes every plain column, compares what comes back, and finds the row by it.
    fn changes(&mut self, model: Model<'_>, key: &str) -> String {
        let Some(name) = self.names.model(model.id()).cloned() else {
            return String::new();
        };
        let method = super::entry::method(&name);
        let taken: HashSet<FieldId> = model
            .schema()
            .relations()
            .flat_map(|it| {
                it.fields()
                    .chain(it.references())
                    .map(Field::id)
                    .collect::<Vec<_>>()
            })
            .chain(
                model
                    .indexes()
                    .iter()
                    .filter(|it| it.is_total_unique())
                    .flat_map(|it| it.fields().collect::<Vec<_>>()),
            )
            .chain(identifier(model))
            .collect();
        let (mut values, mut sets, mut compares, mut filters) =
            (String::new(), String::new(), String::new(), String::new());
        for (field, column) in columns(model, self.names) {
            if taken.contains(&field.id()) || field.generated().is_some() {
                continue;
            }
            let number = self.next();
            let Some(value) = sample::value(field, self.names, number) else {
                continue;
            };
            let Ok(Some(ty)) = types::of(field, self.names) else {
                continue;
            };
            let ty = ty.text.replace("super::", "db::");
            let value = match field.arity() {
                Arity::Optional => format!("Some({value})"),
                Arity::Required | Arity::List => value,
            };
            let constant = format!("db::{}::{column}", name.module);
            let at = format!("value_{number}");
            writeln!(values, "    let {at}: {ty} = {value};").ok();
            writeln!(sets, "        .set({constant}.to({at}.clone()))").ok();
            if sample::comes_back(field) {
                writeln!(
                    compares,
                    "    same(\"{column}\", &changed.{column}, &{at})?;"
                )
                .ok();
            }
            if sample::is_comparable(field) && field.arity() != Arity::List {
                writeln!(
                    filters,
                    "    let count = client.{method}().count().filter({constant}.eq({at}.clone())).await?;\n    \
                     if count == 0 {{\n        return Err(\"not found by {column}\".into());\n    }}"
                )
                .ok();
            }
        }
        if sets.is_empty() {
            return String::new();
        }
        format!(
            "{values}    let changed = client.{method}().update({key})\n{sets}        .await?;\n{compares}    let _ = changed;\n{filters}"
        )
    }

    fn whole(&self, schema: &Schema, order: &[Model<'_>], client: &str) -> String {
        let mut rows = String::new();
        let mut steps = String::new();
        let step = |out: &mut String, verb: &str, model: Model<'_>, rows: &str| {
            writeln!(
                out,
                "    tell(&mut failed, \"{verb} {}\", {verb}_{}(&client, {rows}).await);",
                model.name(),
                model.id().index()
            )
            .ok();
        };
        for model in order {
            if let Some(name) = self.names.model(model.id()) {
                let id = model.id().index();
                writeln!(rows, "    r{id}: Option<db::{}::{}>,", name.module, name.ty).ok();
            }
            step(&mut steps, "create", *model, "&mut rows");
        }
        for model in order {
            step(&mut steps, "join", *model, "&rows");
        }
        let named = || {
            schema
                .models()
                .filter(|model| self.names.model(model.id()).is_some() && is_there(*model))
        };
        for model in named() {
            step(&mut steps, "check", model, "&rows");
        }
        for model in order.iter().rev() {
            step(&mut steps, "delete", *model, "&rows");
        }
        let (made, all) = (order.len(), named().count());
        let left: Vec<&str> = named()
            .filter(|model| !self.made.contains_key(&model.id()))
            .map(|model| model.name())
            .collect();
        let left = left.join(", ");
        let text = self.text.replace("db::Client", &format!("db::{client}"));
        format!(
            "{HEAD}#[derive(Default)]\nstruct Rows {{\n{rows}}}\n{text}\n\
             pub async fn run(url: &str) -> Result<String, String> {{\n    \
                let client = db::{client}::connect(url).await.map_err(|error| error.to_string())?;\n    \
                let mut rows = Rows::default();\n    let mut failed = Vec::new();\n{steps}    \
                let count = failed.len();\n    \
                let sum = format!(\"rows of {made} of {all} models; {{count}} steps failed; none of: {left}\");\n    \
                if failed.is_empty() {{\n        return Ok(sum);\n    }}\n    \
                failed.push(sum);\n    Err(failed.join(\"\\n\"))\n}}\n"
        )
    }
}

const HEAD: &str = "// Written by rule from a schema, to be run by tests.\n\n\
type Done = Result<(), Box<dyn std::error::Error>>;\n\n\
fn text(number: u32, longest: usize) -> String {\n    \
    let mut text = format!(\"é'{number}\");\n    \
    if text.chars().count() > longest {\n        text = format!(\"{number}\");\n    }\n    \
    let skipped = text.chars().count().saturating_sub(longest);\n    \
    text.chars().skip(skipped).collect()\n}\n\n\
fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Done {\n    \
    if found == expected {\n        return Ok(());\n    }\n    \
    Err(format!(\"{what}: {found:?} instead of {expected:?}\").into())\n}\n\n\
fn tell(failed: &mut Vec<String>, what: &str, done: Done) {\n    \
    if let Err(error) = done {\n        failed.push(format!(\"{what}: {error} {error:?}\"));\n    }\n}\n\n";
