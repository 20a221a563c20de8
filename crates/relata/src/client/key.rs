//! Values of keys, so that rows find each other in memory.

use std::fmt::Write as _;

use crate::Value;

/// A key that is equal for equal keys, whichever form a database hands them out in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A whole number alone: most keys are.
    Integer(i64),
    /// A text alone.
    Text(String),
    /// Anything else, written out.
    Other(String),
}

/// The key; none if a part of it is `NULL`, which leads nowhere.
pub(super) fn of<'v>(
    values: impl IntoIterator<Item = &'v Value, IntoIter: ExactSizeIterator + Clone>,
) -> Option<Key> {
    let values = values.into_iter();
    let is_alone = values.len() == 1;
    if let Some(value) = values.clone().next().filter(|_| is_alone) {
        match value {
            Value::I64(number) => return Some(Key::Integer(*number)),
            Value::Text(text) => return Some(Key::Text(text.clone())),
            // SQLite and MySQL keep it as text.
            Value::Uuid(uuid) => return Some(Key::Text(uuid.to_string())),
            _ => {}
        }
    }
    let mut out = String::new();
    for value in values {
        one(value, &mut out)?;
        // Stands in no number and no UUID; texts tell their length.
        out.push('|');
    }
    // A number in another form: `true`, 1.0, a decimal.
    if is_alone && let Ok(number) = out[..out.len() - 1].parse() {
        return Some(Key::Integer(number));
    }
    Some(Key::Other(out))
}

fn one(value: &Value, out: &mut String) -> Option<()> {
    let written = match value {
        Value::Null | Value::List(_) => return None,
        Value::Bool(value) => write!(out, "{}", u8::from(*value)),
        Value::I64(number) => write!(out, "{number}"),
        Value::U64(number) => write!(out, "{number}"),
        Value::F64(number) => write!(out, "{number}"),
        Value::Text(text) => write!(out, "{}:{text}", text.len()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_in_other_forms() {
        assert_eq!(of(&[Value::I64(1)]), of(&[Value::Bool(true)]));
        assert_eq!(of(&[Value::I64(-7)]), of(&[Value::F64(-7.0)]));
        assert_eq!(of(&[Value::I64(7)]), of(&[Value::U64(7)]));
        let id = "0190163d-8694-739b-aea5-966c26f8ad91";
        let uuid = Value::Uuid(id.parse().unwrap());
        assert_eq!(of(std::slice::from_ref(&uuid)), of(&[id.into()]));
        assert_eq!(of(&[uuid, 1_i64.into()]), of(&[id.into(), true.into()]));
    }

    #[test]
    fn keys_that_differ() {
        assert_ne!(of(&["1".into()]), of(&[Value::I64(1)]));
        assert_ne!(
            of(&["a".into(), "b|".into()]),
            of(&["a|".into(), "b".into()])
        );
        assert_ne!(of(&[Value::F64(0.5)]), of(&[Value::I64(0)]));
        assert_eq!(of(&[Value::I64(1), Value::Null]), None);
    }
}
