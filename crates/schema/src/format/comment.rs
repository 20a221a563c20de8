//! `/* … */` on lines of its own.

use crate::parse::Node;

/// The lines of a block comment in the form of a documentation comment, one line of text each.
///
/// A comment whose layout says something (blank lines, indentation, a frame of stars) is kept as it is.
pub(super) fn lines(comment: Node<'_>) -> Vec<String> {
    let text = comment.text().trim_end();
    match plain(text) {
        Some(lines) => {
            let mut all = vec!["/**".to_owned()];
            all.extend(lines.iter().map(|line| format!(" * {line}")));
            all.push(" */".to_owned());
            all
        }
        None => vec![text.to_owned()],
    }
}

/// The text line by line, where nothing but the frame around it would change.
fn plain(comment: &str) -> Option<Vec<&str>> {
    let inner = comment.strip_prefix("/*")?.strip_suffix("*/")?;
    let inner = inner.strip_prefix('*').unwrap_or(inner);
    let (first, rest) = inner.split_once('\n').unwrap_or((inner, ""));
    let mut lines: Vec<&str> = Vec::new();
    if !first.trim().is_empty() {
        lines.push(first.trim());
    }
    let mut rest: Vec<&str> = rest.split('\n').collect();
    if rest.last().is_some_and(|last| last.trim().is_empty()) {
        rest.pop();
    }
    let mut indentation = None;
    for line in rest {
        let (text, indent) = match line.trim_start().strip_prefix('*') {
            Some(text) => (text, text.len() - text.trim_start().len()),
            None => (line, line.len() - line.trim_start().len()),
        };
        // Another indentation than the first line's is layout.
        if text.trim().is_empty() || *indentation.get_or_insert(indent) != indent {
            return None;
        }
        lines.push(text.trim());
    }
    let framed = |line: &&str| line.starts_with('*') || line.ends_with('*');
    (!lines.is_empty() && !lines.iter().any(framed)).then_some(lines)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn only_comments_without_layout_are_rewritten() {
        assert_eq!(plain("/* a */"), Some(vec!["a"]));
        assert_eq!(plain("/**\n * a\n * b\n */"), Some(vec!["a", "b"]));
        assert_eq!(plain("/*\n  a\n  b\n*/"), Some(vec!["a", "b"]));
        for kept in [
            "/**/",
            "/* a",
            "/*\n a\n\n b\n*/",
            "/*\n a\n   b\n*/",
            "/*** a ***/",
        ] {
            assert_eq!(plain(kept), None, "{kept}");
        }
    }
}
