use std::fmt::Write as _;

/// Text for one line of a terminal: nothing in it can move the cursor, colour, hide, reorder or start a new line.
///
/// Control characters (so escape sequences too), line separators, byte order marks, zero-width spaces and bidirectional
/// overrides are shown as `\u{…}`; see Unicode Technical Report 36 and CVE-2021-42574.
///
/// ```
/// assert_eq!(relata_script::terminal("a\u{1b}[2Jb\nc"), r"a\u{1b}[2Jb\nc");
/// ```
pub fn terminal(text: &str) -> String {
    escape(text, |_| false)
}

/// Like [`terminal`], but keeps line breaks and tabs, for text that is meant to have several lines.
pub fn terminal_lines(text: &str) -> String {
    escape(text, |c| matches!(c, '\n' | '\t'))
}

/// One line of text that is safe inside `-- …` and inside `/* … */`, in every dialect.
///
/// Beside what [`terminal`] does, `*/` and `/*` are drawn apart: PostgreSQL nests block comments, so an opening mark is as
/// harmful as a closing one. Write a space between the comment marks and the text, or a text that starts with `!` becomes a
/// version comment, which MySQL executes.
///
/// ```
/// assert_eq!(relata_script::sql_comment("x */ DROP\nTABLE"), r"x * / DROP\nTABLE");
/// ```
pub fn sql_comment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in terminal(text).chars() {
        if matches!(
            (out.as_bytes().last(), c),
            (Some(b'*'), '/') | (Some(b'/'), '*')
        ) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

fn escape(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if keep(c) || !is_deceptive(c) => out.push(c),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    out
}

fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays() {
        for text in ["", "users", "Größe 漢字 👩‍👧", "a 'b' \"c\" `d`"] {
            assert_eq!(terminal(text), text);
            assert_eq!(sql_comment(text), text);
        }
    }

    #[test]
    fn deceptive_characters_are_shown() {
        assert_eq!(
            terminal("\u{202e}evil\u{9b}31m\u{0}\r"),
            r"\u{202e}evil\u{9b}31m\u{0}\r"
        );
        assert_eq!(terminal_lines("a\n\tb\u{7}"), "a\n\tb\\u{7}");
    }

    #[test]
    fn comments_cannot_be_closed_or_nested() {
        assert_eq!(sql_comment("*/"), "* /");
        assert_eq!(sql_comment("/*/**/"), "/ * / ** /");
        assert_eq!(sql_comment("a\u{2028}-- b\r\nc"), r"a\u{2028}-- b\r\nc");
    }
}
