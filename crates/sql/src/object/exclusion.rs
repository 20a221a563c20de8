//! Exclusion constraints (PostgreSQL).

use super::{Clause, Context};
use crate::catalog::{Address, Exclusion, Kind, Table};
use crate::change::ExclusionChange;
use crate::step::Object;

pub(crate) fn alter(context: &Context<'_>, table: &Table, change: &ExclusionChange<'_>) -> Clause {
    let writer = &context.writer;
    let address = |each: &Exclusion| Address::part(Kind::Constraint, &table.name, &each.name);
    let itself = |each: &Exclusion| {
        let scope = writer.index_scope(&table.name);
        vec![
            Object::Index(table.name.clone(), each.name.clone()),
            Object::Name(scope, each.name.clone()),
        ]
    };
    match change {
        ExclusionChange::Dropped(each) => {
            let name = writer.ident(&each.name);
            let mut clause = Clause::new(format!("DROP CONSTRAINT {name}"));
            clause.effects.frees = context.was_all_recorded(&address(each));
            clause.effects.takes = itself(each);
            clause
        }
        ExclusionChange::Created(each) => {
            let name = writer.ident(&each.name);
            let mut clause =
                Clause::new(format!("ADD CONSTRAINT {name} {}", each.definition.source));
            clause.effects.needs = context.all_recorded(&address(each));
            clause.effects.gives = itself(each);
            clause
        }
        ExclusionChange::Renamed { from, to } => {
            let mut clause = Clause::after(writer.rename_constraint(table, &from.name, &to.name));
            clause.effects.takes = itself(from);
            clause.effects.gives = itself(to);
            clause
        }
    }
}
