//! Defaults as `pg_get_expr` prints them.
//!
//! A default becomes a literal only where the server prints that literal, given to this very column, in the same way again.
//! Everything else stays the expression that it is, so that nothing is lost on the way back.

use relata_sql::catalog::{ColumnType, Default, Expression, Literal, TypeKind};

use super::grouping::regrouped;

/// Reads a default. `full_type` is the type of the column as the server prints it, `printed_type` the same without arguments.
pub(super) fn default(sql: &str, ty: &ColumnType, full_type: &str, printed_type: &str) -> Default {
    if sql == "CURRENT_TIMESTAMP" {
        return Default::Now;
    }
    let read = if ty.list {
        // The elements of an array are converted one by one, arguments included.
        let element = full_type.strip_suffix("[]").unwrap_or(full_type);
        list(sql, ty, element).map(Default::List)
    } else {
        literal(sql, ty, printed_type).map(Default::Literal)
    };
    read.unwrap_or_else(|| Default::Expression(printed(sql)))
}

/// SQL in the server's own words, to be written so that the server comes to them again.
pub(super) fn printed(sql: &str) -> Expression {
    Expression {
        source: regrouped(sql).into(),
        canonical: Some(sql.into()),
    }
}

fn literal(sql: &str, ty: &ColumnType, printed_type: &str) -> Option<Literal> {
    let native = match &ty.kind {
        TypeKind::Native(native) => native.name(),
        TypeKind::Enum(_) => {
            return cast(sql, printed_type).map(|value| Literal::Enum(value.into()));
        }
        TypeKind::Domain(_) | TypeKind::Values(_) | TypeKind::Unsupported(_) => return None,
    };
    match native {
        "Boolean" => match sql {
            "true" => Some(Literal::Boolean(true)),
            "false" => Some(Literal::Boolean(false)),
            _ => None,
        },
        name if is_number(name) => number(sql).map(|number| Literal::Number(number.into())),
        "Json" | "JsonB" => cast(sql, printed_type).map(|value| Literal::Json(value.into())),
        "ByteA" => {
            let value = cast(sql, printed_type)?;
            hex(value.strip_prefix("\\x")?).map(|bytes| Literal::Bytes(bytes.into()))
        }
        _ => cast(sql, printed_type).map(|value| Literal::Text(value.into())),
    }
}

fn is_number(native: &str) -> bool {
    matches!(
        native,
        "SmallInt" | "Integer" | "BigInt" | "Oid" | "Real" | "DoublePrecision" | "Decimal"
    )
}

/// A number, which the server prints bare or, where it is negative or large, as a string with the smallest type it fits in.
fn number(sql: &str) -> Option<String> {
    if sql.starts_with(|c: char| c.is_ascii_digit()) {
        return sql.parse::<f64>().is_ok().then(|| sql.to_owned());
    }
    let (value, ty) = string(sql)?;
    let whole = value.parse::<i128>().ok();
    let is_small = whole.is_some_and(|n| n > i128::from(i32::MIN) && n <= i128::from(i32::MAX));
    let is_big = whole.is_some_and(|n| n > i128::from(i64::MIN) && n <= i128::from(i64::MAX));
    let as_printed = match ty {
        "::integer" => is_small && value.starts_with('-'),
        "::bigint" => is_big && !is_small,
        "::numeric" => match whole {
            Some(_) => !is_big,
            None => {
                value.starts_with('-')
                    && value
                        .bytes()
                        .skip(1)
                        .all(|c| c.is_ascii_digit() || c == b'.')
            }
        },
        _ => false,
    };
    as_printed.then_some(value)
}

/// `ARRAY['a'::text, 'b'::text]`, or `ARRAY[]::text[]`.
fn list(sql: &str, ty: &ColumnType, element: &str) -> Option<Vec<Literal>> {
    if sql == format!("ARRAY[]::{element}[]") {
        return Some(Vec::new());
    }
    let one = ColumnType::one(ty.kind.clone());
    let inner = sql.strip_prefix("ARRAY[")?.strip_suffix(']')?;
    parts(inner)
        .into_iter()
        .map(|part| {
            let numeric = matches!(&ty.kind, TypeKind::Native(native) if is_number(native.name()));
            if !numeric {
                return literal(part, &one, element);
            }
            // The server marks a number that is not of the element's type by itself.
            let by_itself = match element {
                "integer" => !part.contains('.'),
                "numeric" => part.contains('.'),
                _ => false,
            };
            let inner = if by_itself {
                part
            } else {
                part.strip_suffix(&format!(")::{element}"))?
                    .strip_prefix('(')?
            };
            literal(inner, &one, element)
        })
        .collect()
}

/// Divides at commas outside of strings and names. A call with several arguments falls apart into what no literal is.
fn parts(sql: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quote) = (Vec::new(), 0, None);
    for (at, c) in sql.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == ',' => {
                parts.push(sql[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(sql[start..].trim());
    parts
}

/// The text of `'…'::type`, if the type is this one.
fn cast(sql: &str, ty: &str) -> Option<String> {
    let (value, rest) = string(sql)?;
    (rest.strip_prefix("::") == Some(ty)).then_some(value)
}

/// A string at the beginning, and what follows it.
fn string(sql: &str) -> Option<(String, &str)> {
    let mut rest = sql.strip_prefix('\'')?;
    let mut text = String::new();
    loop {
        let end = rest.find('\'')?;
        text.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('\'') {
            Some(more) => {
                text.push('\'');
                rest = more;
            }
            None => return Some((text, rest)),
        }
    }
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

    fn read(sql: &str, ty: &str, printed_type: &str) -> Default {
        default(sql, &column_type(ty, None, None), ty, printed_type)
    }

    #[test]
    fn literals_are_what_the_server_would_print_again() {
        let text = |text: &str| Default::Literal(Literal::Text(text.into()));
        let number = |text: &str| Default::Literal(Literal::Number(text.into()));
        let varchar = "character varying";
        assert_eq!(
            read(
                "'it''s'::character varying",
                "character varying(9)",
                varchar
            ),
            text("it's")
        );
        assert_eq!(read("'-5'::integer", "bigint", "bigint"), number("-5"));
        assert_eq!(read("1.50", "numeric(9,2)", "numeric"), number("1.50"));
        assert_eq!(
            read("'9999999999'::bigint", "bigint", "bigint"),
            number("9999999999")
        );
        let list = Default::List(vec![Literal::Text("a,b".into()), Literal::Text("]".into())]);
        assert_eq!(
            read("ARRAY['a,b'::text, ']'::text]", "text[]", "text[]"),
            list
        );
        assert_eq!(
            read("ARRAY[]::text[]", "text[]", "text[]"),
            Default::List(Vec::new())
        );
    }

    #[test]
    fn everything_else_is_an_expression() {
        for (sql, ty) in [
            ("now()", "timestamp without time zone"),
            ("'x'::character varying", "text"),
            ("'5'::bigint", "bigint"),
            ("'a'::text || 'b'::text", "text"),
            ("'1 day'::interval", "interval"),
            ("ARRAY[lower('A'::text)]", "text[]"),
        ] {
            assert_eq!(
                read(sql, ty, ty),
                Default::Expression(printed(sql)),
                "{sql}"
            );
        }
    }
}
