//! Enums: types of their own, and those that belong to a column.

use std::collections::HashMap;
use std::fmt::Write as _;

use relata_schema::edit::text::string;
use relata_schema::ir::{Enum, EnumId, Field, FieldType};

use super::Raiser;
use super::names::EnumKey;
use super::note::Verb;
use crate::catalog::{Column, ObjectName, Table, TypeKind};
use crate::change::EnumChange;

impl<'a> Raiser<'a> {
    /// Brings in the enums that are types of their own.
    pub(super) fn enum_types(&mut self, changes: &[EnumChange<'a>]) {
        for change in changes {
            match change {
                EnumChange::Created(each) => {
                    self.new_enum(&EnumKey::Type(each.name.clone()), &each.values);
                }
                EnumChange::Dropped(each) => {
                    if let Some(each) = self.names.enums.get(&each.name).copied() {
                        self.editor.remove_block(each.name_span());
                        self.tell(Verb::Removed, format!("enum {}", each.name()));
                    }
                }
                EnumChange::Altered { to, .. } => {
                    if let Some(each) = self.names.enums.get(&to.name).copied() {
                        self.changed_values(&EnumKey::Type(to.name.clone()), each, &to.values);
                    }
                }
            }
        }
    }

    fn new_enum(&mut self, key: &EnumKey, values: &[Box<str>]) {
        let catalog = self.after;
        let name = self
            .names
            .enumeration(key, values, catalog, &mut self.notes);
        let mut text = format!("enum {name} {{\n");
        for value in values {
            let _ = writeln!(text, "  {}", self.value_line(key, value));
        }
        let mut attributes: Vec<String> = Vec::new();
        if let EnumKey::Type(object) = key {
            if *object.name != *name {
                attributes.push(format!("@@map({})", string(&object.name)));
            }
            attributes.extend(self.namespace_attribute(object));
            attributes.extend(self.type_comment(object));
        }
        if !attributes.is_empty() {
            text.push('\n');
        }
        for attribute in attributes {
            let _ = writeln!(text, "  {attribute}");
        }
        text.push('}');
        self.new_blocks.push(text);
        self.tell(Verb::Added, format!("enum {name}"));
    }

    fn value_line(&self, key: &EnumKey, value: &str) -> String {
        let name = self.names.value(key, value).unwrap_or_default();
        if name == value {
            name.to_owned()
        } else {
            format!("{name} @map({})", string(value))
        }
    }

    /// Adds the values that are new, each behind the one before it, and takes those away that are gone.
    fn changed_values(&mut self, key: &EnumKey, each: Enum<'a>, values: &[Box<str>]) {
        let there: HashMap<&str, relata_schema::Span> = each
            .values()
            .map(|value| (value.database_name(), value.name_span()))
            .collect();
        let mut after = None;
        let mut changed = false;
        for value in values {
            if let Some(span) = there.get(&**value) {
                after = Some(*span);
                continue;
            }
            self.names.add_value(key, value);
            let line = self.value_line(key, value);
            self.editor.add_line(each.name_span(), after, &line);
            changed = true;
        }
        for value in each.values() {
            if !values.iter().any(|name| **name == *value.database_name()) {
                self.editor.remove_line(value.name_span());
                changed = true;
            }
        }
        if changed {
            self.tell(Verb::Changed, format!("enum {}", each.name()));
        }
    }

    /// Brings in the enums that belong to columns. One that several fields share stays one while they agree.
    pub(super) fn enums_of_columns(&mut self) {
        let catalog = self.after;
        let mut shared: HashMap<EnumId, Vec<(ObjectName, &'a Column)>> = HashMap::new();
        let mut order: Vec<EnumId> = Vec::new();
        let mut fresh: Vec<(ObjectName, &'a Column)> = Vec::new();
        for table in &catalog.tables {
            for column in &table.columns {
                if !matches!(column.ty.kind, TypeKind::Values(_)) {
                    continue;
                }
                match self.enum_of(table, column) {
                    Some(each) => {
                        let users = shared.entry(each.id()).or_default();
                        if users.is_empty() {
                            order.push(each.id());
                        }
                        users.push((table.name.clone(), column));
                    }
                    None => fresh.push((table.name.clone(), column)),
                }
            }
        }
        for id in order {
            let each = self.schema.enumeration(id);
            let users = shared.remove(&id).unwrap_or_default();
            let agree = users
                .windows(2)
                .all(|pair| same_values(pair[0].1, pair[1].1));
            for (table, column) in users {
                let key = EnumKey::Column(table.clone(), column.name.clone());
                let is_same = is_made_of(column, each);
                if !agree && !is_same {
                    fresh.push((table, column));
                    continue;
                }
                self.names.adopt(key.clone(), each);
                if agree && !is_same && self.changed_enums.insert(id) {
                    self.changed_values(&key, each, values(column));
                }
            }
        }
        for (table, column) in fresh {
            let key = EnumKey::Column(table, column.name.clone());
            self.new_enum(&key, values(column));
        }
    }

    /// Whether a field keeps its enum, which has the values of its column or gets them.
    pub(super) fn keeps_enum(&self, field: Field<'a>, table: &Table, column: &Column) -> bool {
        let FieldType::Enum(id) = field.ty() else {
            return false;
        };
        let key = EnumKey::Column(table.name.clone(), column.name.clone());
        matches!(column.ty.kind, TypeKind::Values(_))
            && self.names.enum_name(&key) == Some(self.schema.enumeration(*id).name())
    }

    fn enum_of(&self, table: &Table, column: &Column) -> Option<Enum<'a>> {
        let model = self.names.models.get(&table.name)?;
        let mut fields = model.scalar_fields();
        let field = fields.find(|field| field.database_name() == &*column.name)?;
        match field.ty() {
            FieldType::Enum(id) => Some(self.schema.enumeration(*id)),
            _ => None,
        }
    }
}

fn values(column: &Column) -> &[Box<str>] {
    match &column.ty.kind {
        TypeKind::Values(values) => values,
        _ => &[],
    }
}

/// The order of values is no difference.
fn same_values(a: &Column, b: &Column) -> bool {
    let sorted = |column: &Column| {
        let mut values = values(column).to_vec();
        values.sort();
        values
    };
    sorted(a) == sorted(b)
}

fn is_made_of(column: &Column, each: Enum<'_>) -> bool {
    let mut named: Vec<&str> = each.values().map(|value| value.database_name()).collect();
    let mut there: Vec<&str> = values(column).iter().map(|value| &**value).collect();
    named.sort_unstable();
    there.sort_unstable();
    named == there
}
