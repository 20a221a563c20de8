//! When two numbers are the same, however they are written.

/// Compares two decimal numbers by value: `1.50` is `1.5`, `-0` is `0`, `1e3` is `1000`. What is no number is compared as text.
pub(super) fn same_number(from: &str, to: &str) -> bool {
    from == to || Decimal::parse(from).is_some_and(|from| Decimal::parse(to) == Some(from))
}

/// `±digits × 10^exponent`, with neither leading nor trailing zeros in the digits.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.trim().strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.trim().trim_start_matches('+')),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let significant = digits.trim_end_matches('0');
        let exponent =
            exponent.checked_add(i64::try_from(digits.len() - significant.len()).ok()?)?;
        let digits = significant.trim_start_matches('0').to_owned();
        let zero = digits.is_empty();
        Some(Self {
            negative: negative && !zero,
            digits,
            exponent: if zero { 0 } else { exponent },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::same_number;

    #[test]
    fn values_are_compared() {
        for (a, b) in [
            ("1.50", "1.5"),
            ("-0", "0.0"),
            ("1e3", "1000"),
            ("007", "7"),
            ("12.5E-1", "1.25"),
            ("x", "x"),
        ] {
            assert!(same_number(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("1.5", "1.51"),
            ("1", "-1"),
            ("1", "10"),
            ("x", "y"),
            ("", "0"),
            ("1e99999999999999999999", "1"),
        ] {
            assert!(!same_number(a, b), "{a} {b}");
        }
    }
}
