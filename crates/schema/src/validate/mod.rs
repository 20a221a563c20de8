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
mod server_code;
mod types;

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::ir::Schema;
use crate::parallel;
pub use names::is_reserved;

/// One subject: it adds what it finds.
type Subject = fn(&Schema, &mut Findings);

const SUBJECTS: [Subject; 11] = [
    names::check,
    key_names::check,
    types::check,
    defaults::check,
    indexes::check,
    relations::check,
    cycles::check,
    columns::check,
    renames::check,
    raw_names::check,
    server_code::check,
];

/// Checks every rule. Things that did not resolve have been reported before and are passed over.
pub(crate) fn check(schema: &Schema) -> Vec<Diagnostic> {
    // With fewer fields than this, starting threads takes longer than they save.
    const MANY_FIELDS: usize = 4000;
    if schema.fields.len() < MANY_FIELDS {
        let mut found = Findings::default();
        for subject in SUBJECTS {
            subject(schema, &mut found);
        }
        return found.into_vec();
    }
    let of_each = parallel::map(SUBJECTS.to_vec(), |subject| {
        let mut found = Findings::default();
        subject(schema, &mut found);
        found.into_vec()
    });
    of_each.into_iter().flatten().collect()
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
