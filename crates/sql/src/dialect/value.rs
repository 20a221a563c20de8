//! Types and default values as SQL.

use relata_script::Dialect;

use super::Writer;
use crate::catalog::{Column, ColumnType, Default, Literal, TypeKind};
use crate::instant::Instant;

pub(super) fn column_type(writer: &Writer<'_>, ty: &ColumnType) -> String {
    let mut sql = match &ty.kind {
        TypeKind::Native(native) => native.sql(),
        TypeKind::Enum(name) | TypeKind::Domain(name) => writer.type_name(name),
        TypeKind::Values(values) => {
            let values: Vec<String> = values.iter().map(|value| writer.string(value)).collect();
            format!("ENUM({})", values.join(", "))
        }
        TypeKind::Unsupported(sql) => sql.to_string(),
    };
    if ty.list {
        sql.push_str("[]");
    }
    sql
}

pub(super) fn default(writer: &Writer<'_>, column: &Column) -> Option<String> {
    match column.default.as_ref()? {
        Default::Literal(value) => {
            let sql = literal(writer, value, &column.ty);
            // MySQL takes a default for these only as an expression (manual, "Data Type Default Values"); so does MariaDB.
            let expression = writer.dialect() == Dialect::Mysql && is_text_or_blob(&column.ty);
            Some(if expression { format!("({sql})") } else { sql })
        }
        Default::List(values) => {
            let values: Vec<String> = values
                .iter()
                .map(|value| literal(writer, value, &column.ty))
                .collect();
            Some(format!(
                "ARRAY[{}]::{}",
                values.join(", "),
                column_type(writer, &column.ty)
            ))
        }
        Default::Now => Some(now(writer.dialect(), &column.ty)),
        Default::Expression(expression) => Some(expression.source.to_string()),
        Default::Autoincrement { .. } => writer.can().row_number.map(Into::into),
        Default::Unknown => None,
    }
}

fn is_text_or_blob(ty: &ColumnType) -> bool {
    matches!(&ty.kind, TypeKind::Native(native) if native.info.sql.ends_with("TEXT") || native.info.sql.ends_with("BLOB"))
}

/// The current time. MySQL wants the precision of the column repeated.
fn now(dialect: Dialect, ty: &ColumnType) -> String {
    let precision = match (&ty.kind, dialect) {
        (TypeKind::Native(native), Dialect::Mysql) => native.args.as_slice().first().copied(),
        _ => None,
    };
    match precision {
        Some(precision) if precision > 0 => format!("CURRENT_TIMESTAMP({precision})"),
        _ => "CURRENT_TIMESTAMP".into(),
    }
}

fn literal(writer: &Writer<'_>, value: &Literal, ty: &ColumnType) -> String {
    match value {
        Literal::Boolean(value) => value.to_string(),
        Literal::Number(text) => text.to_string(),
        Literal::Text(text) | Literal::Json(text) | Literal::Enum(text) => writer.string(text),
        Literal::Bytes(bytes) => writer.dialect().bytes(bytes),
        Literal::DateTime(text) => {
            let Some(instant) = Instant::parse(text) else {
                return writer.string(text);
            };
            let (date, time) = (instant.date(), instant.time());
            match writer.dialect() {
                Dialect::Postgres | Dialect::Sqlite => {
                    writer.string(&format!("{date} {time} +00:00"))
                }
                // An offset is refused by MariaDB, and a date or a time takes nothing more than it holds.
                Dialect::Mysql => writer.string(&match &ty.kind {
                    TypeKind::Native(native) if native.info.sql == "DATE" => date,
                    TypeKind::Native(native) if native.info.sql == "TIME" => time,
                    _ => format!("{date} {time}"),
                }),
            }
        }
    }
}
