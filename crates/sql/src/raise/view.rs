//! Views.

use std::collections::HashSet;
use std::fmt::Write as _;

use relata_schema::edit::name::cleaned;
use relata_schema::edit::text::{sql, string};
use relata_schema::ir::Model;
use relata_script::Dialect;

use super::Raiser;
use super::names::EnumKey;
use super::note::{NoteCode, Verb};
use super::object::block;
use crate::catalog::{ObjectName, View, postgres_type};
use crate::dialect::Writer;

impl<'a> Raiser<'a> {
    /// Brings in the views.
    pub(super) fn all_views(&mut self) {
        let after = self.after;
        let there: Vec<(ObjectName, Model<'a>)> = self.views().collect();
        for view in &after.views {
            match there.iter().find(|(name, _)| *name == view.name) {
                Some((_, model)) => {
                    let before = self.before;
                    let mut lowered = before.views.iter();
                    if let Some(statement) = model.statement()
                        && let Some(written) = lowered.find(|each| each.name == view.name)
                        && self.differs(&written.query, &view.query, "view", &view.name)
                    {
                        let text = sql(&view_statement(after, view));
                        self.editor.replace(statement.span, text);
                        self.tell(Verb::Changed, format!("view {}", model.name()));
                    }
                }
                None => self.new_view(view),
            }
        }
        for (name, model) in there {
            let is_there = after.views.iter().any(|view| view.name == name);
            if !is_there && model.statement().is_some() {
                self.remove_model(model);
            }
        }
    }

    fn new_view(&mut self, view: &View) {
        let catalog = self.after;
        let address = format!("view {}", view.name);
        let name = self
            .names
            .block(&view.name, catalog, "view", &mut self.notes);
        let mut taken = HashSet::new();
        let mut lines = Vec::new();
        for column in &view.columns {
            let base = cleaned(&column.name).unwrap_or_else(|| "field".to_owned());
            let mut field = base.clone();
            let mut number = 1_usize;
            while !taken.insert(field.clone()) {
                field = format!("{base}_{number}");
                number += 1;
            }
            let mut line = format!("{field} {}", self.view_type(&column.ty));
            if *field != *column.name {
                let _ = write!(line, " @map({})", string(&column.name));
            }
            lines.push(line);
        }
        let mut attributes = Vec::new();
        if self.dialect() == Dialect::Mysql && !view.options.is_empty() {
            self.notes.add(NoteCode::ClauseLeftOut, &address);
        }
        if let Some(materialized) = &view.materialized {
            if !materialized.indexes.is_empty() {
                self.notes.add(NoteCode::ClauseLeftOut, &address);
            }
            if materialized.storage != crate::catalog::Storage::default() {
                self.notes.add(NoteCode::Storage, &address);
            }
        }
        attributes.push(format!("@@sql({})", sql(&view_statement(catalog, view))));
        if *view.name.name != *name {
            attributes.push(format!("@@map({})", string(&view.name.name)));
        }
        attributes.extend(self.namespace_attribute(&view.name));
        self.new_blocks
            .push(block("view", &name, &lines, &attributes));
        self.tell(Verb::Added, format!("view {name}"));
    }

    /// The type of a view's column, which can always be NULL.
    fn view_type(&self, printed: &str) -> String {
        let (element, list) = match printed.strip_suffix("[]") {
            Some(element) => (element, "[]"),
            None => (printed, "?"),
        };
        let namespace = self.after.default_namespace.as_deref();
        let plain = namespace
            .and_then(|namespace| element.strip_prefix(namespace)?.strip_prefix('.'))
            .unwrap_or(element);
        let native = match self.dialect() {
            Dialect::Postgres => postgres_type(plain),
            Dialect::Mysql | Dialect::Sqlite => None,
        };
        if let Some(native) = native {
            let ty = self.native_type(native, None);
            let attribute = ty
                .native
                .map_or(String::new(), |native| format!(" {native}"));
            return format!("{}{list}{attribute}", ty.base);
        }
        let each = self.after.enums.iter().find(|each| {
            let writer = Writer::new(self.after);
            writer.name(&each.name) == plain
                || each.name.to_string() == element
                || *each.name.name == *plain
        });
        if let Some(name) =
            each.and_then(|each| self.names.enum_name(&EnumKey::Type(each.name.clone())))
        {
            return format!("{name}{list}");
        }
        if let Some((name, _)) = self.domain_printed(plain) {
            return format!("{name}{list}");
        }
        format!("Unsupported({}){list}", string(plain))
    }
}

/// The statement that makes a view.
fn view_statement(catalog: &crate::Catalog, view: &View) -> String {
    if let Some(statement) = &view.statement {
        return statement.to_string();
    }
    let writer = Writer::new(catalog);
    let verb = match &view.materialized {
        Some(_) => "CREATE MATERIALIZED VIEW",
        None => "CREATE VIEW",
    };
    let options = match catalog.dialect {
        Dialect::Postgres => writer.options(&view.options),
        Dialect::Mysql | Dialect::Sqlite => String::new(),
    };
    let name = writer.name(&view.name);
    format!("{verb} {name}{options} AS\n{}", view.query.source)
}
