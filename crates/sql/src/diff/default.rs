//! When two defaults are the same.

use super::expression::same_expression;
use super::number::same_number;
use crate::catalog::{Default, Literal};
use crate::instant::Instant;

/// Compares by value: what a database prints back differs in spelling from what was written.
pub(super) fn same_default(from: Option<&Default>, to: Option<&Default>) -> bool {
    match (from, to) {
        (None, None) | (Some(Default::Unknown), Some(_)) | (_, Some(Default::Unknown)) => true,
        (None, _) | (_, None) => false,
        (Some(from), Some(to)) => match (from, to) {
            (Default::Now, Default::Now)
            | (Default::Autoincrement { .. }, Default::Autoincrement { .. }) => true,
            (Default::Now, Default::Expression(sql)) | (Default::Expression(sql), Default::Now) => {
                is_current_time(&sql.source)
            }
            (Default::Expression(from), Default::Expression(to)) => same_expression(from, to),
            (Default::Literal(from), Default::Literal(to)) => same_literal(from, to),
            (Default::List(from), Default::List(to)) => {
                from.len() == to.len()
                    && from.iter().zip(to).all(|(from, to)| same_literal(from, to))
            }
            _ => false,
        },
    }
}

/// Tells whether an expression is one of the spellings of the current time, at any precision.
fn is_current_time(sql: &str) -> bool {
    let sql = sql.trim().to_ascii_lowercase();
    let name = sql
        .strip_suffix(')')
        .and_then(|sql| sql.split_once('('))
        .map_or(sql.as_str(), |(name, precision)| {
            if precision.trim().chars().all(|c| c.is_ascii_digit()) {
                name
            } else {
                ""
            }
        });
    matches!(name.trim(), "now" | "current_timestamp")
}

fn same_literal(from: &Literal, to: &Literal) -> bool {
    use Literal::{Boolean, DateTime, Enum, Json, Number, Text};
    match (from, to) {
        (Number(from), Number(to)) => same_number(from, to),
        // MySQL keeps truth as a number.
        (Boolean(truth), Number(number)) | (Number(number), Boolean(truth)) => {
            same_number(number, if *truth { "1" } else { "0" })
        }
        (Text(from) | Enum(from), Text(to) | Enum(to)) => from == to,
        (DateTime(from), DateTime(to)) => match (Instant::parse(from), Instant::parse(to)) {
            (Some(from), Some(to)) => from == to,
            _ => from == to,
        },
        // How a server prints a time depends on the column's type; as Prisma does, nothing is made of it.
        (DateTime(_), _) | (_, DateTime(_)) => true,
        (Json(from), Json(to) | Text(to)) | (Text(from), Json(to)) => {
            squeezed_json(from) == squeezed_json(to)
        }
        (from, to) => from == to,
    }
}

/// A JSON document without the blanks between its parts.
fn squeezed_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut inside, mut escaped) = (false, false);
    for c in text.chars() {
        if inside {
            inside = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else if c == '"' {
            inside = true;
        } else if c.is_ascii_whitespace() {
            continue;
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Expression;

    fn literal(value: Literal) -> Default {
        Default::Literal(value)
    }

    fn same(from: &Default, to: &Default) -> bool {
        assert_eq!(
            same_default(Some(from), Some(to)),
            same_default(Some(to), Some(from))
        );
        same_default(Some(from), Some(to))
    }

    #[test]
    fn values_count_and_not_spellings() {
        let json = |text: &str| literal(Literal::Json(text.into()));
        assert!(same(
            &json(r#"{"a": "b \" c"}"#),
            &json(r#"{ "a":"b \" c" }"#)
        ));
        assert!(!same(&json(r#"{"a": "b c"}"#), &json(r#"{"a": "bc"}"#)));
        let time = |text: &str| literal(Literal::DateTime(text.into()));
        assert!(same(
            &time("2020-01-01T02:00:00+02:00"),
            &time("2020-01-01T00:00:00Z")
        ));
        assert!(!same(
            &time("2020-01-01T02:00:00Z"),
            &time("2020-01-01T00:00:00Z")
        ));
        assert!(same(
            &literal(Literal::Boolean(true)),
            &literal(Literal::Number("1".into()))
        ));
        assert!(!same_default(Some(&literal(Literal::Boolean(false))), None));
    }

    #[test]
    fn the_current_time_has_many_spellings() {
        let sql = |text: &str| Default::Expression(Expression::written(text));
        for text in [
            "now()",
            "CURRENT_TIMESTAMP",
            "current_timestamp(3)",
            " NOW( ) ",
        ] {
            assert!(same(&Default::Now, &sql(text)), "{text}");
        }
        for text in ["now() + '1 day'", "nowhere()", "now(x)"] {
            assert!(!same(&Default::Now, &sql(text)), "{text}");
        }
    }
}
