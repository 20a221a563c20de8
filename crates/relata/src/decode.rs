//! [`Value`]s as Rust values, forgiving what databases keep in more than one form.

use std::fmt;

use crate::types::{jiff, uuid};
use crate::{Value, time};

/// Why a value did not become a Rust type. It says kinds of values, never their content, which may be personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    expected: String,
    found: String,
}

impl DecodeError {
    /// A value of another kind.
    pub fn new(expected: impl Into<String>, found: &Value) -> Self {
        Self {
            expected: expected.into(),
            found: found.kind().to_owned(),
        }
    }

    /// A value of the right kind that the type cannot hold, such as a number out of range or text that is no date.
    pub fn content(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
            found: found.into(),
        }
    }

    /// A label that an enum does not have; generated enums use it. Labels are part of a schema and are shown, shortened.
    ///
    /// ```
    /// enum Role { Admin }
    ///
    /// impl ::relata::FromValue for Role {
    ///     fn from_value(value: &::relata::Value) -> ::std::result::Result<Self, ::relata::DecodeError> {
    ///         match <::std::string::String as ::relata::FromValue>::from_value(value)?.as_str() {
    ///             "ADMIN" => ::std::result::Result::Ok(Self::Admin),
    ///             other => ::std::result::Result::Err(::relata::DecodeError::variant("Role", other)),
    ///         }
    ///     }
    /// }
    ///
    /// impl ::std::convert::From<Role> for ::relata::Value {
    ///     fn from(role: Role) -> Self {
    ///         match role { Role::Admin => ::relata::Value::from("ADMIN") }
    ///     }
    /// }
    /// ```
    pub fn variant(enumeration: &str, label: &str) -> Self {
        let short: String = label.chars().take(40).collect();
        Self {
            expected: format!("a value of enum `{enumeration}`"),
            found: format!("the label `{}`", relata_script::terminal(&short)),
        }
    }

    pub(crate) fn missing() -> Self {
        Self {
            expected: "a column".to_owned(),
            found: "none at this position".to_owned(),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

impl std::error::Error for DecodeError {}

/// A type that a column can be read as.
pub trait FromValue: Sized {
    /// Reads the value.
    fn from_value(value: &Value) -> Result<Self, DecodeError>;

    /// Reads the value, and may take over its memory and leave another value in its place; [`Row::take`](crate::Row::take) uses it.
    #[inline]
    fn take_value(value: &mut Value) -> Result<Self, DecodeError> {
        Self::from_value(value)
    }
}

impl FromValue for Value {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        Ok(value.clone())
    }

    fn take_value(value: &mut Value) -> Result<Self, DecodeError> {
        Ok(std::mem::take(value))
    }
}

impl<T: FromValue> FromValue for Option<T> {
    #[inline]
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        if value.is_null() {
            Ok(None)
        } else {
            T::from_value(value).map(Some)
        }
    }

    #[inline]
    fn take_value(value: &mut Value) -> Result<Self, DecodeError> {
        if value.is_null() {
            Ok(None)
        } else {
            T::take_value(value).map(Some)
        }
    }
}

/// Arrays of PostgreSQL. `Vec<u8>` is bytes, and no list, since `u8` itself is no column type.
impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        match value {
            Value::List(items) => items.iter().map(T::from_value).collect(),
            // What a column holds where a row was made without a list.
            Value::Null => Ok(Vec::new()),
            other => Err(DecodeError::new("a list", other)),
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        match value {
            Value::Bytes(bytes) => Ok(bytes.clone()),
            // What Prisma's SQLite migrations leave behind: a default for Bytes is written as text.
            Value::Text(text) => Ok(text.clone().into_bytes()),
            other => Err(DecodeError::new("bytes", other)),
        }
    }

    fn take_value(value: &mut Value) -> Result<Self, DecodeError> {
        match value {
            Value::Bytes(bytes) => Ok(std::mem::take(bytes)),
            other => Self::from_value(other),
        }
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        match value {
            Value::Text(text) => Ok(text.clone()),
            Value::Uuid(uuid) => Ok(uuid.to_string()),
            // A column of 30 digits has values of 28 digits too.
            #[cfg(feature = "decimal")]
            Value::Decimal(decimal) => Ok(decimal.to_string()),
            // What a decimal column read as text holds on SQLite, which has no decimals.
            Value::I64(number) => Ok(number.to_string()),
            Value::U64(number) => Ok(number.to_string()),
            Value::F64(number) => Ok(number.to_string()),
            other => Err(DecodeError::new("text", other)),
        }
    }

    #[inline]
    fn take_value(value: &mut Value) -> Result<Self, DecodeError> {
        if let Value::Text(text) = value {
            return Ok(std::mem::take(text));
        }
        Self::from_value(value)
    }
}

// What nearly every value of a column is comes first and is short enough to become a part of the loop that reads rows; all else,
// and what makes an error, stands apart.

impl FromValue for bool {
    #[inline]
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        match value {
            Value::Bool(value) => Ok(*value),
            Value::I64(0) => Ok(false),
            Value::I64(1) => Ok(true),
            other => Err(no_boolean(other)),
        }
    }
}

#[cold]
fn no_boolean(value: &Value) -> DecodeError {
    match value {
        Value::I64(_) => DecodeError::content("a boolean", "an integer other than 0 and 1"),
        other => DecodeError::new("a boolean", other),
    }
}

fn integer(value: &Value) -> Result<i64, DecodeError> {
    match value {
        Value::I64(number) => Ok(*number),
        Value::Bool(value) => Ok(i64::from(*value)),
        other => Err(DecodeError::new("an integer", other)),
    }
}

/// An integer of the types between these bounds, or why it is none.
#[cold]
fn bounded<T: TryFrom<i64>>(value: &Value, bounds: (i64, i64)) -> Result<T, DecodeError> {
    T::try_from(integer(value)?).map_err(|_| {
        let (min, max) = bounds;
        DecodeError::content(
            format!("an integer from {min} to {max}"),
            "one out of this range",
        )
    })
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl FromValue for $type {
            #[inline]
            fn from_value(value: &Value) -> Result<Self, DecodeError> {
                if let Value::I64(number) = value
                    && let Ok(number) = Self::try_from(*number)
                {
                    return Ok(number);
                }
                bounded(value, (Self::MIN.into(), Self::MAX.into()))
            }
        }
    )*};
}

integers!(i16, i32, i64, u16, u32);

impl FromValue for u64 {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        if let Value::U64(number) = value {
            return Ok(*number);
        }
        Self::try_from(integer(value)?)
            .map_err(|_| DecodeError::content("an integer that is not negative", "a negative one"))
    }
}

impl FromValue for f64 {
    #[inline]
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        match value {
            Value::F64(number) => Ok(*number),
            // SQLite stores whole numbers of a REAL column as integers and may hand them out so through an expression.
            #[allow(clippy::cast_precision_loss)]
            Value::I64(number) => Ok(*number as Self),
            other => Err(no_number(other)),
        }
    }
}

#[cold]
fn no_number(value: &Value) -> DecodeError {
    DecodeError::new("a floating point number", value)
}

impl FromValue for f32 {
    #[allow(clippy::cast_possible_truncation)]
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        f64::from_value(value).map(|number| number as Self)
    }
}

pub(crate) const TIMESTAMP: &str = "a timestamp";
pub(crate) const DATE: &str = "a date";

/// Why a text did not become a point in time or a day. The words for no point in time, and the days of no calendar, are told apart:
/// they are no mistake of the database.
pub(crate) fn refuse(expected: &str, text: &str) -> DecodeError {
    let text = text.trim();
    let found = if text
        .trim_start_matches('-')
        .eq_ignore_ascii_case("infinity")
    {
        "`infinity`, which the type cannot hold; read it as relata::Value"
    } else if text.starts_with("0000-00-00") {
        "a zero date, which the type cannot hold; read it as relata::Value"
    } else {
        "text in another form, or out of the type's range; read it as relata::Value"
    };
    DecodeError::content(expected, found)
}

impl FromValue for jiff::Timestamp {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        const EXPECTED: &str = TIMESTAMP;
        match value {
            Value::Timestamp(timestamp) => Ok(*timestamp),
            Value::I64(millis) => time::from_millis(*millis)
                .ok_or_else(|| DecodeError::content(EXPECTED, "milliseconds out of range")),
            Value::Text(text) => time::from_text(text).ok_or_else(|| refuse(EXPECTED, text)),
            Value::Date(date) => time::from_civil(date.at(0, 0, 0, 0))
                .ok_or_else(|| DecodeError::content(EXPECTED, "a date out of range")),
            other => Err(DecodeError::new(EXPECTED, other)),
        }
    }
}

impl FromValue for jiff::civil::Date {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        match value {
            Value::Date(date) => Ok(*date),
            // Parsed as a point in time, the last day that there is would be out of range.
            Value::Text(text) => text
                .trim()
                .parse()
                .ok()
                .filter(|_| !text.contains(':'))
                .or_else(|| time::from_text(text).map(|at| time::to_civil(at).date()))
                .ok_or_else(|| refuse(DATE, text)),
            other => jiff::Timestamp::from_value(other)
                .map(|timestamp| time::to_civil(timestamp).date())
                .map_err(|_| DecodeError::new(DATE, other)),
        }
    }
}

impl FromValue for jiff::civil::Time {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        match value {
            Value::Time(time) => Ok(*time),
            Value::Text(text) => time::of_day(text)
                .or_else(|| time::from_text(text).map(|at| time::to_civil(at).time()))
                .ok_or_else(|| refuse("a time", text)),
            other => jiff::Timestamp::from_value(other)
                .map(|timestamp| time::to_civil(timestamp).time())
                .map_err(|_| DecodeError::new("a time", other)),
        }
    }
}

impl FromValue for uuid::Uuid {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        let parsed = match value {
            Value::Uuid(uuid) => Ok(*uuid),
            Value::Text(text) => Self::try_parse(text),
            Value::Bytes(bytes) => Self::from_slice(bytes),
            other => return Err(DecodeError::new("a UUID", other)),
        };
        parsed.map_err(|_| {
            DecodeError::content("a UUID", format!("{} in another form", value.kind()))
        })
    }
}

#[cfg(feature = "decimal")]
impl FromValue for rust_decimal::Decimal {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        const EXPECTED: &str = "a decimal number";
        let from_text = |text: &str| {
            // A column of 30 decimals prints all of them: zeros that do not fit go, and only they.
            let trimmed = match text.split_once('.') {
                Some((_, digits)) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                    text.trim_end_matches('0').trim_end_matches('.')
                }
                _ => text,
            };
            Self::from_str_exact(text)
                .or_else(|_| Self::from_str_exact(trimmed))
                .or_else(|_| Self::from_scientific(text))
                .map_err(|_| {
                    DecodeError::content(
                        EXPECTED,
                        "one of more than 28 digits, or other text; read it as String",
                    )
                })
        };
        match value {
            Value::Decimal(decimal) => Ok(*decimal),
            Value::I64(number) => Ok((*number).into()),
            Value::U64(number) => Ok((*number).into()),
            // The shortest text that reads back as this number: what was written, where it had up to 15 digits.
            Value::F64(number) => from_text(&number.to_string()),
            Value::Text(text) => from_text(text.trim()),
            other => Err(DecodeError::new(EXPECTED, other)),
        }
    }
}

#[cfg(feature = "json")]
impl FromValue for serde_json::Value {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        let parsed = match value {
            Value::Json(json) => Ok(json.clone()),
            Value::Text(text) => serde_json::from_str(text),
            Value::Bytes(bytes) => serde_json::from_slice(bytes),
            // A JSON number or boolean that a column's affinity has turned into one of SQLite's own.
            Value::I64(number) => Ok((*number).into()),
            Value::F64(number) => Ok((*number).into()),
            Value::Bool(value) => Ok((*value).into()),
            other => return Err(DecodeError::new("JSON", other)),
        };
        parsed
            .map_err(|_| DecodeError::content("JSON", format!("{} that is not JSON", value.kind())))
    }
}

#[cfg(test)]
mod tests;
