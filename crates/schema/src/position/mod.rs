//! What stands at a place of a file, where a name is defined, and where it is used: what an editor asks.

mod meaning;

use crate::ir::Schema;
use crate::parse::{Node, Rule, Tree};
use crate::span::Span;

/// What stands at an offset of a file, from the outside in. What does not apply is `None`.
///
/// ```
/// use relata_schema::{FileId, LeafKind, Position, Tree};
/// let tree = Tree::parse(FileId(0), "model A {\n  id Int @default(now())\n}\n".into());
/// let at = Position::at(&tree, 30);
/// assert_eq!(at.block.unwrap().text, "A");
/// assert_eq!(at.line.unwrap().text, "id");
/// assert_eq!(at.attribute.unwrap().text, "default");
/// assert_eq!((at.leaf.unwrap().kind, at.leaf.unwrap().named.text), (LeafKind::Path, "now"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position<'t> {
    /// The block, by its name.
    pub block: Option<Named<'t>>,
    /// The field, enum value or property, by its name.
    pub line: Option<Named<'t>>,
    /// The attribute, by its path without `@`.
    pub attribute: Option<Named<'t>>,
    /// The argument of the attribute, by its label.
    pub argument: Option<Named<'t>>,
    /// The function whose arguments it is in, innermost: `raw` of `raw("…")`, `author` of `author(sort: Desc)`.
    pub call: Option<Named<'t>>,
    /// The leaf itself; `None` between leaves.
    pub leaf: Option<LeafAt<'t>>,
}

/// A piece of text with its place.
///
/// ```
/// use relata_schema::{FileId, Position, Tree};
/// let text = "model A {\n  id Int @id\n}\n";
/// let tree = Tree::parse(FileId(0), text.into());
/// let position = Position::at(&tree, text.find("Int").unwrap() as u32);
/// assert_eq!(position.block.unwrap().text, "A");
/// assert_eq!(position.line.unwrap().text, "id");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<'t> {
    /// The text.
    pub text: &'t str,
    /// Where it stands.
    pub span: Span,
}

/// A leaf and what it is.
///
/// ```
/// use relata_schema::{FileId, Position, Tree};
/// let text = "model A {\n  id Int @id\n}\n";
/// let tree = Tree::parse(FileId(0), text.into());
/// let position = Position::at(&tree, text.find("Int").unwrap() as u32);
/// let leaf = position.leaf.unwrap();
/// assert_eq!(leaf.named.text, "Int");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafAt<'t> {
    /// What it is.
    pub kind: LeafKind,
    /// Its text and place.
    pub named: Named<'t>,
}

/// What a leaf is.
///
/// ```
/// use relata_schema::{FileId, LeafKind, Position, Tree};
/// let text = "model A {\n  id Int @id\n}\n";
/// let tree = Tree::parse(FileId(0), text.into());
/// let position = Position::at(&tree, text.find("Int").unwrap() as u32);
/// assert_eq!(position.leaf.unwrap().kind, LeafKind::Type);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LeafKind {
    /// The word that begins a block.
    Keyword,
    /// The name of a block.
    BlockName,
    /// The name of a field, enum value or property.
    LineName,
    /// The type of a field.
    Type,
    /// The path of an attribute.
    Attribute,
    /// The label of an argument.
    Label,
    /// A name in a value: a field, an enum value, a function, `true`.
    Path,
    /// A string.
    String,
    /// A number.
    Number,
    /// A comment or documentation.
    Comment,
    /// Text that is not understood, or without meaning.
    Other,
}

impl<'t> Position<'t> {
    /// Finds what stands at a byte offset. Just behind a leaf counts as on it, since that is where a cursor stands that has
    /// just written it.
    pub fn at(tree: &'t Tree, offset: u32) -> Self {
        let mut position = Self::default();
        let mut node = tree.root();
        loop {
            let inside = node
                .children()
                .filter(|child| child.start() <= offset && offset <= child.end());
            // Of two that touch here, the one that begins here.
            let Some(next) = inside.last() else { break };
            position.enter(next, node);
            node = next;
        }
        position
    }

    fn enter(&mut self, node: Node<'t>, parent: Node<'t>) {
        match node.rule() {
            Rule::block
            | Rule::enumeration
            | Rule::config
            | Rule::unknown_block
            | Rule::code_block
            | Rule::domain
            | Rule::shape => {
                self.block = node.child(Rule::name).map(Named::of);
            }
            Rule::field | Rule::value_line | Rule::property | Rule::domain_type => {
                self.line = node.child(Rule::name).map(Named::of);
            }
            Rule::attribute | Rule::block_attribute | Rule::code_attribute => {
                self.attribute = node.child(Rule::path).map(Named::of);
            }
            Rule::argument if parent.rule() == Rule::arguments && self.call.is_none() => {
                self.argument = node
                    .child(Rule::label)
                    .and_then(|label| label.child(Rule::path))
                    .map(Named::of);
            }
            Rule::arguments if parent.rule() == Rule::call => {
                self.call = parent.child(Rule::path).map(Named::of);
            }
            _ => {}
        }
        if node.children().next().is_none() {
            self.leaf = Some(LeafAt {
                kind: kind(node, parent),
                named: Named::of(node),
            });
        }
    }
}

impl<'t> Named<'t> {
    fn of(node: Node<'t>) -> Self {
        let span = node.span();
        Self {
            text: node.text().trim_end(),
            span,
        }
    }
}

fn kind(node: Node<'_>, parent: Node<'_>) -> LeafKind {
    match (node.rule(), parent.rule()) {
        (
            Rule::block_word
            | Rule::enum_word
            | Rule::config_word
            | Rule::code_word
            | Rule::domain_word
            | Rule::shape_word
            | Rule::on_word
            | Rule::unknown_word,
            _,
        ) => LeafKind::Keyword,
        (Rule::name, Rule::field | Rule::value_line | Rule::property | Rule::domain_type) => {
            LeafKind::LineName
        }
        (Rule::name, Rule::include) => LeafKind::Path,
        (Rule::name, _) => LeafKind::BlockName,
        (Rule::type_ref | Rule::model_name, _) => LeafKind::Type,
        (Rule::path, Rule::attribute | Rule::block_attribute | Rule::code_attribute) => {
            LeafKind::Attribute
        }
        (Rule::path, Rule::label) => LeafKind::Label,
        (Rule::path, _) => LeafKind::Path,
        (Rule::string, _) => LeafKind::String,
        (Rule::number, _) => LeafKind::Number,
        (Rule::doc | Rule::comment | Rule::block_comment, _) => LeafKind::Comment,
        _ => LeafKind::Other,
    }
}

/// Finds the place of the name that the leaf at an offset stands for: a model, an enum, a domain, a
/// field, an enum value; in a shape, a relation field. A name that
/// is its own definition leads to itself; what stands for nothing leads nowhere.
pub fn definition(schema: &Schema, tree: &Tree, offset: u32) -> Option<Span> {
    meaning::of(schema, &Position::at(tree, offset))
}

/// Finds every place that stands for the name defined at a span, the definition included, in the order of the trees.
pub fn references(schema: &Schema, trees: &[Tree], definition: Span) -> Vec<Span> {
    let mut found = Vec::new();
    for tree in trees {
        for leaf in tree.root().leaves() {
            if matches!(
                leaf.rule(),
                Rule::name | Rule::type_ref | Rule::model_name | Rule::path
            ) {
                let position = Position::at(tree, leaf.start());
                if meaning::of(schema, &position) == Some(definition)
                    && let Some(leaf) = position.leaf
                {
                    found.push(leaf.named.span);
                }
            }
        }
    }
    found
}
