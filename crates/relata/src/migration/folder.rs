use std::path::{Path, PathBuf};

use relata_script::{Dialect, LockFile, MigrationName, Replaced};

use super::MigrationError;
use crate::{Error, Result};

/// One migration: its name and its script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The directory's name.
    pub name: MigrationName,
    /// The text of `migration.sql`.
    pub script: String,
}

impl Migration {
    /// A migration that does not come from a folder, such as one embedded in a program.
    pub fn new(name: &str, script: impl Into<String>) -> Result<Self> {
        Ok(Self {
            name: MigrationName::existing(name)?,
            script: script.into(),
        })
    }

    /// The migrations that it stands for (`-- relata: replaces …`): where the database has them all, it has this one.
    pub fn replaces(&self) -> Vec<Replaced<'_>> {
        // The marker is the same in each dialect.
        relata_script::replaces(Dialect::Sqlite, &self.script)
    }

    /// Of the migrations that it stands for, those that a database has, and those that it does not. One that stood for others is there
    /// if they are.
    pub fn replaced(&self, is_applied: impl Fn(&str) -> bool) -> (Vec<&str>, Vec<&str>) {
        let all = self.replaces();
        let whole = all.iter().filter(|it| it.part_of.is_none());
        whole
            .map(|it| it.name)
            .partition(|name| has(&all, name, &is_applied, all.len()))
    }

    /// The script's checksum, as the history stores it.
    pub fn checksum(&self) -> String {
        relata_script::checksum(&self.script)
    }
}

/// Whether a database has a replaced migration. The depth is bounded, since a hand may have written a circle.
fn has(all: &[Replaced<'_>], name: &str, is_applied: &dyn Fn(&str) -> bool, depth: usize) -> bool {
    let mut parts = all.iter().filter(|it| it.part_of == Some(name)).peekable();
    is_applied(name)
        || (depth > 0
            && parts.peek().is_some()
            && parts.all(|part| has(all, part.name, is_applied, depth - 1)))
}

/// A migrations folder, as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The migrations, sorted by name, which is the order in which they apply.
    pub migrations: Vec<Migration>,
    /// `migration_lock.toml`, where there is one.
    pub lock: Option<LockFile>,
}

impl Folder {
    /// Reads a folder by Prisma's rules: a directory is a migration and must hold `migration.sql`; files beside them, other
    /// files within them, and directories whose names start with a dot are ignored. A folder that does not exist is empty.
    ///
    /// Links that lead out of the folder are refused: what a repository runs should be what its reviewers see.
    pub fn read(path: &Path) -> Result<Self> {
        let root = match path.canonicalize() {
            Ok(root) => root,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self {
                    migrations: Vec::new(),
                    lock: None,
                });
            }
            Err(source) => {
                return Err(Error::Io {
                    path: path.to_owned(),
                    source,
                });
            }
        };
        let mut migrations = Vec::new();
        for entry in root.read_dir().map_err(io(&root))? {
            let directory = entry.map_err(io(&root))?.path();
            if !directory.is_dir() {
                continue;
            }
            let name = directory.file_name().and_then(|name| name.to_str());
            let name = name.ok_or_else(|| MigrationError::NotUtf8 {
                path: directory.clone(),
            })?;
            if name.starts_with('.') {
                continue;
            }
            let name = MigrationName::existing(name)?;
            let script = read_inside(&root, directory.join("migration.sql"))?;
            let script = script.ok_or_else(|| MigrationError::MissingScript {
                path: directory.join("migration.sql"),
            })?;
            migrations.push(Migration { name, script });
        }
        migrations.sort_by(|a, b| a.name.cmp(&b.name));
        let lock = read_inside(&root, root.join(LockFile::NAME))?;
        let lock = lock.map(|text| LockFile::parse(&text)).transpose()?;
        Ok(Self { migrations, lock })
    }

    /// Whether the folder was written for this dialect (P3019). A folder without a lock file fits every dialect.
    pub fn check(&self, dialect: Dialect) -> Result<()> {
        self.lock
            .as_ref()
            .map_or(Ok(()), |lock| lock.check(dialect))
            .map_err(Error::from)
    }
}

/// The text of a file that, links followed, lies inside the folder; none if there is no such file.
fn read_inside(root: &Path, path: PathBuf) -> Result<Option<String>> {
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::Io { path, source }),
    };
    if !real.starts_with(root) {
        return Err(MigrationError::Escapes { path }.into());
    }
    let bytes = std::fs::read(&real).map_err(io(&path))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(MigrationError::NotUtf8 { path }.into()),
    }
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Error + use<> {
    let path = path.to_owned();
    |source| Error::Io { path, source }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn add(folder: &Path, name: &str, script: &[u8]) {
        fs::create_dir(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("migration.sql"), script).unwrap();
    }

    #[track_caller]
    fn code(folder: &Path) -> &'static str {
        Folder::read(folder).unwrap_err().code()
    }

    #[test]
    fn migrations_come_in_the_order_of_their_names() {
        let folder = folder();
        add(folder.path(), "2_b", b"SELECT 2;");
        add(folder.path(), "10_c", b"SELECT 10;");
        add(folder.path(), "1_a", b"SELECT 1;");
        add(folder.path(), ".git", b"");
        fs::write(folder.path().join("notes.md"), "x").unwrap();
        fs::write(folder.path().join("1_a/down.sql"), "x").unwrap();
        fs::write(
            folder.path().join("migration_lock.toml"),
            LockFile::new(Dialect::Sqlite).to_string(),
        )
        .unwrap();
        let read = Folder::read(folder.path()).unwrap();
        let names: Vec<_> = read
            .migrations
            .iter()
            .map(|migration| migration.name.as_str())
            .collect();
        assert_eq!(names, ["10_c", "1_a", "2_b"]);
        read.check(Dialect::Sqlite).unwrap();
        assert_eq!(read.check(Dialect::Mysql).unwrap_err().code(), "R1006");
    }

    #[test]
    fn a_missing_folder_is_empty() {
        let read = Folder::read(Path::new("/nonexistent/migrations")).unwrap();
        assert_eq!(
            read,
            Folder {
                migrations: Vec::new(),
                lock: None
            }
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let missing = folder();
        fs::create_dir(missing.path().join("1_a")).unwrap();
        assert_eq!(code(missing.path()), "R2101");
        assert!(
            Folder::read(missing.path())
                .unwrap_err()
                .to_string()
                .contains("P3015")
        );

        let latin = folder();
        add(latin.path(), "1_a", b"SELECT '\xff';");
        assert_eq!(code(latin.path()), "R2102");
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_inside() {
        let (folder, outside) = (folder(), self::folder());
        fs::write(outside.path().join("secret"), "x").unwrap();
        fs::create_dir(folder.path().join("1_a")).unwrap();
        std::os::unix::fs::symlink(
            outside.path().join("secret"),
            folder.path().join("1_a/migration.sql"),
        )
        .unwrap();
        assert_eq!(code(folder.path()), "R2103");
    }
}
