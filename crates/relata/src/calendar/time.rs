//! Dates and times of the crate `time`.

use ::time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::beyond_jiff;
use crate::decode::{DATE, TIMESTAMP, refuse};
use crate::types::jiff;
use crate::{DecodeError, FromValue, Value};

impl FromValue for OffsetDateTime {
    /// The point in time, in UTC: databases keep no offset.
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        if let Some(text) = beyond_jiff::<jiff::Timestamp>(value) {
            return last_day(text).ok_or_else(|| refuse(TIMESTAMP, text));
        }
        let at = jiff::Timestamp::from_value(value)?;
        Self::from_unix_timestamp_nanos(at.as_nanosecond())
            .map_err(|_| DecodeError::content(TIMESTAMP, "one out of range"))
    }
}

impl FromValue for Date {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        if let Some(text) = beyond_jiff::<jiff::civil::Date>(value) {
            return Err(refuse(DATE, text));
        }
        let it = jiff::civil::Date::from_value(value)?;
        let month = Month::try_from(it.month().unsigned_abs());
        month
            .and_then(|month| {
                Self::from_calendar_date(it.year().into(), month, it.day().unsigned_abs())
            })
            .map_err(|_| DecodeError::content(DATE, "one out of range"))
    }
}

impl FromValue for Time {
    fn from_value(value: &Value) -> Result<Self, DecodeError> {
        let it = jiff::civil::Time::from_value(value)?;
        let [hour, minute, second] = [it.hour(), it.minute(), it.second()].map(i8::unsigned_abs);
        Self::from_hms_nano(hour, minute, second, it.subsec_nanosecond().unsigned_abs())
            .map_err(|_| DecodeError::content("a time", "one out of range"))
    }
}

impl From<OffsetDateTime> for Value {
    fn from(at: OffsetDateTime) -> Self {
        jiff::Timestamp::from_nanosecond(at.unix_timestamp_nanos()).map_or_else(
            |_| {
                let utc = at.to_offset(UtcOffset::UTC);
                let (date, time) = (jiff_date(utc.date()), utc.time());
                let [hour, minute, second] = [time.hour(), time.minute(), time.second()];
                let nanos = time.nanosecond();
                Self::Text(format!(
                    "{date} {hour:02}:{minute:02}:{second:02}.{nanos:09}+00"
                ))
            },
            Self::Timestamp,
        )
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::Date(jiff_date(date))
    }
}

impl From<Time> for Value {
    fn from(time: Time) -> Self {
        let [hour, minute, second] =
            [time.hour(), time.minute(), time.second()].map(u8::cast_signed);
        let nanos = time.nanosecond().cast_signed();
        jiff::civil::Time::new(hour, minute, second, nanos)
            .map_or_else(|_| Self::Text(time.to_string()), Self::Time)
    }
}

/// Both libraries have the days of the years -9999 to 9999.
fn jiff_date(date: Date) -> jiff::civil::Date {
    let year = i16::try_from(date.year()).unwrap_or(i16::MAX);
    let (month, day) = (u8::from(date.month()), date.day());
    jiff::civil::Date::new(year, month.cast_signed(), day.cast_signed())
        .unwrap_or(jiff::civil::Date::MAX)
}

/// Reads `9999-12-31 23:59:59`, which is past what jiff has as a point in time, and which many databases keep for "never".
fn last_day(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim().replacen('T', " ", 1);
    let text = ["+00:00", "+00", "Z"]
        .iter()
        .find_map(|utc| text.strip_suffix(utc))
        .unwrap_or(&text);
    let (date, time) = text.split_once(' ')?;
    let date = date.parse().map(Value::Date).ok()?;
    let time = time.parse().map(Value::Time).ok()?;
    let (date, time) = (Date::from_value(&date).ok()?, Time::from_value(&time).ok()?);
    Some(PrimitiveDateTime::new(date, time).assume_utc())
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
        let last = Time::from_hms_nano(23, 59, 59, 999_999_999).unwrap();
        for at in [
            OffsetDateTime::UNIX_EPOCH,
            OffsetDateTime::UNIX_EPOCH - ::time::Duration::NANOSECOND,
            PrimitiveDateTime::new(Date::MAX, last).assume_utc(),
            PrimitiveDateTime::new(Date::MAX, Time::MIDNIGHT).assume_utc(),
            PrimitiveDateTime::MIN.assume_utc() + ::time::Duration::days(2),
        ] {
            there_and_back(&at);
        }
        for date in [Date::MIN, Date::MAX] {
            there_and_back(&date);
        }
        there_and_back(&Time::MIDNIGHT);
        there_and_back(&last);
        let elsewhere =
            OffsetDateTime::UNIX_EPOCH.to_offset(UtcOffset::from_hms(5, 30, 0).unwrap());
        assert_eq!(OffsetDateTime::from_value(&elsewhere.into()), Ok(elsewhere));
    }

    #[test]
    fn what_it_cannot_hold_is_told() {
        let read = |text: &str| OffsetDateTime::from_value(&Value::from(text));
        assert_eq!(
            read("9999-12-31 23:59:59+00").map(|at| at.unix_timestamp()),
            Ok(253_402_300_799)
        );
        for text in [
            "infinity",
            "10000-01-01 00:00:00+00",
            "0000-00-00 00:00:00",
            "",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        let error = Date::from_value(&Value::from("infinity")).unwrap_err();
        assert!(error.to_string().contains("cannot hold"), "{error}");
    }
}
