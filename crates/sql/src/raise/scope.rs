//! Which part of a database a schema is about, with everything taken off that a schema cannot say.
//!
//! What is left is what lowering the raised schema gives back; what is taken off is noted by name.

use relata_schema::derived;
use relata_schema::ir::{IndexKind, Schema};
use relata_schema::provider::Provider;
use relata_script::Dialect;

use super::note::{NoteCode, Notes};
use crate::catalog::{
    Catalog, Column, ColumnStorage, Deferrable, ForeignKey, Index, Item, Kind, ObjectName,
    PrimaryKey, Storage, Table,
};

/// Narrows a catalog to the namespaces and to what a schema can say of them.
pub(super) fn narrowed(
    catalog: &Catalog,
    schema: &Schema,
    provider: Provider,
    namespaces: &[Box<str>],
) -> (Catalog, Notes) {
    let mut scope = Scope {
        provider,
        namespaces,
        notes: Notes::default(),
    };
    let mut narrowed = catalog.clone();
    // A schema is compared with it, which leaves much to the server.
    narrowed.is_whole = false;
    if provider.facts().namespaces {
        scope.other_namespaces(&mut narrowed);
    }
    if !matches!(narrowed.dialect, Dialect::Postgres) {
        super::spelling::settle(&mut narrowed, schema);
    }
    scope.objects(&mut narrowed);
    scope.tables(&mut narrowed);
    (narrowed, scope.notes)
}

/// Tells whether there is nothing that a schema could say.
pub(super) fn is_empty(catalog: &Catalog) -> bool {
    catalog.tables.is_empty()
        && catalog.enums.is_empty()
        && catalog.views.is_empty()
        && catalog.domains.is_empty()
        && catalog.functions.is_empty()
}

struct Scope<'a> {
    provider: Provider,
    namespaces: &'a [Box<str>],
    notes: Notes,
}

impl Scope<'_> {
    fn is_ours(&self, name: &ObjectName) -> bool {
        name.namespace
            .as_ref()
            .is_none_or(|namespace| self.namespaces.contains(namespace))
    }

    fn other_namespaces(&mut self, catalog: &mut Catalog) {
        let others = catalog
            .namespaces
            .iter()
            .filter(|name| !self.namespaces.contains(name));
        for name in others {
            let holds = |of: &ObjectName| of.namespace.as_ref() == Some(name);
            if catalog.tables.iter().any(|table| holds(&table.name)) {
                self.notes
                    .add(NoteCode::OtherNamespace, format!("schema {name}"));
            }
        }
        catalog
            .namespaces
            .retain(|name| self.namespaces.contains(name));
        catalog.tables.retain(|table| self.is_ours(&table.name));
        catalog.enums.retain(|each| self.is_ours(&each.name));
        catalog.domains.retain(|each| self.is_ours(&each.name));
        catalog.views.retain(|each| self.is_ours(&each.name));
        catalog.functions.retain(|each| self.is_ours(&each.name));
        catalog.triggers.retain(|each| self.is_ours(&each.table));
        catalog.policies.retain(|each| self.is_ours(&each.table));
        catalog.sequences.retain(|each| self.is_ours(&each.name));
        catalog.composites.retain(|each| self.is_ours(&each.name));
        catalog.ranges.retain(|each| self.is_ours(&each.name));
        catalog.collations.retain(|each| self.is_ours(&each.name));
        catalog.rules.retain(|each| self.is_ours(&each.table));
        catalog.statistics.retain(|each| self.is_ours(&each.name));
        let in_ours = |kind: Kind, name: &ObjectName| match kind {
            Kind::Namespace => self
                .namespaces
                .iter()
                .any(|namespace| **namespace == *name.name),
            _ => self.is_ours(name),
        };
        catalog
            .comments
            .retain(|each| in_ours(each.on.kind, &each.on.name));
        catalog
            .grants
            .retain(|each| in_ours(each.on.kind, &each.on.name));
        catalog.default_privileges.retain(|each| {
            each.namespace
                .as_ref()
                .is_none_or(|name| self.namespaces.contains(name))
        });
    }

    /// The kinds that no block stands for.
    fn objects(&mut self, catalog: &mut Catalog) {
        for item in catalog.items() {
            let code = match item {
                Item::Collation(_) => NoteCode::Collation,
                Item::Composite(_) => NoteCode::CompositeType,
                Item::Range(_) => NoteCode::RangeType,
                Item::Sequence(_) => NoteCode::Sequence,
                Item::Rule(_) => NoteCode::Rule,
                Item::Statistics(_) => NoteCode::Statistics,
                Item::EventTrigger(_) => NoteCode::EventTrigger,
                Item::Definition(_) => NoteCode::ObjectLeftOut,
                Item::Function(function)
                    if function.kind == crate::catalog::FunctionKind::Aggregate =>
                {
                    NoteCode::Aggregate
                }
                _ => continue,
            };
            self.notes.add(code, item.address());
        }
        for grant in &catalog.grants {
            self.notes.add(NoteCode::Grant, &grant.on);
        }
        for privilege in &catalog.default_privileges {
            let place = privilege.namespace.as_deref().unwrap_or("the database");
            self.notes.add(
                NoteCode::DefaultPrivilege,
                format!("{} in {place}", privilege.objects.to_lowercase()),
            );
        }
        catalog.collations.clear();
        catalog.composites.clear();
        catalog.ranges.clear();
        catalog.sequences.clear();
        catalog.rules.clear();
        catalog.statistics.clear();
        catalog.event_triggers.clear();
        catalog.definitions.clear();
        catalog.grants.clear();
        catalog.default_privileges.clear();
        catalog
            .functions
            .retain(|function| function.kind != crate::catalog::FunctionKind::Aggregate);
        let empty: Vec<ObjectName> = catalog
            .enums
            .iter()
            .filter(|each| each.values.is_empty())
            .map(|each| each.name.clone())
            .collect();
        for name in &empty {
            self.notes.add(NoteCode::EmptyEnum, format!("type {name}"));
        }
        catalog.enums.retain(|each| !each.values.is_empty());
    }

    fn tables(&mut self, catalog: &mut Catalog) {
        let mut tables = std::mem::take(&mut catalog.tables);
        for table in &tables {
            if table.ancestry.partition_of.is_some() {
                self.notes
                    .add(NoteCode::Partitioning, format!("table {}", table.name));
            } else if table.columns.is_empty() {
                self.notes
                    .add(NoteCode::NoColumns, format!("table {}", table.name));
            }
        }
        tables.retain(|table| table.ancestry.partition_of.is_none() && !table.columns.is_empty());
        let names: Vec<ObjectName> = tables.iter().map(|table| table.name.clone()).collect();
        for table in &mut tables {
            self.table(table, &names, catalog);
        }
        catalog.tables = tables;
    }

    fn table(&mut self, table: &mut Table, names: &[ObjectName], catalog: &Catalog) {
        let address = format!("table {}", table.name);
        let ancestry = std::mem::take(&mut table.ancestry);
        if ancestry.partitioned_by.is_some() {
            self.notes.add(NoteCode::Partitioning, &address);
        }
        if !ancestry.inherits.is_empty() {
            self.notes.add(NoteCode::Inheritance, &address);
        }
        if std::mem::take(&mut table.storage) != Storage::default() {
            self.notes.add(NoteCode::Storage, &address);
        }
        let key: Vec<Box<str>> = table
            .primary_key
            .iter()
            .flat_map(PrimaryKey::column_names)
            .map(Into::into)
            .collect();
        for column in &mut table.columns {
            self.column(column, &table.name, key.contains(&column.name), catalog);
        }
        if let Some(key) = &mut table.primary_key {
            let plain = PrimaryKey::new(key.name.as_deref(), key.columns.clone());
            if *key != plain {
                self.notes.add(
                    NoteCode::ClauseLeftOut,
                    format!("primary key of {}", table.name),
                );
            }
            *key = plain;
        }
        self.indexes(table);
        self.foreign_keys(table, names);
        for check in &mut table.checks {
            let plain = crate::catalog::Check {
                is_valid: true,
                is_enforced: true,
                no_inherit: false,
                is_inherited: false,
                ..check.clone()
            };
            if !check.is_valid || !check.is_enforced || check.no_inherit {
                self.notes.add(
                    NoteCode::ClauseLeftOut,
                    format!("constraint {} on {}", check.name, table.name),
                );
            }
            *check = plain;
        }
    }

    fn column(&mut self, column: &mut Column, table: &ObjectName, is_key: bool, catalog: &Catalog) {
        let address = format!("column {table}.{}", column.name);
        column.is_inherited = false;
        let constraint = std::mem::take(&mut column.not_null);
        if constraint.no_inherit || constraint.is_unproved {
            self.notes.add(NoteCode::ClauseLeftOut, &address);
        }
        let mut storage = std::mem::take(&mut column.storage);
        // How wide a client shows a number is nothing of the column's.
        storage
            .options
            .retain(|(name, _)| &**name != "display width");
        if storage != ColumnStorage::default() {
            self.notes.add(NoteCode::Storage, &address);
        }
        if column.ty.list && !column.nullable {
            // Of a list a schema says nothing but that it is one.
            self.notes.add(NoteCode::NotNullList, &address);
            column.nullable = true;
        }
        if is_key && self.provider == Provider::Sqlite {
            // SQLite lets NULL into a key; a schema does not.
            column.nullable = false;
        }
        // An enum without values, or of another namespace, is no enum of the schema.
        if let Some(name) = column.ty.enum_name()
            && catalog.enumeration(name).is_none()
        {
            let sql = match &name.namespace {
                Some(namespace) if catalog.default_namespace.as_ref() != Some(namespace) => {
                    format!(
                        "{}.{}",
                        catalog.dialect.ident(namespace),
                        catalog.dialect.ident(&name.name)
                    )
                }
                _ => catalog.dialect.ident(&name.name),
            };
            column.ty.kind = crate::catalog::TypeKind::Unsupported(sql.into());
        }
    }

    fn indexes(&mut self, table: &mut Table) {
        let name = table.name.clone();
        let (notes, provider) = (&mut self.notes, self.provider);
        table.indexes.retain_mut(|index| {
            let address = format!("index {} on {name}", index.name);
            if index.method.is_some() || !index.is_valid || index.is_temporal {
                notes.add(NoteCode::IndexLeftOut, &address);
                return false;
            }
            if index.constraint.is_some_and(|when| when != Deferrable::No) {
                notes.add(NoteCode::ClauseLeftOut, &address);
            }
            if !index.options.is_empty() || index.tablespace.is_some() {
                notes.add(NoteCode::Storage, &address);
            }
            let mut plain = Index {
                algorithm: index.algorithm,
                predicate: index.predicate.clone(),
                include: index.include.clone(),
                nulls_not_distinct: index.nulls_not_distinct,
                ..Index::new(&index.name, index.kind, index.columns.clone())
            };
            for column in &mut plain.columns {
                column.statistics = None;
            }
            if provider == Provider::Sqlite && index.name.starts_with("sqlite_autoindex_") {
                // The name of a `UNIQUE` in the table, which nobody may give.
                let limit = provider.facts().identifier_bytes;
                let columns = plain.column_names();
                plain.name = derived::index(IndexKind::Unique, &name.name, columns, limit);
            }
            *index = plain;
            true
        });
    }

    fn foreign_keys(&mut self, table: &mut Table, names: &[ObjectName]) {
        let name = table.name.clone();
        let notes = &mut self.notes;
        let mut kept: Vec<ForeignKey> = Vec::new();
        for key in std::mem::take(&mut table.foreign_keys) {
            let address = match &key.name {
                Some(constraint) => format!("constraint {constraint} on {name}"),
                None => format!("foreign key ({}) on {name}", key.columns.join(", ")),
            };
            let same = |other: &ForeignKey| {
                other.columns == key.columns
                    && other.references == key.references
                    && other.referenced_columns == key.referenced_columns
            };
            if !names.contains(&key.references)
                || key.columns.len() != key.referenced_columns.len()
                || key.is_temporal
                || kept.iter().any(same)
            {
                notes.add(NoteCode::ForeignKeyLeftOut, address);
                continue;
            }
            let plain = ForeignKey {
                match_full: false,
                set_columns: Vec::new(),
                is_valid: true,
                is_enforced: true,
                ..key.clone()
            };
            if plain != key {
                notes.add(NoteCode::ClauseLeftOut, address);
            }
            kept.push(plain);
        }
        table.foreign_keys = kept;
    }
}
