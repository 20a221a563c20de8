//! chrono's dates and times.

use ::chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use super::beyond_jiff;
use crate::decode::{DATE, TIMESTAMP, refuse};
use crate::types::jiff;
use crate::{DecodeError, FromValue, Value};

const NANOS_PER_SECOND: u32 = 1_000_000_000;

impl FromValue for DateTime<Utc> {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        if let Some(text) = beyond_jiff::<jiff::Timestamp>(value) {
            return timestamp(text).ok_or_else(|| refuse(TIMESTAMP, text));
        }
        let at = jiff::Timestamp::from_value(value)?;
        // Both are counted from 1970; jiff's fraction has the sign of the second, chrono's is never negative.
        let (seconds, nanos) = (at.as_second(), at.subsec_nanosecond());
        let (seconds, nanos) = match u32::try_from(nanos) {
            Ok(nanos) => (seconds, nanos),
            Err(_) => (seconds - 1, NANOS_PER_SECOND - nanos.unsigned_abs()),
        };
        Self::from_timestamp(seconds, nanos)
            .ok_or_else(|| DecodeError::content(TIMESTAMP, "one out of range"))
    }
}

impl FromValue for NaiveDate {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        if let Some(text) = beyond_jiff::<jiff::civil::Date>(value) {
            return date(text)
                .or_else(|| timestamp(text).map(|at| at.date_naive()))
                .ok_or_else(|| refuse(DATE, text));
        }
        let it = jiff::civil::Date::from_value(value)?;
        let (month, day) = (it.month().unsigned_abs(), it.day().unsigned_abs());
        Self::from_ymd_opt(it.year().into(), month.into(), day.into())
            .ok_or_else(|| DecodeError::content(DATE, "one out of range"))
    }
}

impl FromValue for NaiveTime {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        let it = jiff::civil::Time::from_value(value)?;
        let [hour, minute, second] =
            [it.hour(), it.minute(), it.second()].map(|part| u32::from(part.unsigned_abs()));
        let nanos = it.subsec_nanosecond().unsigned_abs();
        Self::from_hms_nano_opt(hour, minute, second, nanos)
            .ok_or_else(|| DecodeError::content("a time", "one out of range"))
    }
}

impl From<DateTime<Utc>> for Value {
    fn from(at: DateTime<Utc>) -> Self {
        // In a leap second chrono counts the nanoseconds on; for databases, as for jiff, it is the second after it.
        let nanos = at.timestamp_subsec_nanos();
        let seconds = at.timestamp() + i64::from(nanos / NANOS_PER_SECOND);
        let nanos = (nanos % NANOS_PER_SECOND).cast_signed();
        match jiff::Timestamp::new(seconds, nanos) {
            Ok(at) => Self::Timestamp(at),
            Err(_) => {
                let (day, bc) = far(at.date_naive());
                Self::Text(format!("{day} {}+00{bc}", at.time()))
            }
        }
    }
}

impl From<NaiveDate> for Value {
    fn from(date: NaiveDate) -> Self {
        let parts = (
            i16::try_from(date.year()),
            i8::try_from(date.month()),
            i8::try_from(date.day()),
        );
        if let (Ok(year), Ok(month), Ok(day)) = parts
            && let Ok(date) = jiff::civil::Date::new(year, month, day)
        {
            return Self::Date(date);
        }
        let (day, bc) = far(date);
        Self::Text(format!("{day}{bc}"))
    }
}

impl From<NaiveTime> for Value {
    fn from(time: NaiveTime) -> Self {
        let part = |part: u32| i8::try_from(part).unwrap_or_default();
        // A leap second has no place in a day of a database: it becomes the last moment before the next second.
        let nanos = time.nanosecond().min(NANOS_PER_SECOND - 1).cast_signed();
        let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(part);
        jiff::civil::Time::new(hour, minute, second, nanos)
            .map_or_else(|_| Self::Text(time.to_string()), Self::Time)
    }
}

/// A day as PostgreSQL writes it, the only server that has such days: the year in plain digits, counted back from the year 1 BC.
fn far(date: NaiveDate) -> (String, &'static str) {
    let (year, bc) = match date.year() {
        year @ 1.. => (year, ""),
        year => (1 - year, " BC"),
    };
    (
        format!("{year:04}-{:02}-{:02}", date.month(), date.day()),
        bc,
    )
}

/// Reads `10000-01-01 …`: PostgreSQL's form and, with a `T` and an offset, RFC 3339's.
fn timestamp(text: &str) -> Option<DateTime<Utc>> {
    let (text, bc) = split_era(text);
    let text = text.replacen('T', " ", 1);
    let (day, time) = text.split_once(' ')?;
    let day = in_era(day, bc)?;
    // The offset starts behind the digits of the time.
    let end = time.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.');
    let (clock, offset) = time.split_at(end.unwrap_or(time.len()));
    let clock = NaiveTime::parse_from_str(clock, "%H:%M:%S%.f").ok()?;
    let local = NaiveDateTime::new(day, clock);
    let seconds = offset_seconds(offset.trim())?;
    local
        .checked_sub_signed(::chrono::TimeDelta::seconds(seconds))
        .map(|utc| utc.and_utc())
}

fn date(text: &str) -> Option<NaiveDate> {
    let (text, bc) = split_era(text);
    in_era(text, bc)
}

fn split_era(text: &str) -> (&str, bool) {
    let text = text.trim();
    match text.strip_suffix("BC") {
        Some(text) => (text.trim_end(), true),
        None => (text, false),
    }
}

fn in_era(day: &str, bc: bool) -> Option<NaiveDate> {
    let mut parts = day.splitn(3, '-');
    let year: i32 = parts.next()?.parse().ok()?;
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    NaiveDate::from_ymd_opt(if bc { 1 - year } else { year }, month, day)
}

/// `Z`, nothing, `+01`, `-03:30`, `+01:23:45`.
fn offset_seconds(text: &str) -> Option<i64> {
    let (sign, rest) = match text.split_at_checked(1) {
        None | Some(("Z" | "z", "")) => return Some(0),
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        Some(_) => return None,
    };
    let mut seconds = 0;
    for (part, unit) in rest.splitn(3, ':').zip([3600, 60, 1]) {
        seconds += part.parse::<i64>().ok()? * unit;
    }
    Some(sign * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back<T: FromValue + Into<Value> + Clone + PartialEq + std::fmt::Debug>(it: &T) {
        let value: Value = it.clone().into();
        assert_eq!(T::from_value(&value).as_ref(), Ok(it), "{value:?}");
    }

    #[test]
    fn nothing_is_lost() {
        for text in [
            "1970-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999999Z",
            "0001-01-01T00:00:00.000001Z",
            "9999-12-30T22:00:00Z",
            "9999-12-31T23:59:59.999999Z",
            "+10000-01-01T00:00:00Z",
            "+262142-12-31T23:59:59.999999Z",
            "-0043-03-15T12:00:00Z",
            "-9999-01-01T00:00:00Z",
        ] {
            there_and_back(&text.parse::<DateTime<Utc>>().unwrap());
        }
        for date in [NaiveDate::MIN, NaiveDate::MAX, NaiveDate::default()] {
            there_and_back(&date);
        }
        let last = NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).unwrap();
        there_and_back(&NaiveTime::MIN);
        there_and_back(&last);
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
        assert_eq!(NaiveTime::from_value(&leap.into()), Ok(last));
    }

    #[test]
    fn servers_texts_are_read() {
        let read = |text: &str| DateTime::<Utc>::from_value(&Value::from(text));
        let year = |text: &str| read(text).map(|at| at.to_rfc3339());
        assert_eq!(
            year("294276-12-31 23:59:59.999999+00").as_deref(),
            Err(&refuse(TIMESTAMP, ""))
        );
        assert_eq!(
            year("20000-02-29 01:00:00+01:30").as_deref(),
            Ok("+20000-02-28T23:30:00+00:00")
        );
        assert_eq!(
            year("9999-12-31 23:59:59").as_deref(),
            Ok("9999-12-31T23:59:59+00:00")
        );
        assert_eq!(
            year("4713-01-01 00:00:00 BC").as_deref(),
            Ok("-4712-01-01T00:00:00+00:00")
        );
        for text in ["infinity", "-infinity", "0000-00-00 00:00:00", "soon", ""] {
            assert!(read(text).is_err(), "{text}");
            assert!(NaiveDate::from_value(&Value::from(text)).is_err(), "{text}");
        }
        let error = read("infinity").unwrap_err().to_string();
        assert!(
            error.contains("`infinity`, which the type cannot hold"),
            "{error}"
        );
    }
}
