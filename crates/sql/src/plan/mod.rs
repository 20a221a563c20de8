//! Changes to steps, in an order that works.

mod build;
mod detach;
mod numbers;
mod online;
mod order;
mod script;
mod summary;

use crate::change::Changes;
use crate::object::rename;
use crate::step::Step;

/// The steps that lead from one catalog to another, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
    summary: String,
}

/// Plans the way from one catalog to another.
pub fn plan(changes: &Changes<'_>) -> Plan {
    // Each builds upon those before it, and everything else speaks of things by their new names.
    let renames = rename::all(changes.from, changes.renamed());
    let mut steps = order::in_turn(renames, changes);
    steps.extend(order::order(build::drafts(changes), changes));
    Plan {
        steps,
        summary: summary::summary(changes),
    }
}

impl Plan {
    /// Tells whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Writes the plan as a migration script, in Prisma's layout, with a newline at its end.
    pub fn script(&self) -> String {
        script::script(&self.steps)
    }

    /// Describes for people what changes, without SQL, as `migrate diff` shows it.
    pub fn summary(&self) -> &str {
        &self.summary
    }
}
