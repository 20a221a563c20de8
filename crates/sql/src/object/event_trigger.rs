//! Event triggers (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{Address, EventTrigger, Firing, Kind};
use crate::step::StepKind;

pub(crate) fn create<'c>(context: &Context<'c>, trigger: &EventTrigger) -> Draft<'c> {
    let writer = &context.writer;
    let name = writer.ident(&trigger.name);
    let tags: Vec<String> = trigger.tags.iter().map(|tag| writer.string(tag)).collect();
    let condition = if tags.is_empty() {
        String::new()
    } else {
        format!("\n    WHEN TAG IN ({})", tags.join(", "))
    };
    let mut statements = vec![format!(
        "CREATE EVENT TRIGGER {name} ON {}{condition}\n    EXECUTE FUNCTION {}();",
        trigger.event,
        writer.name(&trigger.function)
    )];
    let verb = match trigger.firing {
        Firing::Origin => None,
        Firing::Disabled => Some("DISABLE"),
        Firing::Replica => Some("ENABLE REPLICA"),
        Firing::Always => Some("ENABLE ALWAYS"),
    };
    statements.extend(verb.map(|verb| format!("ALTER EVENT TRIGGER {name} {verb};")));
    let address = Address::global(Kind::EventTrigger, &trigger.name);
    Draft::whole(
        StepKind::CreateEventTrigger,
        &address.name,
        statements,
        context.making(&address),
    )
}
