//! Policies of row security (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{Address, Kind, Policy};
use crate::step::StepKind;

pub(crate) fn create<'c>(context: &Context<'c>, policy: &Policy) -> Draft<'c> {
    Draft::whole(
        StepKind::CreatePolicy,
        &policy.table,
        vec![format!("{};", policy.statement.source)],
        context.making(&Address::part(Kind::Policy, &policy.table, &policy.name)),
    )
}
