//! Domains.

use std::fmt::Write as _;

use relata_schema::edit::text::{sql, string};
use relata_schema::provider::Scalar;

use super::Raiser;
use super::note::{NoteCode, Verb};
use super::object::block;
use crate::catalog::{Address, Domain, Kind, ObjectName, postgres_type};
use crate::dialect::Writer;

impl Raiser<'_> {
    /// Domains, before the columns that have them.
    pub(super) fn domains(&mut self) {
        let (schema, after) = (self.schema, self.after);
        for domain in &after.domains {
            let there = schema
                .domains()
                .find(|each| self.place(each.namespace(), each.database_name()) == domain.name);
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
                        && self.differs(
                            &written.expression,
                            &check.expression,
                            "constraint",
                            &check.name,
                        )
                    {
                        self.editor
                            .replace(old.condition.span, sql(&check.expression.source));
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
            let _ = write!(line, " {native}");
        }
        let mut attributes: Vec<String> = Vec::new();
        for (number, check) in domain.checks.iter().enumerate() {
            let text = self.check(&domain.name.name, None, check);
            if number == 0 {
                let _ = write!(line, " {}", &text[1..]);
            } else {
                attributes.push(text);
            }
        }
        if let Some(default) = &domain.default {
            let _ = write!(line, " @default(dbgenerated({}))", string(&default.source));
        }
        if let Some(collation) = &domain.collation {
            let _ = write!(line, " {}", self.collate(collation));
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
    pub(super) fn domain_printed(&self, text: &str) -> Option<(String, Scalar)> {
        let writer = Writer::new(self.after);
        let mut names = self.domain_names.keys();
        let name = names.find(|name| writer.name(name) == text || *name.name == *text)?;
        self.domain_named(name)
    }
}
