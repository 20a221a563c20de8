//! Cutting a large file at block heads, so that its parts can be parsed by themselves and at the same time.
//!
//! A part is a valid file, so that one grammar serves both. The parts give the same tree as the whole, because nothing but a
//! block comment reaches over a block head in column 0: lists over several lines and `"""` strings end before one, and a block
//! without its `}` ends there too. Small parts also keep the parser's queue of tokens in the processor's cache.

/// The size that a part has at least; measured, with a flat optimum from 16 to 64 KiB.
const SIZE: usize = 32 * 1024;

/// Cuts a text before block heads, into parts that joined are the text. A text with a block comment stays whole.
pub(super) fn cut(text: &str) -> Vec<&str> {
    if text.len() < 2 * SIZE || text.contains("/*") {
        return vec![text];
    }
    let mut parts = Vec::with_capacity(text.len() / SIZE + 1);
    let mut start = 0;
    while let Some(end) = next_head(text, start + SIZE) {
        parts.push(&text[start..end]);
        start = end;
    }
    parts.push(&text[start..]);
    parts
}

/// Cuts a text before every block head, into parts that joined are the text; `None` for a text with a block comment.
pub(super) fn blocks(text: &str) -> Option<Vec<&str>> {
    if text.contains("/*") {
        return None;
    }
    let mut blocks = Vec::new();
    let mut start = 0;
    while let Some(end) = next_head(text, start) {
        blocks.push(&text[start..end]);
        start = end;
    }
    blocks.push(&text[start..]);
    Some(blocks)
}

/// The next block head that begins a line behind an offset.
fn next_head(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'\n')? + 1;
        if is_head(&bytes[at..]) {
            return Some(at);
        }
    }
}

/// Whether a line begins with a block head. It takes fewer names than the grammar (ASCII only); a head that it misses is only
/// no place to cut at.
fn is_head(line: &[u8]) -> bool {
    const WORDS: [&[u8]; 10] = [
        b"model",
        b"enum",
        b"type",
        b"view",
        b"datasource",
        b"generator",
        b"function",
        b"trigger",
        b"policy",
        b"domain",
    ];
    // Most lines are within a block.
    if matches!(line.first(), None | Some(b' ' | b'\t' | b'\n')) {
        return false;
    }
    let Some(rest) = WORDS.iter().find_map(|word| line.strip_prefix(*word)) else {
        return false;
    };
    let blanks = |bytes: &[u8]| {
        bytes
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count()
    };
    let rest = match blanks(rest) {
        0 => return false,
        count => &rest[count..],
    };
    if !rest
        .first()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
    {
        return false;
    }
    let name = rest
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        .count();
    let rest = &rest[name..];
    rest.get(blanks(rest)) == Some(&b'{')
}

#[cfg(test)]
mod tests {
    use super::{SIZE, cut, is_head};

    #[test]
    fn heads_are_lines_that_begin_a_block() {
        for head in [
            "model A {",
            "enum\tE_1{",
            "datasource db  {",
            "view a-b {\n",
            "function f {",
            "trigger t {",
            "policy p {",
            "domain D {",
        ] {
            assert!(is_head(head.as_bytes()), "{head}");
        }
        for other in [
            "modelA {",
            " model A {",
            "model 1 {",
            "model A",
            "model A = {",
            "models A {",
            "model é {",
            "function f() {",
            "domain D = {",
            "shape S on M {",
            "",
        ] {
            assert!(!is_head(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn parts_joined_are_the_text_and_begin_with_heads() {
        let text = "model M {\n  id Int @id\n}\n".repeat(20_000);
        let parts = cut(&text);
        assert!(parts.len() > 5);
        assert_eq!(parts.concat(), text);
        assert!(parts[1..].iter().all(|part| part.starts_with("model M")));
        assert!(parts.iter().all(|part| part.len() < 2 * SIZE));
        assert_eq!(cut(&format!("{text}/* open")).len(), 1);
    }
}
