//! What can be wrong with a database file, told before SQLite says no more than "unable to open database file".

use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Looks at the path: a folder in its place, a missing file, a missing parent.
pub(super) fn check(path: &Path, may_create: bool) -> Result<()> {
    let shown = shown(path);
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            return Err(Error::connection(format!(
                "`{shown}` is a folder; name a file in it, such as `{shown}/dev.db`"
            )));
        }
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(source) => {
            return Err(Error::Io {
                path: path.to_owned(),
                source,
            });
        }
    }
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    if let Some(parent) = parent
        && !parent.is_dir()
    {
        return Err(Error::connection(format!(
            "the folder `{}` does not exist (P1003); create it, or correct the path",
            self::shown(parent)
        )));
    }
    if may_create {
        return Ok(());
    }
    Err(Error::connection(format!(
        "the database file `{shown}` does not exist (P1003); check the path, or create it"
    )))
}

/// The path so that SQLite takes it for a file: `:memory:` and an empty name have a meaning of their own.
pub(super) fn literal(path: &Path) -> PathBuf {
    if path.is_relative() {
        Path::new(".").join(path)
    } else {
        path.to_owned()
    }
}

/// Adds the path to an error of opening.
pub(super) fn cannot_open(path: &Path, error: Error) -> Error {
    let shown = shown(path);
    match error {
        Error::Connection { message } => Error::Connection {
            message: format!("`{shown}`: {message}"),
        },
        Error::Corrupt { message } => Error::Corrupt {
            message: format!("`{shown}`: {message}"),
        },
        Error::ReadOnly { message } => Error::ReadOnly {
            message: format!("`{shown}`: {message}"),
        },
        Error::Busy { message } => Error::Busy {
            message: format!("`{shown}`: {message}"),
        },
        other => other,
    }
}

fn shown(path: &Path) -> String {
    relata_script::terminal(&path.display().to_string())
}
