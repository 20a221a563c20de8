//! Names of tokens and wrappers.

use std::collections::{BTreeMap, HashMap, HashSet};

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
    shared: BTreeMap<Shared, (String, u16)>,
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
    /// The struct behind it, in the module [`SHARED`].
    pub(super) shared: String,
}

/// The module of the structs that rows with relations are. They are generic over both, so that relations of one name share one:
/// of all that is generated, they cost most to compile, and a name is borne by two relations on the average.
pub(in crate::generate) const SHARED: &str = "_with";

/// A struct in that module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shared {
    /// What it would like to be called.
    wish: String,
    /// The member that holds the related rows.
    pub(super) field: String,
    /// The member that holds the row.
    pub(super) base: String,
    /// The name under which serde writes the relation; none if it is hidden, or serde writes nothing.
    pub(super) key: Option<String>,
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
            shared: BTreeMap::new(),
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
                for field in fields {
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
                            shared: String::new(),
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
        found.share(schema, names);
        found
    }

    /// Finds the structs that relations share, and names them.
    fn share(&mut self, schema: &Schema, names: &Names) {
        let shared = |id: FieldId, wrapper: &Wrapper| {
            let field = schema.field(id);
            let is_written = names.options().serialize && field.hidden().is_none();
            Shared {
                wish: format!("With{}", camel(field.name())),
                field: wrapper.field.clone(),
                base: wrapper.base.clone(),
                key: is_written.then(|| field.name().to_owned()),
            }
        };
        for (id, wrapper) in &self.wrappers {
            self.shared.insert(shared(*id, wrapper), (String::new(), 0));
        }
        let (mut taken, mut numbers) = (HashSet::new(), HashSet::new());
        for (item, (name, number)) in &mut self.shared {
            *name = free(&mut taken, &item.wish, "");
            // Not counted, so that a new name leaves the others as they are.
            *number = self::number(name);
            while !numbers.insert(*number) && numbers.len() < usize::from(NUMBERS) {
                *number = (*number + 1) % NUMBERS;
            }
        }
        for (id, wrapper) in &mut self.wrappers {
            wrapper
                .shared
                .clone_from(&self.shared[&shared(*id, wrapper)].0);
        }
    }

    /// The structs that relations share, each with its name and number; sorted.
    pub(super) fn shared(&self) -> impl ExactSizeIterator<Item = (&Shared, &str, u16)> {
        self.shared
            .iter()
            .map(|(item, (name, number))| (item, name.as_str(), *number))
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

/// How many names of relations have a number of their own.
const NUMBERS: u16 = 1 << 15;

/// A number below [`NUMBERS`] for a name, the same on every machine.
fn number(name: &str) -> u16 {
    let digits = relata_script::checksum(name);
    u16::from_str_radix(&digits[..4], 16).unwrap_or_default() % NUMBERS
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
