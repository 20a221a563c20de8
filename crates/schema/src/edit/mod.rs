//! Changes to the text of a schema that keep all the rest of it, byte for byte.
//!
//! An [`Edit`] puts one text in the place of another; [`Edits`] is a set of them that do not contradict each other. An
//! [`Editor`] makes them from what shall change: this field's type, that attribute, a new block. Only the blocks it touches are
//! laid out anew, by the formatter. [`name`] tells what can be a name, [`text`] writes strings.

mod configuration;
mod editor;
mod layout;
pub mod name;
mod place;
pub mod text;

pub use configuration::configuration;
pub use editor::{Attribute, Editor};

use crate::span::{Sources, Span};

/// One text in the place of another. An empty span inserts before what stands there.
///
/// ```
/// use relata_schema::edit::{Edit, Edits};
/// use relata_schema::{FileId, Sources, Span};
/// let sources = Sources::one("a.schema", "enum E {\n  A\n}\n");
/// let edit = Edit { span: Span::new(FileId(0), 5, 6), replacement: "Color".to_owned() };
/// assert_eq!(Edits::new(vec![edit]).unwrap().apply(&sources), ["enum Color {\n  A\n}\n"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What takes its place.
    pub replacement: String,
}

/// Two edits that want to replace the same text.
///
/// ```
/// use relata_schema::edit::{Edit, Edits};
/// use relata_schema::{FileId, Span};
/// let edit = |start, end, text: &str| Edit { span: Span::new(FileId(0), start, end), replacement: text.to_owned() };
/// let conflict = Edits::new(vec![edit(0, 4, "a"), edit(2, 6, "b")]).unwrap_err();
/// assert_eq!((conflict.first.start, conflict.second.start), (0, 2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What the first one replaces.
    pub first: Span,
    /// What the second one replaces.
    pub second: Span,
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("two edits want to replace the same text")
    }
}

impl std::error::Error for Conflict {}

/// Edits that do not contradict each other, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    edits: Vec<Edit>,
}

impl Edits {
    /// Makes a set of edits. Insertions at one place stay in the order in which they are given; the same edit twice is one.
    ///
    /// # Errors
    ///
    /// [`Conflict`] where the spans of two of them overlap.
    ///
    /// ```
    /// use relata_schema::edit::{Edit, Edits};
    /// use relata_schema::{FileId, Sources, Span};
    /// let sources = Sources::one("a.schema", "model A {}");
    /// let edit = |start, end, text: &str| Edit {
    ///     span: Span::new(FileId(0), start, end),
    ///     replacement: text.into(),
    /// };
    /// let edits = Edits::new([edit(6, 7, "B"), edit(10, 10, "\n")]).unwrap();
    /// assert_eq!(edits.apply(&sources), ["model B {}\n"]);
    /// assert!(Edits::new([edit(6, 7, "B"), edit(0, 10, "")]).is_err());
    /// ```
    pub fn new(edits: impl IntoIterator<Item = Edit>) -> Result<Self, Conflict> {
        let mut edits: Vec<Edit> = edits.into_iter().collect();
        // Insertions go before what is replaced at the same place.
        edits.sort_by_key(|edit| {
            let Span { file, start, end } = edit.span;
            (file, start, end)
        });
        edits.dedup_by(|second, first| first == second && second.span.start < second.span.end);
        for pair in edits.windows(2) {
            let (first, second) = (pair[0].span, pair[1].span);
            if first.file == second.file && second.start < first.end {
                return Err(Conflict { first, second });
            }
        }
        Ok(Self { edits })
    }

    /// Tells whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The edits, in the order of the text.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Edit> {
        self.edits.iter()
    }

    /// Returns the text of every file with the edits in it.
    pub fn apply(&self, sources: &Sources) -> Vec<String> {
        sources
            .iter()
            .map(|(file, source)| {
                let here = self.edits.iter().filter(|edit| edit.span.file == file);
                spliced(&source.text, 0, here)
            })
            .collect()
    }
}

/// The text, which begins at `offset` of its file, with edits in it, which are in order.
fn spliced<'e>(text: &str, offset: usize, edits: impl Iterator<Item = &'e Edit>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        out.push_str(&text[at..range.start - offset]);
        out.push_str(&edit.replacement);
        at = range.end - offset;
    }
    out.push_str(&text[at..]);
    out
}
