//! Strings as the servers quote them in what they print.

/// Reads a `'…'` at the start, and gives what follows it. A doubled quote and a backslash are undone as in the servers' own
/// `append_unescaped`, which prints them (manual, "String Literals").
pub(super) fn string(sql: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let body = sql.strip_prefix('\'')?;
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' if body[at + 1..].starts_with('\'') => {
                chars.next();
                text.push('\'');
            }
            '\'' => return Some((text, &body[at + 1..])),
            '\\' => text.push(escaped(chars.next()?.1)),
            c => text.push(c),
        }
    }
    None
}

/// Reads what is one string and nothing else.
pub(super) fn whole(sql: &str) -> Option<String> {
    match string(sql)? {
        (text, "") => Some(text),
        _ => None,
    }
}

/// Reads `'a','b'`.
pub(super) fn list(sql: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = sql.trim();
    loop {
        let (text, after) = string(rest)?;
        found.push(text);
        match after.trim_start().strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None if after.trim().is_empty() => return Some(found),
            None => return None,
        }
    }
}

/// Undoes the escapes that MySQL puts into an expression which it prints, as if the whole were a string: `_utf8mb4\'it\\\'s\'`.
pub(super) fn unescaped(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut chars = sql.chars();
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => chars.next().map_or('\\', escaped),
            c => c,
        });
    }
    text
}

/// What a letter behind a backslash stands for.
fn escaped(letter: char) -> char {
    match letter {
        '0' => '\0',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'Z' => '\u{1a}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{list, string, unescaped, whole};

    #[test]
    fn strings_end_at_their_quote() {
        assert_eq!(whole("'it''s'").as_deref(), Some("it's"));
        assert_eq!(whole(r"'a\\b\nc'").as_deref(), Some("a\\b\nc"));
        assert_eq!(whole("'ü€😀'").as_deref(), Some("ü€😀"));
        assert_eq!(whole("''").as_deref(), Some(""));
        assert_eq!(string("'a'||'b'"), Some(("a".to_owned(), "||'b'")));
        for open in ["'a", "'a\\", "a", "", "'a'b", "'a''"] {
            assert_eq!(whole(open), None, "{open}");
        }
    }

    #[test]
    fn expressions_are_unescaped_as_a_whole() {
        assert_eq!(
            unescaped(
                r#"concat(_utf8mb4\'it\\\'s\',_utf8mb4\'b\\\\c\',_utf8mb4\'n\\nl\',_utf8mb4\'"\')"#
            ),
            r#"concat(_utf8mb4'it\'s',_utf8mb4'b\\c',_utf8mb4'n\nl',_utf8mb4'"')"#
        );
    }

    #[test]
    fn lists_are_read_to_their_end() {
        assert_eq!(
            list("'a', 'b,c','d''e'"),
            Some(vec!["a".to_owned(), "b,c".to_owned(), "d'e".to_owned()])
        );
        assert_eq!(list("'a',"), None);
        assert_eq!(list("'a' 'b'"), None);
    }
}
