//! What Prisma's language does not have: checks, exclusions, row security, comments, domains, views, functions, triggers and
//! policies.

use std::collections::HashSet;
use std::fmt::Display;

use relata_schema::derived;
use relata_schema::edit::Attribute;
use relata_schema::edit::name::cleaned;
use relata_schema::edit::text::{sql, string};
use relata_schema::ir::{Model, ServerCodeKind};
use relata_schema::provider::Scalar;
use relata_script::Dialect;

use super::Raiser;
use super::names::EnumKey;
use super::note::{NoteCode, Verb};
use crate::catalog::{
    Address, Check, Domain, Expression, Firing, FunctionKind, Kind, ObjectName, Table, View,
    postgres_type,
};
use crate::diff::same_expression;
use crate::dialect::Writer;

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
    fn check(&self, owner: &str, column: Option<&str>, check: &Check) -> String {
        let mut args = vec![sql(&check.expression.source)];
        if *derived::check(owner, column, self.limit()) != *check.name && !check.name.is_empty() {
            args.push(format!("map: {}", string(&check.name)));
        }
        let sign = if column.is_some() { "@check" } else { "@@check" };
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
                && self.differs(&written.expression, &check.expression, "constraint", &check.name)
            {
                self.editor.replace(old.condition.span, sql(&check.expression.source));
                changed = true;
            }
        }
        for old in model.checks() {
            if !table.checks.iter().any(|check| check.name == old.database_name) {
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
                && self.differs(&written.definition, &exclusion.definition, "constraint", &exclusion.name)
            {
                let text = without_word(&exclusion.definition.source);
                self.editor.replace(old.definition.span, sql(text));
                changed = true;
            }
        }
        for old in model.exclusions() {
            if !table.exclusions.iter().any(|each| each.name == old.database_name) {
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
    fn differs(&mut self, written: &Expression, printed: &Expression, what: &str, name: impl Display) -> bool {
        if same_expression(written, printed) {
            return false;
        }
        if written.canonical.is_none() {
            self.notes.add(NoteCode::NotCompared, format!("{what} {name}"));
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
            let mut changed = false;
            match (&column.generated, field.generated()) {
                (Some(new), Some(old)) if new.stored == old.stored => {
                    let name = format!("{}.{}", table.name, column.name);
                    let lowered = before.table(&table.name).and_then(|table| table.column(&column.name));
                    if let Some(written) = lowered.and_then(|column| column.generated.as_ref())
                        && self.differs(&written.expression, &new.expression, "column", name)
                    {
                        self.editor.replace(old.expression.span, sql(&new.expression.source));
                        changed = true;
                    }
                }
                (None, None) => {}
                (new, _) => {
                    let text = new.as_ref().map(|new| self.generated(new));
                    self.editor
                        .set_attribute(span, Attribute::Named("generated"), text.as_deref());
                    changed = true;
                }
            }
            let collation = column.collation.as_ref().map(|name| self.collate(name));
            let there = field
                .collation()
                .map(|old| format!("@collate({})", string(&old.name)));
            if collation != there {
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
            if !is_said {
                self.notes.add(NoteCode::Comment, &comment.on);
            }
        }
    }

    /// Domains, before the columns that have them.
    pub(super) fn domains(&mut self) {
        let (schema, after) = (self.schema, self.after);
        for domain in &after.domains {
            let there = schema.domains().find(|each| {
                self.place(each.namespace(), each.database_name()) == domain.name
            });
            if let Some(there) = there {
                let before = self.before;
                let mut lowered = before.domains.iter();
                let lowered = lowered.find(|each| each.name == domain.name);
                for check in &domain.checks {
                    let mut checks = there.checks().iter();
                    let old = checks.find(|old| old.database_name == check.name);
                    let mut checks = lowered.iter().flat_map(|lowered| &lowered.checks);
                    let written = checks.find(|each| each.name == check.name);
                    if let (Some(old), Some(written)) = (old, written)
                        && self.differs(&written.expression, &check.expression, "constraint", &check.name)
                    {
                        self.editor.replace(old.condition.span, sql(&check.expression.source));
                        self.tell(Verb::Changed, format!("domain {}", there.name()));
                    }
                }
                let name = there.name().to_owned();
                self.domain_names
                    .insert(domain.name.clone(), (name, there.scalar()));
                continue;
            }
            self.new_domain(domain);
        }
        for each in schema.domains() {
            let name = self.place(each.namespace(), each.database_name());
            if !after.domains.iter().any(|domain| domain.name == name) {
                self.editor.remove_block(each.name_span());
                self.tell(Verb::Removed, format!("domain {}", each.name()));
            }
        }
    }

    fn new_domain(&mut self, domain: &Domain) {
        let address = Address::of(Kind::Domain, &domain.name);
        let Some(native) = postgres_type(&domain.base) else {
            self.notes.add(NoteCode::ObjectLeftOut, &address);
            return;
        };
        if domain.not_null {
            self.notes.add(NoteCode::ClauseLeftOut, &address);
        }
        let catalog = self.after;
        let name = self
            .names
            .block(&domain.name, catalog, "domain", &mut self.notes);
        let ty = self.native_type(native, None);
        let mut line = format!("type = {}", ty.base);
        if let Some(native) = &ty.native {
            line.push_str(&format!(" {native}"));
        }
        let mut attributes: Vec<String> = Vec::new();
        for (number, check) in domain.checks.iter().enumerate() {
            let text = self.check(&domain.name.name, None, check);
            if number == 0 {
                line.push_str(&format!(" {}", &text[1..]));
            } else {
                attributes.push(text);
            }
        }
        if let Some(default) = &domain.default {
            line.push_str(&format!(" @default(dbgenerated({}))", string(&default.source)));
        }
        if let Some(collation) = &domain.collation {
            line.push_str(&format!(" {}", self.collate(collation)));
        }
        if *domain.name.name != *name {
            attributes.push(format!("@@map({})", string(&domain.name.name)));
        }
        attributes.extend(self.namespace_attribute(&domain.name));
        if let Some(comment) = self.after.comment(&address) {
            attributes.push(format!("@@comment({})", string(comment)));
        }
        self.new_blocks
            .push(block("domain", &name, &[line], &attributes));
        let scalar = ty.scalar.unwrap_or(Scalar::String);
        self.domain_names
            .insert(domain.name.clone(), (name.clone(), scalar));
        self.tell(Verb::Added, format!("domain {name}"));
    }

    /// The domain of that name, and the scalar that it narrows.
    pub(super) fn domain_named(&self, name: &ObjectName) -> Option<(String, Scalar)> {
        self.domain_names.get(name).cloned()
    }

    /// The domain that the text of a type names.
    fn domain_printed(&self, text: &str) -> Option<(String, Scalar)> {
        let writer = Writer::new(self.after);
        let mut names = self.domain_names.keys();
        let name = names.find(|name| writer.name(name) == text || *name.name == *text)?;
        self.domain_named(name)
    }

    fn all_views(&mut self) {
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
        let name = self.names.block(&view.name, catalog, "view", &mut self.notes);
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
                line.push_str(&format!(" @map({})", string(&column.name)));
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
        self.new_blocks.push(block("view", &name, &lines, &attributes));
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
            let attribute = ty.native.map_or(String::new(), |native| format!(" {native}"));
            return format!("{}{list}{attribute}", ty.base);
        }
        let each = self.after.enums.iter().find(|each| {
            let writer = Writer::new(self.after);
            writer.name(&each.name) == plain || each.name.to_string() == element
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

    /// Functions, triggers and policies.
    fn server_code(&mut self) {
        let after = self.after;
        let mut taken: HashSet<(ServerCodeKind, String)> = self
            .schema
            .server_code()
            .iter()
            .map(|code| (code.kind, code.name.to_string()))
            .collect();
        for function in &after.functions {
            if function.kind == FunctionKind::Aggregate {
                continue;
            }
            let overloads = after
                .functions
                .iter()
                .filter(|other| other.name == function.name)
                .count();
            let arguments = (overloads > 1).then_some(&*function.arguments);
            let code = Code {
                kind: ServerCodeKind::Function,
                name: &function.name,
                arguments,
                table: None,
                statement: &function.statement,
            };
            self.code(&code, &mut taken);
        }
        for trigger in &after.triggers {
            let name = trigger.table.sibling(&trigger.name);
            if trigger.firing != Firing::Origin {
                let address = Address::part(Kind::Trigger, &trigger.table, &trigger.name);
                self.notes.add(NoteCode::ClauseLeftOut, address);
            }
            let code = Code {
                kind: ServerCodeKind::Trigger,
                name: &name,
                arguments: None,
                table: Some(&trigger.table),
                statement: &trigger.statement,
            };
            self.code(&code, &mut taken);
        }
        for policy in &after.policies {
            let name = policy.table.sibling(&policy.name);
            let code = Code {
                kind: ServerCodeKind::Policy,
                name: &name,
                arguments: None,
                table: Some(&policy.table),
                statement: &policy.statement,
            };
            self.code(&code, &mut taken);
        }
        self.dropped_code();
    }

    fn code(&mut self, code: &Code<'_>, taken: &mut HashSet<(ServerCodeKind, String)>) {
        let there = self
            .schema
            .server_code()
            .iter()
            .find(|each| self.is_same_code(each, code));
        if let Some(there) = there {
            if let Some(written) = self.lowered_code(code)
                && self.differs(written, code.statement, code.kind.word(), &code.name.name)
            {
                let span = there.statement.span;
                self.editor.replace(span, sql(&code.statement.source));
                self.tell(Verb::Changed, format!("{} {}", code.kind.word(), there.name));
            }
            return;
        }
        let base = cleaned(&code.name.name).unwrap_or_else(|| code.kind.word().to_owned());
        let mut name = base.clone();
        let mut number = 1_usize;
        while !taken.insert((code.kind, name.clone())) {
            name = format!("{base}_{number}");
            number += 1;
        }
        let mut attributes = vec![format!("@@sql({})", sql(&code.statement.source))];
        let mapped = match code.arguments {
            Some(arguments) => Some(format!("{}({arguments})", code.name.name)),
            None => (*code.name.name != *name).then(|| code.name.name.to_string()),
        };
        attributes.extend(mapped.map(|mapped| format!("@@map({})", string(&mapped))));
        attributes.extend(self.namespace_attribute(code.name));
        let word = code.kind.word();
        self.new_blocks.push(block(word, &name, &[], &attributes));
        self.tell(Verb::Added, format!("{word} {name}"));
    }

    /// The statement of the schema's own, which a server may have printed.
    fn lowered_code(&self, code: &Code<'_>) -> Option<&'a Expression> {
        let before = self.before;
        match (code.kind, code.table) {
            (ServerCodeKind::Function, _) => {
                let mut all = before.functions.iter();
                let all = all.by_ref().filter(|each| each.name == *code.name);
                let mut all = all.filter(|each| {
                    code.arguments
                        .is_none_or(|arguments| squeezed(&each.arguments) == squeezed(arguments))
                });
                all.next().map(|each| &each.statement)
            }
            (ServerCodeKind::Trigger, Some(table)) => {
                let mut all = before.triggers.iter();
                let found = all.find(|each| each.table == *table && each.name == code.name.name);
                found.map(|each| &each.statement)
            }
            (ServerCodeKind::Policy, Some(table)) => {
                let mut all = before.policies.iter();
                let found = all.find(|each| each.table == *table && each.name == code.name.name);
                found.map(|each| &each.statement)
            }
            _ => None,
        }
    }

    fn is_same_code(&self, there: &relata_schema::ir::ServerCode, code: &Code<'_>) -> bool {
        let is_table = match (&there.table, code.table) {
            (Some(there), Some(table)) => {
                self.place(there.namespace.as_deref(), &there.name) == *table
            }
            (None, None) => true,
            _ => false,
        };
        there.kind == code.kind
            && *there.database_name == *code.name.name
            && is_table
            && match (&there.arguments, code.arguments) {
                (Some(a), Some(b)) => squeezed(a) == squeezed(b),
                _ => true,
            }
    }

    fn dropped_code(&mut self) {
        let after = self.after;
        for there in self.schema.server_code() {
            let is_there = match there.kind {
                ServerCodeKind::Function => after
                    .functions
                    .iter()
                    .any(|each| each.name.name == there.database_name),
                ServerCodeKind::Trigger => {
                    after.triggers.iter().any(|each| each.name == there.database_name)
                }
                ServerCodeKind::Policy => {
                    after.policies.iter().any(|each| each.name == there.database_name)
                }
            };
            if !is_there {
                self.editor.remove_block(there.name_span);
                self.tell(Verb::Removed, format!("{} {}", there.kind.word(), there.name));
            }
        }
    }
}

/// A function, trigger or policy of a catalog.
struct Code<'c> {
    kind: ServerCodeKind,
    name: &'c ObjectName,
    arguments: Option<&'c str>,
    table: Option<&'c ObjectName>,
    statement: &'c Expression,
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
fn block(word: &str, name: &str, lines: &[String], attributes: &[String]) -> String {
    let mut text = format!("{word} {name} {{\n");
    for line in lines {
        text.push_str(&format!("  {line}\n"));
    }
    if !lines.is_empty() && !attributes.is_empty() {
        text.push('\n');
    }
    for attribute in attributes {
        text.push_str(&format!("  {attribute}\n"));
    }
    text.push('}');
    text
}

/// What follows the word `EXCLUDE`.
fn without_word(definition: &str) -> &str {
    definition.strip_prefix("EXCLUDE ").unwrap_or(definition)
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
