//! Values of keys, so that rows find each other in memory.

use std::fmt::Write as _;

use crate::Value;

/// A key as text that is equal for equal keys, whichever form a database hands them out in; none if a part of it is `NULL`,
/// which leads nowhere.
pub(super) fn of(values: &[Value]) -> Option<String> {
    let mut out = String::new();
    for value in values {
        one(value, &mut out)?;
        // Stands in no number and no UUID; texts tell their length.
        out.push('|');
    }
    Some(out)
}

fn one(value: &Value, out: &mut String) -> Option<()> {
    let written = match value {
        Value::Null | Value::List(_) => return None,
        Value::Bool(value) => write!(out, "{}", u8::from(*value)),
        Value::I64(number) => write!(out, "{number}"),
        Value::U64(number) => write!(out, "{number}"),
        Value::F64(number) => write!(out, "{number}"),
        Value::Text(text) => write!(out, "{}:{text}", text.len()),
        // SQLite and MySQL keep it as text.
        Value::Uuid(uuid) => {
            let text = uuid.to_string();
            write!(out, "{}:{text}", text.len())
        }
        Value::Bytes(bytes) => write!(out, "{bytes:02x?}"),
        Value::Timestamp(at) => write!(out, "{}", at.as_microsecond()),
        Value::Date(date) => write!(out, "{date}"),
        Value::Time(time) => write!(out, "{time}"),
        #[cfg(feature = "decimal")]
        Value::Decimal(decimal) => write!(out, "{}", decimal.normalize()),
        #[cfg(feature = "json")]
        Value::Json(json) => write!(out, "{json}"),
    };
    written.ok()
}
