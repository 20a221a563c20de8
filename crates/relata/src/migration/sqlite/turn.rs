//! One program at a time: SQLite's own lock lasts as long as a transaction, and a script in steps is many of them.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::migration::MigrationError;
use crate::{Dialect, Result};

/// How often somebody who waits looks again.
const PAUSE: Duration = Duration::from_millis(50);

/// The turn of this program to migrate a database file, until it is dropped or its process ends, however that comes about.
///
/// It is a lock of the operating system's on a file beside the database, which is removed afterwards. Where no such file can be made, and for a
/// database in memory, there is none; the marks in the ledger still keep a statement from running twice.
pub(super) struct Turn {
    held: Option<(File, PathBuf)>,
}

impl Turn {
    /// Waits for it no longer than the limit.
    pub(super) fn take(conn: &Connection, limit: Duration) -> Result<Self> {
        let none = Ok(Self { held: None });
        let Some(database) = conn.path().filter(|path| !path.is_empty()) else {
            return none;
        };
        let path = PathBuf::from(format!("{database}-relata-lock"));
        let start = Instant::now();
        loop {
            let opened = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path);
            let Ok(file) = opened else { return none };
            match file.try_lock() {
                Ok(()) if is_there(&file, &path) => {
                    return Ok(Self {
                        held: Some((file, path)),
                    });
                }
                // Who had it has removed the file meanwhile: another one is locked by the next.
                Ok(()) => {}
                Err(TryLockError::Error(_)) => return none,
                Err(TryLockError::WouldBlock) => {
                    if start.elapsed() >= limit {
                        return Err(MigrationError::Locked {
                            waited: start.elapsed(),
                            dialect: Dialect::Sqlite,
                            holder: None,
                        }
                        .into());
                    }
                    std::thread::sleep(PAUSE);
                }
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some((file, path)) = self.held.take() {
            // Removed while it is locked, so that nobody's lock is removed but ours.
            let _ = std::fs::remove_file(path);
            let _ = file.unlock();
        }
    }
}

/// Whether the open file is the one of that name.
#[cfg(unix)]
fn is_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(open), Ok(named)) => open.ino() == named.ino() && open.dev() == named.dev(),
        _ => false,
    }
}

/// Elsewhere a name is not free before the last one has closed the file.
#[cfg(not(unix))]
fn is_there(_: &File, path: &Path) -> bool {
    path.exists()
}
