//! `numeric` in its binary form: digits in base 10,000, the weight of the first, a sign, and how many digits to show behind
//! the point (`numeric_send` in the server's source).

use std::fmt::Write as _;

use crate::Value;

/// A decimal where it fits one exactly, otherwise the text that the server prints.
pub(super) fn read(bytes: &[u8]) -> Option<Value> {
    let text = text(bytes)?;
    #[cfg(feature = "decimal")]
    if let Ok(decimal) = rust_decimal::Decimal::from_str_exact(&text) {
        return Some(Value::Decimal(decimal));
    }
    Some(Value::Text(text))
}

fn text(bytes: &[u8]) -> Option<String> {
    let mut words = bytes
        .chunks(2)
        .map(|pair| Some(i16::from_be_bytes(pair.try_into().ok()?)));
    let mut next = || words.next().flatten();
    let (count, weight, sign, scale) = (next()?, next()?, next()?.cast_unsigned(), next()?);
    let sign = match sign {
        0x0000 => "",
        0x4000 => "-",
        0xC000 => return Some("NaN".to_owned()),
        0xD000 => return Some("Infinity".to_owned()),
        0xF000 => return Some("-Infinity".to_owned()),
        _ => return None,
    };
    let digits: Option<Vec<i16>> = (0..count).map(|_| next()).collect();
    let digits = digits?;
    // Where the digits end, zeros follow.
    let digit = |place: i32| -> i16 {
        usize::try_from(place)
            .ok()
            .and_then(|place| digits.get(place))
            .copied()
            .unwrap_or(0)
    };
    let (weight, scale) = (i32::from(weight), usize::try_from(scale).ok()?);
    let mut out = String::from(sign);
    if weight < 0 {
        out.push('0');
    }
    for place in 0..=weight {
        if place == 0 {
            out.push_str(&digit(place).to_string());
        } else {
            let _ = write!(out, "{:04}", digit(place));
        }
    }
    if scale > 0 {
        out.push('.');
        let start = out.len();
        let mut place = weight + 1;
        while out.len() < start + scale {
            let _ = write!(out, "{:04}", digit(place));
            place += 1;
        }
        out.truncate(start + scale);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::text;

    fn bytes(words: &[u16]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn is_printed_as_the_server_prints_it() {
        let of = |words: &[u16]| text(&bytes(words)).unwrap();
        assert_eq!(of(&[0, 0, 0, 0]), "0");
        assert_eq!(of(&[0, 0, 0, 2]), "0.00");
        assert_eq!(of(&[2, 1, 0x4000, 0, 1, 2]), "-10002");
        assert_eq!(of(&[1, 2, 0, 0, 5]), "500000000");
        assert_eq!(of(&[1, 0xFFFF, 0, 4, 7]), "0.0007");
        assert_eq!(of(&[1, 0xFFFE, 0, 8, 7]), "0.00000007");
        assert_eq!(of(&[2, 0, 0, 1, 12, 5000]), "12.5");
        assert_eq!(of(&[0, 0, 0xC000, 0]), "NaN");
        assert_eq!(text(&[0, 1]), None);
        assert_eq!(text(&bytes(&[3, 0, 0, 0, 1])), None);
    }
}
