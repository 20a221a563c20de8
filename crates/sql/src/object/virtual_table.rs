//! Virtual tables (SQLite).

use super::{Context, Draft};
use crate::catalog::{Item, VirtualTable};
use crate::dialect::Writer;
use crate::step::{Object, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, table: &VirtualTable) -> Draft<'c> {
    let mut effects = context.making(&Item::VirtualTable(table).address());
    effects.gives.push(Object::Name(
        Writer::table_scope(&table.name),
        table.name.name.clone(),
    ));
    let statements = vec![format!("{};", table.statement.source)];
    Draft::whole(StepKind::CreateTable, &table.name, statements, effects)
}
