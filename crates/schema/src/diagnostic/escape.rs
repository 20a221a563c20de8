//! Characters that a terminal would obey, made visible.

/// Whether a terminal obeys it instead of showing it: control characters, and those that turn the direction of writing.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// Text of a message, on one line, with escapes in place of unsafe characters.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Lines of a source, with unsafe characters replaced by others of the same length in bytes, so that places stay where they are.
/// Line breaks and tabs stay; the printer knows them.
pub(super) fn same_length(text: &str) -> String {
    let mut chars = text.chars().peekable();
    std::iter::from_fn(|| Some((chars.next()?, chars.peek().copied())))
        .map(|(c, next)| match (c, c.len_utf8()) {
            ('\n' | '\t', _) => c,
            // A line break of two characters is one to the printer as well.
            ('\r', _) if next == Some('\n') => c,
            (c, _) if !is_unsafe(c) => c,
            (_, 1) => '?',
            (_, 2) => '\u{b7}',
            _ => '\u{fffd}',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{escape, same_length};

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        let hostile = "a\u{1b}[31m\u{202e}b\u{9b}c\r\n\u{2028}\u{7f}\u{0}";
        assert_eq!(
            escape(hostile),
            "a\\u{1b}[31m\\u{202e}b\\u{9b}c\\r\\n\\u{2028}\\u{7f}\\u{0}"
        );
        let shown = same_length(hostile);
        assert_eq!(shown.len(), hostile.len());
        assert_eq!(shown, "a?[31m\u{fffd}b\u{b7}c\r\n\u{fffd}??");
    }
}
