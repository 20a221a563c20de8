//! What only MySQL and MariaDB write.

use std::fmt::Write as _;

use relata_schema::ir::IndexKind;

use super::Writer;
use crate::catalog::{Address, Column, Index, Kind, Table};

/// The collation of a table that says nothing else, as Prisma makes them.
pub(crate) const COLLATION: &str = "utf8mb4_unicode_ci";

pub(super) fn column(writer: &Writer<'_>, table: &Table, column: &Column) -> String {
    let mut sql = writer.ident(&column.name);
    sql.push(' ');
    sql.push_str(&writer.column_type(&column.ty));
    if let Some(collation) = &column.collation {
        let _ = write!(sql, " COLLATE {}", writer.ident(&collation.name));
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored {
            "STORED"
        } else {
            "VIRTUAL"
        };
        // MariaDB takes neither `NULL` nor `NOT NULL` after it (manual, "Generated Columns").
        let source = &generated.expression.source;
        let _ = write!(sql, " GENERATED ALWAYS AS ({source}) {kind}");
    } else {
        sql.push_str(if column.nullable {
            " NULL"
        } else {
            " NOT NULL"
        });
    }
    if let Some(default) = writer.default(column) {
        sql.push_str(" DEFAULT ");
        sql.push_str(&default);
    }
    if column.is_autoincrement() {
        sql.push_str(" AUTO_INCREMENT");
    }
    if let Some(text) = writer.comment(&Address::column(&table.name, &column.name)) {
        let _ = write!(sql, " COMMENT {}", writer.string(text));
    }
    sql
}

pub(super) fn create_table(writer: &Writer<'_>, table: &Table) -> String {
    let mut body: Vec<String> = table
        .columns
        .iter()
        .map(|each| format!("    {}", column(writer, table, each)))
        .collect();
    let mut keys: Vec<String> = table
        .indexes
        .iter()
        .map(|index| format!("    {}", key(writer, index)))
        .collect();
    if let Some(key) = &table.primary_key {
        keys.push(format!(
            "    PRIMARY KEY ({})",
            writer.key_columns(&key.columns)
        ));
    }
    if let Some(first) = keys.first_mut() {
        first.insert(0, '\n');
    }
    body.append(&mut keys);
    let checks = table.checks.iter();
    body.extend(checks.map(|check| format!("    {}", writer.check(check))));
    let comment = writer
        .comment(&Address::of(Kind::Table, &table.name))
        .map(|text| format!(" COMMENT = {}", writer.string(text)))
        .unwrap_or_default();
    format!(
        "CREATE TABLE {} (\n{}\n) DEFAULT CHARACTER SET utf8mb4 COLLATE {COLLATION}{comment};",
        writer.name(&table.name),
        body.join(",\n")
    )
}

/// An index inside a table.
pub(super) fn key(writer: &Writer<'_>, index: &Index) -> String {
    let kind = match index.kind {
        IndexKind::Unique => "UNIQUE INDEX",
        IndexKind::Normal => "INDEX",
        IndexKind::Fulltext => "FULLTEXT INDEX",
    };
    format!(
        "{kind} {}({})",
        writer.ident(&index.name),
        writer.key_columns(&index.columns)
    )
}
