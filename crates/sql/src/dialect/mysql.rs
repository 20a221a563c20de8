//! What only MySQL and MariaDB write.

use relata_schema::ir::IndexKind;

use super::Writer;
use crate::catalog::{Column, Index, Table};

pub(super) fn column(writer: &Writer<'_>, column: &Column) -> String {
    let mut sql = writer.ident(&column.name);
    sql.push(' ');
    sql.push_str(&writer.column_type(&column.ty));
    sql.push_str(if column.nullable {
        " NULL"
    } else {
        " NOT NULL"
    });
    if let Some(default) = writer.default(column) {
        sql.push_str(" DEFAULT ");
        sql.push_str(&default);
    }
    if column.is_autoincrement() {
        sql.push_str(" AUTO_INCREMENT");
    }
    sql
}

pub(super) fn create_table(writer: &Writer<'_>, table: &Table) -> String {
    let mut body: Vec<String> = table
        .columns
        .iter()
        .map(|each| format!("    {}", column(writer, each)))
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
    format!(
        "CREATE TABLE {} (\n{}\n) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;",
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
