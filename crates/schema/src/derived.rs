//! The names that the database gives, or is given, where a schema gives none.
//!
//! They are those that Prisma derives, so that an adopted database keeps them: the table and columns joined by `_`, a suffix,
//! and the part before the suffix cut to what the database's limit leaves ([`Facts::identifier_bytes`](crate::provider::Facts)).
//! Checks and exclusions, which Prisma does not know, are named as PostgreSQL names them.

use smallvec::SmallVec;

use crate::ir::IndexKind;

/// The name of a primary key.
///
/// ```
/// assert_eq!(&*relata_schema::derived::primary_key("User", 63), "User_pkey");
/// ```
pub fn primary_key(table: &str, limit: usize) -> Box<str> {
    joined(table, [], "_pkey", limit)
}

/// The name of a unique or index. An expression among its elements is called `expr`.
///
/// ```
/// use relata_schema::{derived, ir::IndexKind};
/// assert_eq!(&*derived::index(IndexKind::Unique, "User", ["a", "b"], 63), "User_a_b_key");
/// ```
pub fn index<'a>(
    kind: IndexKind,
    table: &str,
    columns: impl IntoIterator<Item = &'a str>,
    limit: usize,
) -> Box<str> {
    let suffix = if kind == IndexKind::Unique {
        "_key"
    } else {
        "_idx"
    };
    joined(table, columns, suffix, limit)
}

/// The name of a foreign key.
pub fn foreign_key<'a>(
    table: &str,
    columns: impl IntoIterator<Item = &'a str>,
    limit: usize,
) -> Box<str> {
    joined(table, columns, "_fkey", limit)
}

/// The name of a check, on a column if it stands on one. `table` can be a domain.
pub fn check(table: &str, column: Option<&str>, limit: usize) -> Box<str> {
    joined(table, column, "_check", limit)
}

/// The name of an exclusion constraint.
pub fn exclusion(table: &str, limit: usize) -> Box<str> {
    joined(table, [], "_excl", limit)
}

/// `base` and `suffix`, with `base` cut at a character's end so that both fit into `limit` bytes.
///
/// ```
/// assert_eq!(&*relata_schema::derived::cut("aéé", "_key", 8), "aé_key");
/// ```
pub fn cut(base: &str, suffix: &str, limit: usize) -> Box<str> {
    joined(base, [], suffix, limit)
}

/// The table, columns and suffix of a name, joined by `_`, with what is before the suffix cut at a character's end so that both
/// fit into `limit` bytes.
fn joined<'a>(
    table: &str,
    columns: impl IntoIterator<Item = &'a str>,
    suffix: &str,
    limit: usize,
) -> Box<str> {
    let room = limit.saturating_sub(suffix.len());
    let mut name = SmallVec::<[u8; 128]>::new();
    name.extend_from_slice(table.as_bytes());
    for column in columns {
        name.push(b'_');
        name.extend_from_slice(column.as_bytes());
        if name.len() > room {
            break;
        }
    }
    let mut end = name.len().min(room);
    // A byte that begins no character follows the ones before it.
    while name.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
        end -= 1;
    }
    name.truncate(end);
    name.extend_from_slice(suffix.as_bytes());
    String::from_utf8_lossy(&name).into()
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn names_are_cut_before_their_suffix_and_between_characters() {
        assert_eq!(&*joined("abcdef", [], "_key", 8), "abcd_key");
        assert_eq!(&*joined("aéé", [], "_key", 8), "aé_key");
        assert_eq!(&*joined("ab", ["c"], "_key", 63), "ab_c_key");
    }
}
