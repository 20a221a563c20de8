//! The rules that look at the schema as a whole. Each module is one subject; all of them run, each reports all it finds.

mod columns;
mod cycles;
mod defaults;
mod indexes;
mod key_names;
mod names;
mod operator_classes;
mod raw_names;
mod relations;
mod renames;
mod types;

use crate::diagnostic::{Code, Diagnostic};
use crate::ir::Schema;
pub use names::is_reserved;

/// Checks every rule. Things that did not resolve have been reported before and are passed over.
pub(crate) fn check(schema: &Schema) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    names::check(schema, &mut found);
    key_names::check(schema, &mut found);
    types::check(schema, &mut found);
    defaults::check(schema, &mut found);
    indexes::check(schema, &mut found);
    relations::check(schema, &mut found);
    cycles::check(schema, &mut found);
    columns::check(schema, &mut found);
    renames::check(schema, &mut found);
    raw_names::check(schema, &mut found);
    found
}

/// The one finding for a database that is no target; nothing else is said of such a schema, since its rules are not ours.
pub(crate) fn not_a_target(schema: &Schema) -> Option<Diagnostic> {
    let datasource = schema.datasource()?;
    let provider = datasource.provider?;
    if !provider.types().is_empty() {
        return None;
    }
    let message = format!("relata does not write for {}", provider.display_name());
    Some(
        Diagnostic::error(Code::NotATarget, datasource.span, message)
            .help("the targets are postgresql, mysql (also for MariaDB), sqlite and cockroachdb"),
    )
}
