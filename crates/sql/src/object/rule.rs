//! Rules (PostgreSQL).

use super::{Context, Draft, trigger};
use crate::catalog::{Address, Kind, Rule};
use crate::step::StepKind;

pub(crate) fn create<'c>(context: &Context<'c>, rule: &Rule) -> Draft<'c> {
    let mut statements = vec![format!("{};", rule.statement.source)];
    statements.extend(trigger::firing(
        context,
        (&rule.table, "RULE", &rule.name),
        rule.firing,
    ));
    Draft::whole(
        StepKind::CreateRule,
        &rule.table,
        statements,
        context.making(&Address::part(Kind::Rule, &rule.table, &rule.name)),
    )
}
