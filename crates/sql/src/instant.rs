//! Times as a schema writes them, and as databases take them.

/// A point in time, in UTC: days since 1970, seconds of the day, and the digits after the point.
///
/// A column without a time zone drops an offset silently, and MariaDB refuses one, so defaults are written in UTC, which
/// is also what clients store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Instant {
    days: i64,
    seconds: i64,
    fraction: String,
}

impl Instant {
    /// Reads an RFC 3339 time, `2020-01-01T00:00:00.5+02:00`; a blank may stand for the `T`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once(['T', 't', ' '])?;
        let mut date = date.splitn(3, '-').map(number);
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let zone = rest.find(['Z', 'z', '+', '-'])?;
        let (clock, zone) = rest.split_at(zone);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let mut clock = clock.splitn(3, ':').map(number);
        let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
        let valid = (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second <= 60;
        if !valid || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let seconds = hour * 3600 + minute * 60 + second - offset(zone)?;
        Some(Self {
            days: days(year, month, day) + seconds.div_euclid(86_400),
            seconds: seconds.rem_euclid(86_400),
            fraction: fraction.trim_end_matches('0').to_owned(),
        })
    }

    /// `2020-01-01`.
    pub(crate) fn date(&self) -> String {
        let (year, month, day) = civil(self.days);
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `00:00:00`, with the fraction if there is one: as three, six or nine digits.
    pub(crate) fn time(&self) -> String {
        let (hour, minute, second) = (
            self.seconds / 3600,
            self.seconds / 60 % 60,
            self.seconds % 60,
        );
        let mut time = format!("{hour:02}:{minute:02}:{second:02}");
        if !self.fraction.is_empty() {
            let width = self.fraction.len().div_ceil(3) * 3;
            time.push('.');
            time.push_str(&self.fraction);
            time.extend(std::iter::repeat_n('0', width - self.fraction.len()));
        }
        time
    }
}

fn number(text: &str) -> Option<i64> {
    let digits =
        !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match zone.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, zone.strip_prefix('+')?),
    };
    let (hours, minutes) = rest.split_once(':')?;
    Some(sign * (number(hours)? * 3600 + number(minutes)? * 60))
}

/// Days since 1970-01-01 in the Gregorian calendar; years are counted from March, so that the leap day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The inverse of [`days`].
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        Instant::parse(text).map(|instant| format!("{} {}", instant.date(), instant.time()))
    }

    #[test]
    fn offsets_are_taken_out() {
        for (text, expected) in [
            ("2020-01-01T00:00:00Z", "2020-01-01 00:00:00"),
            ("2020-01-01T00:00:00+02:00", "2019-12-31 22:00:00"),
            ("2020-02-28T23:30:00.5-01:00", "2020-02-29 00:30:00.500"),
            ("1969-12-31T23:59:59.123456Z", "1969-12-31 23:59:59.123456"),
            ("0001-01-01 00:00:00Z", "0001-01-01 00:00:00"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2020",
            "2020-01-01",
            "2020-13-01T00:00:00Z",
            "2020-01-01T25:00:00Z",
            "2020-01-01T00:00:00",
            "T+",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn days_count_both_ways() {
        for day in (-800_000..800_000).step_by(97) {
            let (year, month, date) = civil(day);
            assert_eq!(days(year, month, date), day);
        }
    }
}
