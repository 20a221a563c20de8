//! Blocks and lines while they are being put together.

use std::fmt::Write as _;

use relata_schema::Span;

use crate::catalog::ObjectName;

/// A model that is new, or what is new in one that is there.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// The name of a model that is new.
    pub(super) name: String,
    /// Where the name of the model stands, if it is there.
    pub(super) model: Option<Span>,
    /// Lines of documentation.
    pub(super) docs: Vec<String>,
    /// New fields of columns.
    pub(super) fields: Vec<FieldDraft>,
    /// New relation fields.
    pub(super) relations: Vec<String>,
    /// New attributes of the block.
    pub(super) attributes: Vec<String>,
}

/// A field that is new.
#[derive(Clone, Debug)]
pub(super) struct FieldDraft {
    pub(super) column: Box<str>,
    pub(super) name: String,
    pub(super) ty: String,
    pub(super) attributes: Vec<String>,
    /// The field that it stands behind, in a model that is there.
    pub(super) after: Option<Span>,
}

impl FieldDraft {
    pub(super) fn line(&self) -> String {
        let mut line = format!("{} {}", self.name, self.ty);
        for attribute in &self.attributes {
            line.push(' ');
            line.push_str(attribute);
        }
        line
    }
}

impl Draft {
    /// The text of a new model.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for line in &self.docs {
            let _ = writeln!(text, "/// {line}");
        }
        let _ = writeln!(text, "model {} {{", self.name);
        let fields = self.fields.iter().map(FieldDraft::line);
        for line in fields.chain(self.relations.iter().cloned()) {
            let _ = writeln!(text, "  {line}");
        }
        if !self.attributes.is_empty() {
            text.push('\n');
        }
        for attribute in &self.attributes {
            let _ = writeln!(text, "  {attribute}");
        }
        text.push('}');
        text
    }
}

/// The drafts, by table, in the order in which they were begun.
#[derive(Default)]
pub(super) struct Drafts {
    order: Vec<ObjectName>,
    drafts: std::collections::HashMap<ObjectName, Draft>,
}

impl Drafts {
    /// The draft of a table, begun if there is none.
    pub(super) fn of(&mut self, table: &ObjectName) -> &mut Draft {
        if !self.drafts.contains_key(table) {
            self.order.push(table.clone());
        }
        self.drafts.entry(table.clone()).or_default()
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = (ObjectName, Draft)> {
        let mut drafts = self.drafts;
        self.order
            .into_iter()
            .filter_map(move |table| drafts.remove(&table).map(|draft| (table, draft)))
    }
}
