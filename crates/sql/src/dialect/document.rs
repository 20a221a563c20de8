//! How MySQL brings the values of a column into documents, and out of them.
//!
//! `MODIFY` takes the text of a value for the text of a document, which that of a time or of an enum's value is not before it stands in quotes;
//! and it does not take the quotes off again. So such a column is text for a moment.

use super::Writer;
use crate::catalog::{ColumnType, Table, TypeKind};

/// Tells whether the text of a column's values has to be put in quotes to be documents.
pub(crate) fn is_quoted(from: &ColumnType, to: &ColumnType) -> bool {
    is_json(to) && is_word(from)
}

/// Tells whether the text of documents has to lose its quotes to be values of the type.
pub(crate) fn is_unquoted(from: &ColumnType, to: &ColumnType) -> bool {
    is_json(from) && is_word(to)
}

/// A document's text without quotes, and NULL for a document that says so.
pub(crate) fn unquoted(column: &str) -> String {
    format!("CASE WHEN JSON_TYPE({column}) = 'NULL' THEN NULL ELSE JSON_UNQUOTE({column}) END")
}

/// The statements after which `MODIFY` finds what it can read; none for most changes of a type.
pub(crate) fn prepared(
    writer: &Writer<'_>,
    table: &Table,
    [from, to]: [&ColumnType; 2],
    column: &str,
) -> Vec<String> {
    let column = writer.ident(column);
    let value = if is_quoted(from, to) {
        format!("JSON_QUOTE({column})")
    } else if is_unquoted(from, to) {
        unquoted(&column)
    } else {
        return Vec::new();
    };
    let table = writer.name(&table.name);
    vec![
        format!("ALTER TABLE {table} MODIFY {column} LONGTEXT NULL;"),
        format!("UPDATE {table} SET {column} = {value};"),
    ]
}

fn is_json(ty: &ColumnType) -> bool {
    matches!(&ty.kind, TypeKind::Native(native) if native.info.sql == "JSON")
}

/// Times, and the values of an enum.
fn is_word(ty: &ColumnType) -> bool {
    match &ty.kind {
        TypeKind::Values(_) => true,
        TypeKind::Native(native) => {
            matches!(native.info.sql, "DATETIME" | "TIMESTAMP" | "DATE" | "TIME")
        }
        _ => false,
    }
}
