//! The text inside a string literal.

use std::borrow::Cow;

/// What is wrong with a string, and where in its literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StringError {
    pub(crate) at: usize,
    pub(crate) len: usize,
    pub(crate) message: &'static str,
}

const UNKNOWN: &str =
    "this escape is not known; the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX";
const SURROGATE: &str = "this is half of a surrogate pair, and no character by itself";
const CONTROL: &str =
    "this control character cannot stand in a string; write it as an escape, such as \\t";
const SHORT: &str = "\\u takes four hexadecimal digits";

/// The text of a string literal: JSON's escapes in `"…"`, none in `"""…"""`.
pub(crate) fn unquote(literal: &str) -> Result<Cow<'_, str>, StringError> {
    if let Some(raw) = literal
        .strip_prefix("\"\"\"")
        .and_then(|rest| rest.strip_suffix("\"\"\""))
    {
        return Ok(dedent(raw).into());
    }
    let inner = literal.strip_prefix('"').unwrap_or(literal);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    // Nearly all strings are what they are written as.
    if !inner.bytes().any(|byte| byte == b'\\' || byte < b' ') {
        return Ok(Cow::Borrowed(inner));
    }
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            if c.is_ascii_control() && c != '\u{7f}' {
                return Err(StringError {
                    at: at + 1,
                    len: 1,
                    message: CONTROL,
                });
            }
            text.push(c);
            continue;
        }
        let error = |len, message| StringError {
            at: at + 1,
            len,
            message,
        };
        let escaped = chars.next().map(|(_, c)| c);
        text.push(match escaped {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let first = hex(&inner[at..]).ok_or_else(|| error(2, SHORT))?;
                chars.nth(3);
                let code = match first {
                    0xD800..=0xDBFF => {
                        let second = inner
                            .get(at + 6..)
                            .and_then(hex)
                            .filter(|low| (0xDC00..0xE000).contains(low));
                        let low = second.ok_or_else(|| error(6, SURROGATE))?;
                        chars.nth(5);
                        0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00)
                    }
                    code => code,
                };
                char::from_u32(code).ok_or_else(|| error(6, SURROGATE))?
            }
            other => return Err(error(1 + other.map_or(0, char::len_utf8), UNKNOWN)),
        });
    }
    Ok(text.into())
}

/// The number in a leading `\uXXXX`.
fn hex(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits
        .chars()
        .all(|c| c.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())?
}

/// Raw text without the line break after its opener, and without the indentation that its lines share.
fn dedent(raw: &str) -> String {
    let Some(body) = raw.strip_prefix('\n').or_else(|| raw.strip_prefix("\r\n")) else {
        return raw.to_owned();
    };
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let shared = body
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(indent)
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = body
        .lines()
        .map(|line| line.get(shared..).unwrap_or(""))
        .collect();
    lines.join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::unquote;

    #[test]
    fn escapes_are_those_of_json() {
        assert_eq!(
            unquote(r#""a\"\\\/\b\f\n\r\t\u0041\ud83d\ude00""#).unwrap(),
            "a\"\\/\u{8}\u{c}\n\r\tA😀"
        );
    }

    #[test]
    fn a_bad_escape_says_where_it_is() {
        for (literal, at, len) in [
            (r#""a\x""#, 2, 2),
            (r#""\u12""#, 1, 2),
            (r#""é\ud800x""#, 3, 6),
            (r#""\ude00""#, 1, 6),
            ("\"a\tb\"", 2, 1),
        ] {
            let error = unquote(literal).unwrap_err();
            assert_eq!((error.at, error.len), (at, len), "{literal}");
        }
    }

    #[test]
    fn raw_text_loses_its_common_indentation() {
        assert_eq!(
            unquote("\"\"\"\n    a\n      b\\n\n    \"\"\"").unwrap(),
            "a\n  b\\n"
        );
        assert_eq!(unquote("\"\"\"a \"b\" c\"\"\"").unwrap(), "a \"b\" c");
    }
}
