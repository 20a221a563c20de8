//! Triggers.

use relata_script::words;

use super::{Context, Draft};
use crate::catalog::{Address, Firing, Kind, ObjectName, Trigger};
use crate::step::{Effects, Object, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, trigger: &Trigger) -> Draft<'c> {
    let mut statements = vec![format!("{};", statement(context, trigger))];
    statements.extend(firing(
        context,
        (&trigger.table, "TRIGGER", &trigger.name),
        trigger.firing,
    ));
    let mut effects = context.making(&Address::part(Kind::Trigger, &trigger.table, &trigger.name));
    on_partitions(context, trigger, &mut statements, &mut effects);
    Draft::whole(StepKind::CreateTrigger, &trigger.table, statements, effects)
}

/// Says when the copies fire that partitions have of a trigger, where that is not when it fires itself. A partition that is attached
/// gets a copy that fires as the whole's, so that they are there before.
fn on_partitions(
    context: &Context<'_>,
    trigger: &Trigger,
    statements: &mut Vec<String>,
    effects: &mut Effects,
) {
    for (partition, firing) in &trigger.on_partitions {
        statements.push(format!(
            "ALTER TABLE ONLY {} {} TRIGGER {};",
            context.writer.name(partition),
            verb(*firing),
            context.writer.ident(&trigger.name)
        ));
    }
    if !trigger.on_partitions.is_empty() {
        let under = context.heirs(&trigger.table).iter();
        let attached = under.map(|heir| Object::Attached((*heir).clone()));
        effects.needs.extend(attached);
    }
}

/// Says anew when a trigger and its copies fire that otherwise stay as they are. What is said of the whole falls on each copy (manual,
/// "ALTER TABLE").
pub(crate) fn refire_all<'c>(context: &Context<'c>, trigger: &Trigger) -> Draft<'c> {
    let named = (&trigger.table, "TRIGGER", &*trigger.name);
    let mut statements = vec![fire(context, named, trigger.firing)];
    let mut effects = Effects::default();
    on_partitions(context, trigger, &mut statements, &mut effects);
    Draft::whole(StepKind::CreateTrigger, &trigger.table, statements, effects)
}

/// The statement that makes a trigger, with its place among others of the same moment (manual, "CREATE TRIGGER").
fn statement(context: &Context<'_>, trigger: &Trigger) -> String {
    let sql = &*trigger.statement.source;
    let Some(follows) = &trigger.follows else {
        return sql.to_owned();
    };
    let words = words(context.writer.dialect(), sql);
    let place = words.windows(3).find_map(|three| {
        let [(each, _), (of, _), (row, range)] = three else {
            return None;
        };
        (each.is("for") && of.is("each") && row.is("row")).then_some(range.end)
    });
    match place {
        Some(place) => format!(
            "{} FOLLOWS {}{}",
            &sql[..place],
            context.writer.ident(follows),
            &sql[place..]
        ),
        None => sql.to_owned(),
    }
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
