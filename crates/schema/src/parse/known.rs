//! What another text said in the same words: two versions of a schema are alike but for a few blocks, and those are parsed once.
//!
//! A block is what lies between two block heads in column 0, and parts that are cut there parse by themselves
//! ([`chunk`](super::chunk)), so that the same words have the same nodes wherever they stand.

use super::blank::is_blank;
use super::chunk;
use super::generated::Rule;
use super::tree::{NodeData, Tree};
use crate::hash::HashMap;

/// The blocks of some trees, by their text.
#[derive(Default)]
pub(crate) struct Known<'t> {
    blocks: HashMap<&'t str, Run<'t>>,
}

/// Nodes in a row, in the numbers of the tree that they are taken from.
#[derive(Clone, Copy)]
pub(super) struct Run<'t> {
    pub(super) nodes: &'t [NodeData],
    /// Where their text begins.
    pub(super) start: u32,
    /// The place of the first of them.
    pub(super) first: u32,
}

/// A piece of a text, which is known or is not.
pub(super) struct Piece<'p, 't> {
    pub(super) text: &'p str,
    pub(super) nodes: Option<Run<'t>>,
}

impl<'t> Known<'t> {
    pub(crate) fn of(trees: &'t [Tree]) -> Self {
        let mut known = Self::default();
        for tree in trees {
            known.learn(tree);
        }
        known
    }

    fn learn(&mut self, tree: &'t Tree) {
        let Some(blocks) = blocks(&tree.text) else {
            return;
        };
        let nodes = tree.nodes.as_slice();
        let mut start = 0;
        // Behind the root.
        let mut first = 1;
        for text in blocks {
            let end = start + text.len() as u32;
            let mut next = first;
            while let Some(node) = nodes.get(next)
                && node.start < end
                && node.rule != Rule::EOI
            {
                next = node.next as usize;
            }
            let own = Run {
                nodes: &nodes[first..next],
                start,
                first: first as u32,
            };
            self.blocks.insert(text, own);
            start = end;
            first = next;
        }
    }

    /// The pieces of a text, in order; `None` where nothing of it is known. Blocks in a row that are not known are one piece.
    pub(super) fn pieces<'p>(&self, text: &'p str) -> Option<Vec<Piece<'p, 't>>> {
        if self.blocks.is_empty() {
            return None;
        }
        let mut pieces: Vec<Piece<'p, 't>> = Vec::new();
        let mut start = 0;
        for block in blocks(text)? {
            let end = start + block.len();
            let nodes = self.blocks.get(block).copied();
            match pieces.last_mut() {
                Some(last) if last.nodes.is_none() && nodes.is_none() => {
                    last.text = &text[end - block.len() - last.text.len()..end];
                }
                _ => pieces.push(Piece { text: block, nodes }),
            }
            start = end;
        }
        let is_known = pieces.iter().any(|piece| piece.nodes.is_some());
        is_known.then_some(pieces)
    }
}

/// The blocks of a text; `None` where one can change how another is read.
fn blocks(text: &str) -> Option<Vec<&str>> {
    // One line with blanks of Unicode has all lines read otherwise.
    let has_blanks = || !text.is_ascii() && text.contains(is_blank);
    chunk::blocks(text).filter(|_| !has_blanks())
}

#[cfg(test)]
mod tests {
    use super::Known;
    use crate::parse::Tree;
    use crate::span::FileId;

    fn nodes(tree: &Tree) -> Vec<(super::Rule, u32, u32, u32)> {
        let nodes = tree.nodes.iter();
        nodes
            .map(|node| (node.rule, node.start, node.end, node.next))
            .collect()
    }

    #[test]
    fn a_text_beside_another_gives_the_tree_that_it_gives_alone() {
        let pieces = [
            "model A {\n  id Int @id // x\n}\n",
            "\n\n/// docs\nenum E {\n  A\n  B @map(\"b\")\n}\n",
            "model Open {\n  id Int @default(now(\n",
            "model List {\n  a Int @x([\n    1,\n",
            "model Raw {\n  a Int @x(\"\"\"\n text\n",
            "stray }\n}\n",
            "view é {\n  id Int\n}",
            "\nmodel B { tail\n} rest\n",
            "policy p { @@sql(\"x\") }\n",
            "\u{feff}",
            "domain D {\n  type = String @check(\"a\"\n",
            "\u{3000}model Wide {\n\u{a0}}\n",
            "/* open\n",
            "model C {",
            "",
        ];
        let text = |seed: usize, kinds: usize, length: usize| -> String {
            let mut at = seed;
            let next = |_| {
                at = (at * 31 + 11) % 1009;
                pieces[at % kinds]
            };
            (0..length).map(next).collect()
        };
        let mut taken = 0;
        for seed in 0..600 {
            // Blanks of Unicode and comments stand in some of them only.
            let kinds = [11, 11, 11, pieces.len()][seed % 4];
            let before = [text(seed, kinds, seed % 23), text(seed + 5, 9, 4)];
            let before = before.map(|text| Tree::parse(FileId(0), text.as_str().into()));
            let known = Known::of(&before);
            for after in [
                text(seed, kinds, seed % 19),
                text(seed + 1, 11, 9),
                before[0].text.to_string(),
                format!("model New {{\n}}\n{}", before[0].text),
            ] {
                let alone = Tree::parse(FileId(0), after.as_str().into());
                let beside = Tree::parse_beside(FileId(0), after.as_str().into(), &known);
                assert_eq!(nodes(&beside), nodes(&alone), "{after:?}");
                taken += usize::from(known.pieces(&after).is_some());
            }
        }
        assert!(taken > 1000, "{taken}");
    }
}
