//! Defaults as `COLUMN_DEFAULT` has them.
//!
//! MariaDB prints SQL: strings in quotes, numbers and expressions bare, `NULL` for a column that may be NULL and has none.
//! MySQL prints the bare value of a literal; that something is an expression stands in `EXTRA`.

use relata_sql::catalog::{ColumnType, Default, Literal, TypeKind};

use super::{printed, quoted};

/// Reads MariaDB's default.
pub(super) fn mariadb(sql: &str, ty: &ColumnType) -> Option<Default> {
    if sql == "NULL" {
        return None;
    }
    Some(written(sql, ty))
}

/// Reads MySQL's default. `is_expression` is what `DEFAULT_GENERATED` in `EXTRA` says.
pub(super) fn mysql(text: &str, is_expression: bool, ty: &ColumnType) -> Default {
    if is_expression || is_now(text, ty) {
        // A string in an expression has its character set before it.
        let sql = quoted::unescaped(text);
        return written(sql.strip_prefix("_utf8mb4").unwrap_or(&sql), ty);
    }
    match base(ty) {
        Base::Number | Base::Boolean | Base::Bits => written(text, ty),
        Base::Bytes => match text.strip_prefix("0x").and_then(hex) {
            Some(bytes) => Default::Literal(Literal::Bytes(bytes.into())),
            None => Default::Literal(Literal::Bytes(text.as_bytes().into())),
        },
        base => Default::Literal(string(text.to_owned(), base)),
    }
}

/// Reads a default that is SQL.
fn written(sql: &str, ty: &ColumnType) -> Default {
    if is_now(sql, ty) {
        return Default::Now;
    }
    let base = base(ty);
    let literal = match base {
        Base::Boolean if matches!(sql, "0" | "1") => Some(Literal::Boolean(sql == "1")),
        Base::Bits if matches!(sql, "b'0'" | "b'1'") => Some(Literal::Boolean(sql == "b'1'")),
        Base::Bytes => match quoted::whole(sql) {
            // What is no text is printed as question marks, so that such a default cannot be told.
            Some(text) if !text.is_ascii() || text.contains('?') => return Default::Unknown,
            Some(text) => Some(Literal::Bytes(text.into_bytes().into())),
            None => digits(sql)
                .and_then(hex)
                .map(|bytes| Literal::Bytes(bytes.into())),
        },
        _ if is_number(sql) => Some(Literal::Number(sql.into())),
        base => quoted::whole(sql).map(|text| string(text, base)),
    };
    literal.map_or_else(|| Default::Expression(printed(sql)), Default::Literal)
}

fn string(text: String, base: Base) -> Literal {
    match base {
        Base::Enum => Literal::Enum(text.into()),
        Base::Json => Literal::Json(text.into()),
        // In UTC, as it is kept.
        Base::DateTime => match text.split_once(' ') {
            Some((date, time)) if is_day(date) => {
                Literal::DateTime(format!("{date}T{time}Z").into())
            }
            _ => Literal::Text(text.into()),
        },
        _ => Literal::Text(text.into()),
    }
}

/// Whether a date is one of the calendar: `0000-00-00` and its like are values, but no times (manual, "Date and Time Data Types").
fn is_day(date: &str) -> bool {
    let mut parts = date.split('-');
    parts.all(|part| part.bytes().any(|digit| digit != b'0'))
}

/// What the literals of a type look like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    Number,
    Boolean,
    Bits,
    Bytes,
    DateTime,
    Json,
    Enum,
    Text,
}

fn base(ty: &ColumnType) -> Base {
    let native = match &ty.kind {
        TypeKind::Native(native) => native,
        TypeKind::Values(_) => return Base::Enum,
        TypeKind::Unsupported(sql) if sql.contains("zerofill") || sql.contains("unsigned") => {
            return Base::Number;
        }
        _ => return Base::Text,
    };
    match native.info.sql {
        "BOOLEAN" => Base::Boolean,
        "BIT" => Base::Bits,
        "DATETIME" | "TIMESTAMP" => Base::DateTime,
        "JSON" => Base::Json,
        "YEAR" | "DOUBLE" | "FLOAT" | "DECIMAL" | "INTEGER" => Base::Number,
        sql if sql.ends_with("INT") => Base::Number,
        sql if sql.ends_with("BLOB") || sql.ends_with("BINARY") => Base::Bytes,
        _ => Base::Text,
    }
}

/// Whether it is the time of the statement, in a column of times; `current_timestamp(3)` with the column's precision.
fn is_now(sql: &str, ty: &ColumnType) -> bool {
    let sql = sql.to_ascii_lowercase();
    let precision = sql.strip_prefix("current_timestamp").map(|rest| {
        rest.strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            .unwrap_or(rest)
    });
    let TypeKind::Native(native) = &ty.kind else {
        return false;
    };
    let own = native.args.as_slice().first().copied().unwrap_or(0);
    base(ty) == Base::DateTime
        && precision.is_some_and(|text| match text {
            "" => own == 0,
            text => text.parse() == Ok(own),
        })
}

/// A number as the servers print one.
fn is_number(sql: &str) -> bool {
    sql.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.'))
        && sql.parse::<f64>().is_ok()
}

/// The digits of `X'0f'` or `0x0f`.
fn digits(sql: &str) -> Option<&str> {
    let quoted = sql.strip_prefix(['x', 'X']).and_then(|rest| {
        let inner = rest.strip_prefix('\'')?;
        inner.strip_suffix('\'')
    });
    quoted.or_else(|| sql.strip_prefix("0x"))
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    if !digits.is_ascii() || digits.len() % 2 == 1 {
        return None;
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::types::column_type;
    use super::*;

    fn text(text: &str) -> Default {
        Default::Literal(Literal::Text(text.into()))
    }

    fn number(text: &str) -> Default {
        Default::Literal(Literal::Number(text.into()))
    }

    #[test]
    fn mariadb_prints_sql() {
        let read = |ty, sql| mariadb(sql, &column_type(ty));
        let expression = |sql| Some(Default::Expression(printed(sql)));
        assert_eq!(read("int(11)", "NULL"), None);
        assert_eq!(read("varchar(9)", "'NULL'"), Some(text("NULL")));
        assert_eq!(read("varchar(9)", "'it''s'"), Some(text("it's")));
        assert_eq!(
            read("varchar(9)", "concat('a','b')"),
            expression("concat('a','b')")
        );
        assert_eq!(read("int(11)", "-1"), Some(number("-1")));
        assert_eq!(read("int(11)", "(1 + 2)"), expression("(1 + 2)"));
        assert_eq!(
            read("tinyint(1)", "1"),
            Some(Default::Literal(Literal::Boolean(true)))
        );
        assert_eq!(
            read("bit(1)", "b'1'"),
            Some(Default::Literal(Literal::Boolean(true)))
        );
        assert_eq!(read("bit(8)", "b'101'"), expression("b'101'"));
        assert_eq!(
            read("datetime(3)", "current_timestamp(3)"),
            Some(Default::Now)
        );
        assert_eq!(
            read("datetime(3)", "current_timestamp()"),
            expression("current_timestamp()")
        );
        assert_eq!(
            read("datetime", "'2020-01-01 00:00:00'"),
            Some(Default::Literal(Literal::DateTime(
                "2020-01-01T00:00:00Z".into()
            )))
        );
        assert_eq!(
            read("enum('a','b')", "'a'"),
            Some(Default::Literal(Literal::Enum("a".into())))
        );
        assert_eq!(
            read("binary(4)", r"'a\0b'"),
            Some(Default::Literal(Literal::Bytes((*b"a\0b").into())))
        );
        assert_eq!(read("binary(4)", r"'\0?\0A'"), Some(Default::Unknown));
    }

    #[test]
    fn mysql_prints_values_and_escaped_expressions() {
        let literal = |ty, text| mysql(text, false, &column_type(ty));
        let generated = |ty, text| mysql(text, true, &column_type(ty));
        assert_eq!(literal("varchar(9)", "it's"), text("it's"));
        assert_eq!(literal("varchar(9)", "NULL"), text("NULL"));
        assert_eq!(literal("varchar(9)", "3"), text("3"));
        assert_eq!(literal("int", "3"), number("3"));
        assert_eq!(
            literal("binary(2)", "0x00ff"),
            Default::Literal(Literal::Bytes([0, 255].into()))
        );
        assert_eq!(generated("text", r"_utf8mb4\'x\'"), text("x"));
        assert_eq!(
            generated("varchar(36)", "uuid()"),
            Default::Expression(printed("uuid()"))
        );
        assert_eq!(
            generated("datetime(3)", "CURRENT_TIMESTAMP(3)"),
            Default::Now
        );
    }
}
