//! Sequences that come and go with a column on one side, and stand alone on the other (PostgreSQL).

use crate::catalog::{Catalog, Column, Default, ObjectName, Sequence, SequenceOptions, Table};

/// The column that a sequence would number by itself, where one does so in a catalog.
fn numbered<'c>(catalog: &'c Catalog, sequence: &ObjectName) -> Option<(&'c Table, &'c Column)> {
    let usual = Some(Default::Autoincrement { sequence: None });
    catalog.tables.iter().find_map(|table| {
        let mut columns = table.columns.iter();
        let column = columns.find(|column| {
            column.default == usual && Sequence::serial_name(&table.name, &column.name) == *sequence
        })?;
        Some((table, column))
    })
}

/// Tells whether a sequence is there already as a part of a column.
pub(super) fn brings_sequence(from: &Catalog, sequence: &Sequence) -> bool {
    numbered(from, &sequence.name).is_some()
}

/// The sequence as a part of the column that brings it along.
pub(super) fn becomes_usual(to: &Catalog, sequence: &Sequence) -> Option<Sequence> {
    let (table, column) = numbered(to, &sequence.name)?;
    Some(Sequence {
        name: sequence.name.clone(),
        options: SequenceOptions::serial(&column.ty)?,
        owned_by: Some((table.name.clone(), column.name.clone())),
        is_unlogged: table.storage.is_unlogged,
    })
}
