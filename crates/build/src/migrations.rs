//! The migrations that a program carries in itself.

use std::fs;
use std::path::Path;

use relata_script::{LockFile, MigrationName};

use crate::Error;

/// A migrations folder as it is embedded: scripts in the order in which they apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migrations {
    /// The text of `migration_lock.toml`, which says for which database the scripts are.
    pub lock: Option<String>,
    /// The name and the text of each script.
    pub scripts: Vec<(String, String)>,
}

impl Migrations {
    /// Reads a folder by Prisma's rules, as the runner does: a directory is a migration and must hold `migration.sql`; files beside
    /// them and directories whose names start with a dot are none. A folder that does not exist is empty.
    ///
    /// # Errors
    ///
    /// [`Error::Read`], [`Error::NotText`], [`Error::NoScript`], [`Error::OutsideFolder`] for links that lead out of the folder.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, Error> {
        let folder = folder.as_ref();
        let mut found = Self::default();
        let Ok(root) = folder.canonicalize() else {
            return Ok(found);
        };
        let read = |error| Error::read(folder, error);
        for entry in fs::read_dir(&root).map_err(read)? {
            let directory = entry.map_err(read)?.path();
            let name = directory.file_name().unwrap_or_default().to_string_lossy();
            if !directory.is_dir() || name.starts_with('.') {
                continue;
            }
            let path = directory.join("migration.sql");
            let outside = || Error::OutsideFolder {
                path: path.display().to_string(),
            };
            MigrationName::existing(&name).map_err(|_| outside())?;
            let script =
                text(&root, &path)?.ok_or_else(|| Error::NoScript { path: path.clone() })?;
            found.scripts.push((name.into_owned(), script));
        }
        found.scripts.sort();
        found.lock = text(&root, &root.join(LockFile::NAME))?;
        Ok(found)
    }

    /// The name of the last migration and the checksum of its script, as a history records them.
    pub fn last(&self) -> Option<(&str, String)> {
        let (name, script) = self.scripts.last()?;
        Some((name, relata_script::checksum(script)))
    }
}

/// The text of a file inside the folder, links followed; none if it is not there.
fn text(root: &Path, path: &Path) -> Result<Option<String>, Error> {
    let Ok(real) = path.canonicalize() else {
        return Ok(None);
    };
    if !real.starts_with(root) {
        return Err(Error::OutsideFolder {
            path: path.display().to_string(),
        });
    }
    let bytes = fs::read(&real).map_err(|error| Error::read(path, error))?;
    let text = String::from_utf8(bytes).map_err(|error| Error::NotText {
        path: path.to_path_buf(),
        offset: error.utf8_error().valid_up_to(),
    })?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_as_the_runner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("migrations");
        assert_eq!(Migrations::read(&root).unwrap(), Migrations::default());
        for name in ["2_b", "10_c", "1_a", ".git"] {
            fs::create_dir_all(root.join(name)).unwrap();
            fs::write(root.join(name).join("migration.sql"), name).unwrap();
        }
        fs::write(root.join("1_a/down.sql"), "x").unwrap();
        fs::write(root.join("notes.md"), "x").unwrap();
        fs::write(root.join(LockFile::NAME), "provider = \"sqlite\"\n").unwrap();
        let read = Migrations::read(&root).unwrap();
        let names: Vec<_> = read.scripts.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["10_c", "1_a", "2_b"]);
        assert_eq!(read.lock.as_deref(), Some("provider = \"sqlite\"\n"));
        assert_eq!(read.last(), Some(("2_b", relata_script::checksum("2_b"))));

        fs::create_dir(root.join("3_d")).unwrap();
        assert_eq!(Migrations::read(&root).unwrap_err().code(), "R5014");
        fs::write(root.join("3_d/migration.sql"), b"SELECT '\xff'").unwrap();
        assert_eq!(Migrations::read(&root).unwrap_err().code(), "R5005");
        #[cfg(unix)]
        {
            let secret = folder.path().join("secret");
            fs::write(&secret, "x").unwrap();
            fs::remove_file(root.join("3_d/migration.sql")).unwrap();
            std::os::unix::fs::symlink(secret, root.join("3_d/migration.sql")).unwrap();
            assert_eq!(Migrations::read(&root).unwrap_err().code(), "R5010");
        }
    }
}
