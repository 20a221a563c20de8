//! Events of the server's scheduler (MySQL).

use super::{Context, Draft, function};
use crate::catalog::{Event, Item};
use crate::step::StepKind;

pub(crate) fn create<'c>(context: &Context<'c>, event: &Event) -> Draft<'c> {
    Draft::whole(
        StepKind::CreateEvent,
        &event.name,
        function::under_mode(
            event.sql_mode.as_deref(),
            format!("{};", event.statement.source),
        ),
        context.making(&Item::Event(event).address()),
    )
}
