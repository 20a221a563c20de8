//! How the values of a column are kept and sampled (PostgreSQL).

use super::Context;
use crate::catalog::{Column, ColumnStorage, ColumnType, ObjectName, Table, TypeKind};
use crate::dialect::Writer;

/// The statements that say how a column is kept and sampled, for this table alone.
pub(super) fn storage(
    context: &Context<'_>,
    table: &Table,
    (from, is_retyped): (&Column, bool),
    column: &Column,
) -> Vec<String> {
    // The type's own way has no word before version 16.
    let usual = usual_storage(&column.ty);
    let names = (&table.name, &*column.name);
    let plain = |column: &Column| ColumnStorage {
        strategy: None,
        compression: None,
        ..column.storage.clone()
    };
    let was = if is_retyped {
        plain(from)
    } else {
        from.storage.clone()
    };
    // Of a schema nothing is known of it, and what can stay stays.
    let wanted = if !context.writer.leaves_unsaid() {
        column.storage.clone()
    } else if usual == "EXTENDED" {
        from.storage.clone()
    } else {
        plain(from)
    };
    keep(&context.writer, names, usual, [&was, &wanted])
}

/// The statements that lead from one way to keep a column of a table or materialised view to another.
pub(super) fn keep(
    writer: &Writer<'_>,
    (relation, column): (&ObjectName, &str),
    usual: &str,
    [from, to]: [&ColumnStorage; 2],
) -> Vec<String> {
    let mut said = Vec::new();
    if from.strategy != to.strategy {
        let strategy = to.strategy.as_deref().unwrap_or(usual);
        said.push(format!("SET STORAGE {strategy}"));
    }
    if from.compression != to.compression {
        let method = to.compression.as_deref().unwrap_or("default");
        said.push(format!("SET COMPRESSION {method}"));
    }
    if from.statistics != to.statistics {
        said.push(format!("SET STATISTICS {}", to.statistics.unwrap_or(-1)));
    }
    said.extend(super::storage::options(writer, &from.options, &to.options));
    let (table, name) = (writer.name(relation), writer.ident(column));
    said.into_iter()
        .map(|what| format!("ALTER TABLE ONLY {table} ALTER COLUMN {name} {what};"))
        .collect()
}

/// How the server keeps a column of the type by itself (manual, "TOAST", `pg_type.typstorage`).
pub(super) fn usual_storage(ty: &ColumnType) -> &'static str {
    match &ty.kind {
        _ if ty.list => "EXTENDED",
        TypeKind::Native(native) => match native.info.sql {
            "TEXT" | "VARCHAR" | "CHAR" | "CITEXT" | "JSON" | "JSONB" | "XML" | "BYTEA" | "BIT"
            | "VARBIT" => "EXTENDED",
            "DECIMAL" | "INET" => "MAIN",
            _ => "PLAIN",
        },
        TypeKind::Enum(_) | TypeKind::Values(_) => "PLAIN",
        TypeKind::Domain(_) | TypeKind::Unsupported(_) => "EXTENDED",
    }
}
