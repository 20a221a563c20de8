//! What models say beyond Prisma's language: checks, exclusions, row security, comments.

use std::fmt::Display;
use std::fmt::Write as _;

use relata_schema::derived;
use relata_schema::edit::Attribute;
use relata_schema::edit::text::{sql, string};
use relata_schema::ir::Model;

use super::Raiser;
use super::note::{NoteCode, Verb};
use crate::catalog::{Address, Check, Expression, Kind, ObjectName, Table};
use crate::dialect::option;
use crate::diff::same_expression;

impl<'a> Raiser<'a> {
    /// What a new table says beyond Prisma's language.
    pub(super) fn new_table_objects(&mut self, table: &Table) {
        let mut attributes: Vec<String> = Vec::new();
        for check in &table.checks {
            let column = self.column_of_check(table, check);
            let text = self.check(&table.name.name, column, check);
            let draft = self.draft(&table.name);
            let field = column.and_then(|column| {
                let mut fields = draft.fields.iter_mut();
                fields.find(|field| *field.column == *column)
            });
            match field {
                Some(field) => field.attributes.push(text),
                None => attributes.push(text),
            }
        }
        for exclusion in &table.exclusions {
            attributes.push(self.exclusion(table, &exclusion.name, &exclusion.definition.source));
        }
        attributes.extend(row_security(table));
        attributes.extend(self.table_comment(&table.name));
        self.draft(&table.name).attributes.extend(attributes);
    }

    /// The column that a check stands on by its name, if no other check of the column has been there before.
    fn column_of_check<'t>(&self, table: &'t Table, check: &Check) -> Option<&'t str> {
        let limit = self.limit();
        let column = table.columns.iter().find(|column| {
            *derived::check(&table.name.name, Some(&column.name), limit) == *check.name
        })?;
        Some(&column.name)
    }

    /// `@check("…")` or `@@check("…")`.
    pub(super) fn check(&self, owner: &str, column: Option<&str>, check: &Check) -> String {
        let mut args = vec![sql(&check.expression.source)];
        if *derived::check(owner, column, self.limit()) != *check.name && !check.name.is_empty() {
            args.push(format!("map: {}", string(&check.name)));
        }
        let sign = if column.is_some() {
            "@check"
        } else {
            "@@check"
        };
        super::index::call(sign, args)
    }

    fn exclusion(&self, table: &Table, name: &str, definition: &str) -> String {
        let mut args = vec![sql(without_word(definition))];
        if *derived::exclusion(&table.name.name, self.limit()) != *name {
            args.push(format!("map: {}", string(name)));
        }
        super::index::call("@@exclude", args)
    }

    pub(super) fn column_comment(&self, table: &ObjectName, column: &str) -> Option<&'a str> {
        self.after.comment(&Address::column(table, column))
    }

    fn table_comment(&self, table: &ObjectName) -> Option<String> {
        let comment = self.after.comment(&Address::of(Kind::Table, table))?;
        Some(format!("@@comment({})", string(comment)))
    }

    pub(super) fn type_comment(&self, name: &ObjectName) -> Option<String> {
        let comment = self.after.comment(&Address::of(Kind::Type, name))?;
        Some(format!("@@comment({})", string(comment)))
    }

    /// Everything of these kinds that no new table has brought along.
    pub(super) fn objects(&mut self) {
        let after = self.after;
        for table in &after.tables {
            let model = self.names.models.get(&table.name).copied();
            if let Some(model) = model.filter(|model| !self.gone.contains(&model.id())) {
                self.conditions(table, model);
                self.columns(table, model);
                let comment = self.table_comment(&table.name);
                self.set(model, "comment", comment.as_deref());
                let rls = row_security(table);
                self.set(model, "rls", rls.as_deref());
            }
        }
        self.comments_on_enums();
        self.all_views();
        self.server_code();
        self.comments_left_out();
    }

    /// Gives a block an attribute or takes it away, and tells.
    fn set(&mut self, model: Model<'a>, name: &str, text: Option<&str>) {
        let there = match name {
            "comment" => model.comment().map(|comment| {
                let text = format!("@@comment({})", string(&comment.text));
                (text, comment.span)
            }),
            _ => model
                .row_security()
                .map(|security| (rls(security.force).to_owned(), security.span)),
        };
        if there.as_ref().map(|(text, _)| &**text) == text {
            return;
        }
        self.editor
            .set_block_attribute(model.name_span(), Attribute::Named(name), text);
        self.tell(Verb::Changed, format!("model {}", model.name()));
    }

    /// Checks and exclusions of a model that is there.
    fn conditions(&mut self, table: &'a Table, model: Model<'a>) {
        let before = self.before;
        let lowered = before.table(&table.name);
        let mut changed = false;
        for check in &table.checks {
            let mut there = model.checks().iter();
            let Some(old) = there.find(|old| old.database_name == check.name) else {
                let text = self.check(&table.name.name, None, check);
                self.draft(&table.name).attributes.push(text);
                changed = true;
                continue;
            };
            let mut checks = lowered.iter().flat_map(|lowered| &lowered.checks);
            if let Some(written) = checks.find(|each| each.name == check.name)
                && self.differs(
                    &written.expression,
                    &check.expression,
                    "constraint",
                    &check.name,
                )
            {
                self.editor
                    .replace(old.condition.span, sql(&check.expression.source));
                changed = true;
            }
        }
        for old in model.checks() {
            if !table
                .checks
                .iter()
                .any(|check| check.name == old.database_name)
            {
                self.editor.remove_attribute(old.span);
                changed = true;
            }
        }
        for exclusion in &table.exclusions {
            let mut there = model.exclusions().iter();
            let Some(old) = there.find(|old| old.database_name == exclusion.name) else {
                let text = self.exclusion(table, &exclusion.name, &exclusion.definition.source);
                self.draft(&table.name).attributes.push(text);
                changed = true;
                continue;
            };
            let mut exclusions = lowered.iter().flat_map(|lowered| &lowered.exclusions);
            if let Some(written) = exclusions.find(|each| each.name == exclusion.name)
                && self.differs(
                    &written.definition,
                    &exclusion.definition,
                    "constraint",
                    &exclusion.name,
                )
            {
                let text = without_word(&exclusion.definition.source);
                self.editor.replace(old.definition.span, sql(text));
                changed = true;
            }
        }
        for old in model.exclusions() {
            if !table
                .exclusions
                .iter()
                .any(|each| each.name == old.database_name)
            {
                self.editor.remove_attribute(old.span);
                changed = true;
            }
        }
        if changed {
            self.tell(Verb::Changed, format!("model {}", model.name()));
        }
    }

    /// Whether SQL of the schema is other SQL than the server prints. Where no server has printed the schema's, nobody knows, and that
    /// is noted.
    pub(super) fn differs(
        &mut self,
        written: &Expression,
        printed: &Expression,
        what: &str,
        name: impl Display,
    ) -> bool {
        if same_expression(written, printed) {
            return false;
        }
        if written.canonical.is_none() {
            self.notes
                .add(NoteCode::NotCompared, format!("{what} {name}"));
        }
        written.canonical.is_some()
    }

    /// How the columns of a model that is there are computed and sorted, and what is said of them.
    fn columns(&mut self, table: &'a Table, model: Model<'a>) {
        let before = self.before;
        for column in &table.columns {
            let mut fields = model.scalar_fields();
            let Some(field) = fields.find(|field| field.database_name() == &*column.name) else {
                continue;
            };
            let span = field.name_span();
            let lowered = before
                .table(&table.name)
                .and_then(|table| table.column(&column.name));
            let mut changed = false;
            match (&column.generated, field.generated()) {
                (Some(new), Some(old)) if new.stored == old.stored => {
                    let name = format!("{}.{}", table.name, column.name);
                    if let Some(written) = lowered.and_then(|column| column.generated.as_ref())
                        && self.differs(&written.expression, &new.expression, "column", name)
                    {
                        self.editor
                            .replace(old.expression.span, sql(&new.expression.source));
                        changed = true;
                    }
                }
                (None, None) => {}
                (new, _) => {
                    let text = new.as_ref().map(Self::generated);
                    self.editor
                        .set_attribute(span, Attribute::Named("generated"), text.as_deref());
                    changed = true;
                }
            }
            let collation = column.collation.as_ref().map(|name| self.collate(name));
            let there = field
                .collation()
                .map(|old| format!("@collate({})", string(&old.name)));
            // One that the table has anyway may be written, and the server does not tell it.
            let is_usual = collation.is_none()
                && lowered.is_some_and(|column| column.collation.is_none())
                && option(&table.storage.options, "collate").is_none();
            if collation != there && !is_usual {
                self.editor
                    .set_attribute(span, Attribute::Named("collate"), collation.as_deref());
                changed = true;
            }
            let comment = self.column_comment(&table.name, &column.name);
            if comment != field.comment().map(|comment| &*comment.text) {
                let text = comment.map(|comment| format!("@comment({})", string(comment)));
                self.editor
                    .set_attribute(span, Attribute::Named("comment"), text.as_deref());
                changed = true;
            }
            if changed {
                self.tell(
                    Verb::Changed,
                    format!("field {}.{}", model.name(), field.name()),
                );
            }
        }
    }

    fn comments_on_enums(&mut self) {
        let after = self.after;
        for each in &after.enums {
            let Some(there) = self.names.enums.get(&each.name).copied() else {
                continue;
            };
            let text = self.type_comment(&each.name);
            let old = there
                .comment()
                .map(|old| format!("@@comment({})", string(&old.text)));
            if text != old {
                self.editor.set_block_attribute(
                    there.name_span(),
                    Attribute::Named("comment"),
                    text.as_deref(),
                );
                self.tell(Verb::Changed, format!("enum {}", there.name()));
            }
        }
    }

    /// Comments on what no attribute stands for.
    fn comments_left_out(&mut self) {
        let after = self.after;
        for comment in &after.comments {
            let is_said = match comment.on.kind {
                Kind::Table | Kind::Domain => true,
                Kind::Column => after.table(&comment.on.name).is_some(),
                Kind::Type => after.enumeration(&comment.on.name).is_some(),
                _ => false,
            };
            if !is_said && !comment.text.is_empty() {
                self.notes.add(NoteCode::Comment, &comment.on);
            }
        }
    }
}

fn row_security(table: &Table) -> Option<String> {
    let security = table.row_security;
    security
        .is_enabled
        .then(|| rls(security.is_forced).to_owned())
}

fn rls(force: bool) -> &'static str {
    if force { "@@rls(force: true)" } else { "@@rls" }
}

/// A block of lines and attributes.
pub(super) fn block(word: &str, name: &str, lines: &[String], attributes: &[String]) -> String {
    let mut text = format!("{word} {name} {{\n");
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
    if !lines.is_empty() && !attributes.is_empty() {
        text.push('\n');
    }
    for attribute in attributes {
        let _ = writeln!(text, "  {attribute}");
    }
    text.push('}');
    text
}

/// What follows the word `EXCLUDE`.
fn without_word(definition: &str) -> &str {
    definition.strip_prefix("EXCLUDE ").unwrap_or(definition)
}
