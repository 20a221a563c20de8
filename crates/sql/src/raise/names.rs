//! Which names tables, columns, enums and values get in the schema: those they have, or new ones.

use std::collections::{HashMap, HashSet};

use relata_schema::Schema;
use relata_schema::edit::name::{cleaned, is_reserved};
use relata_schema::ir::{Enum, Model, ModelKind};

use super::note::{NoteCode, Notes};
use crate::catalog::{Catalog, ColumnType, ObjectName, Table, TypeKind};

/// The enum behind a column: a type of its own, or one that belongs to the column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum EnumKey {
    Type(ObjectName),
    Column(ObjectName, Box<str>),
}

impl EnumKey {
    /// The enum of a column of a table, if it has one.
    pub(super) fn of(table: &ObjectName, column: &str, ty: &ColumnType) -> Option<Self> {
        match &ty.kind {
            TypeKind::Enum(name) => Some(Self::Type(name.clone())),
            TypeKind::Values(_) => Some(Self::Column(table.clone(), column.into())),
            _ => None,
        }
    }
}

/// The names of a schema that is being made.
#[derive(Default)]
pub(super) struct Names<'s> {
    /// The blocks' names, which share one namespace.
    taken: HashSet<String>,
    /// The models that are there.
    pub(super) models: HashMap<ObjectName, Model<'s>>,
    /// The enums that are there and are types of their own.
    pub(super) enums: HashMap<ObjectName, Enum<'s>>,
    tables: HashMap<ObjectName, String>,
    enumerations: HashMap<EnumKey, String>,
    /// The values of new enums, by what they are in the database.
    values: HashMap<EnumKey, HashMap<Box<str>, String>>,
    fields: HashMap<ObjectName, Fields>,
}

/// The names of one model's fields.
#[derive(Default)]
struct Fields {
    of_columns: HashMap<Box<str>, String>,
    taken: HashSet<String>,
}

impl<'s> Names<'s> {
    /// Takes over the names that a schema has.
    pub(super) fn of(schema: &'s Schema, place: impl Fn(Option<&str>, &str) -> ObjectName) -> Self {
        let mut names = Self::default();
        for model in schema.models() {
            names.taken.insert(model.name().to_owned());
            if model.kind() != ModelKind::Table {
                continue;
            }
            let table = place(model.namespace(), model.database_name());
            let fields = names.fields.entry(table.clone()).or_default();
            for field in model.fields() {
                fields.taken.insert(field.name().to_owned());
            }
            for field in model.scalar_fields() {
                let column = field.database_name().into();
                fields.of_columns.insert(column, field.name().to_owned());
            }
            names.tables.insert(table.clone(), model.name().to_owned());
            names.models.insert(table, model);
        }
        for each in schema.enums() {
            names.taken.insert(each.name().to_owned());
            let name = place(each.namespace(), each.database_name());
            names.adopt(EnumKey::Type(name.clone()), each);
            names.enums.insert(name, each);
        }
        let domains = schema.domains().map(|domain| domain.name().to_owned());
        let shapes = schema.shapes().iter().map(|shape| shape.name.to_string());
        names.taken.extend(domains.chain(shapes));
        names
    }

    /// Frees the name of a model that goes.
    pub(super) fn forget(&mut self, table: &ObjectName) {
        if let Some(name) = self.tables.remove(table) {
            self.taken.remove(&name);
        }
        self.models.remove(table);
        self.fields.remove(table);
    }

    /// Chooses the names of new tables and of their columns.
    pub(super) fn tables(&mut self, catalog: &Catalog, tables: &[&Table], notes: &mut Notes) {
        for table in tables {
            let name = self.block(&table.name, catalog, "table", notes);
            self.tables.insert(table.name.clone(), name);
        }
        for table in &catalog.tables {
            for column in &table.columns {
                self.column(&table.name, &column.name, notes);
            }
        }
    }

    fn column(&mut self, table: &ObjectName, column: &str, notes: &mut Notes) {
        let fields = self.fields.entry(table.clone()).or_default();
        if fields.of_columns.contains_key(column) {
            return;
        }
        let base = cleaned(column).unwrap_or_else(|| "field".to_owned());
        let name = free(&base, &fields.taken);
        if cleaned(column).is_none() || name != base {
            notes.add(NoteCode::NameChosen, format!("column {table}.{column}"));
        }
        fields.taken.insert(name.clone());
        fields.of_columns.insert(column.into(), name);
    }

    /// Chooses the name of a block for an object that has none yet.
    pub(super) fn block(
        &mut self,
        object: &ObjectName,
        catalog: &Catalog,
        what: &str,
        notes: &mut Notes,
    ) -> String {
        let twin = |name: &ObjectName| name.name == object.name && name != object;
        let is_twin = catalog.tables.iter().any(|table| twin(&table.name))
            || catalog.views.iter().any(|view| twin(&view.name))
            || catalog.enums.iter().any(|each| twin(&each.name))
            || catalog.domains.iter().any(|each| twin(&each.name));
        let wished = match &object.namespace {
            Some(namespace) if is_twin => format!("{namespace}_{}", object.name),
            _ => object.name.to_string(),
        };
        let cleaned = cleaned(&wished);
        let was_cleaned = cleaned.is_some();
        let base = cleaned.unwrap_or_else(|| "Unnamed".to_owned());
        let base = if is_reserved(&base) {
            format!("Renamed{base}")
        } else {
            base
        };
        let name = free(&base, &self.taken);
        if !was_cleaned || name != base || base.starts_with("Renamed") {
            notes.add(NoteCode::NameChosen, format!("{what} {object}"));
        }
        self.taken.insert(name.clone());
        name
    }

    /// Chooses the name of an enum and of its values.
    pub(super) fn enumeration(
        &mut self,
        key: &EnumKey,
        values: &[Box<str>],
        catalog: &Catalog,
        notes: &mut Notes,
    ) -> String {
        let object = match key {
            EnumKey::Type(name) => name.clone(),
            EnumKey::Column(table, column) => table.sibling(&format!("{}_{column}", table.name)),
        };
        let name = self.block(&object, catalog, "type", notes);
        self.enumerations.insert(key.clone(), name.clone());
        let mut taken = HashSet::new();
        let mut chosen = HashMap::new();
        for value in values {
            let base = value_base(value);
            let name = free(&base, &taken);
            taken.insert(name.clone());
            chosen.insert(value.clone(), name);
        }
        self.values.insert(key.clone(), chosen);
        name
    }

    /// Says that a column's enum is one that is there.
    pub(super) fn adopt(&mut self, key: EnumKey, each: Enum<'_>) {
        let values = each
            .values()
            .map(|value| (value.database_name().into(), value.name().to_owned()));
        self.values.insert(key.clone(), values.collect());
        self.enumerations.insert(key, each.name().to_owned());
    }

    /// The name that a value of an enum has or gets.
    pub(super) fn value(&self, key: &EnumKey, value: &str) -> Option<&str> {
        self.values.get(key)?.get(value).map(String::as_str)
    }

    /// Adds a value to an enum that is there, and gives its name.
    pub(super) fn add_value(&mut self, key: &EnumKey, value: &str) -> String {
        let values = self.values.entry(key.clone()).or_default();
        let taken = values.values().cloned().collect();
        let name = free(&value_base(value), &taken);
        values.insert(value.into(), name.clone());
        name
    }

    pub(super) fn enum_name(&self, key: &EnumKey) -> Option<&str> {
        self.enumerations.get(key).map(String::as_str)
    }

    pub(super) fn table(&self, table: &ObjectName) -> &str {
        self.tables.get(table).map_or("", String::as_str)
    }

    pub(super) fn field(&self, table: &ObjectName, column: &str) -> &str {
        let fields = self.fields.get(table);
        fields
            .and_then(|fields| fields.of_columns.get(column))
            .map_or("", String::as_str)
    }

    /// Takes the first of these names for a relation field that the model does not have yet.
    pub(super) fn relation_field(&mut self, table: &ObjectName, wished: &[String]) -> String {
        let fields = self.fields.entry(table.clone()).or_default();
        let found = wished.iter().find(|name| !fields.taken.contains(*name));
        let name = match (found, wished.last()) {
            (Some(name), _) => name.clone(),
            (None, Some(last)) => free(last, &fields.taken),
            (None, None) => free("relation", &fields.taken),
        };
        fields.taken.insert(name.clone());
        name
    }
}

fn value_base(value: &str) -> String {
    if value.is_empty() {
        return "EMPTY_ENUM_VALUE".to_owned();
    }
    cleaned(value).unwrap_or_else(|| "VALUE".to_owned())
}

/// The name itself, or the first `name_1`, `name_2`, … that is free.
fn free(base: &str, taken: &HashSet<String>) -> String {
    if !taken.contains(base) {
        return base.to_owned();
    }
    let mut number = 1_usize;
    loop {
        let name = format!("{base}_{number}");
        if !taken.contains(&name) {
            return name;
        }
        number += 1;
    }
}
