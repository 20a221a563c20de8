//! Extended statistics (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{Address, Kind, Statistics};
use crate::step::StepKind;

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
