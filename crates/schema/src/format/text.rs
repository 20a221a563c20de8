//! Attributes and values on one line.

use crate::parse::{Node, Rule};

/// A line that is kept as it is. A lone carriage return at its end would become half of a line break, and an open raw string
/// ends in line breaks.
pub(super) fn line(node: Node<'_>) -> &str {
    node.text().trim_end_matches(['\r', '\n'])
}

/// An attribute, argument or value with single blanks. What runs over several lines or holds a comment is kept as written,
/// since its lines were laid out by hand.
pub(super) fn one_line(node: Node<'_>) -> String {
    let text = node.text().trim_end();
    if text.contains('\n') {
        return text.to_owned();
    }
    let mut out = String::new();
    write(node, &mut out);
    out
}

fn write(node: Node<'_>, out: &mut String) {
    match node.rule() {
        Rule::attribute => {
            out.push('@');
            children(node, out);
        }
        Rule::block_attribute | Rule::code_attribute => {
            out.push_str("@@");
            children(node, out);
        }
        Rule::arguments => list(node, '(', ')', out),
        Rule::array => list(node, '[', ']', out),
        Rule::object => {
            if node.children().next().is_none() {
                out.push_str("{  }");
            } else {
                out.push_str("{ ");
                separated(node, out);
                out.push_str(" }");
            }
        }
        Rule::argument | Rule::call => children(node, out),
        Rule::label => {
            children(node, out);
            out.push_str(": ");
        }
        _ => out.push_str(node.text()),
    }
}

fn children(node: Node<'_>, out: &mut String) {
    for child in node.children() {
        write(child, out);
    }
}

fn list(node: Node<'_>, open: char, close: char, out: &mut String) {
    out.push(open);
    separated(node, out);
    out.push(close);
}

fn separated(node: Node<'_>, out: &mut String) {
    for (i, child) in node.children().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write(child, out);
    }
}
