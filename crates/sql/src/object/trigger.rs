//! Triggers.

use super::{Context, Draft};
use crate::catalog::{Address, Firing, Kind, ObjectName, Trigger};
use crate::step::{Effects, StepKind};

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
    named: (&ObjectName, &str, &str),
    firing: Firing,
) -> Option<String> {
    (firing != Firing::Origin).then(|| fire(context, named, firing))
}

/// The statement that says when a trigger or rule fires.
fn fire(
    context: &Context<'_>,
    (table, word, name): (&ObjectName, &str, &str),
    firing: Firing,
) -> String {
    format!(
        "ALTER TABLE {} {} {word} {};",
        context.writer.name(table),
        verb(firing),
        context.writer.ident(name)
    )
}

/// The words for when something fires.
pub(crate) fn verb(firing: Firing) -> &'static str {
    match firing {
        Firing::Origin => "ENABLE",
        Firing::Disabled => "DISABLE",
        Firing::Replica => "ENABLE REPLICA",
        Firing::Always => "ENABLE ALWAYS",
    }
}

/// Says anew when a trigger or rule fires that otherwise stays as it is.
pub(crate) fn refire<'c>(
    context: &Context<'c>,
    kind: StepKind,
    named: (&ObjectName, &str, &str),
    firing: Firing,
) -> Draft<'c> {
    let statement = fire(context, named, firing);
    Draft::whole(kind, named.0, vec![statement], Effects::default())
}
