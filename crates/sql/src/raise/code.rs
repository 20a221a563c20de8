//! Functions, triggers and policies.

use std::collections::HashSet;

use relata_schema::edit::name::cleaned;
use relata_schema::edit::text::{sql, string};
use relata_schema::ir::ServerCodeKind;

use super::Raiser;
use super::note::{NoteCode, Verb};
use super::object::block;
use crate::catalog::{Address, Expression, Firing, FunctionKind, Kind, ObjectName};

impl<'a> Raiser<'a> {
    /// Functions, triggers and policies.
    pub(super) fn server_code(&mut self) {
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
                self.tell(
                    Verb::Changed,
                    format!("{} {}", code.kind.word(), there.name),
                );
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
                ServerCodeKind::Trigger => after
                    .triggers
                    .iter()
                    .any(|each| each.name == there.database_name),
                ServerCodeKind::Policy => after
                    .policies
                    .iter()
                    .any(|each| each.name == there.database_name),
            };
            if !is_there {
                self.editor.remove_block(there.name_span);
                self.tell(
                    Verb::Removed,
                    format!("{} {}", there.kind.word(), there.name),
                );
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
