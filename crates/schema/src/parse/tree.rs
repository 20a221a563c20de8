//! The lossless tree of one file.

use std::sync::Arc;

use pest::Parser;

use super::cursor::Node;
use super::generated::{Rule, SchemaParser};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf<'t> {
    /// The text.
    pub text: &'t str,
    /// Whether it lies between two leaves.
    pub is_gap: bool,
}

impl Tree {
    /// Parses a file of less than 4 GiB.
    pub fn parse(file: FileId, text: Arc<str>) -> Self {
        let nodes = match SchemaParser::parse(Rule::file, &text) {
            Ok(pairs) => flatten(pairs),
            // No text leads here: the rule `file` takes everything. If it does after all, the whole text is one bad line,
            // so that the user sees an error and loses nothing.
            Err(_) => {
                let end = text.len() as u32;
                vec![
                    NodeData {
                        rule: Rule::file,
                        start: 0,
                        end,
                        next: 2,
                    },
                    NodeData {
                        rule: Rule::stray,
                        start: 0,
                        end,
                        next: 2,
                    },
                ]
            }
        };
        Self { file, text, nodes }
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

    pub(crate) fn root(&self) -> Node<'_> {
        Node::new(self, 0)
    }

    pub(crate) fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file, start, end)
    }
}

/// One pass over pest's tokens; walking pairs inside pairs would count siblings again and again.
fn flatten(pairs: pest::iterators::Pairs<'_, Rule>) -> Vec<NodeData> {
    let mut nodes: Vec<NodeData> = Vec::new();
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
