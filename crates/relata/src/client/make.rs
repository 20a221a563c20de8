//! Values that the client makes.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::Value;
use crate::types::{jiff, uuid};

/// What the client puts into a column where nothing is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Make {
    /// Nothing: the default, if there is one, is the database's business.
    Nothing,
    /// The time, when a row is made: `@default(now())`. As with Prisma, the client's clock counts.
    Now,
    /// The time, when a row is made or changed: `@updatedAt`.
    UpdatedAt,
    /// `uuid()`.
    Uuid4,
    /// `uuid(7)`.
    Uuid7,
    /// `cuid()`.
    Cuid,
    /// `cuid(2)`.
    Cuid2,
    /// `ulid()`.
    Ulid,
    /// `nanoid()`, of this length.
    Nanoid(u8),
    /// A JSON document, as text: MySQL takes no default for such a column, so that the client gives it.
    Json(&'static str),
    /// Bytes, likewise.
    Bytes(&'static [u8]),
}

impl Make {
    /// The value for a new row.
    pub(super) fn value(self) -> Option<Value> {
        Some(match self {
            Self::Nothing => return None,
            Self::Now | Self::UpdatedAt => now(),
            Self::Uuid4 => uuid::Uuid::new_v4().into(),
            Self::Uuid7 => uuid::Uuid::now_v7().into(),
            Self::Cuid => cuid().into(),
            Self::Cuid2 => cuid2().into(),
            Self::Ulid => ulid().into(),
            Self::Nanoid(length) => nanoid(length).into(),
            Self::Json(text) => text.into(),
            Self::Bytes(bytes) => bytes.into(),
        })
    }

    /// The value for a row that is changed.
    pub(super) fn on_update(self) -> Option<Value> {
        (self == Self::UpdatedAt).then(now)
    }
}

/// The time in milliseconds, which every database keeps.
pub(super) fn now() -> Value {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_millisecond(now.as_millisecond())
        .unwrap_or(now)
        .into()
}

/// Random bits from the system, by way of the crate that makes UUIDs. Six bits of a UUID are fixed; they are left out.
fn bits() -> u64 {
    let (high, low) = uuid::Uuid::new_v4().as_u64_pair();
    // The version stands in the low half of `high`, the variant on top of `low`.
    (high >> 32 << 32) ^ (low & 0x3fff_ffff_ffff_ffff).rotate_left(13)
}

/// A character of an alphabet, each as likely as the others.
fn character(alphabet: &[u8]) -> char {
    let length = alphabet.len() as u64;
    loop {
        let bits = bits() & 0xffff_ffff;
        // What is left over at the top would favour the first characters.
        if bits < 0x1_0000_0000 / length * length {
            return char::from(alphabet[(bits % length) as usize]);
        }
    }
}

fn characters(alphabet: &[u8], length: usize) -> String {
    (0..length).map(|_| character(alphabet)).collect()
}

const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

fn base36(mut number: u64, width: usize) -> String {
    let mut out = Vec::new();
    while number > 0 || out.len() < width {
        out.push(BASE36[(number % 36) as usize]);
        number /= 36;
    }
    out.reverse();
    let start = out.len() - width.min(out.len());
    let kept = if width == 0 { &out[..] } else { &out[start..] };
    String::from_utf8_lossy(kept).into_owned()
}

fn millis() -> u64 {
    jiff::Timestamp::now()
        .as_millisecond()
        .try_into()
        .unwrap_or(0)
}

/// `c`, the time, a counter, a fingerprint of the program, and eight random characters: 25 characters in all.
fn cuid() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed) % 36_u32.pow(4);
    let process = u64::from(std::process::id());
    format!(
        "c{}{}{}{}{}",
        base36(millis(), 8),
        base36(count.into(), 4),
        base36(process, 2),
        // Stands for the host's name.
        base36(process >> 10, 2),
        characters(BASE36, 8)
    )
}

/// A letter and 23 characters. The original hashes entropy so that none of it can be seen; here all of it is random.
fn cuid2() -> String {
    let mut out = String::from(character(&BASE36[10..]));
    out.push_str(&characters(BASE36, 23));
    out
}

/// 48 bits of time and 80 random ones, in Crockford's base 32.
fn ulid() -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let time = millis();
    let mut out: String = (0..10)
        .rev()
        .map(|at| char::from(ALPHABET[(time >> (at * 5) & 31) as usize]))
        .collect();
    out.push_str(&characters(ALPHABET, 16));
    out
}

fn nanoid(length: u8) -> String {
    const ALPHABET: &[u8] = b"useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict";
    characters(ALPHABET, length.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn text(make: Make) -> String {
        match make.value() {
            Some(Value::Text(text)) => text,
            Some(Value::Uuid(uuid)) => uuid.to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn ids_have_their_form_and_differ() {
        let lower = |text: &str| {
            text.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        for (make, length) in [
            (Make::Uuid4, 36),
            (Make::Uuid7, 36),
            (Make::Cuid, 25),
            (Make::Cuid2, 24),
            (Make::Ulid, 26),
            (Make::Nanoid(21), 21),
            (Make::Nanoid(5), 5),
        ] {
            let id = text(make);
            assert_eq!(id.len(), length, "{make:?} {id}");
        }
        assert!(text(Make::Cuid).starts_with('c') && lower(&text(Make::Cuid)));
        assert!(text(Make::Cuid2).starts_with(|c: char| c.is_ascii_lowercase()));
        assert_eq!(text(Make::Uuid4).as_bytes()[14], b'4');
        assert_eq!(text(Make::Uuid7).as_bytes()[14], b'7');
        for make in [Make::Cuid, Make::Cuid2, Make::Ulid, Make::Nanoid(21)] {
            let ids: HashSet<String> = (0..1000).map(|_| text(make)).collect();
            assert_eq!(ids.len(), 1000, "{make:?}");
        }
    }

    #[test]
    fn ids_with_time_are_sorted_by_it() {
        for make in [Make::Ulid, Make::Uuid7] {
            let first = text(make);
            std::thread::sleep(std::time::Duration::from_millis(2));
            assert!(text(make) > first, "{make:?}");
        }
    }

    #[test]
    fn every_character_comes_up() {
        let seen: HashSet<char> = characters(BASE36, 4000).chars().collect();
        assert_eq!(seen.len(), 36);
    }
}
