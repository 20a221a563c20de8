//! Names of tokens and wrappers.

use std::collections::{HashMap, HashSet};

use relata_schema::Schema;
use relata_schema::ir::{Field, FieldId, FieldType, Model, ModelId, Relation};

use crate::generate::case::{camel, escape, snake};
use crate::generate::names::{self, Names};
use crate::generate::types;

/// What the modules of all models hold.
#[derive(Debug)]
pub(in crate::generate) struct ClientNames {
    models: Vec<Option<Tokens>>,
    places: Vec<Option<(String, String)>>,
    wrappers: HashMap<FieldId, Wrapper>,
}

/// What the module of one model holds beside its struct.
#[derive(Debug)]
pub(super) struct Tokens {
    /// The struct of a new row.
    pub(super) record: String,
    /// The relations, in the order of the schema.
    pub(super) relations: Vec<FieldId>,
    /// The compound keys.
    pub(super) keys: Vec<Key>,
}

/// A compound key.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) fields: Vec<FieldId>,
}

/// The names of a relation.
#[derive(Debug, Clone)]
pub(super) struct Wrapper {
    /// The path of the module, from beside it.
    pub(super) module: String,
    /// The struct, `WithPosts`.
    pub(super) ty: String,
    /// Its member and token, `posts`.
    pub(super) field: String,
    /// Its other member, `base`.
    pub(super) base: String,
    /// Its number among the relations of the model.
    pub(super) number: usize,
}

impl ClientNames {
    pub(in crate::generate) fn of(schema: &Schema, names: &Names) -> Self {
        let mut found = Self {
            models: Vec::new(),
            places: schema
                .models()
                .map(|model| {
                    let name = names.model(model.id())?;
                    Some((name.module.clone(), name.ty.clone()))
                })
                .collect(),
            wrappers: HashMap::new(),
        };
        for model in schema.models() {
            let tokens = names.model(model.id()).map(|name| {
                let columns = columns(model, names);
                let mut values: HashSet<String> = names::fields(&columns).into_iter().collect();
                let mut types: HashSet<String> = HashSet::from([name.ty.clone()]);
                let newtypes = columns.iter().filter_map(|field| names.newtype(*field));
                types.extend(newtypes.map(str::to_owned));
                let newtypes = columns.iter().filter_map(|field| names.newtype(*field));
                types.extend(newtypes.map(str::to_owned));
                let record = free(&mut types, "New", "");
                let mut relations = Vec::new();
                let fields: Vec<Field<'_>> = model
                    .relation_fields()
                    .filter(|field| relation(*field, names).is_some())
                    .collect();
                for (number, field) in fields.into_iter().enumerate() {
                    let token = free(&mut values, &escape(&snake(field.name())), "_");
                    let ty = free(&mut types, &format!("With{}", camel(field.name())), "");
                    relations.push(field.id());
                    found.wrappers.insert(
                        field.id(),
                        Wrapper {
                            module: name.module.clone(),
                            ty,
                            field: token,
                            base: String::new(),
                            number,
                        },
                    );
                }
                // A member of the wrapper must not hide a column behind it.
                let base = free(&mut values, "base", "_");
                for field in &relations {
                    if let Some(wrapper) = found.wrappers.get_mut(field) {
                        wrapper.base.clone_from(&base);
                    }
                }
                values.remove(&base);
                let keys = keys(model, &columns, &mut values);
                Tokens {
                    record,
                    relations,
                    keys,
                }
            });
            found.models.push(tokens);
        }
        found
    }

    /// Of a model that is not ignored.
    pub(super) fn tokens(&self, model: ModelId) -> &Tokens {
        match self.models.get(model.index()) {
            Some(Some(tokens)) => tokens,
            _ => panic!("code is generated for models that have names"),
        }
    }

    /// The module and the struct of a model that is not ignored.
    pub(super) fn place(&self, model: ModelId) -> (&str, &str) {
        match self.places.get(model.index()) {
            Some(Some((module, ty))) => (module, ty),
            _ => panic!("relations lead to models that have names"),
        }
    }

    /// The struct that a row is with a relation, and its two members; none for what queries cannot bring along.
    pub(in crate::generate) fn members(&self, field: FieldId) -> Option<[&str; 3]> {
        let wrapper = self.wrappers.get(&field)?;
        Some([&wrapper.ty, &wrapper.base, &wrapper.field])
    }

    pub(super) fn wrapper(&self, field: FieldId) -> Option<&Wrapper> {
        self.wrappers.get(&field)
    }
}

/// The fields that the struct has.
fn columns<'s>(model: Model<'s>, names: &Names) -> Vec<Field<'s>> {
    model
        .scalar_fields()
        .filter(|field| !field.is_ignored() && matches!(types::of(*field, names), Ok(Some(_))))
        .collect()
}

/// The relation of a field, if both of its models have code, and neither side is ignored.
fn relation<'s>(field: Field<'s>, names: &Names) -> Option<Relation<'s>> {
    let relation = field.relation()?;
    let FieldType::Model(other, _) = field.ty() else {
        return None;
    };
    names.model(*other)?;
    let is_linked = relation.join_table().is_some() || relation.fields().len() > 0;
    (!field.is_ignored() && is_linked).then_some(relation)
}

/// The compound keys and uniques whose columns the struct has.
fn keys(model: Model<'_>, columns: &[Field<'_>], values: &mut HashSet<String>) -> Vec<Key> {
    let primary = model.primary_key().map(|key| {
        let fields: Vec<FieldId> = key.columns.iter().filter_map(|it| it.field()).collect();
        (key.name.as_deref(), fields)
    });
    let uniques = model
        .indexes()
        .iter()
        .filter(|index| index.is_total_unique())
        .map(|index| (index.name.as_deref(), index.fields().collect::<Vec<_>>()));
    let known = |id: &FieldId| columns.iter().find(|field| field.id() == *id);
    let mut found: Vec<Key> = Vec::new();
    for (name, fields) in primary.into_iter().chain(uniques) {
        let named: Option<Vec<&Field<'_>>> = fields.iter().map(known).collect();
        let Some(named) = named.filter(|named| (2..=8).contains(&named.len())) else {
            continue;
        };
        if found.iter().any(|key| key.fields == fields) {
            continue;
        }
        let name = name.map_or_else(
            || {
                let parts: Vec<String> = named.iter().map(|field| snake(field.name())).collect();
                parts.join("_")
            },
            snake,
        );
        found.push(Key {
            name: free(values, &escape(&name), "_"),
            fields,
        });
    }
    found
}

/// The name, or the name with a number behind it if it is taken.
pub(super) fn free(taken: &mut HashSet<String>, wish: &str, separator: &str) -> String {
    let mut name = wish.to_owned();
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{wish}{separator}{number}");
        number += 1;
    }
    name
}
