//! What was done, and what could not be said.

use std::fmt;

/// Something that the database holds and the schema does not say, or not in full.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// What kind of thing it is.
    pub code: NoteCode,
    /// Its name in the database: `table public.User`, `index User_name_idx on User`.
    pub object: String,
    /// Why, where the code does not tell: what the schema's own rules say against it.
    pub reason: Option<String>,
}

/// The kinds of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "`text` says what each is")]
pub enum NoteCode {
    Aggregate,
    ClauseLeftOut,
    Collation,
    ColumnLeftOut,
    Comment,
    CompositeType,
    DefaultPrivilege,
    DefaultWritten,
    EmptyEnum,
    EventTrigger,
    ForeignKeyLeftOut,
    Grant,
    IndexLeftOut,
    Inheritance,
    NameChosen,
    NoColumns,
    NoIdentifier,
    NotCompared,
    NotNullList,
    ObjectLeftOut,
    OtherNamespace,
    Partitioning,
    RangeType,
    Rule,
    Sequence,
    Statistics,
    Storage,
    UnsupportedType,
}

impl NoteCode {
    /// The stable word for programs.
    pub fn word(self) -> &'static str {
        self.words().0
    }

    /// What it says, for people.
    pub fn text(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Aggregate => ("aggregate", "aggregates cannot be written in a schema"),
            Self::ClauseLeftOut => ("clause", "a clause of it cannot be written in a schema"),
            Self::Collation => (
                "collation",
                "collations of one's own cannot be written in a schema",
            ),
            Self::ColumnLeftOut => ("column", "the column cannot be written in a schema"),
            Self::Comment => ("comment", "the comment on it cannot be written in a schema"),
            Self::CompositeType => (
                "composite-type",
                "composite types cannot be written in a schema",
            ),
            Self::DefaultPrivilege => (
                "default-privilege",
                "rights on objects to come cannot be written in a schema",
            ),
            Self::DefaultWritten => ("default", "the default cannot be written in a schema"),
            Self::EmptyEnum => (
                "empty-enum",
                "an enum without values cannot be written in a schema",
            ),
            Self::EventTrigger => (
                "event-trigger",
                "event triggers cannot be written in a schema",
            ),
            Self::ForeignKeyLeftOut => (
                "foreign-key",
                "the foreign key cannot be written in a schema",
            ),
            Self::Grant => ("grant", "rights cannot be written in a schema"),
            Self::IndexLeftOut => ("index", "the index cannot be written in a schema"),
            Self::Inheritance => (
                "inheritance",
                "that it inherits cannot be written in a schema",
            ),
            Self::NameChosen => (
                "name",
                "its name is no name in a schema; another was chosen",
            ),
            Self::NoColumns => (
                "no-columns",
                "a table without columns cannot be written in a schema",
            ),
            Self::NoIdentifier => (
                "no-identifier",
                "it has no key and no unique over required columns, so that generated code leaves it out",
            ),
            Self::NotCompared => (
                "not-compared",
                "the server prints it in other words than the schema; it was left as it is written",
            ),
            Self::NotNullList => (
                "not-null-list",
                "that the list is never NULL cannot be written in a schema",
            ),
            Self::ObjectLeftOut => ("object", "it cannot be written in a schema"),
            Self::OtherNamespace => (
                "other-namespace",
                "it lies in a namespace that was not asked for; name it with `--schemas`",
            ),
            Self::Partitioning => ("partitioning", "partitions cannot be written in a schema"),
            Self::RangeType => ("range-type", "range types cannot be written in a schema"),
            Self::Rule => ("rule", "rules cannot be written in a schema"),
            Self::Sequence => (
                "sequence",
                "sequences of their own cannot be written in a schema",
            ),
            Self::Statistics => (
                "statistics",
                "extended statistics cannot be written in a schema",
            ),
            Self::Storage => (
                "storage",
                "how the server keeps it cannot be written in a schema",
            ),
            Self::UnsupportedType => ("unsupported-type", "the language does not know its type"),
        }
    }
}

/// For people: `grant on table public.User: rights cannot be written in a schema`.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.code.text())?;
        if let Some(reason) = &self.reason {
            write!(f, " ({reason})")?;
        }
        Ok(())
    }
}

/// What was changed in the schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaChange {
    /// What happened.
    pub verb: Verb,
    /// What it happened to, in the names of the schema: `model User`, `field User.email`.
    pub object: String,
}

/// What happened to a part of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// It is new.
    Added,
    /// It says something else.
    Changed,
    /// It is gone.
    Removed,
}

impl Verb {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

/// For people: `added model User`.
impl fmt::Display for SchemaChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb.word(), self.object)
    }
}

/// Collects notes.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes(Vec<Note>);

impl Notes {
    pub(super) fn add(&mut self, code: NoteCode, object: impl fmt::Display) {
        self.because(code, object, None);
    }

    pub(super) fn because(
        &mut self,
        code: NoteCode,
        object: impl fmt::Display,
        reason: Option<String>,
    ) {
        self.0.push(Note {
            code,
            object: object.to_string(),
            reason,
        });
    }

    /// The notes in order, each once.
    pub(super) fn finish(mut self) -> Vec<Note> {
        self.0.sort();
        self.0.dedup();
        self.0
    }
}
