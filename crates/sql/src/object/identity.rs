//! Columns that are numbered by `GENERATED … AS IDENTITY`.

use super::{Clause, Context, column_object};
use crate::catalog::{Identity, ObjectName, SequenceOptions, Table};
use crate::change::AlteredColumn;
use crate::dialect::Writer;
use crate::step::Object;

/// Numbers a column by `IDENTITY`, or otherwise than it was.
pub(super) fn number_by_identity(
    context: &Context<'_>,
    table: &Table,
    change: &AlteredColumn<'_>,
) -> Vec<Clause> {
    let writer = &context.writer;
    let Some(to) = &change.to.identity else {
        return Vec::new();
    };
    let to = &match &change.from.identity {
        Some(from) if context.before.is_whole && !context.after.is_whole => kept(from, to),
        _ => to.clone(),
    };
    let name = writer.ident(&change.to.name);
    let when = if to.always { "ALWAYS" } else { "BY DEFAULT" };
    let Some(from) = &change.from.identity else {
        let table_name = writer.name(&table.name);
        // After whatever numbered it before is gone.
        let mut clause = Clause::after(format!(
            "ALTER TABLE {table_name} ALTER COLUMN {name} ADD GENERATED {when} AS IDENTITY{};",
            writer.identity_options(to)
        ));
        if to.options == SequenceOptions::usual(&to.options.ty) {
            clause
                .after
                .push(go_on(writer, &to.sequence, (&table_name, &name)));
        }
        clause
            .effects
            .needs
            .push(column_object(table, &change.to.name));
        clause.effects.gives.push(Object::Name(
            Writer::table_scope(&to.sequence),
            to.sequence.name.clone(),
        ));
        return vec![clause];
    };
    let mut clauses = Vec::new();
    if from.always != to.always {
        clauses.push(Clause::new(format!(
            "ALTER COLUMN {name} SET GENERATED {when}"
        )));
    }
    let (mut before, mut after) = (Vec::new(), Vec::new());
    if from.sequence.namespace != to.sequence.namespace
        && let Some(namespace) = &to.sequence.namespace
    {
        before.push(format!(
            "ALTER SEQUENCE {} SET SCHEMA {};",
            writer.name(&from.sequence),
            writer.ident(namespace)
        ));
    }
    if from.sequence.name != to.sequence.name {
        before.push(format!(
            "ALTER SEQUENCE {} RENAME TO {};",
            writer.name(&to.sequence.sibling(&from.sequence.name)),
            writer.ident(&to.sequence.name)
        ));
    }
    if from.options != to.options {
        // After a change of the column's type, which takes the sequence along.
        let whole = || {
            let (name, options) = (
                writer.name(&to.sequence),
                Writer::all_sequence_options(&to.options),
            );
            format!("ALTER SEQUENCE {name} {options};")
        };
        after.push(writer.alter_identity(from, to).unwrap_or_else(whole));
    }
    if !before.is_empty() || !after.is_empty() {
        clauses.push(Clause {
            before,
            after,
            ..Clause::default()
        });
    }
    clauses
}

/// What a schema says of an identity column, and for the rest what the database has: a schema knows neither the name of the sequence nor
/// its bounds.
fn kept(from: &Identity, to: &Identity) -> Identity {
    let (was, is) = (&from.options, &to.options);
    let turns = (was.increment < 0) != (is.increment < 0);
    let options = if turns || was.ty != is.ty {
        is.clone()
    } else {
        SequenceOptions {
            start: is.start,
            increment: is.increment,
            ..was.clone()
        }
    };
    Identity {
        always: to.always,
        sequence: from.sequence.clone(),
        options,
    }
}

/// Lets a sequence go on after the greatest number there is. It stays as it is where none is greater than what it starts from, and
/// counting one on here would be out of range where the greatest is the last that fits.
pub(super) fn go_on(
    writer: &Writer<'_>,
    sequence: &ObjectName,
    (table, column): (&str, &str),
) -> String {
    format!(
        "SELECT setval({}, max({column})) FROM {table} HAVING max({column}) > 0;",
        writer.string(&writer.name(sequence))
    )
}
