//! A generated file, and the rule that keeps it in its folder.

use std::path::{Component, Path};

use crate::Error;

/// The list of the files that relata wrote into a folder, kept in the folder itself.
pub(crate) const MANIFEST: &str = ".relata-manifest";

/// A file to write, below a folder that the caller chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its place below the folder, with `/` between the parts.
    pub path: String,
    /// The whole text.
    pub contents: String,
}

impl File {
    /// Makes a file.
    pub fn new(path: impl Into<String>, contents: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            contents: contents.into(),
        }
    }
}

/// Refuses paths that could leave the folder, mean different files on different systems, or hide one another.
pub(crate) fn check_paths<'a>(paths: impl IntoIterator<Item = &'a str>) -> Result<(), Error> {
    let mut seen = std::collections::HashSet::new();
    for path in paths {
        let plain = !path.is_empty()
            && !path.contains(['\\', ':', '\0', '\n', '\r'])
            && Path::new(path)
                .components()
                .all(|part| matches!(part, Component::Normal(_)))
            && !path.split('/').any(str::is_empty);
        if !plain || path.eq_ignore_ascii_case(MANIFEST) {
            return Err(Error::OutsideFolder {
                path: path.to_owned(),
            });
        }
        if !seen.insert(path.to_lowercase()) {
            return Err(Error::SameFile {
                path: path.to_owned(),
            });
        }
    }
    Ok(())
}

/// Refuses a path whose folders below the output folder are links: they could lead anywhere.
pub(crate) fn check_parents(folder: &Path, path: &str) -> Result<(), Error> {
    let below = Path::new(path)
        .ancestors()
        .skip(1)
        .filter(|part| !part.as_os_str().is_empty());
    for part in below {
        if folder.join(part).is_symlink() {
            return Err(Error::OutsideFolder {
                path: path.to_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_paths;

    #[test]
    fn nothing_leaves_the_folder() {
        for path in [
            "",
            "/etc/x",
            "../x",
            "a/../../x",
            "a//b",
            "a\\b",
            "c:x",
            "./a",
            ".relata-manifest",
            "a\nb",
        ] {
            assert!(check_paths([path]).is_err(), "{path}");
        }
        assert!(check_paths(["a.rs", "b/c.rs"]).is_ok());
        assert!(check_paths(["a.rs", "A.rs"]).is_err());
    }
}
