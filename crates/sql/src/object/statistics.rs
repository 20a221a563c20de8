//! Extended statistics (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{Address, Kind, Statistics};
use crate::step::{Effects, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, statistics: &Statistics) -> Draft<'c> {
    let mut statements = vec![format!("{};", statistics.statement.source)];
    statements.extend(statistics.target.map(|target| {
        let name = context.writer.name(&statistics.name);
        format!("ALTER STATISTICS {name} SET STATISTICS {target};")
    }));
    Draft::whole(
        StepKind::CreateStatistics,
        &statistics.name,
        statements,
        context.making(&Address::of(Kind::Statistics, &statistics.name)),
    )
}

/// Says anew how many values are sampled.
pub(crate) fn resample<'c>(context: &Context<'c>, statistics: &Statistics) -> Draft<'c> {
    let name = context.writer.name(&statistics.name);
    let target = statistics.target.unwrap_or(-1);
    Draft::whole(
        StepKind::CreateStatistics,
        &statistics.name,
        vec![format!("ALTER STATISTICS {name} SET STATISTICS {target};")],
        Effects::default(),
    )
}
