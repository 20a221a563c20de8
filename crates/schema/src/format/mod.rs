//! The formatter: one style, in columns, that loses no text.
//!
//! It prints from the lossless tree, so that a file with errors is formatted too: what no rule takes is kept as it is. Comments
//! stay with the line they stand above, attributes of a block go below its fields, and blank lines part groups of aligned lines.

mod block;
mod case;
mod comment;
mod complete;
mod relation;
mod shape;
mod table;
mod text;

use crate::parse::{Node, Rule, Tree};
use crate::span::{FileId, Sources};

/// Formats one file.
///
/// ```
/// let tree = relata_schema::Tree::parse(relata_schema::FileId(0), "model A {\n id Int @id\n  name String?\n}".into());
/// assert_eq!(relata_schema::format(&tree), "model A {\n  id   Int     @id\n  name String?\n}\n");
/// ```
pub fn format(tree: &Tree) -> String {
    // More than any text has been seen to need; each is one more pass over a file with mistakes.
    const ROUNDS: usize = 4;
    let mut out = print(tree);
    if !has_mistake(tree) {
        return out;
    }
    // What no rule takes may be taken otherwise from its new place: without its carriage return a line may be a good one, and an
    // open raw string ends before a block head that has come to begin a line. So it is printed until it stays as it is.
    for _ in 0..ROUNDS {
        let again = print(&Tree::parse(FileId(0), out.as_str().into()));
        if again == out {
            return out;
        }
        out = again;
    }
    tree.file_text().to_string()
}

/// Formats all files of a schema, and completes its relations: the missing field on the other side, `fields` and `references`,
/// and the columns that they name. A schema that cannot be read, or whose names do not resolve, is formatted only.
///
/// ```
/// let sources = relata_schema::Sources::one(
///     "app.schema",
///     "model User {\n  id Int @id\n}\n\nmodel Post {\n  id Int @id\n  author User\n}\n",
/// );
/// assert_eq!(
///     relata_schema::format_sources(&sources),
///     ["model User {\n  id    Int    @id\n  posts Post[]\n}\n\nmodel Post {\n  id     Int  @id\n  author User @relation(fields: [userId], references: [id])\n  userId Int\n}\n"],
/// );
/// ```
pub fn format_sources(sources: &Sources) -> Vec<String> {
    let trees = crate::parse_all(sources);
    let formatted: Vec<String> = trees.iter().map(format).collect();
    // A valid schema lacks nothing.
    if crate::analyze_trees(&trees, &mut |_| ()).is_valid() {
        return formatted;
    }
    // Old spellings are mended by now, so that what they hid is seen in the first run and not in the second.
    let trees: Vec<Tree> = sources
        .iter()
        .zip(formatted)
        .map(|((file, _), text)| Tree::parse(file, text.into()))
        .collect();
    let insertions = complete::insertions(&trees, &crate::analyze_trees(&trees, &mut |_| ()));
    let files = sources.iter().zip(&trees);
    files
        .map(|((file, _), tree)| {
            let start = (file, 0);
            let end = (file, u32::MAX);
            let mut text = tree.root().file_text().to_owned();
            // From the end, so that the places before stay as they are.
            let mut added = insertions.range(start..=end).rev().peekable();
            if added.peek().is_none() {
                return text;
            }
            for ((_, at), added) in added {
                text.insert_str(*at as usize, added);
            }
            format(&Tree::parse(file, text.into()))
        })
        .collect()
}

/// Whether there is text that no rule takes.
fn has_mistake(tree: &Tree) -> bool {
    let is_mistake = |node: &Node<'_>| match node.rule() {
        Rule::bad_line | Rule::stray | Rule::tail => true,
        Rule::close => node.text() != "}",
        _ => false,
    };
    let items = tree.root().children();
    items
        .flat_map(|item| std::iter::once(item).chain(item.children()))
        .any(|node| is_mistake(&node))
}

fn print(tree: &Tree) -> String {
    let mut out = String::new();
    let mut before: Option<Node<'_>> = None;
    for item in tree.root().children() {
        if item.rule() == Rule::EOI {
            break;
        }
        if !is_block(item) && text::line(item).is_empty() {
            continue;
        }
        if let Some(before) = before {
            out.push_str(between(before, item));
        }
        if is_block(item) {
            block::print(item, &mut out);
        } else if item.rule() == Rule::block_comment {
            out.push_str(&comment::lines(item).join("\n"));
        } else {
            out.push_str(text::line(item));
        }
        before = Some(item);
    }
    out.push('\n');
    out
}

/// What stands between two items: one line break, or two to set them apart.
fn between(before: Node<'_>, item: Node<'_>) -> &'static str {
    // A comment behind a block has become a line below it; documentation there is not that of the next block.
    let ends_in_comment = is_block(before)
        && block::comment_behind(before).is_some_and(|text| !text.starts_with("///"));
    // A line that no rule takes may belong to what follows it, too.
    let is_comment = is_comment(before) || ends_in_comment || before.rule() == Rule::stray;
    let apart = is_block(before) && !ends_in_comment
        || is_block(item) && !is_comment
        || breaks(before, item) > 1;
    // A block comment stands on lines of its own.
    let alone = is_block(before) || before.rule() == Rule::block_comment;
    match (apart, alone || breaks(before, item) > 0) {
        (true, _) => "\n\n",
        (false, true) => "\n",
        (false, false) => " ",
    }
}

fn is_block(node: Node<'_>) -> bool {
    matches!(
        node.rule(),
        Rule::block
            | Rule::enumeration
            | Rule::config
            | Rule::code_block
            | Rule::domain
            | Rule::shape
            | Rule::unknown_block
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
