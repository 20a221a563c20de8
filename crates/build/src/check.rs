//! Generated files against those in a folder.

use std::fmt;
use std::path::Path;

use similar::TextDiff;

use crate::file::{File, check_paths};
use crate::{Error, manifest};

/// A file that is not what the schema asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its place below the folder.
    pub path: String,
    /// What is wrong with it.
    pub kind: DifferenceKind,
    /// What writing would do to it, as a unified diff.
    pub diff: String,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// It holds something else.
    Stale,
    /// It is not there.
    Missing,
    /// The schema no longer asks for it.
    Extra,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diff)
    }
}

/// Compares files with those in a folder and changes nothing. Empty means that [`write`](crate::write()) would do nothing.
///
/// Line ends do not count, so that a checkout on Windows is as good as any.
///
/// # Errors
///
/// [`Error::Read`], and [`Error::OutsideFolder`] or [`Error::SameFile`] for paths that no folder can hold.
pub fn check(files: &[File], folder: impl AsRef<Path>) -> Result<Vec<Difference>, Error> {
    let folder = folder.as_ref();
    check_paths(files.iter().map(|file| file.path.as_str()))?;
    let mut differences = Vec::new();
    for file in files {
        match manifest::text(&folder.join(&file.path))? {
            None => differences.push(difference(
                &file.path,
                DifferenceKind::Missing,
                "",
                &file.contents,
            )),
            Some(text) if manifest::is_same(&text, &file.contents) => {}
            Some(text) => differences.push(difference(
                &file.path,
                DifferenceKind::Stale,
                &text,
                &file.contents,
            )),
        }
    }
    for path in manifest::listed(folder)? {
        if files.iter().any(|file| file.path == path) {
            continue;
        }
        if let Some(text) =
            manifest::text(&folder.join(&path))?.filter(|text| manifest::is_ours(text))
        {
            differences.push(difference(&path, DifferenceKind::Extra, &text, ""));
        }
    }
    differences.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(differences)
}

fn difference(path: &str, kind: DifferenceKind, old: &str, new: &str) -> Difference {
    let old = old.replace("\r\n", "\n");
    let side = |letter: char, exists: bool| {
        if exists {
            format!("{letter}/{path}")
        } else {
            "/dev/null".to_owned()
        }
    };
    let diff = TextDiff::from_lines(old.as_str(), new)
        .unified_diff()
        .header(
            &side('a', kind != DifferenceKind::Missing),
            &side('b', kind != DifferenceKind::Extra),
        )
        .to_string();
    Difference {
        path: path.to_owned(),
        kind,
        diff,
    }
}
