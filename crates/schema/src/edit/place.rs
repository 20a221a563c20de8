//! Where lines begin and end, so that a line goes with its comment and its line break.

use crate::parse::{Node, Rule};

/// The end of a line behind a node, its line break included. Comments that begin on the line belong to it.
pub(super) fn line_end(block: Node<'_>, node: Node<'_>) -> usize {
    let text = block.file_text();
    let mut end = node.span().end as usize;
    for after in block
        .children()
        .filter(|after| after.start() >= node.span().end)
    {
        let is_beside = matches!(
            after.rule(),
            Rule::doc | Rule::comment | Rule::block_comment
        ) && !text[end..after.start() as usize].contains('\n');
        if !is_beside {
            break;
        }
        end = after.span().end as usize;
    }
    match text[end..].find('\n') {
        // What follows on the line is no comment: the brace of a block on one line.
        Some(at) if text[end..end + at].trim().is_empty() => end + at + 1,
        None if text[end..].trim().is_empty() => text.len(),
        _ => end,
    }
}

/// The beginning of the line on which a place stands, if nothing but blanks stand between; else the place itself.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let before = text[..at].trim_end_matches([' ', '\t']);
    if before.is_empty() || before.ends_with('\n') {
        before.len()
    } else {
        at
    }
}

/// Where the documentation begins that stands right above a node, or the node itself.
pub(super) fn docs_start(parent: Node<'_>, node: Node<'_>) -> usize {
    let text = parent.file_text();
    let above: Vec<Node<'_>> = parent
        .children()
        .take_while(|before| before.start() < node.start())
        .collect();
    let mut start = node.start() as usize;
    for doc in above.iter().rev() {
        let end = doc.span().end as usize;
        let is_above = doc.rule() == Rule::doc
            && text[end..start].matches('\n').count() == 1
            && is_alone(text, doc.start() as usize);
        if !is_above {
            break;
        }
        start = doc.start() as usize;
    }
    line_start(text, start)
}

/// Whether nothing but blanks stand before a place on its line.
fn is_alone(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '\t']);
    before.is_empty() || before.ends_with('\n')
}
