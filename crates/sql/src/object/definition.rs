//! Objects that are known by the statements that make them (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{Clause, Definition, Kind};
use crate::step::{Object, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, it: &Definition) -> Draft<'c> {
    let mut statements = vec![format!("{};", it.statement)];
    statements.extend(it.clauses.iter().map(|clause| format!("{};", clause.make)));
    draft(context, StepKind::CreateDefinition, it, statements)
}

/// Takes away what is gone of one that otherwise stays, and adds what is new.
pub(crate) fn redefine<'c>(context: &Context<'c>, from: &Definition, to: &Definition) -> Draft<'c> {
    let only = |here: &[Clause], there: &[Clause]| -> Vec<Clause> {
        let clauses = here.iter();
        let clauses = clauses.filter(|clause| !there.contains(clause));
        clauses.cloned().collect()
    };
    let (mut gone, mut new) = (
        only(&from.clauses, &to.clauses),
        only(&to.clauses, &from.clauses),
    );
    let kept = from
        .clauses
        .iter()
        .filter(|clause| to.clauses.contains(clause));
    if !kept.chain(&new).eq(&to.clauses) {
        // A new part comes last: those that it stands before make room for a moment.
        let pairs = from.clauses.iter().zip(&to.clauses);
        let same = pairs.take_while(|(before, after)| before == after).count();
        gone = from.clauses[same..].to_vec();
        new = to.clauses[same..].to_vec();
    }
    let gone = gone.into_iter().rev().map(|clause| clause.take);
    let new = new.into_iter().map(|clause| clause.make);
    let statements = gone.chain(new).map(|sql| format!("{sql};")).collect();
    draft(context, StepKind::AlterDefinition, to, statements)
}

fn draft<'c>(
    context: &Context<'c>,
    kind: StepKind,
    it: &Definition,
    statements: Vec<String>,
) -> Draft<'c> {
    let mut effects = context.making(&it.address);
    if it.address.kind == Kind::Publication {
        // The columns that it speaks of have to be those that they shall be, whatever the server recorded.
        let tables: Vec<_> = effects
            .needs
            .iter()
            .filter_map(|object| match object {
                Object::Table(name) => context.after.table(name),
                _ => None,
            })
            .collect();
        for table in tables {
            let columns = table.columns.iter();
            let columns = columns.map(|column| super::column_object(table, &column.name));
            effects.needs.extend(columns);
        }
    }
    Draft::whole(kind, &it.address.name, statements, effects)
}
