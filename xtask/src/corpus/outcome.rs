//! What came of one step for one project.

/// The result of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It worked; perhaps with something to know.
    Yes,
    /// It worked after something that the schema does not say.
    With(String),
    /// It failed, for this reason.
    No(String),
    /// It could not be tried here, and that says nothing about us.
    Unable(String),
    /// An earlier step failed, or it was not asked for.
    NotTried,
}

impl Outcome {
    pub(super) fn is_yes(&self) -> bool {
        matches!(self, Self::Yes | Self::With(_))
    }

    /// Returns the word in the table.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::With(_) => "yes*",
            Self::No(_) => "NO",
            Self::Unable(_) => "-*",
            Self::NotTried => "-",
        }
    }

    /// Returns the line under the table.
    pub(super) fn note(&self) -> Option<&str> {
        match self {
            Self::With(note) | Self::No(note) | Self::Unable(note) => Some(note),
            Self::Yes | Self::NotTried => None,
        }
    }
}

/// Returns the line of a complaint that says most: the first one that holds `error`, else the first.
pub(super) fn reason(complaint: &str) -> String {
    let mut lines = complaint
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let line = lines
        .clone()
        .find(|line| line.to_ascii_lowercase().contains("error"))
        .or_else(|| lines.next());
    let line = line.unwrap_or("no reason given");
    plain(line).chars().take(200).collect()
}

/// A line without the escape sequences that other people's schemas may hold.
pub(super) fn plain(line: &str) -> String {
    line.chars().filter(|c| !c.is_control()).collect()
}
