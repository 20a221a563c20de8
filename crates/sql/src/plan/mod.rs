//! Changes to steps, in an order that works.

use crate::change::Changes;
use crate::step::Step;

/// The steps that lead from one catalog to another, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
}

/// Plans the way from one catalog to another.
pub fn plan(_changes: &Changes<'_>) -> Plan {
    Plan::default()
}

impl Plan {
    /// Tells whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Writes the plan as a migration script.
    pub fn script(&self) -> String {
        String::from("-- This is an empty migration.")
    }

    /// Describes the plan for people, without SQL.
    pub fn summary(&self) -> String {
        String::new()
    }
}
