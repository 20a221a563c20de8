//! A catalog once something in it is renamed.

use std::collections::HashSet;

use super::{Rename, Renamed, expression, is_of_table};
use crate::catalog::{
    Address, Catalog, Column, Default, Expression, Index, Kind, Literal, ObjectName, Table,
    TypeKind,
};

impl Catalog {
    /// Renames, and remembers it.
    pub(crate) fn apply(&mut self, rename: &Rename) {
        let (from, to) = (&*rename.from, &*rename.to);
        match &rename.what {
            Renamed::Table { namespace } => {
                self.rename_table(&ObjectName::new(namespace.as_deref(), from), to);
            }
            Renamed::Column { table } => {
                for table in self.and_heirs(table) {
                    self.rename_column(&table, from, to);
                }
            }
            Renamed::Enum { namespace } | Renamed::Domain { namespace } => {
                self.rename_type(&ObjectName::new(namespace.as_deref(), from), to);
            }
            Renamed::EnumValue { of } => self.rename_value(of, from, to),
            Renamed::ColumnValue { table, column } => {
                let mut tables = self.tables.iter_mut();
                let table = tables.find(|it| it.name == *table);
                let found =
                    table.and_then(|table| table.columns.iter_mut().find(|it| it.name == *column));
                if let Some(column) = found {
                    rename_column_value(column, from, to);
                }
            }
            Renamed::Sequence { namespace } => {
                self.rename_sequence(&ObjectName::new(namespace.as_deref(), from), to);
            }
        }
        // They are looked up by their objects.
        self.comments.sort();
        self.grants.sort();
        self.dependencies.sort();
        self.renamed.push(rename.clone());
    }

    /// Everything that points at objects by their addresses.
    fn addresses(&mut self) -> impl Iterator<Item = &mut Address> {
        let dependencies = self.dependencies.iter_mut();
        dependencies
            .flat_map(|it| [&mut it.of, &mut it.on])
            .chain(self.comments.iter_mut().map(|it| &mut it.on))
            .chain(self.grants.iter_mut().map(|it| &mut it.on))
    }

    fn rename_table(&mut self, name: &ObjectName, to: &str) {
        let set = |it: &mut ObjectName| {
            if it == name {
                it.name = to.into();
            }
        };
        for table in &mut self.tables {
            set(&mut table.name);
            for key in &mut table.foreign_keys {
                set(&mut key.references);
            }
            if let Some((head, _)) = &mut table.ancestry.partition_of {
                set(head);
            }
            table.ancestry.inherits.iter_mut().for_each(set);
        }
        for it in &mut self.sequences {
            if let Some((table, _)) = &mut it.owned_by {
                set(table);
            }
        }
        for trigger in &mut self.triggers {
            set(&mut trigger.table);
            trigger
                .on_partitions
                .iter_mut()
                .for_each(|(name, _)| set(name));
        }
        self.rules.iter_mut().for_each(|it| set(&mut it.table));
        self.policies.iter_mut().for_each(|it| set(&mut it.table));
        self.statistics.iter_mut().for_each(|it| set(&mut it.table));
        for address in self.addresses().filter(|it| is_of_table(it)) {
            set(&mut address.name);
        }
    }

    /// A table, and those that have its columns from it.
    fn and_heirs(&self, table: &ObjectName) -> Vec<ObjectName> {
        let mut found = vec![table.clone()];
        let mut at = 0;
        while let Some(head) = found.get(at).cloned() {
            at += 1;
            for table in &self.tables {
                if crate::diff::heads(table).any(|it| *it == head) && !found.contains(&table.name) {
                    found.push(table.name.clone());
                }
            }
        }
        found
    }

    fn rename_column(&mut self, name: &ObjectName, from: &str, to: &str) {
        let dialect = self.dialect;
        let set = |it: &mut Box<str>| {
            if **it == *from {
                *it = to.into();
            }
        };
        let sql = |it: &mut Expression| {
            expression::change(it, |sql| expression::column(dialect, sql, from, to));
        };
        for table in &mut self.tables {
            for key in &mut table.foreign_keys {
                if key.references == *name {
                    key.referenced_columns.iter_mut().for_each(set);
                }
            }
            if table.name == *name {
                rename_in_table(table, &set, &sql);
                // A check that is part of a column bears its name, and a span of time names its columns (MariaDB).
                if dialect == relata_script::Dialect::Mysql {
                    table.checks.iter_mut().for_each(|it| set(&mut it.name));
                    let periods = table.storage.options.iter_mut();
                    for (_, period) in periods.filter(|(name, _)| &**name == "period") {
                        if let Some(other) = expression::column(dialect, period, from, to) {
                            *period = other;
                        }
                    }
                }
                if let Some(by) = &mut table.ancestry.partitioned_by
                    && let Some(other) = expression::column(dialect, by, from, to)
                {
                    *by = other;
                }
            }
        }
        for it in &mut self.sequences {
            if let Some((table, column)) = &mut it.owned_by
                && table == name
            {
                set(column);
            }
        }
        for address in self.addresses() {
            if address.name == *name
                && matches!(address.kind, Kind::Column | Kind::Default)
                && let Some(part) = &mut address.part
            {
                set(part);
            }
        }
    }

    fn rename_type(&mut self, name: &ObjectName, to: &str) {
        let dialect = self.dialect;
        let set = |it: &mut ObjectName| {
            if it == name {
                it.name = to.into();
            }
        };
        let sql = |it: &mut Expression| {
            expression::change(it, |sql| {
                expression::type_name(dialect, sql, &name.name, to, false)
            });
        };
        let text = |it: &mut Box<str>| {
            if let Some(other) = expression::type_name(dialect, it, &name.name, to, true) {
                *it = other;
            }
        };
        self.enums.iter_mut().for_each(|it| set(&mut it.name));
        for table in &mut self.tables {
            for column in &mut table.columns {
                if let TypeKind::Enum(it) | TypeKind::Domain(it) = &mut column.ty.kind {
                    set(it);
                }
            }
            rename_in_table(table, &|_| (), &sql);
        }
        for it in &mut self.domains {
            set(&mut it.name);
            text(&mut it.base);
            it.default.iter_mut().for_each(sql);
            it.checks.iter_mut().for_each(|it| sql(&mut it.expression));
        }
        for it in &mut self.composites {
            it.attributes.iter_mut().for_each(|it| text(&mut it.ty));
        }
        for it in &mut self.views {
            it.columns.iter_mut().for_each(|it| text(&mut it.ty));
        }
        self.functions
            .iter_mut()
            .for_each(|it| text(&mut it.arguments));
        for address in self.addresses() {
            match address.kind {
                Kind::Type | Kind::Domain | Kind::DomainConstraint => set(&mut address.name),
                Kind::Function | Kind::Procedure | Kind::Aggregate => {
                    address.part.iter_mut().for_each(text);
                }
                _ => {}
            }
        }
    }

    fn rename_value(&mut self, of: &ObjectName, from: &str, to: &str) {
        let dialect = self.dialect;
        for it in self.enums.iter_mut().filter(|it| it.name == *of) {
            set_value(&mut it.values, from, to);
        }
        let sql = |it: &mut Expression| {
            expression::change(it, |sql| {
                expression::value(dialect, sql, &of.name, from, to)
            });
        };
        for table in &mut self.tables {
            for column in &mut table.columns {
                if column.ty.enum_name() == Some(of) {
                    set_default(column, from, to);
                }
            }
            rename_in_table(table, &|_| (), &sql);
        }
        for it in &mut self.domains {
            it.default.iter_mut().for_each(sql);
            it.checks.iter_mut().for_each(|it| sql(&mut it.expression));
        }
    }

    fn rename_sequence(&mut self, name: &ObjectName, to: &str) {
        let set = |it: &mut ObjectName| {
            if it == name {
                it.name = to.into();
            }
        };
        for column in self.tables.iter_mut().flat_map(|it| &mut it.columns) {
            if let Some(identity) = &mut column.identity {
                set(&mut identity.sequence);
            }
            if let Some(Default::Autoincrement {
                sequence: Some(sequence),
            }) = &mut column.default
            {
                set(sequence);
            }
        }
        self.sequences.iter_mut().for_each(|it| set(&mut it.name));
        for address in self.addresses().filter(|it| it.kind == Kind::Sequence) {
            set(&mut address.name);
        }
    }

    /// The names that belong to relations, tables and their like, in a namespace.
    pub(super) fn relations(&self, namespace: Option<&str>) -> HashSet<&str> {
        let here = |it: &&ObjectName| it.namespace.as_deref() == namespace;
        let tables = self.tables.iter().map(|it| &it.name);
        let names = tables
            .chain(self.views.iter().map(|it| &it.name))
            .chain(self.virtual_tables.iter().map(|it| &it.name))
            .chain(self.sequences.iter().map(|it| &it.name))
            .chain(self.composites.iter().map(|it| &it.name))
            .filter(here)
            .map(|it| &*it.name);
        let mut found: HashSet<&str> = names.collect();
        if self.dialect == relata_script::Dialect::Postgres {
            let tables = self.tables.iter();
            let tables = tables.filter(|it| it.name.namespace.as_deref() == namespace);
            found.extend(tables.flat_map(|it| it.indexes.iter().map(|it| &*it.name)));
        }
        found
    }
}

/// The names of columns and the SQL of a table.
fn rename_in_table(
    table: &mut Table,
    set: &impl Fn(&mut Box<str>),
    sql: &impl Fn(&mut Expression),
) {
    for column in &mut table.columns {
        set(&mut column.name);
        if let Some(Default::Expression(default)) = &mut column.default {
            sql(default);
        }
        if let Some(generated) = &mut column.generated {
            sql(&mut generated.expression);
        }
    }
    if let Some(key) = &mut table.primary_key {
        key.columns.iter_mut().for_each(|it| set(&mut it.name));
        key.include.iter_mut().for_each(set);
    }
    for index in &mut table.indexes {
        rename_in_index(index, set, sql);
    }
    for key in &mut table.foreign_keys {
        key.columns.iter_mut().for_each(set);
        key.set_columns.iter_mut().for_each(set);
    }
    table
        .checks
        .iter_mut()
        .for_each(|it| sql(&mut it.expression));
    table
        .exclusions
        .iter_mut()
        .for_each(|it| sql(&mut it.definition));
}

fn rename_in_index(
    index: &mut Index,
    set: &impl Fn(&mut Box<str>),
    sql: &impl Fn(&mut Expression),
) {
    for column in &mut index.columns {
        set(&mut column.name);
        column.expression.iter_mut().for_each(sql);
    }
    index.include.iter_mut().for_each(set);
    index.predicate.iter_mut().for_each(sql);
}

fn set_value(values: &mut [Box<str>], from: &str, to: &str) {
    for value in values.iter_mut().filter(|it| ***it == *from) {
        *value = to.into();
    }
}

fn set_default(column: &mut Column, from: &str, to: &str) {
    let set = |it: &mut Literal| {
        if let Literal::Enum(value) | Literal::Text(value) = it
            && **value == *from
        {
            *value = to.into();
        }
    };
    match &mut column.default {
        Some(Default::Literal(literal)) => set(literal),
        Some(Default::List(literals)) => literals.iter_mut().for_each(set),
        _ => {}
    }
}

fn rename_column_value(column: &mut Column, from: &str, to: &str) {
    if let TypeKind::Values(values) = &mut column.ty.kind {
        set_value(values, from, to);
    }
    set_default(column, from, to);
}
