use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use relata_script::{Dialect, LockFile, MigrationName};

use crate::Error;

/// What a migration's directory holds.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// `migration.sql`.
    pub script: &'a str,
    /// `down.sql`, which takes it back.
    pub down: Option<&'a str>,
    /// `plan.json`, which explains it.
    pub plan: Option<&'a str>,
}

/// Writes a migration's directory, and the lock file if there is none: whole, or not at all.
///
/// The directory is filled under another name, which readers of the folder skip, and then renamed.
pub fn write_migration(
    folder: &Path,
    name: &MigrationName,
    files: &Files<'_>,
    dialect: Dialect,
) -> Result<PathBuf, Error> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    fs::create_dir_all(folder).map_err(io(folder))?;
    let directory = folder.join(name.as_str());
    if directory.exists() {
        let source = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(Error::Io {
            path: directory,
            source,
        });
    }
    let lock = folder.join(LockFile::NAME);
    if !lock.exists() {
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io(folder))?;
        file.write_all(LockFile::new(dialect).to_string().as_bytes())
            .map_err(io(&lock))?;
        readable(file.path()).map_err(io(&lock))?;
        file.persist(&lock).map_err(|error| Error::Io {
            path: lock,
            source: error.error,
        })?;
    }
    let unfinished = tempfile::Builder::new()
        .prefix(".unfinished-")
        .tempdir_in(folder)
        .map_err(io(folder))?;
    let named = [
        ("migration.sql", Some(files.script)),
        ("down.sql", files.down),
        ("plan.json", files.plan),
    ];
    for (name, text) in named {
        if let Some(text) = text {
            let file = unfinished.path().join(name);
            fs::write(&file, text).map_err(io(&file))?;
        }
    }
    readable_directory(unfinished.path()).map_err(io(&directory))?;
    fs::rename(unfinished.path(), &directory).map_err(io(&directory))?;
    // Renamed away: there is nothing left to remove.
    let _ = unfinished.keep();
    Ok(directory)
}

/// Temporary files are for their owner only; a migration is for everybody who may read the repository.
#[cfg(unix)]
fn readable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(unix)]
fn readable_directory(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn readable_directory(_: &Path) -> std::io::Result<()> {
    Ok(())
}
