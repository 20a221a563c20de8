//! [`Value`]s as PostgreSQL's parameters.
//!
//! All but bytes and most arrays are sent in text form: the server reads text as whatever type it has found for the parameter, so that one
//! variant serves every type, and a value that does not fit is refused by the server's own words.

use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::sync::OnceLock;

use bytes::BytesMut;
use tokio_postgres::types::{Format, IsNull, Kind, ToSql, Type};

use super::array;
use super::decode::civil;
use crate::{Value, time};

/// A value on its way to a parameter. `Debug` shows its kind alone, since tokio-postgres logs it.
pub(super) struct Param {
    value: Value,
    /// The binary form of an array, if it has one: made when the server is told in which form the parameter comes.
    array: OnceLock<Option<Vec<u8>>>,
}

impl Param {
    pub(super) fn new(value: Value) -> Self {
        Self {
            value,
            array: OnceLock::new(),
        }
    }

    fn array(&self, ty: &Type) -> Option<&[u8]> {
        let (Value::List(items), Kind::Array(element)) = (&self.value, plain(ty).kind()) else {
            return None;
        };
        let form = self.array.get_or_init(|| array::binary(items, element));
        form.as_deref()
    }
}

impl fmt::Debug for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.value.kind())
    }
}

impl ToSql for Param {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match &self.value {
            Value::Null => return Ok(IsNull::Yes),
            Value::Text(text) => out.extend_from_slice(text.as_bytes()),
            Value::Bytes(bytes) if is_binary(ty) => out.extend_from_slice(bytes),
            other => match self.array(ty) {
                Some(array) => out.extend_from_slice(array),
                None => out.extend_from_slice(text(other, plain(ty)).as_bytes()),
            },
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        self.to_sql(ty, out)
    }

    fn encode_format(&self, ty: &Type) -> Format {
        if matches!(self.value, Value::Bytes(_)) && is_binary(ty) || self.array(ty).is_some() {
            Format::Binary
        } else {
            Format::Text
        }
    }
}

fn is_binary(ty: &Type) -> bool {
    *plain(ty) == Type::BYTEA
}

/// The type under its domains.
pub(super) fn plain(ty: &Type) -> &Type {
    match ty.kind() {
        Kind::Domain(inner) => plain(inner),
        _ => ty,
    }
}

fn text(value: &Value, ty: &Type) -> String {
    let is_integer = matches!(*ty, Type::INT2 | Type::INT4 | Type::INT8 | Type::NUMERIC);
    match value {
        Value::Null => String::new(),
        Value::Bool(value) if is_integer => u8::from(*value).to_string(),
        Value::Bool(value) => value.to_string(),
        Value::I64(number) => number.to_string(),
        Value::U64(number) => number.to_string(),
        Value::F64(number) => float(*number),
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => {
            let mut out = String::with_capacity(bytes.len() * 2 + 2);
            out.push_str("\\x");
            for byte in bytes {
                let _ = write!(out, "{byte:02x}");
            }
            out
        }
        Value::Timestamp(timestamp) => {
            let it = time::to_civil(*timestamp);
            let (date, time) = (civil(it.date()), it.time());
            match date.strip_suffix(" BC") {
                Some(date) => format!("{date}T{time}Z BC"),
                None => format!("{date}T{time}Z"),
            }
        }
        // Without a zone, the server would take the session's midnight.
        Value::Date(date) if *ty == Type::TIMESTAMPTZ => {
            let date = civil(*date);
            match date.strip_suffix(" BC") {
                Some(date) => format!("{date}T00:00:00Z BC"),
                None => format!("{date}T00:00:00Z"),
            }
        }
        Value::Date(date) => civil(*date),
        // Without an offset, the server would take the session's.
        Value::Time(time) if *ty == Type::TIMETZ => format!("{time}+00"),
        Value::Time(time) => time.to_string(),
        Value::Uuid(uuid) => uuid.to_string(),
        #[cfg(feature = "decimal")]
        Value::Decimal(decimal) => decimal.to_string(),
        #[cfg(feature = "json")]
        Value::Json(json) => json.to_string(),
        Value::List(items) => list(items, ty),
    }
}

/// The shortest text that reads back as this number; a whole number also as an integer.
fn float(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    let text = format!("{number:?}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// An array literal ("Array Input and Output Syntax" in the manual). Every element is quoted, so that none is taken for
/// `NULL`, a brace or a delimiter.
fn list(items: &[Value], ty: &Type) -> String {
    let element = match ty.kind() {
        Kind::Array(inner) => plain(inner),
        _ => &Type::TEXT,
    };
    let is_hollow = |item: &Value| matches!(item, Value::List(inner) if inner.is_empty());
    if !items.is_empty() && items.iter().all(is_hollow) {
        // There is no array of empty arrays.
        return "{}".to_owned();
    }
    let mut out = String::from("{");
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            // "box" alone has another delimiter.
            out.push(if *element == Type::BOX { ';' } else { ',' });
        }
        match item {
            Value::Null => out.push_str("NULL"),
            Value::List(inner) => out.push_str(&list(inner, ty)),
            other => {
                out.push('"');
                for c in text(other, element).chars() {
                    if matches!(c, '"' | '\\') {
                        out.push('\\');
                    }
                    out.push(c);
                }
                out.push('"');
            }
        }
    }
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_quoted() {
        let value = Value::List(vec![
            Value::from("a\"\\{},NULL"),
            Value::Null,
            Value::from("NULL"),
            Value::from(""),
        ]);
        assert_eq!(
            text(&value, &Type::TEXT_ARRAY),
            r#"{"a\"\\{},NULL",NULL,"NULL",""}"#
        );
        let value = Value::List(vec![Value::list([1_i64, 2]), Value::list([3_i64, 4])]);
        assert_eq!(text(&value, &Type::INT4_ARRAY), r#"{{"1","2"},{"3","4"}}"#);
        assert_eq!(text(&Value::List(vec![]), &Type::INT4_ARRAY), "{}");
        assert_eq!(
            text(&Value::List(vec![Value::List(vec![])]), &Type::INT4_ARRAY),
            "{}"
        );
    }

    #[test]
    fn numbers() {
        assert_eq!(float(1.0), "1");
        assert_eq!(float(1e300), "1e300");
        assert_eq!(float(f64::NEG_INFINITY), "-Infinity");
        assert_eq!(text(&Value::Bool(true), &Type::INT4), "1");
        assert_eq!(text(&Value::Bytes(vec![0, 255]), &Type::TEXT), "\\x00ff");
    }
}
