//! The formatter: one style, in columns, that loses no text.
//!
//! It prints from the lossless tree, so that a file with errors is formatted too: what no rule takes is kept as it is. Comments
//! stay with the line they stand above, attributes of a block go below its fields, and blank lines part groups of aligned lines.

mod block;
mod comment;
mod table;
mod text;

use crate::parse::{Node, Rule, Tree};

/// Formats one file.
///
/// ```
/// let tree = relata_schema::Tree::parse(relata_schema::FileId(0), "model A {\n id Int @id\n  name String?\n}".into());
/// assert_eq!(relata_schema::format(&tree), "model A {\n  id   Int     @id\n  name String?\n}\n");
/// ```
pub fn format(tree: &Tree) -> String {
    let mut out = String::new();
    let mut before: Option<Node<'_>> = None;
    for item in tree.root().children() {
        if item.rule() == Rule::EOI {
            break;
        }
        if let Some(before) = before {
            let apart = is_block(before)
                || is_block(item) && !is_comment(before)
                || breaks(before, item) > 1;
            // A block comment stands on lines of its own.
            let stands_alone = before.rule() == Rule::block_comment;
            if breaks(before, item) > 0 || is_block(before) || stands_alone {
                out.push_str(if apart { "\n\n" } else { "\n" });
            } else {
                out.push(' ');
            }
        }
        if is_block(item) {
            block::print(item, &mut out);
        } else if item.rule() == Rule::block_comment {
            out.push_str(&comment::lines(item).join("\n"));
        } else {
            out.push_str(item.text());
        }
        before = Some(item);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn is_block(node: Node<'_>) -> bool {
    matches!(
        node.rule(),
        Rule::block | Rule::enumeration | Rule::config | Rule::unknown_block
    )
}

fn is_comment(node: Node<'_>) -> bool {
    matches!(node.rule(), Rule::comment | Rule::doc | Rule::block_comment)
}

/// The line breaks between two neighbours.
fn breaks(before: Node<'_>, after: Node<'_>) -> usize {
    let start = before.start() as usize + before.text().trim_end().len();
    before.file_text()[start..after.start() as usize]
        .matches('\n')
        .count()
}
