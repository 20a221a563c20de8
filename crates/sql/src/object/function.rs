//! Functions, procedures and aggregates.

use super::{Context, Draft};
use crate::catalog::{Function, Item, ObjectName};
use crate::step::{Effects, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, function: &Function) -> Draft<'c> {
    Draft::whole(
        StepKind::CreateFunction,
        &function.name,
        vec![format!("{};", function.statement.source)],
        context.making(&Item::Function(function).address()),
    )
}

/// Lets functions speak of what is not there yet. Their text is SQL that the server reads when they are called, so that no
/// order of steps could be right for all of them (manual, `check_function_bodies`).
pub(crate) fn unchecked<'c>() -> Draft<'c> {
    Draft::whole(
        StepKind::Settings,
        &ObjectName::new(None, "check_function_bodies"),
        vec!["SET check_function_bodies = false;".into()],
        Effects::default(),
    )
}
