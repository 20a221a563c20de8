//! The blanks of Unicode, which Prisma takes where the grammar takes a space.

use super::generated::Rule;
use super::tree::NodeData;

/// A copy of the text with spaces in place of the blanks of Unicode outside of strings and comments, of the same length in
/// bytes; `None` if no line needs it.
pub(super) fn spaced(text: &str, nodes: &[NodeData]) -> Option<String> {
    let needs = nodes.iter().any(|node| {
        matches!(node.rule, Rule::bad_line | Rule::stray | Rule::type_ref)
            && text[node.start as usize..node.end as usize].contains(is_blank)
    });
    if !needs {
        return None;
    }
    let mut spaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = opaque(rest);
        if skipped > 0 {
            spaced.push_str(&rest[..skipped]);
            rest = &rest[skipped..];
            continue;
        }
        if is_blank(c) {
            spaced.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            spaced.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    (spaced != text).then_some(spaced)
}

/// Whether it is a separator of Unicode (category Zs) other than the space.
pub(super) fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// The length of the string or comment that the text begins with, zero if there is none.
fn opaque(text: &str) -> usize {
    let to = |end: &str, from: usize| {
        text[from..]
            .find(end)
            .map_or(text.len(), |at| from + at + end.len())
    };
    if text.starts_with("//") {
        text.find('\n').unwrap_or(text.len())
    } else if text.starts_with("/*") {
        to("*/", 2)
    } else if text.starts_with("\"\"\"") {
        to("\"\"\"", 3)
    } else if text.starts_with('"') {
        let mut escaped = false;
        for (at, c) in text.char_indices().skip(1) {
            match c {
                '\n' => return at,
                '"' if !escaped => return at + 1,
                _ => escaped = c == '\\' && !escaped,
            }
        }
        text.len()
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use crate::{FileId, Sources, Tree, analyze};

    #[test]
    fn blanks_of_unicode_are_blanks_outside_of_strings_and_comments() {
        let text = "model\u{a0}A {\n\u{3000}id\u{2003}Int @id // a\u{a0}b\n  s String\u{a0}? @default(\u{202f}\"x\u{a0}\\\"\u{a0}\")\n}\n";
        let analysis = analyze(&Sources::one("a.schema", text));
        assert!(
            analysis.diagnostics.is_empty(),
            "{:?}",
            analysis.diagnostics
        );
        let model = analysis.schema.models().next().unwrap();
        let default = format!("{:?}", model.fields().last().unwrap().default());
        assert!(default.contains("x\\u{a0}\\\"\\u{a0}"), "{default}");
        let tree = Tree::parse(FileId(0), text.into());
        assert_eq!(
            tree.leaves().map(|leaf| leaf.text).collect::<String>(),
            text
        );
        assert_eq!(
            crate::format(&tree),
            "model A {\n  id Int     @id // a\u{a0}b\n  s  String? @default(\"x\u{a0}\\\"\u{a0}\")\n}\n"
        );
    }
}
