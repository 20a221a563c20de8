//! What is wrong with the lines that no rule takes. Messages come from looking at the line, since the grammar takes everything.

use super::{Node, Rule, Tree};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::span::Span;

/// Finds every bad line, stray line, unknown block and unclosed block of a file, in source order.
pub(crate) fn check(tree: &Tree) -> Vec<Diagnostic> {
    let mut found = Findings::default();
    for item in tree.root().children() {
        match item.rule() {
            Rule::stray => found.push(stray(item)),
            Rule::unknown_block => found.push(unknown_block(item)),
            Rule::block
            | Rule::enumeration
            | Rule::config
            | Rule::code_block
            | Rule::domain
            | Rule::shape => block(item, &mut found),
            Rule::block_comment => open_comment(item, &mut found),
            _ => {}
        }
    }
    found.into_vec()
}

/// The blocks that hold a line which no rule takes: what is missing in them may be on that line.
pub(crate) fn broken_blocks(tree: &Tree) -> Vec<Span> {
    let blocks = tree.root().children().filter(|item| is_broken(*item));
    blocks.map(Node::span).collect()
}

/// Whether a block holds a line which no rule takes, or a property without a value.
pub(crate) fn is_broken(block: Node<'_>) -> bool {
    block.children().any(|line| match line.rule() {
        Rule::bad_line => true,
        Rule::property => line.children().count() < 2,
        _ => false,
    })
}

fn block(block: Node<'_>, found: &mut Findings) {
    // The lines after an open list are most likely its elements: one finding for all of them.
    let mut in_list = false;
    let mut in_raw = false;
    for line in block.children() {
        let follows = in_list;
        in_list = match line.rule() {
            Rule::bad_line => follows || open_bracket(line.text().trim_end()).is_some(),
            _ => false,
        };
        match line.rule() {
            Rule::bad_line if follows || found.is_full() => {}
            Rule::bad_line => {
                in_raw = line.text().contains('\n');
                found.push(bad_line(block, line));
            }
            Rule::property if line.children().count() < 2 => {
                let key = line.child(Rule::name).map_or("", Node::text);
                found.push(
                    Diagnostic::error(
                        Code::Syntax,
                        line.span(),
                        format!("the property `{key}` has no value"),
                    )
                    .help(format!("write `{key} = …`, or take the line out")),
                );
            }
            Rule::block_comment => open_comment(line, found),
            _ => {}
        }
    }
    if let Some(close) = block.child(Rule::close) {
        found.extend(behind_brace(close));
        found.extend(before_brace(block, close));
    } else if !in_raw {
        let name = block.child(Rule::name).map_or("", Node::text);
        let head_end = block.child(Rule::name).map_or(block.start(), Node::end);
        found.push(
            Diagnostic::error(
                Code::UnclosedBlock,
                block.span_at(block.start(), head_end),
                format!("the block `{name}` has no closing brace"),
            )
            .label("opened here")
            .help("end the block with a line `}`"),
        );
    }
}

/// What stands behind the closing brace is a comment or a mistake.
fn behind_brace(close: Node<'_>) -> Option<Diagnostic> {
    let rest = close.text()[1..].trim();
    if rest.is_empty() || rest.starts_with("//") {
        return None;
    }
    let end = close.span().end;
    let span = close.span_at(end - rest.len() as u32, end);
    Some(
        Diagnostic::error(
            Code::Syntax,
            span,
            "this text stands behind the end of a block",
        )
        .help("begin a new line, or make it a comment with `//`"),
    )
}

/// In the blocks of Prisma's language the brace stands on a line of its own; only a comment passes for a line before it.
fn before_brace(block: Node<'_>, close: Node<'_>) -> Option<Diagnostic> {
    let line_before = |at: u32| close.file_text()[..at as usize].trim_end_matches([' ', '\t']);
    let of_prisma = matches!(block.rule(), Rule::block | Rule::enumeration | Rule::config);
    if !of_prisma || line_before(close.start()).ends_with('\n') {
        return None;
    }
    let lines = block.children();
    let last = lines.filter(|line| line.end() <= close.start()).last()?;
    if last.rule() != Rule::block_comment || line_before(last.start()).ends_with('\n') {
        return None;
    }
    let brace = close.span_at(close.start(), close.start() + 1);
    Some(
        Diagnostic::error(
            Code::Syntax,
            brace,
            "the closing brace stands on a line of its own",
        )
        .help("begin a new line before it"),
    )
}

fn open_comment(comment: Node<'_>, found: &mut Findings) {
    if !comment.text().ends_with("*/") || comment.text().len() < 4 {
        let span = comment.span_at(comment.start(), comment.start() + 2);
        found.push(
            Diagnostic::error(Code::Syntax, span, "this comment is never closed")
                .help("end it with `*/`"),
        );
    }
}

fn stray(line: Node<'_>) -> Diagnostic {
    let error = |message: &str| Diagnostic::error(Code::Syntax, line.span(), message);
    let text = line.text();
    if text.starts_with('}') {
        return error("there is no open block that this brace could close")
            .help("take the brace out");
    }
    if text.contains('\0') {
        return error("this is no text but binary data").help("is this the right file?");
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        ["type", _, "=", ..] => error("type aliases are not in the language")
            .help("write the type at each field, or a `domain`"),
        ["shape", ..] => error("this block head is not complete")
            .help("write `shape Name on Model {` on one line"),
        [word, _, ..] if WORDS.contains(word) => {
            error("this block head has no `{`").help(format!("write `{word} Name {{` on one line"))
        }
        _ => error("this line is outside of any block").help(
            "a schema is made of blocks: `model Name {`, `enum Name {`, `view Name {`, `datasource db {`, `generator name {`",
        ),
    }
}

/// The words that begin a block.
const WORDS: [&str; 11] = [
    "model",
    "view",
    "enum",
    "type",
    "datasource",
    "generator",
    "domain",
    "function",
    "trigger",
    "policy",
    "shape",
];

fn unknown_block(block: Node<'_>) -> Diagnostic {
    let word = block.child(Rule::unknown_word);
    let text = word.map_or("", Node::text);
    let span = word.map_or(block.span(), Node::span);
    Diagnostic::error(Code::Syntax, span, format!("`{text}` is no kind of block"))
        .help(
            "the blocks are model, view, enum, domain, function, trigger, policy, shape, type, datasource and generator",
        )
        .did_you_mean(text, WORDS)
}

fn bad_line(block: Node<'_>, line: Node<'_>) -> Diagnostic {
    let text = line.text().trim_end();
    let words: Vec<&str> = text.split_whitespace().collect();
    let error = |message: String| Diagnostic::error(Code::Syntax, line.span(), message);
    // Only an open raw string takes more than its line.
    if text.contains('\n')
        && let Some(at) = text.find("\"\"\"")
    {
        let start = line.start() + at as u32;
        return Diagnostic::error(
            Code::Syntax,
            line.span_at(start, start + 3),
            "this text is never closed",
        )
        .label("opened here")
        .help("close it with \"\"\"");
    }
    if let Some((at, blank)) = odd_blank(text) {
        let start = line.start() + at as u32;
        let span = line.span_at(start, start + blank.len_utf8() as u32);
        let message = format!(
            "this blank is U+{:04X}, which is no blank of the language",
            blank as u32
        );
        return Diagnostic::error(Code::Syntax, span, message)
            .help("put a space in its place")
            .fix(span, " ");
    }
    if let Some((at, quote)) = open_string(text) {
        let start = line.start() + at as u32;
        return Diagnostic::error(Code::Syntax, line.span_at(start, line.span().end), "this string has no end")
            .help(format!("close it with {quote} on the same line; text over several lines stands in \"\"\"…\"\"\""));
    }
    if let Some((at, bracket)) = open_bracket(text) {
        let start = line.start() + at as u32;
        return Diagnostic::error(Code::Syntax, line.span_at(start, start + 1), format!("this `{bracket}` is not closed"))
            .help("a list ends with its bracket, at the latest before the next line that can only belong to the block");
    }
    if depth(text) > DEEPEST {
        return error(format!("brackets stand more than {DEEPEST} deep here"))
            .help("take some out");
    }
    match block.rule() {
        Rule::config => error("this line is no property".into()).help("write `key = value`"),
        Rule::domain => error("this line says nothing about a domain".into())
            .help("write `type = String`, with attributes behind it, or `@@attribute(…)`"),
        Rule::shape => error("this line includes nothing".into()).help(
            "write the name of a relation field, and those behind it in braces: `posts { tags }`",
        ),
        Rule::code_block => error("this line is no attribute".into())
            .help("write the whole statement as `@@sql(\"\"\"CREATE …\"\"\")`"),
        Rule::enumeration => error("this line is no enum value".into())
            .help("write one value a line, such as `ADMIN` or `ADMIN @map(\"admin\")`"),
        _ => match words.as_slice() {
            [name] if is_name(name) => error(format!("the field `{name}` has no type"))
                .help(format!("write `{name} String`, or another type")),
            _ => error("this line is no field and no attribute".into())
                .help("write `name Type @attributes`, or `@@attribute(…)` for the whole block"),
        },
    }
}

/// A blank that looks like a space, as editors and web pages put one in its place; not in a string or comment.
fn odd_blank(line: &str) -> Option<(usize, char)> {
    let mut in_string = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' => in_string = !in_string,
            '/' if !in_string && line[at..].starts_with("//") => return None,
            _ if !in_string && c.is_whitespace() && !c.is_ascii_whitespace() => {
                return Some((at, c));
            }
            _ => {}
        }
    }
    None
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// How many brackets the grammar takes inside each other.
const DEEPEST: usize = 64;

/// How deep the brackets of a line stand inside each other.
fn depth(line: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for c in line.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Where a string begins that does not end on its line.
fn open_string(line: &str) -> Option<(usize, &'static str)> {
    let (mut open, mut escaped) = (None, false);
    for (at, c) in line.char_indices() {
        match (open, c) {
            (Some(_), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(_), '"') if !escaped => open = None,
            (None, '"') => open = Some(at),
            (None, '/') if line[at..].starts_with("//") => break,
            _ => {}
        }
        escaped = false;
    }
    open.map(|at| {
        if line[..at].ends_with("\"\"") {
            (at - 2, "\"\"\"")
        } else {
            (at, "\"")
        }
    })
}

/// The last bracket that is open at the end of the line.
fn open_bracket(line: &str) -> Option<(usize, char)> {
    let mut open = Vec::new();
    let (mut in_string, mut escaped) = (false, false);
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '(' | '[' | '{' => open.push((at, c)),
            ')' | ']' | '}' => {
                open.pop();
            }
            '/' if line[at..].starts_with("//") => break,
            _ => {}
        }
    }
    open.pop()
}
