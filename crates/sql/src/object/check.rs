//! Checks of tables that change in place.

use super::{Clause, Context};
use crate::catalog::{Address, Check, Kind, Table};
use crate::change::CheckChange;

pub(crate) fn alter(context: &Context<'_>, table: &Table, change: &CheckChange<'_>) -> Clause {
    let writer = &context.writer;
    let address = |check: &Check| Address::part(Kind::Constraint, &table.name, &check.name);
    match change {
        CheckChange::Dropped(check) => {
            let mut clause = Clause::new(format!("DROP CONSTRAINT {}", writer.ident(&check.name)));
            clause.effects.frees = context.was_all_recorded(&address(check));
            clause
        }
        CheckChange::Created(check) => {
            let mut clause = Clause::new(format!("ADD {}", writer.check(check)));
            clause.effects.needs = context.all_recorded(&address(check));
            clause
        }
        CheckChange::Renamed { from, to } => {
            Clause::after(writer.rename_constraint(table, &from.name, &to.name))
        }
        CheckChange::Validated(check) => {
            Clause::new(format!("VALIDATE CONSTRAINT {}", writer.ident(&check.name)))
        }
    }
}
