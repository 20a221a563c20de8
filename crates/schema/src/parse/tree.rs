//! The lossless tree of one file.

use std::sync::Arc;

use pest::Parser;

use super::blank;
use super::cursor::Node;
use super::generated::{Rule, SchemaParser};
use super::known::{Known, Piece, Run};
use crate::parallel;
use crate::span::{FileId, Span};

/// The lossless tree of one file.
///
/// Nodes lie in preorder: the children of node `i` begin at `i + 1`, and `next` is the node after the whole subtree. Bytes
/// between two leaves are only blanks, line breaks, a byte order mark and punctuation.
#[derive(Clone, Debug)]
pub struct Tree {
    pub(super) file: FileId,
    pub(super) text: Arc<str>,
    pub(super) nodes: Vec<NodeData>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct NodeData {
    pub(super) rule: Rule,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) next: u32,
}

/// A leaf of a tree, or the bytes between two leaves.
///
/// ```
/// use relata_schema::{FileId, Tree};
/// let tree = Tree::parse(FileId(0), "enum E {\n  A\n}\n".into());
/// let words: Vec<_> = tree.leaves().filter(|leaf| !leaf.is_gap).map(|leaf| leaf.text).collect();
/// assert_eq!(words, ["enum", "E", "A", "}"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf<'t> {
    /// The text.
    pub text: &'t str,
    /// Whether it lies between two leaves.
    pub is_gap: bool,
}

impl Tree {
    /// Parses a file of less than 4 GiB. A large one is parsed in parts, on all processors.
    pub fn parse(file: FileId, text: Arc<str>) -> Self {
        let nodes = nodes(&text);
        // The grammar knows two blanks, since it asks for one at every step. A copy with others in their place has the same
        // offsets, so that its nodes are those of the text.
        let nodes = match blank::spaced(&text, &nodes) {
            Some(spaced) => self::nodes(&spaced),
            None => nodes,
        };
        Self { file, text, nodes }
    }

    /// Parses a file beside others that were parsed before: what it says in their words is taken from them.
    pub(crate) fn parse_beside(file: FileId, text: Arc<str>, known: &Known<'_>) -> Self {
        let nodes = known
            .pieces(&text)
            .map(|pieces| put_together(&pieces, text.len() as u32));
        match nodes {
            Some(nodes) => Self { file, text, nodes },
            None => Self::parse(file, text),
        }
    }

    /// The leaves and the gaps between them, in order; joined they give back the file.
    ///
    /// ```
    /// use relata_schema::{FileId, Tree};
    /// let text = "model A {\n  id Int @id // key\n}\n";
    /// let tree = Tree::parse(FileId(0), text.into());
    /// assert_eq!(tree.leaves().map(|leaf| leaf.text).collect::<String>(), text);
    /// ```
    pub fn leaves(&self) -> impl Iterator<Item = Leaf<'_>> {
        let mut at = 0;
        let last = std::iter::once(self.text.len()..self.text.len());
        let leaves = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(i, node)| node.next as usize == i + 1);
        leaves
            .map(|(_, node)| node.start as usize..node.end as usize)
            .chain(last)
            .flat_map(move |range| {
                let gap = Leaf {
                    text: &self.text[at..range.start],
                    is_gap: true,
                };
                let leaf = Leaf {
                    text: &self.text[range.clone()],
                    is_gap: false,
                };
                at = range.end;
                [gap, leaf].into_iter().filter(|leaf| !leaf.text.is_empty())
            })
    }

    /// The whole text.
    pub(crate) fn file_text(&self) -> Arc<str> {
        self.text.clone()
    }

    pub(crate) fn root(&self) -> Node<'_> {
        Node::new(self, 0)
    }

    pub(crate) fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file, start, end)
    }
}

fn nodes(text: &str) -> Vec<NodeData> {
    let parts = super::chunk::cut(text);
    match parts.as_slice() {
        [whole] => part(whole),
        parts => join(parts, &parallel::map(parts.to_vec(), part)),
    }
}

/// Parses one part of a file. Its offsets count from its own beginning.
fn part(text: &str) -> Vec<NodeData> {
    match SchemaParser::parse(Rule::file, text) {
        Ok(pairs) => flatten(pairs, text.len()),
        // No text leads here: the rule `file` takes everything. If it does after all, the text is one bad line, so that the
        // user sees an error and loses nothing.
        Err(_) => {
            let end = text.len() as u32;
            let node = |rule, start, next| NodeData {
                rule,
                start,
                end,
                next,
            };
            vec![
                node(Rule::file, 0, 3),
                node(Rule::stray, 0, 2),
                node(Rule::EOI, end, 3),
            ]
        }
    }
}

/// Puts the nodes of all parts under one root.
fn join(parts: &[&str], nodes: &[Vec<NodeData>]) -> Vec<NodeData> {
    let total: usize = nodes.iter().map(Vec::len).sum();
    let mut joined = Joined::with_capacity(total + 1);
    for (text, nodes) in parts.iter().zip(nodes) {
        joined.add(text, without_root(nodes));
    }
    joined.end()
}

/// Puts pieces under one root, and parses those that nothing is known of.
fn put_together(pieces: &[Piece<'_, '_>], bytes: u32) -> Vec<NodeData> {
    // As in `flatten`.
    let mut joined = Joined::with_capacity(bytes as usize / 5);
    for piece in pieces {
        match piece.nodes {
            Some(nodes) => joined.add(piece.text, nodes),
            None => joined.add(piece.text, without_root(&self::nodes(piece.text))),
        }
    }
    joined.end()
}

/// The nodes of a part without its own root and the mark of its end.
fn without_root(nodes: &[NodeData]) -> Run<'_> {
    Run {
        nodes: &nodes[1..nodes.len() - 1],
        start: 0,
        first: 1,
    }
}

/// Parts under one root.
struct Joined {
    nodes: Vec<NodeData>,
    bytes: u32,
}

impl Joined {
    fn with_capacity(nodes: usize) -> Self {
        let mut joined = Self {
            nodes: Vec::with_capacity(nodes),
            bytes: 0,
        };
        joined.nodes.push(NodeData {
            rule: Rule::file,
            start: 0,
            end: 0,
            next: 0,
        });
        joined
    }

    fn add(&mut self, text: &str, part: Run<'_>) {
        // Numbers go around where a part moves to the front.
        let offset = self.bytes.wrapping_sub(part.start);
        let shift = (self.nodes.len() as u32).wrapping_sub(part.first);
        self.nodes.extend(part.nodes.iter().map(|node| NodeData {
            rule: node.rule,
            start: node.start.wrapping_add(offset),
            end: node.end.wrapping_add(offset),
            next: node.next.wrapping_add(shift),
        }));
        self.bytes += text.len() as u32;
    }

    fn end(mut self) -> Vec<NodeData> {
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(NodeData {
            rule: Rule::EOI,
            start: self.bytes,
            end: self.bytes,
            next,
        });
        self.nodes[0].end = self.bytes;
        self.nodes[0].next = next;
        self.nodes
    }
}

/// One pass over pest's tokens; walking pairs inside pairs would count siblings again and again.
fn flatten(pairs: pest::iterators::Pairs<'_, Rule>, bytes: usize) -> Vec<NodeData> {
    // A node for every five bytes is what schemas have; growing from nothing would copy them all once more.
    let mut nodes: Vec<NodeData> = Vec::with_capacity(bytes / 5);
    let mut open: Vec<usize> = Vec::new();
    for token in pairs.tokens() {
        match token {
            pest::Token::Start { rule, pos } => {
                open.push(nodes.len());
                nodes.push(NodeData {
                    rule,
                    start: pos.pos() as u32,
                    end: 0,
                    next: 0,
                });
            }
            pest::Token::End { pos, .. } => {
                let next = nodes.len() as u32;
                if let Some(node) = open.pop() {
                    nodes[node].end = pos.pos() as u32;
                    nodes[node].next = next;
                }
            }
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_parts_gives_the_tree_of_the_whole() {
        // What could reach over a head, and what is broken, again and again, until there are many parts.
        let pieces = [
            "model A {\n  id Int @id // x\n}\n",
            "\n\n/// docs\nenum E {\n  A\n  B @map(\"b\")\n}\n",
            "model Open {\n  id Int @default(now(\n",
            "model List {\n  a Int @x([\n    1,\n",
            "model Raw {\n  a Int @x(\"\"\"\n text\n",
            "stray }\n}\n",
            "datasource db {\n  provider = \"sqlite\"\n\r\n",
            "other block {\n  what\n",
            "view é {\n  id Int\n}",
            "\nmodel B { tail\n} rest\n",
            "function f {\n  @@sql(\"\"\"\nCREATE\n",
            "policy p { @@sql(\"x\") }\n",
            "shape S on M { a { b\n c } d {\n",
            "domain D {\n  type = String @check(\"a\"\n",
        ];
        let mut text = String::new();
        let mut at = 7_usize;
        while text.len() < 400_000 {
            at = (at * 31 + 11) % 1009;
            text.push_str(pieces[at % pieces.len()]);
        }
        let tree = Tree::parse(FileId(0), text.as_str().into());
        assert!(super::super::chunk::cut(&text).len() > 5);
        let whole = part(&text);
        assert_eq!(tree.nodes.len(), whole.len());
        for (joined, whole) in tree.nodes.iter().zip(&whole) {
            assert_eq!(
                (joined.rule, joined.start, joined.end, joined.next),
                (whole.rule, whole.start, whole.end, whole.next)
            );
        }
    }
}
