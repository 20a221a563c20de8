//! `relata.toml`.

use std::path::{Path, PathBuf};

use relata_sql::Target;
use relata_sql::catalog::Managed;
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::args::StyleArg;
use crate::failure::Failure;

/// The file's keys. Paths are relative to the file.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RelataToml {
    /// The schema: a file or a folder.
    pub schema: Option<PathBuf>,
    /// The migrations folder.
    pub migrations: Option<PathBuf>,
    /// The database, where nothing else names one. What holds a password belongs into `.env`.
    pub url: Option<String>,
    /// An empty database to try migrations on.
    pub shadow_database_url: Option<String>,
    /// The kinds of object that the schema owns.
    #[serde(default, deserialize_with = "managed")]
    pub manage: Option<Vec<Managed>>,
    /// The oldest server that the SQL has to run on.
    #[serde(default, deserialize_with = "target")]
    pub target: Option<Target>,
    /// How migrations go about tables that are in use.
    pub style: Option<StyleArg>,
    /// A command, or a file that ends in `.sql`.
    pub seed: Option<String>,
}

fn managed<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<Managed>>, D::Error> {
    let words = Vec::<String>::deserialize(from)?;
    if words == ["all"] {
        return Ok(Some(Managed::ALL.to_vec()));
    }
    let known = |word: &String| {
        let found = Managed::ALL.into_iter().find(|kind| kind.word() == word);
        found.ok_or_else(|| {
            let all: Vec<&str> = Managed::ALL.iter().map(|kind| kind.word()).collect();
            D::Error::custom(format!(
                "`{word}` is no kind of object; the kinds are {}, and `all` alone stands for all of them",
                all.join(", ")
            ))
        })
    };
    words.iter().map(known).collect::<Result<_, _>>().map(Some)
}

fn target<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Target>, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map(Some).map_err(D::Error::custom)
}

/// Reads the file, if it is there.
pub fn read(path: &Path) -> Result<Option<(PathBuf, RelataToml)>, Failure> {
    let fail = |why: String| {
        Failure::new(
            "R7023",
            format!("`{}` cannot be read: {why}", path.display()),
        )
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fail(error.to_string())),
    };
    // The line is told by number alone: it may be the one with the password.
    let toml = toml::from_str(&text).map_err(|error| {
        let line = line_of(&text, &error);
        fail(format!("line {line}: {}", error.message()))
    })?;
    Ok(Some((path.to_owned(), toml)))
}

/// The line, counted from one, that a mistake is on.
pub fn line_of(text: &str, error: &toml::de::Error) -> usize {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    text.as_bytes()[..at].split(|byte| *byte == b'\n').count()
}
