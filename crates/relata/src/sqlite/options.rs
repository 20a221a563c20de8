use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use relata_script::Dialect;
use rusqlite::OpenFlags;

use super::worker::Worker;
use super::{Sqlite, file, from_rusqlite};
use crate::{ConnectionUrl, Error, Result, SqliteLocation};

/// How many prepared statements a connection keeps. A program of some dozen models has more shapes of query than the 16 that
/// `rusqlite` keeps, and to prepare one takes longer than to find a row by it.
const STATEMENTS: usize = 256;

/// How to open a SQLite database.
///
/// ```
/// # async fn example() -> relata::Result<()> {
/// let db = relata::sqlite::Options::file("app.db").create(true).open().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Options {
    location: SqliteLocation,
    create: bool,
    read_only: bool,
    foreign_keys: bool,
    busy_timeout: Duration,
}

impl Options {
    fn new(location: SqliteLocation) -> Self {
        Self {
            location,
            create: false,
            read_only: false,
            foreign_keys: true,
            busy_timeout: Duration::from_secs(5),
        }
    }

    /// A file that exists, unless [`Options::create`] says otherwise.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::new(SqliteLocation::File(path.into()))
    }

    /// A new database in memory.
    pub fn memory() -> Self {
        Self::new(SqliteLocation::Memory)
    }

    /// What a connection string says. A file is created if it is missing, as Prisma's connector does, unless `mode=ro` or
    /// `mode=rw` is given.
    pub fn from_url(url: &ConnectionUrl, base: &Path) -> Result<Self> {
        let location = url.sqlite().ok_or(Error::NoDriver {
            dialect: url.dialect(),
        })?;
        debug_assert_eq!(url.dialect(), Dialect::Sqlite);
        let mode = url.parameter("mode");
        let mut options = Self::new(location.resolve(base))
            .read_only(mode == Some("ro"))
            .create(mode.is_none_or(|mode| mode == "rwc"));
        if let Some(timeout) = url.busy_timeout() {
            options = options.busy_timeout(timeout);
        }
        Ok(options)
    }

    /// Whether a missing file is created; by default it is an error. Missing folders always are.
    pub fn create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// Whether writing is refused; off by default.
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = read_only;
        self
    }

    /// Whether foreign keys are enforced; on by default, against SQLite's own default, because schemas rely on them.
    pub fn foreign_keys(mut self, foreign_keys: bool) -> Self {
        self.foreign_keys = foreign_keys;
        self
    }

    /// How long a statement waits for the lock of another connection; five seconds by default.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// Where the database lives.
    pub fn location(&self) -> &SqliteLocation {
        &self.location
    }

    /// Opens the database and reads its header, so that a file that is no database is told here and not at the first query.
    /// The journal mode (WAL or not) stays as the file has it.
    pub async fn open(self) -> Result<Sqlite> {
        let worker = Worker::start(self.busy_timeout, move || self.connect()).await?;
        Ok(Sqlite {
            worker: Arc::new(worker),
        })
    }

    fn connect(&self) -> Result<rusqlite::Connection> {
        let conn = match &self.location {
            SqliteLocation::Memory => {
                rusqlite::Connection::open_in_memory().map_err(from_rusqlite)?
            }
            SqliteLocation::File(path) => {
                file::check(path, self.create && !self.read_only)?;
                rusqlite::Connection::open_with_flags(file::literal(path), self.flags())
                    .map_err(|error| file::cannot_open(path, from_rusqlite(error)))?
            }
        };
        let mut ready = self.set_up(&conn);
        if let (Err(Error::ReadOnly { .. }), SqliteLocation::File(path), true) =
            (&ready, &self.location, self.read_only)
        {
            // Who reads only cannot take back what a program that was cut off has half written.
            self.recover(path).ok();
            ready = self.set_up(&conn);
        }
        ready.map_err(|error| match &self.location {
            SqliteLocation::File(path) => file::cannot_open(path, error),
            SqliteLocation::Memory => error,
        })?;
        Ok(conn)
    }

    /// Takes back what a program that was cut off has half written, as SQLite does for whoever may write ("Hot Rollback Journals" in
    /// "File Locking And Concurrency").
    fn recover(&self, path: &Path) -> Result<()> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = rusqlite::Connection::open_with_flags(file::literal(path), flags)
            .map_err(from_rusqlite)?;
        self.set_up(&conn)
    }

    fn flags(&self) -> OpenFlags {
        // Without SQLITE_OPEN_URI: a file called `a?mode=memory` is a file.
        let mode = match (self.read_only, self.create) {
            (true, _) => OpenFlags::SQLITE_OPEN_READ_ONLY,
            (false, true) => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            (false, false) => OpenFlags::SQLITE_OPEN_READ_WRITE,
        };
        mode | OpenFlags::SQLITE_OPEN_NO_MUTEX
    }

    fn set_up(&self, conn: &rusqlite::Connection) -> Result<()> {
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        conn.busy_timeout(self.busy_timeout)
            .map_err(from_rusqlite)?;
        conn.pragma_update(None, "foreign_keys", self.foreign_keys)
            .map_err(from_rusqlite)?;
        conn.query_row("PRAGMA schema_version", [], |_| Ok(()))
            .map_err(from_rusqlite)
    }
}
