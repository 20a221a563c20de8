use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc;

use super::plan::Plan;
use super::{FailedMigration, HistoryTable, Migration, apply, resolve};
use crate::Result;
use crate::sqlite::Sqlite;

/// Applies migrations to one SQLite database and keeps its history.
///
/// * The write lock is taken before anything is decided, and waited for no longer than the limit. Several programs may
///   deploy at once: each migration runs once.
/// * A script runs in one transaction together with its history row. If it fails, the database is as it was before.
/// * A script that holds its own `BEGIN … COMMIT`, holds statements that SQLite refuses in a transaction, or says
///   `-- relata: no-transaction`, runs in steps. The history row counts its statements, each in one transaction with the
///   statement, and after a failure or a kill the next deploy goes on behind the last one.
/// * A script that switches foreign keys off (as Prisma's table rebuilds do) runs with them off, and is refused if it leaves
///   rows that refer to nothing and did not do so before.
///
/// ```
/// # async fn example() -> relata::Result<()> {
/// use relata::migration::{Folder, Runner};
///
/// let folder = Folder::read("migrations".as_ref())?;
/// folder.check(relata::Dialect::Sqlite)?;
/// let db = relata::sqlite::Options::file("app.db").create(true).open().await?;
/// let deployed = Runner::new(&db).deploy(&folder.migrations, |_| {}).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Runner {
    db: Sqlite,
    settings: Settings,
}

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) lock_timeout: Duration,
    pub(super) table: HistoryTable,
    pub(super) allow_edited: bool,
    pub(super) allow_missing: bool,
}

/// What a history and a folder say together. Lists of names, in the order of the history or of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// The history that the database has.
    pub table: Option<HistoryTable>,
    /// Applied migrations.
    pub applied: Vec<String>,
    /// Migrations of the folder that are not applied, those begun among them.
    pub pending: Vec<String>,
    /// Migrations that failed, of which the history does not say how far they came.
    pub failed: Vec<FailedMigration>,
    /// Migrations that stopped between two statements: the next deploy resumes them.
    pub interrupted: Vec<String>,
    /// Applied migrations whose script in the folder is another one.
    pub edited: Vec<String>,
    /// Applied migrations that the folder does not have.
    pub missing: Vec<String>,
}

impl Status {
    /// Whether there is nothing to apply and nothing wrong.
    pub fn is_up_to_date(&self) -> bool {
        self.pending.is_empty()
            && self.failed.is_empty()
            && self.interrupted.is_empty()
            && self.edited.is_empty()
            && self.missing.is_empty()
    }
}

/// What a deploy is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// A migration begins.
    Started {
        /// Its name.
        name: String,
        /// How many statements it has.
        statements: usize,
        /// The statement it goes on behind, if it stopped half-way before; otherwise 0.
        resumed_after: usize,
    },
    /// A statement has run.
    Statement {
        /// The migration's name.
        name: String,
        /// How many of its statements have run.
        done: usize,
        /// How many it has.
        of: usize,
    },
    /// A migration is applied.
    Finished {
        /// Its name.
        name: String,
        /// How long it took.
        elapsed: Duration,
    },
}

/// What a deploy did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deployed {
    /// The migrations that it applied, in order.
    pub applied: Vec<String>,
}

impl Runner {
    /// A runner on this connection.
    pub fn new(db: &Sqlite) -> Self {
        let settings = Settings {
            // Prisma's limit for its locks.
            lock_timeout: Duration::from_secs(10),
            table: HistoryTable::Relata,
            allow_edited: false,
            allow_missing: false,
        };
        Self {
            db: db.clone(),
            settings,
        }
    }

    /// How long to wait for the write lock; ten seconds by default.
    #[must_use]
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.settings.lock_timeout = limit;
        self
    }

    /// Which table to create where there is no history yet. An existing one is always kept.
    #[must_use]
    pub fn history_table(mut self, table: HistoryTable) -> Self {
        self.settings.table = table;
        self
    }

    /// Whether to deploy although applied migrations were edited, as Prisma does. Off by default.
    #[must_use]
    pub fn allow_edited(mut self, allow: bool) -> Self {
        self.settings.allow_edited = allow;
        self
    }

    /// Whether to deploy although applied migrations are missing in the folder, as Prisma does. Off by default.
    #[must_use]
    pub fn allow_missing(mut self, allow: bool) -> Self {
        self.settings.allow_missing = allow;
        self
    }

    /// Compares history and folder. Writes nothing and takes no lock.
    pub async fn status(&self, migrations: &[Migration]) -> Result<Status> {
        let migrations = migrations.to_vec();
        self.db
            .with(move |conn| Plan::read(conn, &migrations).map(|plan| plan.status))
            .await
    }

    /// Applies what is pending, in the order of the names. The callback runs in the caller's task.
    ///
    /// Dropping the future does not stop the work: what runs is finished on the connection's thread.
    pub async fn deploy(
        &self,
        migrations: &[Migration],
        progress: impl FnMut(Progress),
    ) -> Result<Deployed> {
        let (settings, migrations) = (self.settings.clone(), sorted(migrations));
        self.watched(progress, move |conn, report| {
            apply::deploy(conn, &settings, &migrations, report)
        })
        .await
    }

    /// Runs every script in order and keeps no history: for scratch databases, on which a folder becomes a catalog.
    ///
    /// Statements that reach beyond the database (`ATTACH`, `VACUUM INTO`) are refused: a replay runs scripts that nobody has
    /// approved yet.
    pub async fn replay(
        &self,
        migrations: &[Migration],
        progress: impl FnMut(Progress),
    ) -> Result<()> {
        let migrations = sorted(migrations);
        self.watched(progress, move |conn, report| {
            apply::replay(conn, &migrations, report)
        })
        .await
    }

    /// Records a migration as applied without running it: to baseline a database that has tables and no history, or after a
    /// failure was repaired by hand. Its failed rows become rolled back, as with Prisma's `migrate resolve --applied`.
    pub async fn mark_applied(&self, migration: &Migration) -> Result<()> {
        let (settings, migration) = (self.settings.clone(), migration.clone());
        self.db
            .with(move |conn| resolve::mark_applied(conn, &settings, &migration))
            .await
    }

    /// Records a failed migration as rolled back, so that it is pending again, as with Prisma's `migrate resolve
    /// --rolled-back`.
    pub async fn mark_rolled_back(&self, name: &str) -> Result<()> {
        let (settings, name) = (self.settings.clone(), name.to_owned());
        self.db
            .with(move |conn| resolve::mark_rolled_back(conn, &settings, &name))
            .await
    }

    /// Runs work on the connection's thread while its reports reach the callback here.
    async fn watched<T, F>(&self, mut progress: impl FnMut(Progress), work: F) -> Result<T>
    where
        F: FnOnce(&rusqlite::Connection, &dyn Fn(Progress)) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (sender, mut reports) = mpsc::unbounded_channel();
        let mut work = pin!(self.db.with(move |conn| {
            work(conn, &|event| {
                let _ = sender.send(event);
            })
        }));
        loop {
            tokio::select! {
                biased;
                Some(event) = reports.recv() => progress(event),
                result = &mut work => {
                    while let Ok(event) = reports.try_recv() {
                        progress(event);
                    }
                    return result;
                }
            }
        }
    }
}

fn sorted(migrations: &[Migration]) -> Vec<Migration> {
    let mut migrations = migrations.to_vec();
    migrations.sort_by(|a, b| a.name.cmp(&b.name));
    migrations
}
