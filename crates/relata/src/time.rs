//! The forms in which SQLite databases keep a `DateTime`: Prisma's engine writes milliseconds since 1970, its driver adapters
//! RFC 3339 text, and `DEFAULT CURRENT_TIMESTAMP` the text `YYYY-MM-DD HH:MM:SS` in UTC.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};

pub(crate) fn from_millis(millis: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(millis).ok()
}

pub(crate) fn from_text(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // With an offset or `Z` it is a timestamp; without one it is UTC, as SQLite's own functions have it.
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| from_civil(text.parse::<DateTime>().ok()?))
        .or_else(|| from_civil(text.parse::<Date>().ok()?.at(0, 0, 0, 0)))
        .or_else(|| {
            from_civil(
                text.strip_suffix("UTC")?
                    .trim_end()
                    .parse::<DateTime>()
                    .ok()?,
            )
        })
}

/// Reads a time of day, and takes it to UTC if it has an offset, as PostgreSQL's `timetz` does: `12:30:45.5+02`. jiff would pass over
/// the offset.
pub(crate) fn of_day(text: &str) -> Option<Time> {
    let text = text.trim();
    if text.find(':')? > 2 {
        // A date stands before it.
        return None;
    }
    let end = text.find(['+', '-', 'Z']).unwrap_or(text.len());
    let (clock, offset) = text.split_at(end);
    let mut seconds = 0;
    if let Some(parts) = offset.strip_prefix(['+', '-']) {
        for (part, unit) in parts.splitn(3, ':').zip([3600, 60, 1]) {
            seconds += part.parse::<u16>().ok().map(i64::from)? * unit;
        }
    } else if !matches!(offset, "" | "Z") {
        return None;
    }
    if offset.starts_with('-') {
        seconds = -seconds;
    }
    Some(clock.parse::<Time>().ok()?.wrapping_sub(seconds.seconds()))
}

pub(crate) fn from_civil(time: DateTime) -> Option<Timestamp> {
    time.to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

pub(crate) fn to_civil(timestamp: Timestamp) -> DateTime {
    timestamp.to_zoned(TimeZone::UTC).datetime()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let at = |text| from_text(text).map(|timestamp| timestamp.to_string());
        let expected = Some("2026-01-31T12:30:45Z".to_owned());
        for text in [
            "2026-01-31T12:30:45Z",
            "2026-01-31 12:30:45",
            "2026-01-31T12:30:45.000+00:00",
            "2026-01-31 13:30:45+01:00",
            "2026-01-31 12:30:45 UTC",
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
        assert_eq!(at("2026-01-31").as_deref(), Some("2026-01-31T00:00:00Z"));
        assert_eq!(
            at("2026-01-31 12:30:45.123").as_deref(),
            Some("2026-01-31T12:30:45.123Z")
        );
        for text in ["", "now", "31.1.2026", "2026-02-30", "9999999-01-01"] {
            assert_eq!(at(text), None, "{text}");
        }
        assert_eq!(
            from_millis(1_769_862_645_000).map(|at| at.to_string()),
            expected
        );
        assert_eq!(from_millis(i64::MAX), None);
    }
}
