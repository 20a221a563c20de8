//! Rust values as [`Value`]s: what `.set(…)` and filters bind.

use crate::Value;
use crate::types::{jiff, uuid};

macro_rules! from {
    ($($type:ty => |$value:ident| $body:expr),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $body
            }
        }
    )*};
}

from! {
    bool => |value| Self::Bool(value),
    i16 => |value| Self::I64(value.into()),
    i32 => |value| Self::I64(value.into()),
    i64 => |value| Self::I64(value),
    u16 => |value| Self::I64(value.into()),
    u32 => |value| Self::I64(value.into()),
    u64 => |value| i64::try_from(value).map_or(Self::U64(value), Self::I64),
    f32 => |value| Self::F64(value.into()),
    f64 => |value| Self::F64(value),
    String => |value| Self::Text(value),
    &str => |value| Self::Text(value.to_owned()),
    Vec<u8> => |value| Self::Bytes(value),
    &[u8] => |value| Self::Bytes(value.to_vec()),
    jiff::Timestamp => |value| Self::Timestamp(value),
    jiff::civil::Date => |value| Self::Date(value),
    jiff::civil::Time => |value| Self::Time(value),
    uuid::Uuid => |value| Self::Uuid(value),
}

#[cfg(feature = "decimal")]
from!(rust_decimal::Decimal => |value| Self::Decimal(value));

#[cfg(feature = "json")]
from!(serde_json::Value => |value| Self::Json(value));

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Arrays of PostgreSQL. `Vec<u8>` is bytes, and no list, since `u8` itself is no column type.
impl<T: crate::FromValue + Into<Self>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::list(items)
    }
}

impl Value {
    /// A list, for PostgreSQL's arrays. A function and not a `From`, because `Vec<u8>` is bytes.
    pub fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_what_they_are() {
        assert_eq!(Value::from(7_i32), Value::I64(7));
        assert_eq!(Value::from(None::<String>), Value::Null);
        assert_eq!(Value::from(Some("a")), Value::Text("a".to_owned()));
        assert_eq!(Value::from(vec![1_u8, 2]), Value::Bytes(vec![1, 2]));
        assert_eq!(
            Value::list([1_i64, 2]),
            Value::List(vec![Value::I64(1), Value::I64(2)])
        );
    }
}
