use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The checksum that a history row stores: SHA-256 of the script's bytes in lower-case hexadecimal, with no normalisation
/// (Prisma's history format).
///
/// ```
/// assert_eq!(
///     relata_script::checksum(""),
///     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
/// );
/// ```
pub fn checksum(script: &str) -> String {
    hex(script, 2)
}

/// Whether a stored checksum belongs to a script.
///
/// As in Prisma's history format, a script that only changed its line endings (git's `autocrlf`) is the same script, and a
/// checksum written by old versions, which left out the leading zero of each byte, is accepted.
///
/// ```
/// use relata_script::{checksum, matches};
/// assert!(matches(&checksum("a;\nb;\n"), "a;\r\nb;\r\n"));
/// assert!(!matches(&checksum("a;"), "b;"));
/// ```
pub fn matches(stored: &str, script: &str) -> bool {
    let is_of = |text: &str| stored == hex(text, 2) || stored == hex(text, 1);
    if is_of(script) {
        return true;
    }
    let unix = script.replace("\r\n", "\n");
    is_of(&unix) || is_of(&unix.replace('\n', "\r\n"))
}

fn hex(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(out, "{byte:0width$x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_form_without_zero_padding_matches() {
        let full = checksum("SELECT 1;");
        let old: String = full
            .as_bytes()
            .chunks(2)
            .map(|pair| std::str::from_utf8(pair).unwrap())
            .map(|pair| pair.strip_prefix('0').unwrap_or(pair))
            .collect();
        assert_ne!(full, old);
        assert!(matches(&old, "SELECT 1;"));
    }

    #[test]
    fn line_endings_do_not_count_but_the_rest_does() {
        let stored = checksum("a\r\nb\r\n");
        assert!(matches(&stored, "a\nb\n"));
        assert!(matches(&checksum("a\nb\n"), "a\r\nb\r\n"));
        assert!(!matches(&stored, "a\nb"));
        assert!(!matches("", ""));
        assert!(!matches(&stored.to_uppercase(), "a\r\nb\r\n"));
    }
}
