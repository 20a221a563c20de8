//! What only PostgreSQL writes.

use super::Writer;
use crate::catalog::{Column, ColumnType, Default, ObjectName, Table, TypeKind};

pub(super) fn column(writer: &Writer<'_>, column: &Column) -> String {
    let ty = match &column.default {
        Some(Default::Autoincrement { .. }) => serial(&column.ty),
        _ => None,
    };
    let mut sql = writer.ident(&column.name);
    sql.push(' ');
    sql.push_str(&ty.map_or_else(|| writer.column_type(&column.ty), ToOwned::to_owned));
    if !column.nullable {
        sql.push_str(" NOT NULL");
    }
    if let Some(default) = writer.default(column) {
        sql.push_str(" DEFAULT ");
        sql.push_str(&default);
    }
    sql
}

/// The shorthand for a numbered column (manual, "Serial Types").
pub(crate) fn serial(ty: &ColumnType) -> Option<&'static str> {
    match (&ty.kind, ty.list) {
        (TypeKind::Native(native), false) => match native.info.sql {
            "SMALLINT" => Some("SMALLSERIAL"),
            "INTEGER" => Some("SERIAL"),
            "BIGINT" => Some("BIGSERIAL"),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn create_table(writer: &Writer<'_>, table: &Table) -> String {
    let mut body: Vec<String> = table
        .columns
        .iter()
        .map(|each| format!("    {}", column(writer, each)))
        .collect();
    if let Some(key) = &table.primary_key {
        let name = key
            .name
            .as_ref()
            .map(|name| format!("CONSTRAINT {} ", writer.ident(name)))
            .unwrap_or_default();
        // Without a blank after the comma, as Prisma writes it here and only here.
        body.push(format!(
            "\n    {name}PRIMARY KEY ({})",
            writer.index_columns(&key.columns, ",")
        ));
    }
    // A table without columns is one, too.
    let body = if body.is_empty() {
        String::new()
    } else {
        format!("\n{}\n", body.join(",\n"))
    };
    format!("CREATE TABLE {} ({body});", writer.name(&table.name))
}

/// The name that the server gives the sequence of a `SERIAL` column: `{table}_{column}_seq`, where the longer of both
/// names is cut until it fits (`makeObjectName` in the server's sources).
pub(crate) fn serial_sequence(table: &ObjectName, column: &str) -> ObjectName {
    const ROOM: usize = 63 - "__seq".len();
    let (mut first, mut second) = (table.name.len(), column.len());
    while first + second > ROOM {
        if first > second {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let name = format!("{}_{}_seq", cut(&table.name, first), cut(column, second));
    table.sibling(&name)
}

/// The longest beginning of a text that fits and ends between characters.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_names_are_cut_as_the_server_cuts_them() {
        let name =
            |table: &str, column: &str| serial_sequence(&ObjectName::new(None, table), column).name;
        assert_eq!(&*name("User", "id"), "User_id_seq");
        assert_eq!(name(&"t".repeat(63), "id").len(), 63);
        assert_eq!(
            &*name(&"t".repeat(63), "id"),
            format!("{}_id_seq", "t".repeat(56))
        );
        assert_eq!(
            &*name(&"ä".repeat(31), "id"),
            format!("{}_id_seq", "ä".repeat(28))
        );
    }
}
