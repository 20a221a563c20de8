//! Checks and exclusions.

use relata_schema::ir;

use super::written;
use crate::catalog::{Check, Exclusion, Expression};

pub(super) fn check(check: &ir::Check) -> Check {
    Check {
        name: check.database_name.clone(),
        expression: written(&check.condition),
        is_valid: true,
        is_enforced: true,
        no_inherit: false,
        is_inherited: false,
    }
}

pub(super) fn exclusion(exclusion: &ir::Exclusion) -> Exclusion {
    Exclusion {
        name: exclusion.database_name.clone(),
        definition: Expression::written(&format!("EXCLUDE {}", exclusion.definition.text.trim())),
    }
}
