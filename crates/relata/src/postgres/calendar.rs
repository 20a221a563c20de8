//! Days and microseconds since 2000-01-01, which is how PostgreSQL counts. It reaches from 4713 BC to the year 294276, and has
//! an infinity at both ends; what jiff cannot hold becomes the text that the server prints.

use crate::Value;
use crate::types::jiff::Timestamp;
use crate::types::jiff::civil::{Date, Time};

/// 2000-01-01 as days and microseconds since 1970-01-01.
pub(super) const EPOCH_DAYS: i64 = 10_957;
pub(super) const EPOCH_MICROS: i64 = EPOCH_DAYS * DAY;
const DAY: i64 = 86_400_000_000;

pub(super) fn date(days: i32) -> Value {
    match days {
        i32::MAX => return Value::Text("infinity".to_owned()),
        i32::MIN => return Value::Text("-infinity".to_owned()),
        _ => {}
    }
    let (year, month, day) = civil(i64::from(days) + EPOCH_DAYS);
    let known = i16::try_from(year)
        .ok()
        .and_then(|year| Date::new(year, month.cast_signed(), day.cast_signed()).ok());
    known.map_or_else(|| Value::Text(date_text(year, month, day)), Value::Date)
}

/// Microseconds since midnight. 24:00:00 is a time of PostgreSQL's and not of jiff's.
pub(super) fn time(micros: i64) -> Value {
    Value::Time(match civil_time(micros) {
        Some(time) => time,
        None => return Value::Text("24:00:00".to_owned()),
    })
}

/// `zone` is what the server prints behind it.
pub(super) fn timestamp(micros: i64, zone: &str) -> Value {
    match micros {
        i64::MAX => return Value::Text("infinity".to_owned()),
        i64::MIN => return Value::Text("-infinity".to_owned()),
        _ => {}
    }
    let known = micros
        .checked_add(EPOCH_MICROS)
        .and_then(|micros| Timestamp::from_microsecond(micros).ok());
    if let Some(timestamp) = known {
        return Value::Timestamp(timestamp);
    }
    let (year, month, day) = civil(micros.div_euclid(DAY) + EPOCH_DAYS);
    let date = date_text(year, month, day);
    let time = civil_time(micros.rem_euclid(DAY))
        .unwrap_or_default()
        .to_string();
    Value::Text(match date.strip_suffix(" BC") {
        Some(date) => format!("{date} {time}{zone} BC"),
        None => format!("{date} {time}{zone}"),
    })
}

fn civil_time(micros: i64) -> Option<Time> {
    let seconds = micros / 1_000_000;
    let nanos = i32::try_from(micros % 1_000_000 * 1000).ok()?;
    let part = |value: i64| i8::try_from(value).ok();
    Time::new(
        part(seconds / 3600)?,
        part(seconds / 60 % 60)?,
        part(seconds % 60)?,
        nanos,
    )
    .ok()
}

/// A date as PostgreSQL reads and prints it; there is no year 0 in its texts, and the year before 1 is 1 BC.
pub(super) fn date_text(year: i64, month: u8, day: u8) -> String {
    if year > 0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{:04}-{month:02}-{day:02} BC", 1 - year)
    }
}

/// Days since 1970-01-01 as year, month, day. The computation is Howard Hinnant's `civil_from_days`
/// ("chrono-Compatible Low-Level Date Algorithms"), which counts years from March so that the leap day comes last.
fn civil(days: i64) -> (i64, u8, u8) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (
        year,
        u8::try_from(month).unwrap_or(1),
        u8::try_from(day).unwrap_or(1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_jiff_counts_them() {
        for days in (-3_000_000..2_900_000).step_by(911) {
            let date = date(days);
            let start = crate::types::jiff::civil::date(2000, 1, 1);
            let expected = start
                .checked_add(crate::types::jiff::Span::new().days(i64::from(days)))
                .unwrap();
            assert_eq!(date, Value::Date(expected), "{days}");
        }
    }

    #[test]
    fn what_jiff_cannot_hold_is_text() {
        assert_eq!(date(i32::MAX), Value::Text("infinity".to_owned()));
        assert_eq!(date(2_921_940), Value::Text("10000-01-01".to_owned()));
        assert_eq!(time(DAY), Value::Text("24:00:00".to_owned()));
        assert_eq!(timestamp(i64::MIN, ""), Value::Text("-infinity".to_owned()));
        assert_eq!(
            timestamp(9_223_371_331_199_999_999, "+00"),
            Value::Text("294276-12-31 23:59:59.999999+00".to_owned())
        );
    }
}
