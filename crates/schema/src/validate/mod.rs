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

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::ir::{Model, Schema};
use crate::parallel;
pub use names::is_reserved;

/// Rules on a model by itself. All of them look at one model before any looks at the next, while it is at hand.
type OfModel = fn(Model<'_>, &mut Findings);

const OF_MODEL: [OfModel; 9] = [
    names::model,
    names::columns_in_other_case,
    key_names::model,
    types::model,
    defaults::model,
    indexes::model,
    columns::model,
    renames::model,
    raw_names::model,
];

/// Rules on what lies in no model, or in several.
type Subject = fn(&Schema, &mut Findings);

const SUBJECTS: [Subject; 8] = [
    names::check,
    types::check,
    indexes::check,
    relations::check,
    cycles::check,
    renames::check,
    raw_names::check,
    server_code::check,
];

/// A piece of work.
enum Piece {
    Subject(Subject),
    /// The rules on these models.
    Models(Range<usize>),
}

/// Checks every rule. Things that did not resolve have been reported before and are passed over.
pub(crate) fn check(schema: &Schema) -> Vec<Diagnostic> {
    // With fewer fields than this, starting threads takes longer than they save.
    const MANY_FIELDS: usize = 4000;
    // So many that no processor waits long for the last one.
    const CHUNKS: usize = 8;
    let count = schema.models().len();
    if schema.fields.len() < MANY_FIELDS {
        let mut found = Findings::default();
        models(schema, 0..count, &mut found);
        for subject in SUBJECTS {
            subject(schema, &mut found);
        }
        return found.into_vec();
    }
    let chunk = |number| Piece::Models(count * number / CHUNKS..count * (number + 1) / CHUNKS);
    let pieces = (0..CHUNKS).map(chunk);
    let pieces = pieces.chain(SUBJECTS.map(Piece::Subject));
    let of_each = parallel::map(pieces.collect(), |piece| {
        let mut found = Findings::default();
        match piece {
            Piece::Subject(subject) => subject(schema, &mut found),
            Piece::Models(range) => models(schema, range, &mut found),
        }
        found.into_vec()
    });
    of_each.into_iter().flatten().collect()
}

fn models(schema: &Schema, range: Range<usize>, found: &mut Findings) {
    for model in schema.models().skip(range.start).take(range.len()) {
        for rule in OF_MODEL {
            rule(model, found);
        }
    }
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
