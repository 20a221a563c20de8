//! Event triggers (PostgreSQL).

use super::{Context, Draft, trigger};
use crate::catalog::{Address, EventTrigger, Firing, Kind};
use crate::step::{Effects, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, event: &EventTrigger) -> Draft<'c> {
    let writer = &context.writer;
    let name = writer.ident(&event.name);
    let tags: Vec<String> = event.tags.iter().map(|tag| writer.string(tag)).collect();
    let condition = if tags.is_empty() {
        String::new()
    } else {
        format!("\n    WHEN TAG IN ({})", tags.join(", "))
    };
    let mut statements = vec![format!(
        "CREATE EVENT TRIGGER {name} ON {}{condition}\n    EXECUTE FUNCTION {}();",
        event.event,
        writer.name(&event.function)
    )];
    let verb = (event.firing != Firing::Origin).then(|| trigger::verb(event.firing));
    statements.extend(verb.map(|verb| format!("ALTER EVENT TRIGGER {name} {verb};")));
    let address = Address::global(Kind::EventTrigger, &event.name);
    Draft::whole(
        StepKind::CreateEventTrigger,
        &address.name,
        statements,
        context.making(&address),
    )
}

/// Says anew when an event trigger fires that otherwise stays as it is.
pub(crate) fn refire<'c>(context: &Context<'c>, event: &EventTrigger) -> Draft<'c> {
    let name = context.writer.ident(&event.name);
    let verb = trigger::verb(event.firing);
    let address = Address::global(Kind::EventTrigger, &event.name);
    Draft::whole(
        StepKind::CreateEventTrigger,
        &address.name,
        vec![format!("ALTER EVENT TRIGGER {name} {verb};")],
        Effects::default(),
    )
}
