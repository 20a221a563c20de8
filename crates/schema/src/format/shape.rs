//! The lines of a shape: one relation a line, those behind it in braces and further in.

use super::{breaks, is_comment, text};
use crate::parse::{Node, Rule};

/// A relation with what is behind it. Its first line is indented by whoever prints it.
pub(super) fn include(node: Node<'_>) -> String {
    let mut out = String::new();
    write(node, 1, &mut out);
    out
}

fn write(node: Node<'_>, depth: usize, out: &mut String) {
    out.push_str(node.child(Rule::name).map_or("", Node::text));
    let has_braces = node.text().trim_end().ends_with('}');
    let inner: Vec<Node<'_>> = node
        .children()
        .filter(|child| child.rule() != Rule::name)
        .collect();
    // Empty braces say nothing.
    if !has_braces || inner.is_empty() {
        return;
    }
    out.push_str(" {");
    let mut before = node.child(Rule::name);
    for child in inner {
        let beside = before.is_some_and(|before| breaks(before, child) == 0);
        if is_comment(child) && beside {
            out.push(' ');
        } else {
            out.push('\n');
            indent(depth + 1, out);
        }
        if child.rule() == Rule::include {
            write(child, depth + 1, out);
        } else {
            out.push_str(text::line(child));
        }
        before = Some(child);
    }
    out.push('\n');
    indent(depth, out);
    out.push('}');
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}
