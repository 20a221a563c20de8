//! Conditions that must be written otherwise than they are printed, to become what they are.
//!
//! `x BETWEEN 1 AND 5 AND y` is kept as a conjunction in a conjunction, and printed as `(((x >= 1) AND (x <= 5)) AND y)`. Read again, that
//! text makes one conjunction of three parts: the parser takes the parts of a first operand that is of the same kind for its own,
//! brackets or not (`makeAndExpr` in the server's grammar). So do `IN` over a list of columns and comparisons of rows. A database made
//! from the printed text would print another one. A cast of such an operand to `boolean`, which it is already, leaves no trace
//! but keeps the parser from looking into it.

use std::borrow::Cow;

/// Returns the text with which the server comes to what it printed as this one.
pub(super) fn regrouped(sql: &str) -> Cow<'_, str> {
    let mut marks = Vec::new();
    let mut open: Vec<Group> = vec![Group::default()];
    let bytes = sql.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let next = match bytes[at] {
            b'(' => {
                open.push(Group::default());
                at += 1;
                continue;
            }
            b')' => {
                at += 1;
                if open.len() > 1 {
                    let closed = open.pop().unwrap_or_default();
                    let outer = open.last_mut().expect("the text itself is never closed");
                    outer.first.get_or_insert(First::Group {
                        end: at,
                        joined_by: closed.joined_by,
                    });
                }
                continue;
            }
            b'\'' => {
                let escapes = at > 0 && matches!(bytes[at - 1], b'E' | b'e');
                quoted(bytes, at, b'\'', escapes)
            }
            b'"' => quoted(bytes, at, b'"', false),
            b'$' => dollar_quoted(sql, at).unwrap_or(at + 1),
            byte if is_word(byte) => {
                let end = (at..bytes.len()).find(|&at| !is_word(bytes[at]));
                let end = end.unwrap_or(bytes.len());
                let group = open.last_mut().expect("the text itself is never closed");
                if let Some(link) = Link::of(&sql[at..end]) {
                    group.join(link, at, bytes, &mut marks);
                }
                end
            }
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            _ => at + 1,
        };
        let group = open.last_mut().expect("the text itself is never closed");
        group.first.get_or_insert(First::Other);
        at = next;
    }
    if marks.is_empty() {
        return Cow::Borrowed(sql);
    }
    // An inner operand is found before the one that it stands in, but ends before it too.
    marks.sort_unstable();
    let mut text = String::with_capacity(sql.len() + marks.len() * CAST.len());
    let mut from = 0;
    for mark in marks {
        text.push_str(&sql[from..mark]);
        text.push_str(CAST);
        from = mark;
    }
    text.push_str(&sql[from..]);
    Cow::Owned(text)
}

const CAST: &str = "::boolean";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    And,
    Or,
}

impl Link {
    fn of(word: &str) -> Option<Self> {
        match word {
            "AND" => Some(Self::And),
            "OR" => Some(Self::Or),
            _ => None,
        }
    }
}

/// What stands between two brackets.
#[derive(Default)]
struct Group {
    first: Option<First>,
    /// What joins its parts, where it is a condition of parts.
    joined_by: Option<Link>,
}

/// How a group begins.
#[derive(Clone, Copy)]
enum First {
    /// With a group in it that ends here.
    Group { end: usize, joined_by: Option<Link> },
    /// With something else.
    Other,
}

impl Group {
    /// Takes note of a word that joins two parts; that of `ROWS BETWEEN … AND …` joins none, but its brackets are never an operand.
    fn join(&mut self, link: Link, at: usize, sql: &[u8], marks: &mut Vec<usize>) {
        if self.joined_by.is_some() {
            return;
        }
        self.joined_by = Some(link);
        if let Some(First::Group { end, joined_by }) = self.first
            && joined_by == Some(link)
            && sql[end..at].iter().all(u8::is_ascii_whitespace)
        {
            marks.push(end);
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Returns the place after a text that begins at `start` with this quote, which is doubled inside.
fn quoted(sql: &[u8], start: usize, quote: u8, escapes: bool) -> usize {
    let mut at = start + 1;
    while at < sql.len() {
        if escapes && sql[at] == b'\\' {
            at += 2;
        } else if sql[at] == quote {
            if sql.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 2;
        } else {
            at += 1;
        }
    }
    sql.len()
}

/// Returns the place after a text between dollar signs.
fn dollar_quoted(sql: &str, start: usize) -> Option<usize> {
    let rest = &sql[start + 1..];
    let tag = &rest[..rest.find('$')?];
    if tag.starts_with(|first: char| first.is_ascii_digit()) || !tag.bytes().all(is_word) {
        return None;
    }
    let body = start + tag.len() + 2;
    let end = sql[body..].find(&sql[start..body])?;
    Some(body + end + tag.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::regrouped;

    #[test]
    fn a_condition_in_the_first_place_is_kept_together() {
        for (printed, written) in [
            (
                "(((x >= 1) AND (x <= 5)) AND (y = 2))",
                "(((x >= 1) AND (x <= 5))::boolean AND (y = 2))",
            ),
            (
                "((((a = b) OR (a = c)) OR d) AND e)",
                "((((a = b) OR (a = c))::boolean OR d) AND e)",
            ),
            (
                "((((a AND b) AND c) AND d))",
                "((((a AND b)::boolean AND c)::boolean AND d))",
            ),
            (
                " SELECT 1\n   FROM t\n  WHERE (((x >= 1) AND (x <= 5)) AND y)",
                " SELECT 1\n   FROM t\n  WHERE (((x >= 1) AND (x <= 5))::boolean AND y)",
            ),
        ] {
            assert_eq!(regrouped(printed), written);
        }
    }

    #[test]
    fn everything_else_stays() {
        for sql in [
            "((a >= 1) AND (a <= 5) AND c)",
            "(a AND ((b >= 1) AND (b <= 5)))",
            "((a AND b) OR c)",
            "((NOT (a AND b)) AND c)",
            "(f((a AND b)) AND c)",
            "((a AND b) = (c AND d))",
            "(('((a AND b)' = x) AND (y = ') AND c'))",
            "((E'\\') AND (' = \"((a AND b)\") AND c)",
            "$f$ ((a AND b) AND c) $f$",
            "sum(x) OVER (ORDER BY y ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
            "((a AND b) IS TRUE AND c)",
            ")) AND ((",
            "'",
            "$1 AND $2",
        ] {
            assert_eq!(regrouped(sql), sql);
        }
    }
}
