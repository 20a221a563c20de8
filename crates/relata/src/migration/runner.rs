use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc;

use super::target::{Kind, Target};
use super::{Deployed, HistoryTable, Migration, Pending, Progress, Status};
use crate::Result;

#[cfg(any(feature = "postgres", feature = "mysql"))]
use super::server;
#[cfg(feature = "sqlite")]
use super::sqlite;

/// Applies migrations to one database and keeps its history.
///
/// * Only one runner works on a database at a time. On SQLite it holds the write lock; on PostgreSQL and MySQL the lock that
///   Prisma uses, on the same session that runs the migrations, so that the lock goes when the session goes. Whoever comes
///   second waits, no longer than [`Runner::wait`], and then finds out what is left to do.
/// * A script runs in one transaction together with its history row, on SQLite and PostgreSQL. If it fails, the database is
///   as it was before.
/// * A script that holds its own `BEGIN … COMMIT`, or statements that are refused in a transaction, or says
///   `-- relata: no-transaction`, runs in steps, and so does every script on MySQL. The history row counts its statements, and
///   after a failure or a kill the next deploy goes on behind the last one. A statement and its mark share a transaction. What
///   cannot run in one is announced before it runs; if the deploy is killed then, the next one asks the database whether the
///   statement has taken effect, and where that cannot be told, it stops and names the statement.
/// * A statement that does not get its locks within [`Runner::lock_timeout`] is tried again, since a statement that waits for
///   a lock makes all others on the table wait behind it.
/// * On SQLite a script that switches foreign keys off (as Prisma's table rebuilds do) runs with them off, and is refused if
///   it leaves rows that refer to nothing and did not do so before.
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
#[must_use]
pub struct Runner {
    target: Target,
    settings: Settings,
}

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) wait: Duration,
    pub(super) lock: bool,
    pub(super) lock_timeout: Duration,
    pub(super) lock_retries: u32,
    pub(super) table: HistoryTable,
    pub(super) allow_edited: bool,
    pub(super) allow_missing: bool,
    pub(super) up_to: Option<String>,
}

impl Runner {
    /// A runner on this connection.
    pub fn new(db: impl Into<Target>) -> Self {
        let settings = Settings {
            // Prisma's limit for its locks.
            wait: Duration::from_secs(10),
            lock: true,
            lock_timeout: Duration::from_secs(5),
            lock_retries: 6,
            table: HistoryTable::Relata,
            allow_edited: false,
            allow_missing: false,
            up_to: None,
        };
        Self {
            target: db.into(),
            settings,
        }
    }

    /// How long to wait for another program that migrates the database, or, on SQLite, that writes to it; ten seconds by
    /// default, as with Prisma.
    pub fn wait(mut self, limit: Duration) -> Self {
        self.settings.wait = limit;
        self
    }

    /// Whether to take the lock for migrations, which is the default. Where a server has no such locks, the caller has to see to
    /// it that one program migrates at a time; the ledger still notices most of what others do. SQLite's write lock is always
    /// taken.
    pub fn lock(mut self, lock: bool) -> Self {
        self.settings.lock = lock;
        self
    }

    /// How long a statement may wait for locks of tables and rows before it is given up and tried again; five seconds by
    /// default, and no limit if zero. A script that sets `lock_timeout` (PostgreSQL) or `lock_wait_timeout` (MySQL, which
    /// counts in whole seconds) itself has its own way from there on. `CONCURRENTLY` waits as long as it takes: nobody waits
    /// behind it. SQLite knows one lock only, and [`Runner::wait`] is its limit.
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.settings.lock_timeout = limit;
        self
    }

    /// How often a statement that did not get its locks, or was the victim of a deadlock, is tried again; six times by default,
    /// with pauses that grow from half a second to ten.
    pub fn lock_retries(mut self, times: u32) -> Self {
        self.settings.lock_retries = times;
        self
    }

    /// Which table to create where there is no history yet. An existing one is always kept.
    pub fn history_table(mut self, table: HistoryTable) -> Self {
        self.settings.table = table;
        self
    }

    /// Whether to deploy although applied migrations were edited, as Prisma does. Off by default.
    pub fn allow_edited(mut self, allow: bool) -> Self {
        self.settings.allow_edited = allow;
        self
    }

    /// Whether to deploy although applied migrations are missing in the folder, as Prisma does. Off by default.
    pub fn allow_missing(mut self, allow: bool) -> Self {
        self.settings.allow_missing = allow;
        self
    }

    /// The last migration to apply; those behind it stay pending. All are applied by default.
    pub fn up_to(mut self, name: impl Into<String>) -> Self {
        self.settings.up_to = Some(name.into());
        self
    }

    /// Compares history and folder. Writes nothing and takes no lock.
    pub async fn status(&self, migrations: &[Migration]) -> Result<Status> {
        match &self.target.0 {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite(db) => {
                let migrations = sorted(migrations);
                db.work(move |conn| sqlite::status(conn, &migrations)).await
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Kind::Server(db) => server::status(db, &sorted(migrations)).await,
        }
    }

    /// What [`Runner::deploy`] would apply, and refuses what it would refuse. Writes nothing and takes no lock.
    pub async fn preview(&self, migrations: &[Migration]) -> Result<Vec<Pending>> {
        let (settings, migrations) = (self.settings.clone(), sorted(migrations));
        match &self.target.0 {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite(db) => {
                db.work(move |conn| sqlite::preview(conn, &settings, &migrations))
                    .await
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Kind::Server(db) => server::preview(db, &settings, &migrations).await,
        }
    }

    /// Applies what is pending, in the order of the names. The callback runs in the caller's task.
    ///
    /// Dropping the future does not stop the work: it is finished on SQLite's thread, or, on servers, by a task of its own.
    pub async fn deploy(
        &self,
        migrations: &[Migration],
        progress: impl FnMut(Progress),
    ) -> Result<Deployed> {
        let (settings, migrations) = (self.settings.clone(), sorted(migrations));
        let (report, reports) = channel();
        match self.target.0.clone() {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite(db) => {
                let work =
                    db.work(move |conn| sqlite::deploy(conn, &settings, &migrations, &report));
                watched(progress, reports, work).await
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Kind::Server(db) => {
                let work =
                    async move { server::deploy(&db, &settings, &migrations, &report).await };
                watched(progress, reports, server::spawned(work)).await
            }
        }
    }

    /// Runs every script in order and keeps no history: for scratch databases, on which a folder becomes a catalog.
    ///
    /// On SQLite, statements that reach beyond the database (`ATTACH`, `VACUUM INTO`) are refused: a replay runs scripts that
    /// nobody has approved yet. On a server it is for the caller to see to that, as only they know whose server it is.
    pub async fn replay(
        &self,
        migrations: &[Migration],
        progress: impl FnMut(Progress),
    ) -> Result<()> {
        let (settings, migrations) = (self.settings.clone(), sorted(migrations));
        let (report, reports) = channel();
        match self.target.0.clone() {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite(db) => {
                let work = db.work(move |conn| sqlite::replay(conn, &migrations, &report));
                drop(settings);
                watched(progress, reports, work).await
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Kind::Server(db) => {
                let work =
                    async move { server::replay(&db, &settings, &migrations, &report).await };
                watched(progress, reports, server::spawned(work)).await
            }
        }
    }

    /// Records a migration as applied without running it: to baseline a database that has tables and no history, or after a
    /// failure was repaired by hand. Its failed rows become rolled back, as with Prisma's `migrate resolve --applied`.
    pub async fn mark_applied(&self, migration: &Migration) -> Result<()> {
        let (settings, migration) = (self.settings.clone(), migration.clone());
        match self.target.0.clone() {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite(db) => {
                db.work(move |conn| sqlite::mark_applied(conn, &settings, &migration))
                    .await
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Kind::Server(db) => {
                server::spawned(
                    async move { server::mark_applied(&db, &settings, &migration).await },
                )
                .await
            }
        }
    }

    /// Takes migrations back by their down scripts, each under its migration's name, in this order: the last one that was applied comes
    /// first. The folder says what else is applied.
    ///
    /// On SQLite and PostgreSQL a script that can shares a transaction with its history row, as in [`Runner::deploy`]; any other runs in
    /// steps, and is gone on with by the next call. A migration that was taken back is recorded as rolled back, and pending again.
    pub async fn revert(
        &self,
        folder: &[Migration],
        downs: &[Migration],
        progress: impl FnMut(Progress),
    ) -> Result<Vec<String>> {
        let (settings, folder, downs) = (self.settings.clone(), sorted(folder), downs.to_vec());
        let (report, reports) = channel();
        match self.target.0.clone() {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite(db) => {
                let work =
                    db.work(move |conn| sqlite::revert(conn, &settings, &folder, &downs, &report));
                watched(progress, reports, work).await
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Kind::Server(db) => {
                let work =
                    async move { server::revert(&db, &settings, &folder, &downs, &report).await };
                watched(progress, reports, server::spawned(work)).await
            }
        }
    }

    /// Gives a migration another name in the history, after its directory got one. Where there is no history, or it does not know
    /// the migration, nothing happens.
    pub async fn rename(&self, from: &str, to: &str) -> Result<()> {
        let (settings, from, to) = (self.settings.clone(), from.to_owned(), to.to_owned());
        match self.target.0.clone() {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite(db) => {
                db.work(move |conn| sqlite::rename(conn, &settings, &from, &to))
                    .await
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Kind::Server(db) => {
                server::spawned(async move { server::rename(&db, &settings, &from, &to).await })
                    .await
            }
        }
    }

    /// Does work while nobody else migrates: on servers under the lock for migrations, which [`Runner::lock`] turned off for the runners that
    /// do the work on connections of their own. On SQLite, where each database has its lock, it is just done.
    pub async fn alone<T>(
        &self,
        progress: impl FnMut(Progress),
        work: impl Future<Output = T>,
    ) -> Result<T> {
        match self.target.0.clone() {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite(_) => {
                drop(progress);
                Ok(work.await)
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Kind::Server(db) => {
                let (report, reports) = channel();
                let alone = server::alone(&db, &self.settings, &report, work);
                watched(progress, reports, alone).await
            }
        }
    }

    /// Records a failed migration as rolled back, so that it is pending again, as with Prisma's `migrate resolve
    /// --rolled-back`.
    pub async fn mark_rolled_back(&self, name: &str) -> Result<()> {
        let (settings, name) = (self.settings.clone(), name.to_owned());
        match self.target.0.clone() {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite(db) => {
                db.work(move |conn| sqlite::mark_rolled_back(conn, &settings, &name))
                    .await
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Kind::Server(db) => {
                server::spawned(
                    async move { server::mark_rolled_back(&db, &settings, &name).await },
                )
                .await
            }
        }
    }

    /// Settles what [`MigrationError::Undecided`](super::MigrationError::Undecided) asks: whether the statement that was under way when a deploy was cut off has
    /// taken effect. The next deploy goes on behind it, or with it. On SQLite there is never anything to decide.
    #[cfg_attr(
        not(any(feature = "postgres", feature = "mysql")),
        allow(clippy::unused_async, reason = "only servers are waited for")
    )]
    pub async fn decide(&self, migration: &Migration, has_run: bool) -> Result<()> {
        let (settings, migration) = (self.settings.clone(), migration.clone());
        match self.target.0.clone() {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite(_) => {
                let name = migration.name.as_str().to_owned();
                let _ = (settings, has_run);
                Err(super::MigrationError::NotUndecided { name }.into())
            }
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Kind::Server(db) => {
                server::spawned(
                    async move { server::decide(&db, &settings, &migration, has_run).await },
                )
                .await
            }
        }
    }
}

type Reports = mpsc::UnboundedReceiver<Progress>;

/// What the work reports to, wherever it runs, and what its reports come out of.
fn channel() -> (impl Fn(Progress) + Send + Sync + 'static, Reports) {
    let (sender, reports) = mpsc::unbounded_channel();
    let report = move |event| {
        let _ = sender.send(event);
    };
    (report, reports)
}

/// Waits for work while its reports reach the callback here.
async fn watched<T>(
    mut progress: impl FnMut(Progress),
    mut reports: Reports,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let mut work = pin!(work);
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

fn sorted(migrations: &[Migration]) -> Vec<Migration> {
    let mut migrations = migrations.to_vec();
    migrations.sort_by(|a, b| a.name.cmp(&b.name));
    migrations
}
