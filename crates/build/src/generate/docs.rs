//! The `///` lines of a schema as the `///` lines of Rust.
//!
//! A comment is free text; rustdoc reads it as Markdown and runs what looks like code as a test. So every fence without
//! a language gets `text`, and indentation that would make a code block is taken back.

/// Makes a schema's documentation safe to stand in Rust; none if nothing is left of it.
pub(super) fn clean(docs: Option<&str>) -> Option<String> {
    let mut lines = Vec::new();
    let mut fence: Option<Fence> = None;
    for line in docs?.replace("\r\n", "\n").split(['\n', '\r']) {
        let line: String = line.trim_end().chars().map(visible).collect();
        if let Some(open) = &fence {
            if open.is_closed_by(&line) {
                fence = None;
            }
            lines.push(line);
        } else if let Some((open, text)) = Fence::open(&line) {
            fence = Some(open);
            lines.push(text);
        } else {
            lines.push(prose(&line));
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let first = lines.iter().position(|line| !line.is_empty())?;
    Some(lines[first..].join("\n"))
}

/// A fence at the start of a line, the only place where it is one whatever stands above it.
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    fn open(line: &str) -> Option<(Self, String)> {
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = line.trim_start_matches(mark);
        let length = line.len() - info.len();
        if length < 3 || (mark == '`' && info.contains('`')) {
            return None;
        }
        let info = info.trim();
        let info = if is_plain_language(info) {
            info
        } else {
            "text"
        };
        Some((Self { mark, length }, format!("{}{info}", &line[..length])))
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let rest = line.trim_start_matches(' ');
        line.len() - rest.len() <= 3
            && rest.len() >= self.length
            && rest.chars().all(|c| c == self.mark)
    }
}

/// Whether rustdoc takes a fence of this language for something other than Rust.
fn is_plain_language(info: &str) -> bool {
    let is_rust = matches!(
        info,
        "rust" | "should_panic" | "no_run" | "compile_fail" | "test_harness" | "custom"
    ) || ["ignore", "edition", "standalone", "allow_fail"]
        .iter()
        .any(|word| info.starts_with(word));
    !is_rust
        && info.starts_with(|c: char| c.is_ascii_lowercase())
        && info.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// A line outside of fences: no indented code, no fence inside a list or quote, no block of HTML.
fn prose(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let is_space = matches!(first, ' ' | '\t');
        let tail = rest.trim_start_matches(|c| c == first || (is_space && matches!(c, ' ' | '\t')));
        let run = &rest[..rest.len() - tail.len()];
        match first {
            // Four columns of space make a code block, at the start or behind the mark of a list or quote.
            ' ' | '\t' if run.len() >= 4 || run.contains('\t') => {
                text.push_str(if text.is_empty() { "   " } else { " " });
            }
            '`' if run.len() >= 3 => text.push('`'),
            '~' if run.len() >= 3 => text.push_str("~~"),
            '<' if text.trim().is_empty() && opens_html(tail) => {
                text.push('\\');
                text.push_str(run);
            }
            _ => text.push_str(run),
        }
        rest = tail;
    }
    text
}

/// In a block of HTML a fence is no fence, and the lines below it would be read otherwise than here.
fn opens_html(tail: &str) -> bool {
    tail.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
        && !["http://", "https://", "mailto:"]
            .iter()
            .any(|link| tail.starts_with(link))
}

/// A character that could hide or reorder what a reviewer sees becomes the mark for an unknown one.
fn visible(character: char) -> char {
    let reorders = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let controls = character.is_control() && character != '\t';
    // rustc refuses some of these in comments, and terminals act on others.
    if reorders || controls {
        char::REPLACEMENT_CHARACTER
    } else {
        character
    }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn fences_never_become_tests() {
        for (docs, expected) in [
            ("```\nlet x;\n```", "```text\nlet x;\n```"),
            ("```rust,no_run\nx\n```", "```text\nx\n```"),
            ("```sql\nSELECT 1\n```", "```sql\nSELECT 1\n```"),
            (
                "~~~\n    deep\n~~~\n    code",
                "~~~text\n    deep\n~~~\n   code",
            ),
            ("> ```\n> x", "> `\n> x"),
            ("- ```rust\n", "- `rust"),
            ("    let x = 1;", "   let x = 1;"),
            ("-\t\tcode", "- code"),
            (">  \tcode", "> code"),
            ("<pre>", "\\<pre>"),
            ("<https://a.example>", "<https://a.example>"),
        ] {
            assert_eq!(clean(Some(docs)).as_deref(), Some(expected), "{docs}");
        }
    }

    #[test]
    fn a_comment_stays_a_comment() {
        assert_eq!(
            clean(Some("a */ b\r\nc\rfn x() {}")).unwrap(),
            "a */ b\nc\nfn x() {}"
        );
        assert_eq!(
            clean(Some("x\u{202e}y\u{1b}[0m")).unwrap(),
            "x\u{fffd}y\u{fffd}[0m"
        );
        assert_eq!(clean(Some("\n \n")), None);
    }
}
