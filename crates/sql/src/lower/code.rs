//! Functions, triggers and policies.

use relata_schema::ir::{CodeTable, ServerCode, ServerCodeKind};

use super::Lowering;
use crate::catalog::{Expression, Firing, Function, FunctionKind, ObjectName, Policy, Trigger};
use crate::statement;

impl<'s> Lowering<'s> {
    fn code(&self, kind: ServerCodeKind) -> impl Iterator<Item = &'s ServerCode> {
        let all = self.schema.server_code().iter();
        all.filter(move |code| code.kind == kind)
    }

    fn statement(&self, code: &ServerCode) -> Expression {
        Expression::written(statement::trimmed(self.dialect, &code.statement.text))
    }

    pub(super) fn functions(&self) -> Vec<Function> {
        self.code(ServerCodeKind::Function)
            .map(|code| {
                let statement = self.statement(code);
                let head = statement::function(self.dialect, &statement.source);
                let (kind, arguments) = head.map_or_else(
                    || {
                        let said = code.arguments.as_deref().unwrap_or_default();
                        (FunctionKind::Function, said.to_owned())
                    },
                    |head| (head.kind, head.arguments),
                );
                Function {
                    name: self.name(code.namespace.as_deref(), &code.database_name),
                    arguments: arguments.into(),
                    kind,
                    statement,
                }
            })
            .collect()
    }

    pub(super) fn triggers(&self) -> Vec<Trigger> {
        self.code(ServerCodeKind::Trigger)
            .filter_map(|code| {
                Some(Trigger {
                    name: code.database_name.clone(),
                    table: self.code_table(code.table.as_ref()?),
                    statement: self.statement(code),
                    firing: Firing::Origin,
                    on_partitions: Vec::new(),
                    follows: None,
                })
            })
            .collect()
    }

    pub(super) fn policies(&self) -> Vec<Policy> {
        self.code(ServerCodeKind::Policy)
            .filter_map(|code| {
                Some(Policy {
                    name: code.database_name.clone(),
                    table: self.code_table(code.table.as_ref()?),
                    statement: self.statement(code),
                })
            })
            .collect()
    }

    fn code_table(&self, table: &CodeTable) -> ObjectName {
        self.name(table.namespace.as_deref(), &table.name)
    }
}
