//! A schema without anything but its configuration.

use crate::parse::{Node, Rule, Tree};
use crate::span::Sources;

/// Returns the files of a schema with nothing in them but their `datasource` and `generator` blocks and what is said of these.
///
/// ```
/// use relata_schema::Sources;
/// use relata_schema::edit::configuration;
/// let text = "/// ours\ndatasource db {\n  provider = \"sqlite\"\n}\n\nmodel A {\n  id Int @id\n}\n";
/// let files = configuration(&Sources::one("a.schema", text));
/// let text = files.iter().next().unwrap().1.text.clone();
/// assert_eq!(&*text, "/// ours\ndatasource db {\n  provider = \"sqlite\"\n}\n");
/// ```
pub fn configuration(sources: &Sources) -> Sources {
    let mut kept = Sources::default();
    for (file, source) in sources.iter() {
        let tree = Tree::parse(file, source.text.clone());
        let root = tree.root();
        let blocks: Vec<&str> = root
            .children()
            .filter(|node| node.rule() == Rule::config)
            .map(|block| with_docs(root, block))
            .collect();
        let mut text = blocks.join("\n\n");
        if !text.is_empty() {
            text.push('\n');
        }
        kept.add(&source.name, &text);
    }
    kept
}

fn with_docs<'t>(root: Node<'t>, block: Node<'t>) -> &'t str {
    let start = super::place::docs_start(root, block);
    &root.file_text()[start..block.span().end as usize]
}
