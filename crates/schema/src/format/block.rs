//! One block: its head, its lines in columns, its attributes below.

use super::table::Table;
use super::{breaks, comment, is_comment, shape, text};
use crate::parse::{Node, Rule};

pub(super) fn print(block: Node<'_>, out: &mut String) {
    head(block, out);
    let lines: Vec<Node<'_>> = block.children().filter(|node| !is_frame(*node)).collect();
    let Parts {
        mut lines,
        attributes,
    } = part(&lines);
    let last = lines.pop_if(|line| stays_last(block, line.node) && !attributes.is_empty());
    let mut table = Table::default();
    let mut had_lines = false;
    for Line { node, gap } in lines {
        // What stands behind a comment on one line stays there.
        if gap == 0 && (is_comment(node) || node.rule() == Rule::bad_line) && had_lines {
            table.behind(text::line(node));
            continue;
        }
        if gap > 1 && had_lines {
            table.flush(out);
            out.push('\n');
        }
        match node.rule() {
            Rule::field => field(node, &mut table),
            Rule::value_line => value(node, &mut table),
            Rule::property => property(node, &mut table),
            Rule::domain_type => domain_type(node, &mut table),
            Rule::include => table.free(shape::include(node)),
            Rule::block_comment => {
                for line in comment::lines(node) {
                    table.free(line);
                }
            }
            _ => table.free(text::line(node)),
        }
        had_lines = true;
    }
    table.flush(out);
    if !attributes.is_empty() {
        // Server code is nothing but attributes, which need not be set apart from anything.
        if had_lines || block.rule() != Rule::code_block {
            out.push('\n');
        }
        print_attributes(attributes, out);
    }
    if let Some(last) = last {
        table.free(text::line(last.node));
        table.flush(out);
    }
    match block.children().find(|node| node.rule() == Rule::close) {
        // What follows the brace is a comment, which moves to a line of its own, or text that has no place there and is kept.
        Some(_) => match comment_behind(block) {
            Some(comment) => {
                out.push_str("}\n\n");
                out.push_str(comment);
            }
            None => {
                // A blank that the language does not know stays: with another in its place, the text could be a comment or a block.
                let rest = behind(block).trim_matches([' ', '\t']).trim_end();
                let is_apart = rest.is_empty() || rest.starts_with(char::is_whitespace);
                out.push_str(if is_apart { "}" } else { "} " });
                out.push_str(rest);
            }
        },
        None => {
            let end = out.trim_end_matches('\n').len();
            out.truncate(end);
        }
    }
}

/// An open raw string takes everything up to the end of its block; what moved below it would become part of it.
fn stays_last(block: Node<'_>, line: Node<'_>) -> bool {
    let last = block.children().last();
    line.rule() == Rule::bad_line && last.is_some_and(|last| last.start() == line.start())
}

/// What stands behind the closing brace.
fn behind(block: Node<'_>) -> &str {
    block
        .child(Rule::close)
        .map_or("", |close| &close.text()[1..])
}

/// The comment behind the closing brace.
pub(super) fn comment_behind(block: Node<'_>) -> Option<&str> {
    Some(behind(block).trim()).filter(|text| text.starts_with("//"))
}

/// The head, the text behind its brace, and the closing brace are no lines of the block.
fn is_frame(node: Node<'_>) -> bool {
    matches!(
        node.rule(),
        Rule::block_word
            | Rule::enum_word
            | Rule::config_word
            | Rule::code_word
            | Rule::domain_word
            | Rule::shape_word
            | Rule::on_word
            | Rule::model_name
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
    if let Some(on) = block.child(Rule::model_name) {
        out.push_str(" on ");
        out.push_str(on.text());
    }
    out.push_str(" {");
    if let Some(tail) = block.child(Rule::tail) {
        let tail = tail.text().trim();
        if !tail.is_empty() && tail != "}" {
            out.push(' ');
        }
        out.push_str(tail);
    }
    out.push('\n');
}

/// Whether it is a line that begins with `@@`.
fn is_attribute(node: Node<'_>) -> bool {
    matches!(node.rule(), Rule::block_attribute | Rule::code_attribute)
}

/// A line, and the line breaks between it and what stands before it in the file.
struct Line<'t> {
    node: Node<'t>,
    gap: usize,
}

/// The lines of a block on one side, its attributes with the comments directly above and behind them on the other.
struct Parts<'t> {
    lines: Vec<Line<'t>>,
    attributes: Vec<Vec<Node<'t>>>,
}

fn part<'t>(lines: &[Node<'t>]) -> Parts<'t> {
    let mut rest: Vec<Line<'t>> = Vec::new();
    let mut attributes: Vec<Vec<Node<'t>>> = Vec::new();
    let mut comments: Vec<Line<'t>> = Vec::new();
    let mut last: Option<Node<'t>> = None;
    for &node in lines {
        let gap = last.map_or(1, |last| breaks(last, node));
        let line = Line { node, gap };
        if is_comment(node) && gap == 0 && last.is_some_and(is_attribute) {
            if let Some(group) = attributes.last_mut() {
                group.push(node);
            }
        } else if is_comment(node) && gap > 0 {
            if gap > 1 {
                rest.append(&mut comments);
            }
            comments.push(line);
        } else if is_attribute(node) {
            if gap > 1 {
                rest.append(&mut comments);
            }
            let above = comments.drain(..).map(|line| line.node);
            attributes.push(above.chain([node]).collect());
        } else {
            rest.append(&mut comments);
            rest.push(line);
        }
        last = Some(node);
    }
    rest.append(&mut comments);
    Parts {
        lines: rest,
        attributes,
    }
}

fn print_attributes(mut attributes: Vec<Vec<Node<'_>>>, out: &mut String) {
    let rank = |group: &Vec<Node<'_>>| {
        let attribute = group.iter().find(|node| is_attribute(**node));
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
            if is_attribute(node) {
                table.free(text::one_line(node));
                attribute_seen = true;
            } else if attribute_seen {
                table.behind(text::line(node));
            } else if node.rule() == Rule::block_comment {
                for line in comment::lines(node) {
                    table.free(line);
                }
            } else {
                table.free(text::line(node));
            }
        }
        table.flush(out);
    }
}

fn field(line: Node<'_>, table: &mut Table) {
    let name = line.child(Rule::name).map_or("", Node::text).to_owned();
    let ty = line.child(Rule::type_ref).map_or("", Node::text);
    let ty = &without_blanks(ty);
    // `[Type]` and `Type!` are old spellings with one meaning each.
    let ty = match ty.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) if !inner.contains('[') => format!("{inner}[]"),
        _ => ty.trim_end_matches('!').to_owned(),
    };
    table.row(vec![name, ty, attributes(line)]);
}

/// A type without the blanks before its modifiers.
fn without_blanks(ty: &str) -> String {
    let (base, modifiers) = match ty.rfind(')') {
        Some(at) => ty.split_at(at),
        None => ("", ty),
    };
    let modifiers = modifiers.split(char::is_whitespace);
    std::iter::once(base).chain(modifiers).collect()
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

fn domain_type(line: Node<'_>, table: &mut Table) {
    let key = line.child(Rule::name).map_or("", Node::text);
    let ty = without_blanks(line.child(Rule::type_ref).map_or("", Node::text));
    table.row(vec![key.to_owned(), format!("= {ty}"), attributes(line)]);
}
