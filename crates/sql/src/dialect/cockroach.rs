//! What only CockroachDB writes, where it is not PostgreSQL's. All of it is from the manual and no server has run it.

use crate::catalog::SequenceOptions;

/// How the numbers of an identity column count, as far as that is not the usual way, with a blank before it (manual, "CREATE SEQUENCE").
pub(crate) fn identity_options(options: &SequenceOptions) -> String {
    let mut written = Vec::new();
    if options.is_virtual {
        written.push("VIRTUAL".to_owned());
    }
    written.extend(sequence_options(&options.unsaid(), options));
    if written.is_empty() {
        String::new()
    } else {
        format!(" ({})", written.join(" "))
    }
}

/// The options in which one way to count differs from another, in Prisma's order.
pub(crate) fn sequence_options(from: &SequenceOptions, to: &SequenceOptions) -> Vec<String> {
    [
        ("INCREMENT", from.increment, to.increment),
        ("CACHE", from.cache, to.cache),
        ("START", from.start, to.start),
        ("MINVALUE", from.min, to.min),
        ("MAXVALUE", from.max, to.max),
    ]
    .into_iter()
    .filter(|(_, from, to)| from != to)
    .map(|(word, _, to)| format!("{word} {to}"))
    .collect()
}
