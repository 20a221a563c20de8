//! The blocks that were touched, laid out anew.

use super::{Edit, spliced};
use crate::format::format;
use crate::parse::{Node, Rule, Tree};
use crate::span::FileId;

/// Makes one edit of those inside a block, with the block formatted. What stands behind its brace stays.
pub(super) fn block(node: Node<'_>, edits: &[Edit]) -> Edit {
    let start = node.start() as usize;
    // The text behind the brace is part of the node, and no line of the block.
    let end = match node.child(Rule::close) {
        Some(close) => close.start() as usize + 1,
        None => node.span().end as usize,
    };
    let text = spliced(&node.file_text()[start..end], start, edits.iter());
    let mut replacement = text_of(&text);
    if node.file_text()[start..end].contains("\r\n") {
        replacement = replacement.replace('\n', "\r\n");
    }
    Edit {
        span: node.span_at(start as u32, end as u32),
        replacement,
    }
}

/// A block as the formatter prints it, without a line break at its end.
pub(super) fn text_of(block: &str) -> String {
    let text = block.replace("\r\n", "\n");
    let formatted = format(&Tree::parse(FileId(0), text.into()));
    formatted.trim_end_matches('\n').to_owned()
}
