//! Triggers.

use super::{Context, Draft};
use crate::catalog::{Address, Firing, Kind, ObjectName, Trigger};
use crate::step::StepKind;

pub(crate) fn create<'c>(context: &Context<'c>, trigger: &Trigger) -> Draft<'c> {
    let mut statements = vec![format!("{};", trigger.statement.source)];
    statements.extend(firing(
        context,
        (&trigger.table, "TRIGGER", &trigger.name),
        trigger.firing,
    ));
    Draft::whole(
        StepKind::CreateTrigger,
        &trigger.table,
        statements,
        context.making(&Address::part(Kind::Trigger, &trigger.table, &trigger.name)),
    )
}

/// The statement that says when a trigger or rule fires, unless that is as usual.
pub(crate) fn firing(
    context: &Context<'_>,
    (table, word, name): (&ObjectName, &str, &str),
    firing: Firing,
) -> Option<String> {
    let verb = match firing {
        Firing::Origin => return None,
        Firing::Disabled => "DISABLE",
        Firing::Replica => "ENABLE REPLICA",
        Firing::Always => "ENABLE ALWAYS",
    };
    Some(format!(
        "ALTER TABLE {} {verb} {word} {};",
        context.writer.name(table),
        context.writer.ident(name)
    ))
}
