//! Foreign keys to relations.

use relata_schema::derived;
use relata_schema::edit::Attribute;
use relata_schema::edit::text::string;
use relata_schema::ir::{Arity, ReferentialAction, Relation, RelationKind};

use super::Raiser;
use super::note::Verb;
use super::refusal::Refusal;
use crate::catalog::{Deferrable, ForeignKey, ObjectName, Table};

impl<'a> Raiser<'a> {
    /// The relation of the schema that a foreign key stands for.
    pub(super) fn relation_of(&self, table: &Table, key: &ForeignKey) -> Option<Relation<'a>> {
        let from = self.names.models.get(&table.name)?;
        let to = self.names.models.get(&key.references)?;
        from.relation_fields()
            .filter_map(relata_schema::ir::Field::relation)
            .find(|relation| {
                relation.kind() != RelationKind::ManyToMany
                    && relation.from().id() == from.id()
                    && relation.to().id() == to.id()
                    && relation
                        .fields()
                        .map(relata_schema::ir::Field::database_name)
                        .eq(key.columns.iter().map(|column| &**column))
                    && relation
                        .references()
                        .map(relata_schema::ir::Field::database_name)
                        .eq(key.referenced_columns.iter().map(|column| &**column))
            })
    }

    /// Adds a relation for a foreign key that has none.
    pub(super) fn relation(&mut self, table: &Table, key: &ForeignKey) {
        let (from, to) = (
            self.names.table(&table.name).to_owned(),
            self.names.table(&key.references).to_owned(),
        );
        let is_self = table.name == key.references;
        let several = self.relations_between(&table.name, &key.references) > 1;
        let columns: Vec<&str> = key
            .columns
            .iter()
            .map(|column| self.names.field(&table.name, column))
            .collect();
        let name = match (is_self, several) {
            (_, true) => Some(format!("{from}_{}To{to}", columns.join("_"))),
            (true, false) => Some(format!("{from}To{to}")),
            (false, false) => None,
        };
        let name = name.map(|name| {
            let name = derived::cut(&name, "", self.limit()).to_string();
            self.free_relation_name(&table.name, &key.references, &name)
        });
        let longer = |model: &str| match &name {
            Some(name) => format!("{model}_{name}"),
            None => format!("{model}_{from}To{to}"),
        };
        let (forward, back) = match (is_self, several) {
            (false, false) => (
                vec![to.clone(), longer(&to)],
                vec![from.clone(), longer(&from)],
            ),
            (false, true) => (vec![longer(&to)], vec![longer(&from)]),
            (true, false) => (
                vec![to.clone(), longer(&to)],
                vec![format!("other_{from}"), format!("other_{}", longer(&from))],
            ),
            (true, true) => (vec![longer(&to)], vec![format!("other_{}", longer(&from))]),
        };
        let forward = self.names.relation_field(&table.name, &forward);
        let back = self.names.relation_field(&key.references, &back);
        let optional = if is_optional(table, key) { "?" } else { "" };
        let attribute = self.relation_attribute(table, key, name.as_deref());
        let line = format!("{forward} {to}{optional} {attribute}");
        self.relation_line_of(&table.name, &forward, line, table, key);
        let many = if is_one_to_one(table, key) { "?" } else { "[]" };
        let named = name.map_or(String::new(), |name| {
            format!(" @relation({})", string(&name))
        });
        let line = format!("{back} {from}{many}{named}");
        self.relation_line_of(&key.references, &back, line, table, key);
    }

    fn relation_line_of(
        &mut self,
        owner: &ObjectName,
        field: &str,
        line: String,
        table: &Table,
        key: &ForeignKey,
    ) {
        let other = if *owner == table.name {
            &key.references
        } else {
            &table.name
        };
        let line = self.ignoring(owner, other, line);
        let refusal = Refusal::ForeignKey(table.name.clone(), key.columns.clone());
        let model = self.names.table(owner).to_owned();
        self.origins.push((model, field.to_owned(), refusal));
        self.put_relation(owner, line);
    }

    /// Adds a field of an implicit many-to-many relation.
    pub(super) fn relation_line(
        &mut self,
        owner: &ObjectName,
        field: &str,
        line: String,
        join: &ObjectName,
    ) {
        let model = self.names.table(owner).to_owned();
        self.origins
            .push((model, field.to_owned(), Refusal::Join(join.clone())));
        self.put_relation(owner, line);
    }

    /// A field that leads to a model which generated code leaves out is left out, too.
    fn ignoring(&self, owner: &ObjectName, other: &ObjectName, line: String) -> String {
        if self.is_ignored(other) && !self.is_ignored(owner) {
            format!("{line} @ignore")
        } else {
            line
        }
    }

    fn put_relation(&mut self, owner: &ObjectName, line: String) {
        if let Some(model) = self.names.models.get(owner) {
            let name = line.split(' ').next().unwrap_or_default();
            self.tell(Verb::Added, format!("field {}.{name}", model.name()));
        }
        self.draft(owner).relations.push(line);
    }

    /// A relation name that no other relation of the two models has.
    fn free_relation_name(&mut self, a: &ObjectName, b: &ObjectName, wished: &str) -> String {
        let pair = if a <= b {
            (a.clone(), b.clone())
        } else {
            (b.clone(), a.clone())
        };
        let taken = self.relation_names.entry(pair).or_default();
        let mut name = wished.to_owned();
        let mut number = 1_usize;
        while !taken.insert(name.clone()) {
            name = format!("{wished}_{number}");
            number += 1;
        }
        name
    }

    /// `@relation("…", fields: […], references: […], …)`, without what is so anyway.
    fn relation_attribute(&self, table: &Table, key: &ForeignKey, name: Option<&str>) -> String {
        let fields = |table: &ObjectName, columns: &[Box<str>]| -> String {
            let names: Vec<&str> = columns
                .iter()
                .map(|column| self.names.field(table, column))
                .collect();
            names.join(", ")
        };
        let mut args: Vec<String> = name.map(string).into_iter().collect();
        args.push(format!("fields: [{}]", fields(&table.name, &key.columns)));
        args.push(format!(
            "references: [{}]",
            fields(&key.references, &key.referenced_columns)
        ));
        if key.on_delete != usual_on_delete(table, key) {
            args.push(format!("onDelete: {}", key.on_delete.name()));
        }
        if key.on_update != ReferentialAction::Cascade {
            args.push(format!("onUpdate: {}", key.on_update.name()));
        }
        let columns = key.columns.iter().map(|column| &**column);
        let usual = derived::foreign_key(&table.name.name, columns, self.limit());
        if let Some(constraint) = &key.name
            && *constraint != usual
            && self.provider.facts().named_foreign_keys
        {
            args.push(format!("map: {}", string(constraint)));
        }
        match key.deferrable {
            Deferrable::No => {}
            Deferrable::InitiallyImmediate => {
                args.push("deferrable: InitiallyImmediate".to_owned());
            }
            Deferrable::InitiallyDeferred => args.push("deferrable: InitiallyDeferred".to_owned()),
        }
        super::index::call("@relation", args)
    }

    /// Makes a relation of the schema say what its foreign key is.
    pub(super) fn refresh(&mut self, relation: Relation<'a>, table: &Table, key: &ForeignKey) {
        let forward = relation.forward_field();
        let optional = if is_optional(table, key) { "?" } else { "" };
        let target = relation.to().name();
        self.editor
            .set_type(forward.name_span(), &format!("{target}{optional}"));
        let attribute = self.relation_attribute(table, key, relation.name());
        self.editor.set_attribute(
            forward.name_span(),
            Attribute::Named("relation"),
            Some(&attribute),
        );
        if let Some(back) = relation.back_field()
            && back.arity() != Arity::List
            && !is_one_to_one(table, key)
        {
            let many = format!("{}[]", relation.from().name());
            self.editor.set_type(back.name_span(), &many);
        }
    }

    /// Says that the database does not enforce a relation any more.
    pub(super) fn unenforced(&mut self, relation: Relation<'a>) {
        let list = |fields: Vec<&str>| fields.join(", ");
        let mut args: Vec<String> = relation.name().map(string).into_iter().collect();
        args.push(format!(
            "fields: [{}]",
            list(
                relation
                    .fields()
                    .map(relata_schema::ir::Field::name)
                    .collect()
            )
        ));
        args.push(format!(
            "references: [{}]",
            list(
                relation
                    .references()
                    .map(relata_schema::ir::Field::name)
                    .collect()
            )
        ));
        args.push("foreignKey: false".to_owned());
        let forward = relation.forward_field();
        let attribute = super::index::call("@relation", args);
        self.editor.set_attribute(
            forward.name_span(),
            Attribute::Named("relation"),
            Some(&attribute),
        );
        let name = format!("{}.{}", forward.model().name(), forward.name());
        self.tell(Verb::Changed, format!("field {name}"));
    }

    /// Takes both fields of a relation away.
    pub(super) fn remove_relation(&mut self, relation: Relation<'a>) {
        for field in std::iter::once(relation.forward_field()).chain(relation.back_field()) {
            let model = field.model();
            if self.gone.contains(&model.id()) || !self.removed_fields.insert(field.id()) {
                continue;
            }
            self.editor.remove_line(field.name_span());
            self.tell(
                Verb::Removed,
                format!("field {}.{}", model.name(), field.name()),
            );
        }
    }
}

/// What happens on delete when nothing is said.
fn usual_on_delete(table: &Table, key: &ForeignKey) -> ReferentialAction {
    let mut columns = key.columns.iter().filter_map(|column| table.column(column));
    if columns.any(|column| !column.nullable) {
        ReferentialAction::Restrict
    } else {
        ReferentialAction::SetNull
    }
}

/// Whether a row can be without the other.
pub(super) fn is_optional(table: &Table, key: &ForeignKey) -> bool {
    let mut columns = key.columns.iter().filter_map(|column| table.column(column));
    columns.any(|column| column.nullable)
}

/// Whether the columns of a foreign key are a key or unique over all rows, in their order.
pub(super) fn is_one_to_one(table: &Table, key: &ForeignKey) -> bool {
    let columns = || key.columns.iter().map(|column| &**column);
    let keyed = table
        .primary_key
        .as_ref()
        .is_some_and(|key| key.column_names().eq(columns()));
    keyed
        || table.indexes.iter().any(|index| {
            index.is_unique() && index.predicate.is_none() && index.column_names().eq(columns())
        })
}
