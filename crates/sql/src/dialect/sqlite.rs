//! What only SQLite writes.

use std::fmt::Write as _;

use relata_schema::ir::Sort;

use super::{Writer, option};
use crate::catalog::{
    Column, ColumnType, Default, Expression, Index, ObjectName, PrimaryKey, Table, TypeKind,
};

pub(super) fn column(writer: &Writer<'_>, table: &Table, column: &Column) -> String {
    let mut sql = writer.ident(&column.name);
    let options = &column.storage.options;
    let ty = match option(options, "declared") {
        Some(declared) => declared.to_owned(),
        None => writer.column_type(&column.ty),
    };
    if !ty.is_empty() {
        sql.push(' ');
        sql.push_str(&ty);
    }
    if let Some(collation) = &column.collation {
        let _ = write!(sql, " COLLATE {}", writer.ident(&collation.name));
    }
    if !column.nullable {
        sql.push_str(" NOT NULL");
        sql.push_str(&on_conflict(options));
    }
    if let Some(key) = table
        .primary_key
        .as_ref()
        .filter(|_| keyed_inline(table, column))
    {
        if let Some(name) = &key.name {
            let _ = write!(sql, " CONSTRAINT {}", writer.ident(name));
        }
        sql.push_str(" PRIMARY KEY");
        // Never gives a number twice; only such a column can (manual, "SQLite Autoincrement").
        let counts = counts(table, column);
        if key.columns[0].sort == Sort::Desc && !counts {
            sql.push_str(" DESC");
        }
        sql.push_str(&on_conflict(&key.options));
        if counts {
            sql.push_str(" AUTOINCREMENT");
        }
    }
    if let Some(default) = writer.default(column) {
        sql.push_str(" DEFAULT ");
        match &column.default {
            Some(Default::Expression(expression)) => sql.push_str(&bracketed(expression)),
            _ => sql.push_str(&default),
        }
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

/// An expression for a default stands in brackets, unless it is a word or a literal (manual, "CREATE TABLE").
fn bracketed(expression: &Expression) -> String {
    let sql = &*expression.source;
    let is_word =
        |sql: &str| !sql.is_empty() && sql.chars().all(|c| c.is_alphanumeric() || c == '_');
    let literal = match sql
        .strip_prefix(['x', 'X'])
        .unwrap_or(sql)
        .strip_prefix('\'')
    {
        Some(rest) => rest
            .strip_suffix('\'')
            .is_some_and(|inner| !inner.replace("''", "").contains('\'')),
        None => false,
    };
    // SQLite takes a name in quotes that is no column for a string.
    let is_quoted = sql
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .is_some_and(|inner| !inner.contains('"'));
    if is_word(sql) || is_quoted || literal || expression.is_bracketed() {
        sql.to_owned()
    } else {
        format!("({sql})")
    }
}

/// Tells whether the primary key stands beside its column. One that has the number of its index told beside those of others
/// stands among the constraints of the table.
fn keyed_inline(table: &Table, column: &Column) -> bool {
    table.is_keyed_by(&column.name) && (is_rowid(table, column) || uniques(table).next().is_none())
}

/// Tells whether the column never gives a number twice.
pub(crate) fn counts(table: &Table, column: &Column) -> bool {
    is_rowid(table, column) && option(&column.storage.options, "without autoincrement").is_none()
}

/// Tells whether the column is the row's own number: declared `INTEGER`, and nothing else, and the only key.
pub(crate) fn is_rowid(table: &Table, column: &Column) -> bool {
    let key = table.primary_key.as_ref();
    table.is_keyed_by(&column.name)
        && is_integer(&column.ty)
        && option(&column.storage.options, "declared").is_none()
        && option(&table.storage.options, "without rowid").is_none()
        // A key in descending order is none, for the sake of databases from before there was the rule.
        && !(key.is_some_and(|key| key.columns[0].sort == Sort::Desc)
            && option(&column.storage.options, "without autoincrement").is_some())
}

fn is_integer(ty: &ColumnType) -> bool {
    matches!(&ty.kind, TypeKind::Native(ty) if ty.info.sql == "INTEGER")
}

/// The uniques that are constraints of a table, in the order in which SQLite numbered their indexes.
fn uniques(table: &Table) -> impl Iterator<Item = &Index> {
    let mut uniques: Vec<&Index> = table
        .indexes
        .iter()
        .filter(|index| index.constraint.is_some())
        .collect();
    uniques.sort_by_key(|index| number(&index.name));
    uniques.into_iter()
}

/// The number at the end of the name that SQLite gives the index of a constraint.
fn number(name: &str) -> Option<u32> {
    name.rsplit_once('_')?.1.parse().ok()
}

/// The primary key and the uniques, in an order that gives their indexes the numbers that they have.
fn keys(writer: &Writer<'_>, table: &Table) -> Vec<String> {
    let inline = table.columns.iter().any(|it| keyed_inline(table, it));
    let mut key = table.primary_key.as_ref().filter(|_| !inline);
    let mut written = Vec::new();
    for (place, unique) in (1..).zip(uniques(table)) {
        // The number that is missing is the key's.
        if number(&unique.name) != Some(place)
            && let Some(key) = key.take()
        {
            written.push(primary_key(writer, key));
        }
        let name = option(&unique.options, "constraint")
            .map(|name| format!("CONSTRAINT {} ", writer.ident(name)));
        written.push(format!(
            "    {}UNIQUE ({}){}",
            name.unwrap_or_default(),
            writer.key_columns(&unique.columns),
            on_conflict(&unique.options)
        ));
    }
    written.extend(key.map(|key| primary_key(writer, key)));
    written
}

fn primary_key(writer: &Writer<'_>, key: &PrimaryKey) -> String {
    let name = key
        .name
        .as_ref()
        .map(|name| format!("CONSTRAINT {} ", writer.ident(name)));
    format!(
        "\n    {}PRIMARY KEY ({}){}",
        name.unwrap_or_default(),
        writer.key_columns(&key.columns),
        on_conflict(&key.options)
    )
}

fn on_conflict(options: &[(Box<str>, Box<str>)]) -> String {
    option(options, "on conflict")
        .map(|action| format!(" ON CONFLICT {}", action.to_ascii_uppercase()))
        .unwrap_or_default()
}

pub(super) fn create_table(writer: &Writer<'_>, table: &Table, name: &ObjectName) -> String {
    let mut body: Vec<String> = table
        .columns
        .iter()
        .map(|each| format!("    {}", column(writer, table, each)))
        .collect();
    body.extend(keys(writer, table));
    body.extend(
        table
            .foreign_keys
            .iter()
            .map(|key| format!("    {}", writer.foreign_key(key))),
    );
    let checks = table.checks.iter();
    body.extend(checks.map(|check| format!("    {}", writer.check(check))));
    let options: Vec<&str> = [("strict", "STRICT"), ("without rowid", "WITHOUT ROWID")]
        .into_iter()
        .filter(|(name, _)| option(&table.storage.options, name).is_some())
        .map(|(_, sql)| sql)
        .collect();
    let blank = if options.is_empty() { "" } else { " " };
    format!(
        "CREATE TABLE {} (\n{}\n){blank}{};",
        writer.name(name),
        body.join(",\n"),
        options.join(", ")
    )
}
