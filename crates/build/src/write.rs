//! Generated files into a folder, as a whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::file::{File, MANIFEST, check_parents, check_paths};
use crate::{Error, manifest};

/// What became of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The files that are new or hold something else now.
    pub changed: Vec<String>,
    /// The files that the schema no longer asks for.
    pub removed: Vec<String>,
    /// How many files were left as they are.
    pub unchanged: usize,
}

/// Writes files into a folder, and removes those that it wrote earlier and that are not among them.
///
/// Only what differs is touched, so that a compiler sees no change where there is none. Everything is laid down beside
/// its target first and then renamed over it; when a step fails, what was there before is put back. Files that relata
/// did not write are neither overwritten nor removed: its own are listed in `.relata-manifest` and start with a banner.
///
/// # Errors
///
/// [`Error::Write`], [`Error::Read`], [`Error::Foreign`], [`Error::OutsideFolder`], [`Error::SameFile`].
pub fn write(files: &[File], folder: impl AsRef<Path>) -> Result<Written, Error> {
    let folder = folder.as_ref();
    check_paths(files.iter().map(|file| file.path.as_str()))?;
    let listed = manifest::listed(folder)?;
    let manifest = manifest::of(files);
    let mut written = Written::default();
    let mut changes = Vec::new();
    for file in files.iter().chain([&manifest]) {
        let target = folder.join(&file.path);
        let is_manifest = file.path == MANIFEST;
        check_parents(folder, &file.path)?;
        match manifest::text(&target)? {
            Some(text) if manifest::is_same(&text, &file.contents) => {
                written.unchanged += usize::from(!is_manifest);
                continue;
            }
            Some(text)
                if !is_manifest && !listed.contains(&file.path) && !manifest::is_ours(&text) =>
            {
                return Err(Error::Foreign { path: target });
            }
            _ => {}
        }
        changes.push(Change::stage(target, &file.contents)?);
        if !is_manifest {
            written.changed.push(file.path.clone());
        }
    }
    for path in listed {
        check_parents(folder, &path)?;
        let target = folder.join(&path);
        let is_wanted = files
            .iter()
            .any(|file| file.path.eq_ignore_ascii_case(&path));
        if !is_wanted && manifest::text(&target)?.is_some_and(|text| manifest::is_ours(&text)) {
            changes.push(Change { target, new: None });
            written.removed.push(path);
        }
    }
    apply(changes)?;
    Ok(written)
}

/// A file about to change.
struct Change {
    target: PathBuf,
    /// The new file, written beside the target; none to remove it.
    new: Option<NamedTempFile>,
}

impl Change {
    fn stage(target: PathBuf, contents: &str) -> Result<Self, Error> {
        let folder = target.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|error| Error::write(folder, error))?;
        let lay_down = || -> io::Result<NamedTempFile> {
            let mut file = builder().tempfile_in(folder)?;
            file.write_all(contents.as_bytes())?;
            file.flush()?;
            Ok(file)
        };
        let new = lay_down().map_err(|error| Error::write(&target, error))?;
        Ok(Self {
            target,
            new: Some(new),
        })
    }

    /// Does it, and gives back what stood there.
    fn apply(self) -> Result<(PathBuf, Option<Vec<u8>>), Error> {
        let refuse = |error| Error::write(&self.target, error);
        let old = match fs::read(&self.target) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(refuse(error)),
        };
        match self.new {
            Some(file) => file
                .persist(&self.target)
                .map(drop)
                .map_err(|error| refuse(error.error))?,
            None => fs::remove_file(&self.target).map_err(refuse)?,
        }
        Ok((self.target, old))
    }
}

fn apply(changes: Vec<Change>) -> Result<(), Error> {
    let mut done: Vec<(PathBuf, Option<Vec<u8>>)> = Vec::new();
    for change in changes {
        match change.apply() {
            Ok(old) => done.push(old),
            Err(error) => {
                for (target, old) in done.into_iter().rev() {
                    // The first error is the one to tell; these can only follow from it.
                    let _ = match old {
                        Some(bytes) => fs::write(&target, bytes),
                        None => fs::remove_file(&target),
                    };
                }
                return Err(error);
            }
        }
    }
    Ok(())
}

/// Temporary files are for their owner alone by default; source code is as readable as any other.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".relata-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Change, apply};

    #[test]
    fn a_failure_puts_back_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("old.rs"), "old").unwrap();
        fs::write(path("gone.rs"), "gone").unwrap();
        let changes = vec![
            Change::stage(path("old.rs"), "new").unwrap(),
            Change {
                target: path("gone.rs"),
                new: None,
            },
            Change::stage(path("fresh.rs"), "new").unwrap(),
            Change::stage(path("blocked.rs"), "new").unwrap(),
        ];
        fs::create_dir(path("blocked.rs")).unwrap();
        assert!(apply(changes).is_err());
        assert_eq!(fs::read_to_string(path("old.rs")).unwrap(), "old");
        assert_eq!(fs::read_to_string(path("gone.rs")).unwrap(), "gone");
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 3, "the files that were there, and what blocked");
    }
}
