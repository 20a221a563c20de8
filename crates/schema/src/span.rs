//! Where something stands: a file and a byte range in it.

use std::ops::Range;
use std::sync::Arc;

/// The index of a file in [`Sources`].
///
/// ```
/// use relata_schema::{FileId, Sources};
/// let mut sources = Sources::default();
/// sources.add("a.schema", "");
/// assert_eq!(sources.add("b.schema", ""), FileId(1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A range of bytes in one file.
///
/// Offsets are `u32`: a file of 4 GiB or more is refused before it is parsed.
///
/// ```
/// use relata_schema::{FileId, Sources, Span};
/// let sources = Sources::one("a.schema", "model A {}");
/// let name = Span::new(FileId(0), 6, 7);
/// assert_eq!((sources.slice(name), sources.slice(name.after())), ("A", ""));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Makes a span over `start..end` of `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The byte range, for slicing the file's text.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The empty span at this one's end: where something is missing.
    #[must_use]
    pub fn after(self) -> Self {
        Self {
            start: self.end,
            ..self
        }
    }
}

/// One file of a schema: the name it is shown under, and its text.
///
/// ```
/// use relata_schema::{FileId, Sources};
/// let sources = Sources::one("a.schema", "enum E {}");
/// let source = sources.get(FileId(0));
/// assert_eq!((&*source.name, &*source.text), ("a.schema", "enum E {}"));
/// ```
#[derive(Clone, Debug)]
pub struct Source {
    /// The name that diagnostics show, usually the path as the user gave it.
    pub name: Box<str>,
    /// The whole text.
    pub text: Arc<str>,
}

/// All files of one schema. They share one namespace, and their order has no meaning to the language.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
    /// Where the lines of each file begin, so that the place of a finding is found without a walk over its file.
    lines: Vec<Arc<[u32]>>,
}

impl Sources {
    /// A schema of one file.
    ///
    /// ```
    /// let sources = relata_schema::Sources::one("app.schema", "model A { id Int @id }");
    /// assert_eq!(sources.iter().count(), 1);
    /// ```
    pub fn one(name: &str, text: &str) -> Self {
        let mut sources = Self::default();
        sources.add(name, text);
        sources
    }

    /// Adds a file and returns its id.
    pub fn add(&mut self, name: &str, text: &str) -> FileId {
        let breaks = text.match_indices('\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1));
        self.lines.push(starts.collect());
        self.files.push(Source {
            name: name.into(),
            text: text.into(),
        });
        FileId(self.files.len() as u32 - 1)
    }

    /// The file behind an id.
    pub fn get(&self, file: FileId) -> &Source {
        &self.files[file.0 as usize]
    }

    /// The text under a span.
    pub fn slice(&self, span: Span) -> &str {
        &self.get(span.file).text[span.range()]
    }

    /// All files in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files
            .iter()
            .enumerate()
            .map(|(i, source)| (FileId(i as u32), source))
    }

    /// The 1-based line, and the 1-based column in characters, of a span's start.
    ///
    /// ```
    /// use relata_schema::{FileId, Sources, Span};
    /// let sources = Sources::one("a.schema", "// é\n// ü x");
    /// assert_eq!(sources.line_column(Span::new(FileId(0), 12, 13)), (2, 6));
    /// ```
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let line = self.line(span);
        let start = self.line_range(span.file, line).start;
        let before = &self.get(span.file).text[start..span.start as usize];
        (line, before.chars().count() + 1)
    }

    /// The 1-based line of a span's start.
    pub(crate) fn line(&self, span: Span) -> usize {
        self.lines[span.file.0 as usize].partition_point(|start| *start <= span.start)
    }

    /// The bytes of a line, without its line break.
    pub(crate) fn line_range(&self, file: FileId, line: usize) -> Range<usize> {
        let starts = &self.lines[file.0 as usize];
        let end = match starts.get(line) {
            Some(next) => *next as usize - 1,
            None => self.get(file).text.len(),
        };
        starts[line - 1] as usize..end
    }
}
