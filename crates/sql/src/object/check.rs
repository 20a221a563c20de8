//! Checks of tables that change in place.

use super::{Clause, Context};
use crate::catalog::{Address, Check, Kind, Table};
use crate::change::CheckChange;

/// `restated` are the columns that the same change of the table restates anyhow.
pub(crate) fn alter(
    context: &Context<'_>,
    table: &Table,
    change: &CheckChange<'_>,
    restated: &[&str],
) -> Clause {
    let writer = &context.writer;
    let address = |check: &Check| Address::part(Kind::Constraint, &table.name, &check.name);
    match change {
        // One that is part of a column bears its name, and goes when the column is restated without it (MariaDB).
        CheckChange::Dropped(check)
            if writer.can().restates_columns
                && context
                    .before
                    .table(&table.name)
                    .is_some_and(|it| it.column(&check.name).is_some()) =>
        {
            let name = writer.ident(&check.name);
            let restated = table
                .column(&check.name)
                .filter(|column| !restated.contains(&&*column.name))
                .map(|column| format!(",\n    MODIFY {}", writer.column(table, column)));
            Clause::new(format!(
                "DROP CONSTRAINT IF EXISTS {name}{}",
                restated.unwrap_or_default()
            ))
        }
        CheckChange::Dropped(check) => {
            let mut clause = Clause::new(format!("DROP CONSTRAINT {}", writer.ident(&check.name)));
            clause.effects.frees = context.was_all_recorded(&address(check));
            clause
        }
        CheckChange::Created(check) if is_of_column(context, table, check) => {
            let was = context.before.table(&table.name);
            let column = table.column(&check.name);
            let is_said = was.is_none_or(|was| {
                was.column(&check.name).is_none()
                    || was.checks.iter().any(|before| before.name == check.name)
            });
            match column {
                Some(column) if !is_said && !restated.contains(&&*column.name) => {
                    Clause::new(format!("MODIFY {}", writer.column(table, column)))
                }
                // The column is added with it, or restated as the one before it goes.
                _ => Clause::default(),
            }
        }
        CheckChange::Created(check) => {
            let mut clause = Clause::new(format!("ADD {}", writer.check(check)));
            clause.effects.needs = context.all_recorded(&address(check));
            clause
        }
        // No statement of MySQL's renames one.
        CheckChange::Renamed { from, to } if writer.can().restates_columns => {
            let gone = alter(context, table, &CheckChange::Dropped(from), restated);
            let come = alter(context, table, &CheckChange::Created(to), restated);
            let written: Vec<String> = gone.sql.into_iter().chain(come.sql).collect();
            Clause::new(written.join(",\n    "))
        }
        CheckChange::Renamed { from, to } => {
            Clause::after(writer.rename_constraint(table, &from.name, &to.name))
        }
        CheckChange::Validated(check) => {
            Clause::new(format!("VALIDATE CONSTRAINT {}", writer.ident(&check.name)))
        }
    }
}

/// Tells whether a check is written as a part of the column whose name it bears.
fn is_of_column(context: &Context<'_>, table: &Table, check: &Check) -> bool {
    let column = table.column(&check.name);
    context.writer.can().restates_columns
        && column.is_some_and(|column| {
            let written = context.writer.column(table, column);
            written.contains(&format!("CHECK ({})", check.expression.source))
        })
}
