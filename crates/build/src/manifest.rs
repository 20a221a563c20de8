//! Which files in a folder are ours: their names in a file of its own, and a first line in each.

use std::fs;
use std::io;
use std::path::Path;

use crate::file::{File, MANIFEST, check_paths};
use crate::generate::BANNER;
use crate::{Error, package};

const HEAD: &str = "# The files that relata wrote here. It removes no others.";

/// The manifest that goes with these files.
pub(crate) fn of(files: &[File]) -> File {
    let mut contents = format!("{HEAD}\n");
    for file in files {
        contents.push_str(&file.path);
        contents.push('\n');
    }
    File::new(MANIFEST, contents)
}

/// The files that a folder's manifest lists; none if there is no manifest.
///
/// A line that points out of the folder is an error: someone has been here, and nothing shall be removed.
pub(crate) fn listed(folder: &Path) -> Result<Vec<String>, Error> {
    let Some(text) = text(&folder.join(MANIFEST))? else {
        return Ok(Vec::new());
    };
    let paths: Vec<String> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    check_paths(paths.iter().map(String::as_str))?;
    Ok(paths)
}

/// Whether a text is one that relata wrote, whatever became of the manifest.
pub(crate) fn is_ours(text: &str) -> bool {
    text.starts_with(BANNER) || text.starts_with(package::BANNER)
}

/// Whether two texts are the same but for line ends, which version control may have turned.
pub(crate) fn is_same(a: &str, b: &str) -> bool {
    a == b || (a.contains('\r') && a.replace("\r\n", "\n") == b)
}

/// The text of a file in the folder; none if there is none. What is no text is shown with marks, since it is not ours.
pub(crate) fn text(path: &Path) -> Result<Option<String>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        // A parent that is a file gives the second.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(source) => Err(Error::Read {
            path: path.to_path_buf(),
            source,
        }),
    }
}
