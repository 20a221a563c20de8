//! What only SQLite writes.

use std::fmt::Write as _;

use super::Writer;
use crate::catalog::{Column, ObjectName, Table, TypeKind};

pub(super) fn column(writer: &Writer<'_>, table: &Table, column: &Column) -> String {
    let mut sql = writer.ident(&column.name);
    sql.push(' ');
    sql.push_str(&writer.column_type(&column.ty));
    if let Some(collation) = &column.collation {
        let _ = write!(sql, " COLLATE {}", writer.ident(&collation.name));
    }
    if !column.nullable {
        sql.push_str(" NOT NULL");
    }
    if table.is_keyed_by(&column.name) {
        sql.push_str(" PRIMARY KEY");
        // Never gives a number twice; only such a column can (manual, "SQLite Autoincrement").
        if is_rowid(table, column) {
            sql.push_str(" AUTOINCREMENT");
        }
    }
    if let Some(default) = writer.default(column) {
        sql.push_str(" DEFAULT ");
        sql.push_str(&default);
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored {
            "STORED"
        } else {
            "VIRTUAL"
        };
        let source = &generated.expression.source;
        let _ = write!(sql, " GENERATED ALWAYS AS ({source}) {kind}");
    }
    sql
}

/// Tells whether the column is the row's own number: declared `INTEGER`, and nothing else, and the only key.
pub(crate) fn is_rowid(table: &Table, column: &Column) -> bool {
    table.is_keyed_by(&column.name)
        && matches!(&column.ty.kind, TypeKind::Native(ty) if ty.info.sql == "INTEGER")
}

pub(super) fn create_table(writer: &Writer<'_>, table: &Table, name: &ObjectName) -> String {
    let mut body: Vec<String> = table
        .columns
        .iter()
        .map(|each| format!("    {}", column(writer, table, each)))
        .collect();
    if let Some(key) = table
        .primary_key
        .as_ref()
        .filter(|key| key.columns.len() > 1)
    {
        body.push(format!(
            "\n    PRIMARY KEY ({})",
            writer.key_columns(&key.columns)
        ));
    }
    body.extend(
        table
            .foreign_keys
            .iter()
            .map(|key| format!("    {}", writer.foreign_key(key))),
    );
    let checks = table.checks.iter();
    body.extend(checks.map(|check| format!("    {}", writer.check(check))));
    format!(
        "CREATE TABLE {} (\n{}\n);",
        writer.name(name),
        body.join(",\n")
    )
}
