//! [`Value`]s in and out of MySQL's protocol.

use mysql_async::Column;
use mysql_async::Value as Native;
use mysql_async::consts::{ColumnFlags, ColumnType};

use crate::types::jiff::civil::{Date, DateTime, Time};
use crate::{DecodeError, Error, Result, Value, time};

/// The character set `binary`, by which MySQL tells a `BLOB` from a `TEXT`.
const BINARY: u16 = 63;

/// A value of a result.
pub(super) fn read(native: Native, column: &Column) -> Result<Value, DecodeError> {
    Ok(match native {
        Native::NULL => Value::Null,
        Native::Int(number) => Value::I64(number),
        Native::UInt(number) => number.into(),
        Native::Float(number) => Value::F64(number.into()),
        Native::Double(number) => Value::F64(number),
        Native::Date(year, month, day, hour, minute, second, micros) => {
            date_time(column, year, month, day, [hour, minute, second], micros)
        }
        Native::Time(negative, days, hours, minutes, seconds, micros) => {
            let hours = days * 24 + u32::from(hours);
            interval(negative, hours, [minutes, seconds], micros)
        }
        Native::Bytes(bytes) => from_bytes(bytes, column)?,
    })
}

/// What comes as bytes: texts and blobs, and, in answers to what cannot be prepared, everything.
fn from_bytes(bytes: Vec<u8>, column: &Column) -> Result<Value, DecodeError> {
    use ColumnType as T;
    Ok(match column.column_type() {
        T::MYSQL_TYPE_BIT if column.column_length() == 1 => {
            Value::Bool(bytes.iter().any(|byte| *byte != 0))
        }
        T::MYSQL_TYPE_BIT | T::MYSQL_TYPE_GEOMETRY | T::MYSQL_TYPE_VECTOR => Value::Bytes(bytes),
        T::MYSQL_TYPE_DECIMAL | T::MYSQL_TYPE_NEWDECIMAL => decimal(text(bytes)?),
        T::MYSQL_TYPE_JSON => Value::Text(text(bytes)?),
        T::MYSQL_TYPE_TINY
        | T::MYSQL_TYPE_SHORT
        | T::MYSQL_TYPE_INT24
        | T::MYSQL_TYPE_LONG
        | T::MYSQL_TYPE_LONGLONG
        | T::MYSQL_TYPE_YEAR => {
            let text = text(bytes)?;
            let number = text.parse().map(Value::I64);
            number
                .or_else(|_| text.parse::<u64>().map(Value::from))
                .map_err(|_| malformed())?
        }
        T::MYSQL_TYPE_FLOAT => {
            Value::F64(text(bytes)?.parse::<f32>().map_err(|_| malformed())?.into())
        }
        T::MYSQL_TYPE_DOUBLE => Value::F64(text(bytes)?.parse().map_err(|_| malformed())?),
        T::MYSQL_TYPE_DATE | T::MYSQL_TYPE_NEWDATE => {
            let text = text(bytes)?;
            text.parse().map(Value::Date).unwrap_or(Value::Text(text))
        }
        T::MYSQL_TYPE_DATETIME
        | T::MYSQL_TYPE_DATETIME2
        | T::MYSQL_TYPE_TIMESTAMP
        | T::MYSQL_TYPE_TIMESTAMP2 => {
            let text = text(bytes)?;
            let known = text.parse::<DateTime>().ok().and_then(time::from_civil);
            known.map_or(Value::Text(text), Value::Timestamp)
        }
        T::MYSQL_TYPE_TIME | T::MYSQL_TYPE_TIME2 => {
            let text = text(bytes)?;
            text.parse().map(Value::Time).unwrap_or(Value::Text(text))
        }
        _ => {
            let is_label = column
                .flags()
                .intersects(ColumnFlags::ENUM_FLAG | ColumnFlags::SET_FLAG);
            if column.character_set() == BINARY && !is_label {
                Value::Bytes(bytes)
            } else {
                Value::Text(text(bytes)?)
            }
        }
    })
}

fn text(bytes: Vec<u8>) -> Result<String, DecodeError> {
    String::from_utf8(bytes).map_err(|_| DecodeError::content("text", "bytes that are not UTF-8"))
}

fn malformed() -> DecodeError {
    DecodeError::content("a number", "text that is none")
}

fn decimal(text: String) -> Value {
    #[cfg(feature = "decimal")]
    if let Ok(decimal) = rust_decimal::Decimal::from_str_exact(&text) {
        return Value::Decimal(decimal);
    }
    Value::Text(text)
}

/// A `DATE`, or a `DATETIME` or `TIMESTAMP`, which count as UTC. Zero dates, in which a month or a day is 0, stay text.
fn date_time(
    column: &Column,
    year: u16,
    month: u8,
    day: u8,
    [hour, minute, second]: [u8; 3],
    micros: u32,
) -> Value {
    let date = Date::new(year.cast_signed(), month.cast_signed(), day.cast_signed()).ok();
    let shown = format!("{year:04}-{month:02}-{day:02}");
    if matches!(
        column.column_type(),
        ColumnType::MYSQL_TYPE_DATE | ColumnType::MYSQL_TYPE_NEWDATE
    ) {
        return date.map_or(Value::Text(shown), Value::Date);
    }
    let time = civil_time(hour, minute, second, micros);
    let known = date
        .zip(time)
        .and_then(|(date, time)| crate::time::from_civil(DateTime::from_parts(date, time)));
    known.map_or_else(
        || {
            let fraction = fraction(micros);
            Value::Text(format!(
                "{shown} {hour:02}:{minute:02}:{second:02}{fraction}"
            ))
        },
        Value::Timestamp,
    )
}

/// A `TIME`, which reaches from -838:59:59 to 838:59:59; what is no time of day stays text.
fn interval(negative: bool, hours: u32, [minutes, seconds]: [u8; 2], micros: u32) -> Value {
    let of_day = u8::try_from(hours).ok().filter(|_| !negative);
    let known = of_day.and_then(|hours| civil_time(hours, minutes, seconds, micros));
    known.map_or_else(
        || {
            let (sign, fraction) = (if negative { "-" } else { "" }, fraction(micros));
            Value::Text(format!(
                "{sign}{hours:02}:{minutes:02}:{seconds:02}{fraction}"
            ))
        },
        Value::Time,
    )
}

fn civil_time(hour: u8, minute: u8, second: u8, micros: u32) -> Option<Time> {
    let nanos = i32::try_from(micros).ok()?.checked_mul(1000)?;
    Time::new(
        hour.cast_signed(),
        minute.cast_signed(),
        second.cast_signed(),
        nanos,
    )
    .ok()
}

fn fraction(micros: u32) -> String {
    if micros == 0 {
        String::new()
    } else {
        format!(".{micros:06}")
    }
}

/// A parameter.
pub(super) fn bind(value: Value) -> Result<Native> {
    Ok(match value {
        Value::Null => Native::NULL,
        Value::Bool(value) => Native::Int(value.into()),
        Value::I64(number) => Native::Int(number),
        Value::U64(number) => Native::UInt(number),
        Value::F64(number) if number.is_finite() => Native::Double(number),
        Value::F64(_) => return Err(refused("MySQL has no NaN and no infinity")),
        Value::Text(text) => Native::Bytes(text.into_bytes()),
        Value::Bytes(bytes) => Native::Bytes(bytes),
        Value::Timestamp(timestamp) => date_parts(time::to_civil(timestamp))?,
        Value::Date(date) => date_parts(date.at(0, 0, 0, 0))?,
        Value::Time(time) => {
            let [hour, minute, second] = clock(time);
            Native::Time(false, 0, hour, minute, second, micros(time))
        }
        Value::Uuid(uuid) => Native::Bytes(uuid.to_string().into_bytes()),
        #[cfg(feature = "decimal")]
        Value::Decimal(decimal) => Native::Bytes(decimal.to_string().into_bytes()),
        #[cfg(feature = "json")]
        Value::Json(json) => Native::Bytes(json.to_string().into_bytes()),
        Value::List(_) => return Err(refused("MySQL has no lists; only PostgreSQL has")),
    })
}

fn date_parts(it: DateTime) -> Result<Native> {
    let year =
        u16::try_from(it.year()).map_err(|_| refused("MySQL has no dates before the year 0"))?;
    let [hour, minute, second] = clock(it.time());
    Ok(Native::Date(
        year,
        it.month().unsigned_abs(),
        it.day().unsigned_abs(),
        hour,
        minute,
        second,
        micros(it.time()),
    ))
}

fn clock(time: Time) -> [u8; 3] {
    [time.hour(), time.minute(), time.second()].map(i8::unsigned_abs)
}

fn micros(time: Time) -> u32 {
    u32::try_from(time.subsec_nanosecond() / 1000).unwrap_or(0)
}

pub(super) fn refused(message: &str) -> Error {
    Error::Database {
        message: message.to_owned(),
        native_code: None,
        offset: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: ColumnType) -> Column {
        Column::new(kind)
    }

    #[test]
    fn what_no_calendar_knows_stays_text() {
        let it = column(ColumnType::MYSQL_TYPE_DATETIME);
        let read = |native| read(native, &it).unwrap();
        assert_eq!(
            read(Native::Date(0, 0, 0, 0, 0, 0, 0)),
            Value::from("0000-00-00 00:00:00")
        );
        assert_eq!(
            read(Native::Date(2024, 2, 0, 1, 2, 3, 4)),
            Value::from("2024-02-00 01:02:03.000004")
        );
        assert_eq!(
            read(Native::Time(true, 34, 22, 59, 59, 0)),
            Value::from("-838:59:59")
        );
        assert_eq!(
            read(Native::Time(false, 0, 23, 59, 59, 5)),
            Value::Time(Time::new(23, 59, 59, 5000).unwrap())
        );
        assert_eq!(read(Native::UInt(u64::MAX)), Value::U64(u64::MAX));
        assert_eq!(read(Native::UInt(7)), Value::I64(7));
    }
}
