//! Changes to steps, in an order that works.

mod build;
mod detach;
mod fate;
mod numbers;
mod online;
mod order;
mod script;
mod summary;
mod tables;

use relata_script::Dialect;

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

    /// Writes the plan as a script for the command line client of a database: as [`script`](Self::script), but with `DELIMITER`
    /// lines around bodies that hold semicolons, which `mysql` and `mariadb` ask for. The programs that run migrations send such
    /// lines to the server, which knows nothing of them, so that none stands in a `migration.sql`.
    pub fn client_script(&self, dialect: Dialect) -> String {
        script::client_script(&self.steps, dialect)
    }

    /// Describes for people what changes, without SQL, as `migrate diff` shows it.
    pub fn summary(&self) -> &str {
        &self.summary
    }
}
