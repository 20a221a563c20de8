//! One block: its head, its lines in columns, its attributes below.

use super::table::Table;
use super::{breaks, is_comment, text};
use crate::parse::{Node, Rule};

pub(super) fn print(block: Node<'_>, out: &mut String) {
    head(block, out);
    let lines: Vec<Node<'_>> = block.children().filter(|node| !is_frame(*node)).collect();
    let (lines, attributes) = part(&lines);
    let mut table = Table::default();
    let mut before: Option<Node<'_>> = None;
    for line in lines {
        let gap = before.map_or(1, |before| breaks(before, line));
        if gap == 0 && is_comment(line) && before.is_some() {
            table.behind(line.text());
            before = Some(line);
            continue;
        }
        if gap > 1 {
            table.flush(out);
            out.push('\n');
        }
        match line.rule() {
            Rule::field => field(line, &mut table),
            Rule::value_line => value(line, &mut table),
            Rule::property => property(line, &mut table),
            Rule::block_comment => block_comment(line, &mut table),
            _ => table.free(line.text()),
        }
        before = Some(line);
    }
    let had_lines = before.is_some();
    table.flush(out);
    if !attributes.is_empty() {
        if had_lines {
            out.push('\n');
        }
        print_attributes(attributes, out);
    }
    match block.children().find(|node| node.rule() == Rule::close) {
        // What follows the brace is ignored text or a comment; it moves to its own line, and is not lost.
        Some(close) => match close.text()[1..].trim() {
            "" => out.push('}'),
            rest if rest.starts_with("//") => {
                out.push_str("}\n");
                out.push_str(rest);
            }
            rest => {
                out.push_str("} ");
                out.push_str(rest);
            }
        },
        None => {
            let end = out.trim_end().len();
            out.truncate(end);
        }
    }
}

/// The head, the text behind its brace, and the closing brace are no lines of the block.
fn is_frame(node: Node<'_>) -> bool {
    matches!(
        node.rule(),
        Rule::block_word
            | Rule::enum_word
            | Rule::config_word
            | Rule::unknown_word
            | Rule::name
            | Rule::tail
            | Rule::close
    )
}

fn head(block: Node<'_>, out: &mut String) {
    let mut words = block.children().take(2).map(Node::text);
    let (word, name) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    out.push_str(word);
    out.push(' ');
    out.push_str(name);
    out.push_str(" {");
    if let Some(tail) = block.child(Rule::tail) {
        let tail = tail.text().trim();
        if !tail.is_empty() {
            out.push(' ');
            out.push_str(tail);
        }
    }
    out.push('\n');
}

/// Lines on one side, block attributes with the comments directly above and behind them on the other.
#[allow(clippy::type_complexity, reason = "two lists, the second of groups")]
fn part<'t>(lines: &[Node<'t>]) -> (Vec<Node<'t>>, Vec<Vec<Node<'t>>>) {
    let mut rest: Vec<Node<'t>> = Vec::new();
    let mut attributes: Vec<Vec<Node<'t>>> = Vec::new();
    let mut comments: Vec<Node<'t>> = Vec::new();
    let mut last: Option<Node<'t>> = None;
    for &line in lines {
        let gap = last.map_or(1, |last| breaks(last, line));
        if is_comment(line)
            && gap == 0
            && last.is_some_and(|last| last.rule() == Rule::block_attribute)
        {
            if let Some(group) = attributes.last_mut() {
                group.push(line);
            }
        } else if is_comment(line) && gap > 0 {
            if gap > 1 {
                rest.append(&mut comments);
            }
            comments.push(line);
        } else if line.rule() == Rule::block_attribute {
            if gap > 1 {
                rest.append(&mut comments);
            }
            comments.push(line);
            attributes.push(std::mem::take(&mut comments));
        } else {
            rest.append(&mut comments);
            rest.push(line);
        }
        last = Some(line);
    }
    rest.append(&mut comments);
    (rest, attributes)
}

fn print_attributes(mut attributes: Vec<Vec<Node<'_>>>, out: &mut String) {
    let rank = |group: &Vec<Node<'_>>| {
        let attribute = group
            .iter()
            .find(|node| node.rule() == Rule::block_attribute);
        let path = attribute
            .and_then(|node| node.child(Rule::path))
            .map_or("", Node::text);
        ["id", "unique", "index", "fulltext", "map", "ignore"]
            .iter()
            .position(|known| *known == path)
            .unwrap_or(6)
    };
    attributes.sort_by_key(rank);
    for group in attributes {
        let mut table = Table::default();
        let mut attribute_seen = false;
        for node in group {
            if node.rule() == Rule::block_attribute {
                table.free(text::one_line(node));
                attribute_seen = true;
            } else if attribute_seen {
                table.behind(node.text());
            } else {
                table.free(node.text());
            }
        }
        table.flush(out);
    }
}

fn field(line: Node<'_>, table: &mut Table) {
    let name = line.child(Rule::name).map_or("", Node::text).to_owned();
    let ty = line.child(Rule::type_ref).map_or("", Node::text);
    // `[Type]` and `Type!` are old spellings with one meaning each.
    let ty = match ty.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) if !inner.contains('[') => format!("{inner}[]"),
        _ => ty.strip_suffix('!').unwrap_or(ty).to_owned(),
    };
    table.row(vec![name, ty, attributes(line)]);
}

fn value(line: Node<'_>, table: &mut Table) {
    let name = line.child(Rule::name).map_or("", Node::text).to_owned();
    table.row(vec![name, attributes(line)]);
}

fn attributes(line: Node<'_>) -> String {
    const ORDER: [&str; 9] = [
        "id",
        "unique",
        "default",
        "updatedAt",
        "index",
        "fulltext",
        "map",
        "relation",
        "ignore",
    ];
    let mut attributes: Vec<Node<'_>> = line
        .children()
        .filter(|node| node.rule() == Rule::attribute)
        .collect();
    attributes.sort_by_key(|attribute| {
        let path = attribute.child(Rule::path).map_or("", Node::text);
        ORDER
            .iter()
            .position(|known| *known == path)
            .unwrap_or(ORDER.len())
    });
    let attributes: Vec<String> = attributes.into_iter().map(text::one_line).collect();
    attributes.join(" ")
}

fn property(line: Node<'_>, table: &mut Table) {
    let key = line.child(Rule::name).map_or("", Node::text).to_owned();
    let value = line
        .children()
        .nth(1)
        .map(text::one_line)
        .unwrap_or_default();
    table.row(vec![key, format!("= {value}")]);
}

/// A comment over several lines keeps its text; its first line is set to the block's indentation.
fn block_comment(comment: Node<'_>, table: &mut Table) {
    table.free(comment.text().trim_end());
}
