//! Tables to models: new ones, and what changes in those that are there.

use relata_schema::Span;
use relata_schema::edit::Attribute as Which;
use relata_schema::edit::text::string;
use relata_schema::ir::{self, ClientDefault, FieldType as Type, Model};
use relata_schema::provider::Scalar;

use super::Raiser;
use super::draft::FieldDraft;
use super::index::Attribute;
use super::names::EnumKey;
use super::note::{NoteCode, Verb};
use crate::catalog::{Column, Default, Expression, ForeignKey, Index, ObjectName, Table, TypeKind};
use crate::change::{
    AlteredColumn, AlteredTable, ColumnChange, ForeignKeyChange, IndexChange, PrimaryKeyChange,
};
use crate::dialect::Writer;
use crate::diff::is_implied;

impl<'a> Raiser<'a> {
    /// Drafts the model of a new table; its relations come later.
    pub(super) fn new_table(&mut self, table: &Table) {
        let name = self.names.table(&table.name).to_owned();
        let fields: Vec<FieldDraft> = table
            .columns
            .iter()
            .map(|column| self.new_field(&table.name, column, None))
            .collect();
        let draft = self.draft(&table.name);
        draft.name.clone_from(&name);
        draft.fields = fields;
        if let Some(key) = &table.primary_key {
            let attribute = self.primary_key(table, key, None);
            self.put(&table.name, None, None, attribute);
        }
        for index in &table.indexes {
            if !is_implied(self.dialect(), table, index) {
                let attribute = self.index(table, index, None);
                self.put(&table.name, None, None, attribute);
            }
        }
        self.new_table_objects(table);
        let mut last: Vec<String> = Vec::new();
        if *table.name.name != *name {
            last.push(format!("@@map({})", string(&table.name.name)));
        }
        last.extend(self.namespace_attribute(&table.name));
        if !has_identifier(table) {
            self.notes
                .add(NoteCode::NoIdentifier, format!("table {}", table.name));
            last.push("@@ignore".to_owned());
        }
        let is_ignored = last.last().is_some_and(|text| text == "@@ignore");
        let draft = self.draft(&table.name);
        draft.attributes.extend(last);
        if is_ignored {
            draft.docs = vec![
                "No row of this table can be named: it has no key and no unique over required columns.".to_owned(),
                "Generated code leaves it out until it gets one.".to_owned(),
            ];
        }
        self.tell(Verb::Added, format!("model {name}"));
    }

    /// `@@schema("…")`, where the schema lists its namespaces.
    pub(super) fn namespace_attribute(&self, name: &ObjectName) -> Option<String> {
        let namespace = name.namespace.as_deref()?;
        self.with_namespaces
            .then(|| format!("@@schema({})", string(namespace)))
    }

    fn new_field(
        &mut self,
        table: &ObjectName,
        column: &Column,
        after: Option<Span>,
    ) -> FieldDraft {
        let ty = self.field_type(table, column, None);
        let name = self.names.field(table, &column.name).to_owned();
        let mut attributes: Vec<String> = self.default(column, &ty).into_iter().collect();
        if *name != *column.name {
            attributes.push(format!("@map({})", string(&column.name)));
        }
        attributes.extend(ty.native.clone());
        attributes.extend(self.column_extras(table, column));
        FieldDraft {
            column: column.name.clone(),
            name,
            ty: format!("{}{}", ty.base, Self::modifier(column)),
            attributes,
            after,
        }
    }

    /// Puts an attribute in the place of an old one, or where it belongs.
    pub(super) fn put(
        &mut self,
        table: &ObjectName,
        model: Option<Model<'a>>,
        old: Option<Span>,
        attribute: Attribute,
    ) {
        let old_field = model.zip(old).and_then(|(model, old)| {
            let holds = |span: Span| {
                span.file == old.file && span.start <= old.start && old.end <= span.end
            };
            model.fields().find(|field| holds(field.span()))
        });
        match attribute {
            Attribute::OnBlock(text) => match (old, old_field) {
                (Some(old), None) => self.editor.replace(old, text),
                (old, _) => {
                    if let Some(old) = old {
                        self.editor.remove_attribute(old);
                    }
                    self.draft(table).attributes.push(text);
                }
            },
            Attribute::OnField(column, text) => {
                let field = model.and_then(|model| {
                    model
                        .scalar_fields()
                        .find(|field| field.database_name() == &*column)
                });
                if let (Some(old), Some(old_field), Some(field)) = (old, old_field, field)
                    && old_field.id() == field.id()
                {
                    self.editor.replace(old, text);
                    return;
                }
                if let Some(old) = old {
                    self.editor.remove_attribute(old);
                }
                if let Some(field) = field {
                    self.editor.add_attribute(field.name_span(), &text);
                    return;
                }
                let mut fields = self.draft(table).fields.iter_mut();
                if let Some(field) = fields.find(|field| field.column == column) {
                    let at = usize::from(
                        field
                            .attributes
                            .first()
                            .is_some_and(|first| first.starts_with("@id")),
                    );
                    field.attributes.insert(at, text);
                }
            }
        }
    }

    /// Changes a model that is there.
    pub(super) fn altered_table(&mut self, change: &AlteredTable<'a>, model: Model<'a>) {
        for column in &change.columns {
            match column {
                ColumnChange::Dropped(column) => self.dropped_column(model, column),
                ColumnChange::Added(column) => self.added_column(model, change.to, column),
                ColumnChange::Altered(altered) => self.altered_column(model, change.to, altered),
            }
        }
        self.changed_key(change, model);
        // What is new may take the place of what goes.
        let (new, old): (Vec<_>, Vec<_>) = change
            .indexes
            .iter()
            .partition(|index| !matches!(index, IndexChange::Dropped(_)));
        for index in new.into_iter().chain(old) {
            self.changed_index(change, model, index);
        }
        for key in &change.foreign_keys {
            self.changed_foreign_key(change, model, key);
        }
        self.changed_columns_of_relations(change);
    }

    fn dropped_column(&mut self, model: Model<'a>, column: &Column) {
        let field = model
            .scalar_fields()
            .find(|field| field.database_name() == &*column.name);
        let Some(field) = field else { return };
        self.removed_fields.insert(field.id());
        self.editor.remove_line(field.name_span());
        self.tell(
            Verb::Removed,
            format!("field {}.{}", model.name(), field.name()),
        );
    }

    fn added_column(&mut self, model: Model<'a>, table: &Table, column: &Column) {
        let at = table
            .columns
            .iter()
            .position(|each| each.name == column.name);
        let before = &table.columns[..at.unwrap_or_default()];
        // Behind the column before it that the model has already, or else where the fields begin.
        let after = before.iter().rev().find_map(|before| {
            let mut fields = model.scalar_fields();
            fields.find(|field| field.database_name() == &*before.name)
        });
        let after = after.map(|field| field.name_span());
        let field = self.new_field(&table.name, column, after);
        self.tell(
            Verb::Added,
            format!("field {}.{}", model.name(), field.name),
        );
        self.draft(&table.name).fields.push(field);
    }

    fn altered_column(&mut self, model: Model<'a>, table: &Table, altered: &AlteredColumn<'a>) {
        let mut fields = model.scalar_fields();
        let Some(field) = fields.find(|field| field.database_name() == &*altered.to.name) else {
            return;
        };
        let column = altered.to;
        let name = field.name_span();
        let wished = match field.ty() {
            Type::Scalar(scalar) => Some(*scalar),
            _ => None,
        };
        let mut changed = false;
        if altered.ty && !self.keeps_enum(field, table, column) {
            let ty = self.field_type(&table.name, column, wished);
            let text = format!("{}{}", ty.base, Self::modifier(column));
            self.editor.set_type(name, &text);
            self.editor
                .set_attribute(name, Which::Below(self.datasource), ty.native.as_deref());
            self.drop_what_does_not_fit(field, ty.scalar);
            changed = true;
        } else if altered.nullability {
            if let Some(written) = self.editor.type_of(name) {
                let base = written.trim_end().trim_end_matches(['?', '!', ' ']);
                let base = base.strip_suffix("[]").unwrap_or(base);
                let text = format!("{base}{}", Self::modifier(column));
                self.editor.set_type(name, &text);
            }
            changed = true;
        }
        // A schema that leaves the default to the database says nothing of what is there, be it none.
        let leaves_it = matches!(altered.from.default, Some(Default::Unknown));
        if altered.default && !leaves_it {
            if self.is_undecided(altered) {
                let address = format!("column {}.{}", table.name, column.name);
                self.notes.add(NoteCode::NotCompared, address);
            } else {
                let ty = self.type_of_field(field, table, column);
                let text = self.default(column, &ty);
                self.editor
                    .set_attribute(name, Which::Named("default"), text.as_deref());
                changed = true;
            }
        }
        if changed {
            self.tell(
                Verb::Changed,
                format!("field {}.{}", model.name(), field.name()),
            );
        }
    }

    /// The type that a field will have, for its default.
    fn type_of_field(
        &mut self,
        field: ir::Field<'a>,
        table: &Table,
        column: &Column,
    ) -> super::column::FieldType {
        // SQLite keeps enums as text, and the schema its enum.
        if let Type::Enum(id) = field.ty()
            && EnumKey::of(&table.name, &column.name, &column.ty).is_none()
            && matches!(&column.ty.kind, TypeKind::Native(native) if native.info.scalars.contains(&Scalar::String))
        {
            let key = EnumKey::Column(table.name.clone(), column.name.clone());
            let each = field.model().schema().enumeration(*id);
            self.names.adopt(key.clone(), each);
            return super::column::FieldType {
                base: each.name().to_owned(),
                scalar: None,
                enumeration: Some(key),
                native: None,
            };
        }
        let wished = match field.ty() {
            Type::Scalar(scalar) => Some(*scalar),
            _ => None,
        };
        let notes = self.notes.clone();
        let ty = self.field_type(&table.name, column, wished);
        self.notes = notes;
        ty
    }

    /// A default that the client makes and `@updatedAt` go where the new type cannot hold them.
    fn drop_what_does_not_fit(&mut self, field: ir::Field<'a>, scalar: Option<Scalar>) {
        let client = match field.default() {
            Some(ir::Default::Client(
                ClientDefault::Uuid(_)
                | ClientDefault::Cuid(_)
                | ClientDefault::Ulid
                | ClientDefault::Nanoid(_),
            )) => scalar != Some(Scalar::String),
            _ => false,
        };
        if client {
            self.editor
                .set_attribute(field.name_span(), Which::Named("default"), None);
        }
        if field.is_updated_at() && scalar != Some(Scalar::DateTime) {
            self.editor
                .set_attribute(field.name_span(), Which::Named("updatedAt"), None);
        }
    }

    /// Whether the two defaults may well be the same: the schema's is SQL that no server has printed.
    fn is_undecided(&self, altered: &AlteredColumn<'_>) -> bool {
        let unprinted = matches!(
            &altered.from.default,
            Some(Default::Expression(expression)) if expression.canonical.is_none()
        );
        unprinted
            && !altered.ty
            && altered.to.default.is_some()
            && !altered.to.is_autoincrement()
            && Writer::new(self.after)
                .written_default(altered.to)
                .is_some()
    }

    fn changed_key(&mut self, change: &AlteredTable<'a>, model: Model<'a>) {
        let old = model.primary_key();
        let (key, table) = match change.primary_key {
            None => return,
            Some(PrimaryKeyChange::Dropped(_)) => {
                if let Some(old) = old {
                    self.editor.remove_attribute(old.span);
                }
                self.tell(Verb::Removed, format!("id of {}", model.name()));
                return;
            }
            Some(PrimaryKeyChange::Created(key)) => (key, change.to),
            Some(PrimaryKeyChange::Replaced { to, .. } | PrimaryKeyChange::Renamed { to, .. }) => {
                (to, change.to)
            }
        };
        let attribute = self.primary_key(table, key, old.and_then(|old| old.name.as_deref()));
        self.put(&table.name, Some(model), old.map(|old| old.span), attribute);
        self.tell(Verb::Changed, format!("id of {}", model.name()));
    }

    fn changed_index(
        &mut self,
        change: &AlteredTable<'a>,
        model: Model<'a>,
        index: &IndexChange<'a>,
    ) {
        let find = |name: &str| {
            let mut indexes = model.indexes().iter();
            indexes.find(|each| *each.database_name == *name)
        };
        match index {
            IndexChange::Dropped(index) => {
                if self
                    .taken_over
                    .contains(&(change.to.name.clone(), index.name.clone()))
                {
                    return;
                }
                if let Some(old) = find(&index.name) {
                    self.editor.remove_attribute(old.span);
                    self.tell(
                        Verb::Removed,
                        format!("index {} of {}", index.name, model.name()),
                    );
                }
            }
            // How it is kept is not the schema's business.
            IndexChange::Altered { .. } => {}
            IndexChange::Renamed { from, to } => {
                let old = find(&from.name);
                let attribute = self.index(change.to, to, old.and_then(|old| old.name.as_deref()));
                self.put(
                    &change.to.name,
                    Some(model),
                    old.map(|old| old.span),
                    attribute,
                );
                self.tell(
                    Verb::Changed,
                    format!("index {} of {}", to.name, model.name()),
                );
            }
            IndexChange::Created(index) => {
                // One of the same name or the same columns that goes gives its place and its name in the code.
                let dropped: Vec<_> = change
                    .indexes
                    .iter()
                    .filter_map(|each| match each {
                        IndexChange::Dropped(each) => Some(*each),
                        _ => None,
                    })
                    .filter(|each| {
                        !self
                            .taken_over
                            .contains(&(change.to.name.clone(), each.name.clone()))
                    })
                    .collect();
                let twin = dropped
                    .iter()
                    .find(|each| each.name == index.name)
                    .or_else(|| {
                        dropped.iter().find(|each| {
                            each.kind == index.kind && each.column_names().eq(index.column_names())
                        })
                    });
                if let Some(twin) = twin
                    && is_same_but_for_words(twin, index)
                {
                    let address = format!("index {} on {}", index.name, change.to.name);
                    self.notes.add(NoteCode::NotCompared, address);
                    self.taken_over
                        .push((change.to.name.clone(), twin.name.clone()));
                    return;
                }
                let old = twin.and_then(|twin| find(&twin.name));
                let attribute =
                    self.index(change.to, index, old.and_then(|old| old.name.as_deref()));
                if let Some(twin) = twin {
                    self.taken_over
                        .push((change.to.name.clone(), twin.name.clone()));
                }
                let span = old.map(|old| old.span);
                self.put(&change.to.name, Some(model), span, attribute);
                let verb = if old.is_some() {
                    Verb::Changed
                } else {
                    Verb::Added
                };
                self.tell(verb, format!("index {} of {}", index.name, model.name()));
            }
        }
    }

    fn changed_foreign_key(
        &mut self,
        change: &AlteredTable<'a>,
        model: Model<'a>,
        key: &ForeignKeyChange<'a>,
    ) {
        match key {
            ForeignKeyChange::Dropped(key) => {
                let Some(relation) = self.relation_of(change.from, key) else {
                    return;
                };
                let same = |other: &ForeignKey| {
                    other.columns == key.columns
                        && other.references == key.references
                        && other.referenced_columns == key.referenced_columns
                };
                if change.to.foreign_keys.iter().any(same) {
                    return;
                }
                let stay = |table: &Table, columns: &[Box<str>]| {
                    columns.iter().all(|column| table.column(column).is_some())
                };
                let target = self.after.table(&key.references);
                let stays = target.is_some_and(|target| stay(target, &key.referenced_columns))
                    && stay(change.to, &key.columns);
                if stays {
                    self.unenforced(relation);
                } else {
                    self.remove_relation(relation);
                }
            }
            ForeignKeyChange::Created(key)
            | ForeignKeyChange::Renamed { to: key, .. }
            | ForeignKeyChange::Altered { to: key, .. } => {
                let Some(relation) = self.relation_of(change.to, key) else {
                    // In its place among the others.
                    self.new_relations.push((change.to, key));
                    return;
                };
                self.refresh(relation, change.to, key);
                let field = relation.forward_field().name();
                self.tell(Verb::Changed, format!("field {}.{field}", model.name()));
            }
        }
    }

    /// Relations follow their columns from optional to required and back.
    fn changed_columns_of_relations(&mut self, change: &AlteredTable<'a>) {
        for column in &change.columns {
            let ColumnChange::Altered(altered) = column else {
                continue;
            };
            if !altered.nullability {
                continue;
            }
            let keys = change.to.foreign_keys.iter();
            for key in keys.filter(|key| key.columns.contains(&altered.to.name)) {
                let was_changed = change.foreign_keys.iter().any(|each| match each {
                    ForeignKeyChange::Created(to)
                    | ForeignKeyChange::Renamed { to, .. }
                    | ForeignKeyChange::Altered { to, .. } => std::ptr::eq(*to, key),
                    ForeignKeyChange::Dropped(_) => false,
                });
                if was_changed {
                    continue;
                }
                if let Some(relation) = self.relation_of(change.to, key)
                    && self.refreshed.insert(relation.id())
                {
                    self.refresh(relation, change.to, key);
                }
            }
        }
    }
}

/// Whether rows of the table can be named in generated code.
pub(super) fn has_identifier(table: &Table) -> bool {
    let names = |column: &str| {
        table.column(column).is_some_and(|column| {
            !column.nullable && !matches!(column.ty.kind, TypeKind::Unsupported(_))
        })
    };
    table.primary_key.is_some()
        || table.indexes.iter().any(|index| {
            index.is_unique()
                && index
                    .columns
                    .iter()
                    .all(|column| column.expression.is_none())
                && index.column_names().all(names)
        })
}

/// Whether two indexes differ at most in SQL of the schema that no server has printed.
fn is_same_but_for_words(from: &Index, to: &Index) -> bool {
    let is_unprinted = |expression: Option<&Expression>| {
        expression.is_some_and(|expression| expression.canonical.is_none())
    };
    let alike = |from: Option<&Expression>, to: Option<&Expression>| match (from, to) {
        (None, None) => true,
        (Some(one), Some(other)) => is_unprinted(from) || one == other,
        _ => false,
    };
    from.name == to.name
        && from.kind == to.kind
        && from.algorithm == to.algorithm
        && alike(from.predicate.as_ref(), to.predicate.as_ref())
        && from.columns.len() == to.columns.len()
        && from.columns.iter().zip(&to.columns).all(|(from, to)| {
            from.name == to.name
                && from.sort == to.sort
                && from.length == to.length
                && alike(from.expression.as_ref(), to.expression.as_ref())
        })
        && (from.predicate.is_some() || from.columns.iter().any(|each| each.expression.is_some()))
}
