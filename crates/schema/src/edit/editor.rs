//! What shall change, said in the terms of the schema.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Conflict, Edit, Edits, layout, place};
use crate::hash::HashMap;
use crate::parse::{Node, Rule, Tree};
use crate::span::{FileId, Span};

/// Which attribute of a line or block is meant.
///
/// ```
/// use relata_schema::edit::{Attribute, Editor};
/// use relata_schema::{FileId, Sources, Tree, analyze};
/// let sources = Sources::one("a.schema", "model A {\n  id Int @id @db.Integer\n}\n");
/// let schema = analyze(&sources).schema;
/// let id = schema.find_model("A").unwrap().find_field("id").unwrap();
/// let trees = [Tree::parse(FileId(0), sources.get(FileId(0)).text.clone())];
/// let mut editor = Editor::new(&trees);
/// editor.set_attribute(id.name_span(), Attribute::Below("db"), None);
/// assert_eq!(editor.finish().unwrap().apply(&sources), ["model A {\n  id Int @id\n}\n"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute<'a> {
    /// The one of this name, without its `@`: `default`.
    Named(&'a str),
    /// The one below this name: `db` for `@db.Text`.
    Below(&'a str),
}

impl Attribute<'_> {
    fn is(self, path: &str) -> bool {
        match self {
            Self::Named(name) => path == name,
            Self::Below(prefix) => path
                .split_once('.')
                .is_some_and(|(before, _)| before == prefix),
        }
    }
}

/// Makes edits from what shall change. Fields, values and blocks are addressed by the place of their names
/// ([`name_span`](crate::ir::Field::name_span)), attributes by their own; what does not exist is left alone.
///
/// ```
/// use relata_schema::edit::{Attribute, Editor};
/// use relata_schema::{FileId, Sources, Tree, analyze};
/// let sources = Sources::one("a.schema", "model A { // kept\n  id Int @id\n}\n");
/// let schema = analyze(&sources).schema;
/// let id = schema.find_model("A").unwrap().find_field("id").unwrap();
/// let trees = [Tree::parse(FileId(0), sources.get(FileId(0)).text.clone())];
/// let mut editor = Editor::new(&trees);
/// editor.set_type(id.name_span(), "BigInt");
/// editor.set_attribute(id.name_span(), Attribute::Named("map"), Some("@map(\"_id\")"));
/// let edits = editor.finish().unwrap();
/// assert_eq!(edits.apply(&sources), ["model A { // kept\n  id BigInt @id @map(\"_id\")\n}\n"]);
/// ```
pub struct Editor<'t> {
    trees: &'t [Tree],
    /// Blocks and lines by the place of their names; blocks also by their own.
    places: HashMap<(FileId, u32), Place<'t>>,
    edits: Vec<Edit>,
    /// Whole blocks that go.
    removed: Vec<Node<'t>>,
    /// New blocks, by file.
    added: BTreeMap<FileId, Vec<String>>,
}

#[derive(Clone, Copy)]
struct Place<'t> {
    block: Node<'t>,
    line: Option<Node<'t>>,
}

impl<'t> Editor<'t> {
    /// An editor of all files of a schema.
    pub fn new(trees: &'t [Tree]) -> Self {
        let mut places = HashMap::default();
        for tree in trees {
            for block in tree.root().children() {
                let Some(name) = block.child(Rule::name) else {
                    continue;
                };
                let place = Place { block, line: None };
                places.insert(key(block), place);
                places.insert(key(name), place);
                for line in block.children() {
                    if let Some(name) = line.child(Rule::name) {
                        let line = Some(line);
                        places.insert(key(name), Place { block, line });
                    }
                }
            }
        }
        Self {
            trees,
            places,
            edits: Vec::new(),
            removed: Vec::new(),
            added: BTreeMap::new(),
        }
    }

    /// Tells whether nothing has been asked for.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.removed.is_empty() && self.added.is_empty()
    }

    /// The text of the type of a field.
    pub fn type_of(&self, field: Span) -> Option<&'t str> {
        Some(self.line(field)?.child(Rule::type_ref)?.text())
    }

    /// The text of an attribute of a field or enum value.
    pub fn attribute(&self, field: Span, attribute: Attribute<'_>) -> Option<&'t str> {
        Some(find(self.line(field)?, Rule::attribute, attribute)?.span_text())
    }

    /// Gives a field another type, modifiers included.
    pub fn set_type(&mut self, field: Span, ty: &str) {
        let node = self.line(field).and_then(|line| line.child(Rule::type_ref));
        if let Some(node) = node.filter(|node| node.text().trim_end() != ty) {
            self.replace(node.span(), ty.to_owned());
        }
    }

    /// Gives a field or enum value an attribute, in the place of the one that it has, or takes it away.
    pub fn set_attribute(&mut self, field: Span, attribute: Attribute<'_>, text: Option<&str>) {
        let Some(line) = self.line(field) else { return };
        match (find(line, Rule::attribute, attribute), text) {
            (Some(old), Some(text)) if old.span_text() == text => {}
            (Some(old), Some(text)) => self.replace(old.span(), text.to_owned()),
            (Some(old), None) => self.remove_attribute(old.span()),
            (None, Some(text)) => self.add_attribute(field, text),
            (None, None) => {}
        }
    }

    /// Gives a field or enum value one more attribute.
    pub fn add_attribute(&mut self, field: Span, text: &str) {
        let Some(line) = self.line(field) else { return };
        let last = line.children().last().unwrap_or(line);
        self.replace(last.span().after(), format!(" {text}"));
    }

    /// Takes an attribute of a line or a block away, with its line if it is alone there.
    pub fn remove_attribute(&mut self, attribute: Span) {
        let Some(text) = self.file_text(attribute.file) else {
            return;
        };
        let Some(block) = self.block_around(attribute) else {
            return;
        };
        let whole = block
            .block_attributes()
            .find(|node| node.start() == attribute.start);
        let span = match whole {
            Some(node) => {
                let start = place::line_start(text, node.start() as usize);
                node.span_at(start as u32, place::line_end(block, node) as u32)
            }
            None => {
                let before = text[..attribute.start as usize].trim_end_matches([' ', '\t']);
                Span::new(attribute.file, before.len() as u32, attribute.end)
            }
        };
        self.replace(span, String::new());
    }

    /// Puts a text in the place of an attribute, type, value or other part of a block.
    pub fn replace(&mut self, span: Span, replacement: String) {
        self.edits.push(Edit { span, replacement });
    }

    /// Adds a line behind that of another field or value; without one before the first.
    pub fn add_line(&mut self, block: Span, after: Option<Span>, line: &str) {
        let Some(place) = self.places.get(&(block.file, block.start)).copied() else {
            return;
        };
        let block = place.block;
        let after = after.and_then(|after| self.line(after));
        let at = match after {
            Some(after) => place::line_end(block, after),
            None => head_end(block),
        };
        self.insert_line(block, at, line);
    }

    /// Adds an attribute to a block, below the others.
    pub fn add_block_attribute(&mut self, block: Span, text: &str) {
        let Some(place) = self.places.get(&(block.file, block.start)).copied() else {
            return;
        };
        let block = place.block;
        let Some(close) = block.child(Rule::close) else {
            return;
        };
        let at = place::line_start(block.file_text(), close.start() as usize);
        self.insert_line(block, at, text);
    }

    /// Gives a block an attribute, in the place of the one that it has, or takes it away.
    pub fn set_block_attribute(
        &mut self,
        block: Span,
        attribute: Attribute<'_>,
        text: Option<&str>,
    ) {
        let Some(place) = self.places.get(&(block.file, block.start)).copied() else {
            return;
        };
        let old = place
            .block
            .block_attributes()
            .find(|node| is(*node, attribute));
        match (old, text) {
            (Some(old), Some(text)) if old.span_text() == text => {}
            (Some(old), Some(text)) => self.replace(old.span(), text.to_owned()),
            (Some(old), None) => self.remove_attribute(old.span()),
            (None, Some(text)) => self.add_block_attribute(block, text),
            (None, None) => {}
        }
    }

    /// Gives a configuration block a property, in the place of the one that it has.
    pub fn set_property(&mut self, block: Span, name: &str, value: &str) {
        let Some(place) = self.places.get(&(block.file, block.start)).copied() else {
            return;
        };
        let mut properties = place.block.children();
        let old = properties.find(|line| {
            line.rule() == Rule::property && line.child(Rule::name).map(Node::text) == Some(name)
        });
        match old.map(|old| (old, old.children().nth(1))) {
            Some((_, Some(old))) => self.replace(old.span(), value.to_owned()),
            Some((old, None)) => self.replace(old.span(), format!("{name} = {value}")),
            None => self.add_block_attribute(block, &format!("{name} = {value}")),
        }
    }

    /// Takes a field or value away, with the documentation above it and the comment beside it.
    pub fn remove_line(&mut self, name: Span) {
        let Some(Place {
            block,
            line: Some(line),
        }) = self.places.get(&(name.file, name.start)).copied()
        else {
            return;
        };
        let start = place::docs_start(block, line);
        let end = place::line_end(block, line);
        self.replace(line.span_at(start as u32, end as u32), String::new());
    }

    /// Takes a block away, with the documentation above it.
    pub fn remove_block(&mut self, name: Span) {
        if let Some(place) = self.places.get(&(name.file, name.start))
            && !self
                .removed
                .iter()
                .any(|node| key(*node) == key(place.block))
        {
            self.removed.push(place.block);
        }
    }

    /// Adds a block at the end of a file, laid out by the formatter.
    pub fn add_block(&mut self, file: FileId, text: &str) {
        let text = layout::text_of(text);
        self.added.entry(file).or_default().push(text);
    }

    /// The edits: one for each block that was touched.
    ///
    /// # Errors
    ///
    /// [`Conflict`] where two wishes contradict each other.
    pub fn finish(self) -> Result<Edits, Conflict> {
        let mut inside: BTreeMap<(FileId, u32), Vec<Edit>> = BTreeMap::new();
        let mut all: Vec<Edit> = Vec::new();
        for edit in &self.edits {
            match self.block_around(edit.span) {
                // What changes in a block that goes is not asked any more.
                Some(block) if self.removed.iter().any(|node| key(*node) == key(block)) => {}
                Some(block) => inside.entry(key(block)).or_default().push(edit.clone()),
                None => all.push(edit.clone()),
            }
        }
        for (key, edits) in inside {
            let edits = Edits::new(without_moot(edits))?;
            let block = self.places[&key].block;
            all.push(layout::block(block, &edits.edits));
        }
        for tree in self.trees {
            let root = tree.root();
            let gone = root.children().filter(|node| {
                let mut removed = self.removed.iter();
                removed.any(|gone| key(*gone) == key(*node))
            });
            all.extend(removals(root, gone));
        }
        for (file, blocks) in &self.added {
            all.extend(self.addition(*file, blocks));
        }
        Edits::new(all)
    }

    fn addition(&self, file: FileId, blocks: &[String]) -> Option<Edit> {
        let tree = self
            .trees
            .iter()
            .find(|tree| tree.root().span().file == file)?;
        let root = tree.root();
        let text = root.file_text();
        let mut added = String::new();
        if !text.trim().is_empty() {
            let breaks = text.len() - text.trim_end_matches(['\n', '\r']).len();
            let breaks = text[text.len() - breaks..].matches('\n').count();
            added.push_str(&"\n".repeat(2_usize.saturating_sub(breaks)));
        }
        added.push_str(&blocks.join("\n\n"));
        added.push('\n');
        if text.contains("\r\n") {
            added = added.replace('\n', "\r\n");
        }
        let end = text.len() as u32;
        Some(Edit {
            span: Span::new(file, end, end),
            replacement: added,
        })
    }

    fn line(&self, name: Span) -> Option<Node<'t>> {
        self.places.get(&(name.file, name.start))?.line
    }

    fn file_text(&self, file: FileId) -> Option<&'t str> {
        let roots = self.trees.iter().map(Tree::root);
        let mut roots = roots.filter(|root| root.span().file == file);
        roots.next().map(Node::file_text)
    }

    fn block_around(&self, span: Span) -> Option<Node<'t>> {
        let tree = self
            .trees
            .iter()
            .find(|tree| tree.root().span().file == span.file)?;
        let mut blocks = tree
            .root()
            .children()
            .filter(|node| node.child(Rule::name).is_some());
        blocks.find(|block| block.start() <= span.start && span.end <= block.end())
    }

    fn insert_line(&mut self, block: Node<'t>, at: usize, line: &str) {
        let before = &block.file_text()[..at];
        // A block on one line is opened up.
        let lead = if before.ends_with('\n') { "" } else { "\n" };
        let at = at as u32;
        self.replace(block.span_at(at, at), format!("{lead}  {line}\n"));
    }
}

/// What changes in a line that goes is not asked any more.
fn without_moot(edits: Vec<Edit>) -> Vec<Edit> {
    let gone: Vec<Span> = edits
        .iter()
        .filter(|edit| edit.replacement.is_empty())
        .map(|edit| edit.span)
        .collect();
    let is_moot = |edit: &Edit| {
        gone.iter().any(|gone| {
            // What is inserted before it stands on its own.
            let begins_inside = gone.start < edit.span.start
                || gone.start == edit.span.start && edit.span.start < edit.span.end;
            *gone != edit.span && begins_inside && edit.span.end < gone.end
        })
    };
    edits.into_iter().filter(|edit| !is_moot(edit)).collect()
}

fn key(node: Node<'_>) -> (FileId, u32) {
    let span = node.span();
    (span.file, span.start)
}

fn is(node: Node<'_>, attribute: Attribute<'_>) -> bool {
    attribute.is(node.child(Rule::path).map_or("", Node::text))
}

fn find<'t>(line: Node<'t>, rule: Rule, attribute: Attribute<'_>) -> Option<Node<'t>> {
    line.children()
        .find(|node| node.rule() == rule && is(*node, attribute))
}

/// Behind the head of a block and its line break.
fn head_end(block: Node<'_>) -> usize {
    let text = block.file_text();
    let name = block
        .children()
        .filter(|node| matches!(node.rule(), Rule::name | Rule::model_name | Rule::tail));
    let head = name
        .take_while(|node| node.start() < block.end())
        .last()
        .map_or(block.start(), Node::end) as usize;
    let brace = match text[head..].find('{') {
        Some(at) if block.child(Rule::tail).is_none() => head + at + 1,
        _ => head,
    };
    match text[brace..].find('\n') {
        Some(at) if text[brace..brace + at].trim().is_empty() => brace + at + 1,
        _ => brace,
    }
}

/// Blocks with their documentation, and one of the gaps around each run of them.
fn removals<'t>(root: Node<'t>, gone: impl Iterator<Item = Node<'t>>) -> Vec<Edit> {
    let text = root.file_text();
    let mut runs: Vec<Range<usize>> = Vec::new();
    for block in gone {
        let (start, end) = (place::docs_start(root, block), place::line_end(root, block));
        match runs.last_mut() {
            Some(run) if text[run.end..start].trim().is_empty() => run.end = end,
            _ => runs.push(start..end),
        }
    }
    let edit = |run: Range<usize>| {
        let rest = &text[run.end..];
        let range = if rest.trim().is_empty() {
            let start = text[..run.start].trim_end().len();
            // The line break at the end of the file stays.
            let end = if start == 0 {
                text.len()
            } else {
                text.trim_end().len()
            };
            start..end
        } else {
            let blank = rest.len() - rest.trim_start().len();
            // Only whole lines: the blanks before what follows are its own.
            let blank = rest[..blank].rfind('\n').map_or(0, |at| at + 1);
            run.start..run.end + blank
        };
        Edit {
            span: root.span_at(range.start as u32, range.end as u32),
            replacement: String::new(),
        }
    };
    runs.into_iter().map(edit).collect()
}
