//! Reading a tree: a node, its children, and the documentation that belongs to it.

use smallvec::SmallVec;

use super::Rule;
use super::tree::Tree;
use crate::span::Span;

/// A node of a tree.
#[derive(Clone, Copy)]
pub(crate) struct Node<'t> {
    tree: &'t Tree,
    index: u32,
}

impl<'t> Node<'t> {
    pub(super) fn new(tree: &'t Tree, index: u32) -> Self {
        Self { tree, index }
    }

    fn data(self) -> &'t super::tree::NodeData {
        &self.tree.nodes[self.index as usize]
    }

    pub(crate) fn rule(self) -> Rule {
        self.data().rule
    }

    pub(crate) fn text(self) -> &'t str {
        let data = self.data();
        &self.tree.text[data.start as usize..data.end as usize]
    }

    /// The whole text of the file it stands in.
    pub(crate) fn file_text(self) -> &'t str {
        &self.tree.text
    }

    pub(crate) fn start(self) -> u32 {
        self.data().start
    }

    pub(crate) fn end(self) -> u32 {
        self.data().end
    }

    /// Its place, without the blanks and line break that a line rule takes at its end.
    pub(crate) fn span(self) -> Span {
        let end = self.start() + self.text().trim_end().len() as u32;
        self.tree.span(self.start(), end)
    }

    /// Its text, without the blanks and line break that a line rule takes at its end.
    pub(crate) fn span_text(self) -> &'t str {
        self.text().trim_end()
    }

    /// A place in the same file.
    pub(crate) fn span_at(self, start: u32, end: u32) -> Span {
        self.tree.span(start, end)
    }

    pub(crate) fn children(self) -> impl Iterator<Item = Node<'t>> {
        let end = self.data().next;
        let mut at = self.index + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let node = Node::new(self.tree, at);
                at = node.data().next;
                node
            })
        })
    }

    /// The lines that begin with `@@`.
    pub(crate) fn block_attributes(self) -> impl Iterator<Item = Node<'t>> {
        self.children()
            .filter(|node| matches!(node.rule(), Rule::block_attribute | Rule::code_attribute))
    }

    /// The nodes without children, in order; the node itself if it has none.
    pub(crate) fn leaves(self) -> impl Iterator<Item = Node<'t>> {
        let end = self.data().next;
        let nodes = (self.index..end).map(move |index| Node::new(self.tree, index));
        nodes.filter(|node| node.data().next == node.index + 1)
    }

    pub(crate) fn child(self, rule: Rule) -> Option<Node<'t>> {
        self.children().find(|node| node.rule() == rule)
    }

    /// The statements of a file or block, each with the documentation that belongs to it.
    pub(crate) fn statements(self) -> Statements<'t> {
        Statements {
            at: Node::new(self.tree, self.index + 1),
            end: self.data().next,
        }
    }
}

/// Iterates over the statements of a file or block.
pub(crate) struct Statements<'t> {
    /// The next node, unless it is the end.
    at: Node<'t>,
    end: u32,
}

impl<'t> Statements<'t> {
    fn peek(&self) -> Option<Node<'t>> {
        (self.at.index < self.end).then_some(self.at)
    }

    fn step(&mut self) -> Option<Node<'t>> {
        let node = self.peek()?;
        self.at.index = node.data().next;
        Some(node)
    }
}

/// The documentation comments that belong to a statement.
pub(crate) struct Docs<'t>(SmallVec<[Node<'t>; 4]>);

impl<'t> Iterator for Statements<'t> {
    type Item = (Node<'t>, Docs<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let mut docs = SmallVec::new();
        loop {
            let node = self.step()?;
            if docs.last().is_some_and(|last| line_breaks(*last, node) > 1) {
                docs.clear();
            }
            match node.rule() {
                Rule::doc | Rule::block_comment => docs.push(node),
                Rule::comment => {}
                Rule::EOI | Rule::close | Rule::tail => docs.clear(),
                _ => {
                    if let Some(trailing) = self.peek()
                        && trailing.rule() == Rule::doc
                        && line_breaks(node, trailing) == 0
                    {
                        docs.push(trailing);
                        self.step();
                    }
                    return Some((node, Docs(docs)));
                }
            }
        }
    }
}

/// The line breaks between the end of one node's text and the start of the next node.
fn line_breaks(before: Node<'_>, after: Node<'_>) -> usize {
    let start = before.start() as usize + before.text().trim_end().len();
    before.file_text()[start..after.start() as usize]
        .matches('\n')
        .count()
}

impl Docs<'_> {
    /// Its lines joined, one leading blank of each removed; none if there are none.
    pub(crate) fn text(&self) -> Option<Box<str>> {
        if self.0.is_empty() {
            return None;
        }
        let mut lines: SmallVec<[&str; 8]> = SmallVec::new();
        for node in &self.0 {
            let text = node.text();
            if let Some(line) = text.strip_prefix("///") {
                lines.push(line.strip_prefix(' ').unwrap_or(line).trim_end());
                continue;
            }
            let body = text.trim_start_matches('/').trim_start_matches('*');
            let body = body.strip_suffix("*/").unwrap_or(body);
            let body = body
                .lines()
                .map(|line| line.trim().trim_start_matches('*').trim());
            lines.extend(body.filter(|line| !line.is_empty()));
        }
        (!lines.is_empty()).then(|| lines.join("\n").into())
    }
}
