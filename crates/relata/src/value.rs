use crate::types::{jiff, uuid};

/// One value on its way to or from a database, whichever database that is.
///
/// A driver hands out the plainest variant its database knows (SQLite: [`Value::I64`], [`Value::F64`], [`Value::Text`],
/// [`Value::Bytes`]) and takes every variant, writing each in the database's own form. What a variant cannot hold without
/// loss comes as the text that the server itself would print: `infinity`, a decimal of 40 digits, a zero date of MySQL; JSON
/// always does, since parsing would drop repeated keys and round long numbers.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Value {
    /// SQL's `NULL`.
    #[default]
    Null,
    /// A truth value; SQLite keeps it as 0 or 1.
    Bool(bool),
    /// Every integer type.
    I64(i64),
    /// An integer past [`i64::MAX`]: the upper half of MySQL's `BIGINT UNSIGNED`. SQLite and PostgreSQL have none.
    U64(u64),
    /// Every floating point type.
    F64(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A point in time; SQLite keeps it as milliseconds since 1970, as Prisma's engine does.
    Timestamp(jiff::Timestamp),
    /// A day; SQLite keeps it as its midnight in UTC, like [`Value::Timestamp`].
    Date(jiff::civil::Date),
    /// A time of day; SQLite keeps it as that time on 1970-01-01, like [`Value::Timestamp`].
    Time(jiff::civil::Time),
    /// A UUID; SQLite keeps it as text.
    Uuid(uuid::Uuid),
    /// A decimal number; SQLite keeps it as text bound to a `DECIMAL` column, whose affinity makes it a number where that loses
    /// nothing.
    #[cfg(feature = "decimal")]
    Decimal(rust_decimal::Decimal),
    /// A JSON document; SQLite keeps it as text.
    #[cfg(feature = "json")]
    Json(serde_json::Value),
    /// An array of PostgreSQL.
    List(Vec<Value>),
}

impl Value {
    /// What the value is, for messages, which never show the value itself: it may be personal.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool(_) => "a boolean",
            Self::I64(_) => "an integer",
            Self::U64(_) => "an integer past the signed 64 bits",
            Self::F64(_) => "a floating point number",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Timestamp(_) => "a timestamp",
            Self::Date(_) => "a date",
            Self::Time(_) => "a time",
            Self::Uuid(_) => "a UUID",
            #[cfg(feature = "decimal")]
            Self::Decimal(_) => "a decimal number",
            #[cfg(feature = "json")]
            Self::Json(_) => "JSON",
            Self::List(_) => "a list",
        }
    }

    /// Whether this is `NULL`.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, where this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}
