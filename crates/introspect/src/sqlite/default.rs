//! A default as `pragma_table_xinfo` gives it: the text that stood in `CREATE TABLE`.

use super::statement::unwrapped;
use relata_sql::catalog::{ColumnType, Default, Expression, Literal, TypeKind};

pub(super) fn default(sql: &str, ty: &ColumnType) -> Default {
    let sql = unwrapped(sql);
    if sql.eq_ignore_ascii_case("CURRENT_TIMESTAMP") {
        return Default::Now;
    }
    let name = match &ty.kind {
        TypeKind::Native(native) => native.name(),
        _ => "",
    };
    let literal = match name {
        "Boolean" if sql.eq_ignore_ascii_case("true") || sql == "1" => Some(Literal::Boolean(true)),
        "Boolean" if sql.eq_ignore_ascii_case("false") || sql == "0" => {
            Some(Literal::Boolean(false))
        }
        "Blob" => blob(sql).map(|bytes| Literal::Bytes(bytes.into())),
        "DateTime" => text(sql).map(|text| Literal::DateTime(rfc3339(&text).into())),
        "JsonB" => text(sql).map(|text| Literal::Json(text.into())),
        _ if sql.parse::<f64>().is_ok() => Some(Literal::Number(sql.into())),
        _ => text(sql).map(|text| Literal::Text(text.into())),
    };
    literal.map_or_else(
        || Default::Expression(Expression::written(sql)),
        Default::Literal,
    )
}

/// The text of `'…'`, if the whole default is one string.
fn text(sql: &str) -> Option<String> {
    let inner = sql.strip_prefix('\'')?.strip_suffix('\'')?;
    let text = inner.replace("''", "\u{0}");
    (!text.contains('\'')).then(|| text.replace('\u{0}', "'"))
}

/// A time as scripts write it, `2026-01-31 12:00:00 +00:00`, as RFC 3339; other text as it is.
fn rfc3339(text: &str) -> String {
    match text.split(' ').collect::<Vec<_>>()[..] {
        [date, time, offset] if offset.starts_with(['+', '-']) => format!("{date}T{time}{offset}"),
        _ => text.to_owned(),
    }
}

/// The bytes of `X'…'`.
fn blob(sql: &str) -> Option<Vec<u8>> {
    let hex = sql
        .strip_prefix(['x', 'X'])?
        .strip_prefix('\'')?
        .strip_suffix('\'')?;
    if !hex.is_ascii() || hex.len() % 2 == 1 {
        return None;
    }
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::types::column_type;

    #[test]
    fn literals_are_told_from_expressions() {
        let read = |ty, sql| default(sql, &column_type(ty));
        let expression = |sql| Default::Expression(Expression::written(sql));
        assert_eq!(
            read("TEXT", "'it''s'"),
            Default::Literal(Literal::Text("it's".into()))
        );
        assert_eq!(read("TEXT", "'a' || 'b'"), expression("'a' || 'b'"));
        assert_eq!(
            read("INTEGER", "-1"),
            Default::Literal(Literal::Number("-1".into()))
        );
        assert_eq!(
            read("BLOB", "X'00ff'"),
            Default::Literal(Literal::Bytes([0, 255].into()))
        );
        assert_eq!(
            read("BOOLEAN", "TRUE"),
            Default::Literal(Literal::Boolean(true))
        );
        assert_eq!(read("DATETIME", "current_timestamp"), Default::Now);
        assert_eq!(read("DATETIME", "(unixepoch())"), expression("unixepoch()"));
    }
}
