//! Names that differ from the schema's in case only, where the database takes both for one (manuals: SQLite, "SQL Comments and
//! Identifiers"; MySQL, "Identifier Case Sensitivity").

use std::collections::HashMap;

use relata_schema::Schema;
use relata_schema::ir::{Model, ModelKind};

use crate::catalog::Catalog;

/// Spells tables and columns as the schema does, and references as their tables do.
pub(super) fn settle(catalog: &mut Catalog, schema: &Schema) {
    let mut tables: HashMap<Box<str>, Box<str>> = HashMap::new();
    let models: HashMap<String, Model<'_>> = schema
        .models()
        .filter(|model| model.kind() == ModelKind::Table)
        .map(|model| (model.database_name().to_ascii_lowercase(), model))
        .collect();
    let exact: Vec<Box<str>> = catalog
        .tables
        .iter()
        .map(|table| table.name.name.clone())
        .collect();
    for table in &mut catalog.tables {
        let Some(model) = models.get(&table.name.name.to_ascii_lowercase()) else {
            continue;
        };
        let spelled: Box<str> = model.database_name().into();
        // On a server that tells them apart, another table may have exactly this name.
        if table.name.name != spelled && !exact.contains(&spelled) {
            tables.insert(table.name.name.clone(), spelled.clone());
            table.name.name = spelled;
        } else if table.name.name != spelled {
            continue;
        }
        let mut columns: HashMap<Box<str>, Box<str>> = HashMap::new();
        for column in &mut table.columns {
            let mut fields = model.scalar_fields().map(|field| field.database_name());
            if let Some(spelled) = fields.find(|name| name.eq_ignore_ascii_case(&column.name))
                && *spelled != *column.name
            {
                columns.insert(column.name.clone(), spelled.into());
                column.name = spelled.into();
            }
        }
        let spell = |name: &mut Box<str>| {
            if let Some(spelled) = columns.get(name) {
                name.clone_from(spelled);
            }
        };
        let key = table
            .primary_key
            .iter_mut()
            .flat_map(|key| &mut key.columns);
        let indexed = table
            .indexes
            .iter_mut()
            .flat_map(|index| &mut index.columns);
        key.chain(indexed)
            .for_each(|column| spell(&mut column.name));
        for key in &mut table.foreign_keys {
            key.columns.iter_mut().for_each(spell);
        }
    }
    references(catalog);
}

/// A foreign key may name its table and columns in another case than they have.
fn references(catalog: &mut Catalog) {
    let spelled: HashMap<String, (Box<str>, Vec<Box<str>>)> = catalog
        .tables
        .iter()
        .map(|table| {
            let columns = table.columns.iter().map(|column| column.name.clone());
            let name = table.name.name.clone();
            (name.to_ascii_lowercase(), (name, columns.collect()))
        })
        .collect();
    let exact: Vec<Box<str>> = catalog
        .tables
        .iter()
        .map(|table| table.name.name.clone())
        .collect();
    for key in catalog
        .tables
        .iter_mut()
        .flat_map(|table| &mut table.foreign_keys)
    {
        let Some((name, columns)) = spelled.get(&key.references.name.to_ascii_lowercase()) else {
            continue;
        };
        if !exact.contains(&key.references.name) {
            key.references.name.clone_from(name);
        }
        for column in &mut key.referenced_columns {
            if let Some(spelled) = columns
                .iter()
                .find(|name| name.eq_ignore_ascii_case(column))
            {
                column.clone_from(spelled);
            }
        }
    }
}
