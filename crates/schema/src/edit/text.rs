//! Strings as a schema writes them.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::parse::unquote;

/// Writes a string on one line, in double quotes.
///
/// ```
/// use relata_schema::edit::text::string;
/// assert_eq!(string("a \"b\"\n"), r#""a \"b\"\n""#);
/// ```
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                // Control characters are below U+10000.
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Writes the default of a field of `Bytes`, in base64.
///
/// ```
/// assert_eq!(relata_schema::edit::text::bytes(b"hi"), "\"aGk=\"");
/// ```
pub fn bytes(value: &[u8]) -> String {
    string(&STANDARD.encode(value))
}

/// Writes SQL: on one line if it has one, else between `"""`, indented by four blanks, where nothing is lost that way.
///
/// ```
/// use relata_schema::edit::text::sql;
/// assert_eq!(sql("SELECT 1"), "\"SELECT 1\"");
/// assert_eq!(sql("SELECT 1\nFROM a"), "\"\"\"\n    SELECT 1\n    FROM a\n  \"\"\"");
/// ```
pub fn sql(text: &str) -> String {
    if !text.contains('\n') {
        return string(text);
    }
    let mut raw = String::from("\"\"\"\n");
    for line in text.split('\n') {
        if !line.is_empty() {
            raw.push_str("    ");
            raw.push_str(line);
        }
        raw.push('\n');
    }
    raw.push_str("  \"\"\"");
    let inner = &raw[3..raw.len() - 3];
    let is_kept = !inner.contains("\"\"\"")
        && !inner.contains('\r')
        && !inner.contains('\0')
        && unquote(&raw).is_ok_and(|read| read == text);
    if is_kept { raw } else { string(text) }
}

#[cfg(test)]
mod tests {
    use super::{sql, string};
    use crate::parse::unquote;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "",
            "a",
            "it's \"x\" \\ / \u{1} \u{7f} \u{85} é 😀 \t\r\n",
            "a\n  b\n\n c",
            "  a\nb\n",
            "a \"\"\" b\nc",
            "\n\n",
        ] {
            assert_eq!(unquote(&string(text)).as_deref(), Ok(text));
            assert_eq!(unquote(&sql(text)).as_deref(), Ok(text), "{}", sql(text));
        }
    }
}
