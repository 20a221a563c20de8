use std::collections::BTreeMap;

use relata::postgres::{Notice, Postgres};
use relata::{Connection, Transaction};
use relata_script::{Dialect, TransactionClass, classify, first_word};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{Lock, Measured};
use crate::Error;

/// The relations of users, and the file each is kept in: a new file is a rewrite.
const RELATIONS: &str = "SELECT c.oid::bigint, \
    CASE WHEN n.nspname = current_schema() THEN c.relname ELSE n.nspname || '.' || c.relname END, \
    c.relkind::text, c.relfilenode::bigint \
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f', 'i', 'I') AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname, 'pg_')";

/// What this session holds.
const LOCKS: &str = "SELECT relation::bigint, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted \
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// How often this session has read tables from end to end and not told yet; inside a transaction it only counts up. `ALTER TABLE` and the checks of
/// foreign keys count as well.
const SCANS: &str =
    "SELECT relid::bigint, seq_scan FROM pg_stat_xact_user_tables WHERE seq_scan > 0";

/// Runs statements one by one, and asks the server about each before its transaction ends.
pub(crate) struct PostgresMeter<'d> {
    db: &'d Postgres,
    notices: UnboundedReceiver<Notice>,
    relations: BTreeMap<i64, Relation>,
    /// What the script's own transaction already holds and has read.
    held: BTreeMap<i64, Lock>,
    scans: BTreeMap<i64, i64>,
    inside: bool,
}

#[derive(Clone, Debug)]
struct Relation {
    name: String,
    is_index: bool,
    file: i64,
}

impl<'d> PostgresMeter<'d> {
    pub(crate) async fn new(db: &'d Postgres) -> Result<Self, Error> {
        let notices = db.notices();
        // The level at which the server tells of rewrites, scans of tables and builds of indexes.
        db.batch("SET client_min_messages = debug1").await?;
        Ok(Self {
            db,
            notices,
            relations: relations(db).await?,
            held: BTreeMap::new(),
            scans: BTreeMap::new(),
            inside: false,
        })
    }

    /// Runs one statement of a script. What may run in a transaction gets one of its own, unless the script has begun one.
    pub(crate) async fn run(&mut self, statement: &str) -> Result<Measured, relata::Error> {
        let mut measured = Measured::of(statement);
        self.listen(&mut Measured::default());
        match classify(Dialect::Postgres, statement) {
            TransactionClass::Controls => {
                self.db.batch(statement).await?;
                self.inside = match first_word(Dialect::Postgres, statement).as_str() {
                    "BEGIN" | "START" => true,
                    "COMMIT" | "END" | "ABORT" | "ROLLBACK" => {
                        // `ROLLBACK TO` a savepoint stays inside.
                        self.inside && self.is_inside().await
                    }
                    _ => self.inside,
                };
                if !self.inside {
                    self.held.clear();
                }
                self.scans = scans(self.db).await?;
                self.relations = relations(self.db).await?;
            }
            _ if self.inside => {
                self.db.batch(statement).await?;
                self.look(self.db, &mut measured).await?;
            }
            TransactionClass::Any => {
                let transaction: Box<dyn Transaction> = self.db.begin().await?;
                self.scans = scans(&*transaction).await?;
                transaction.batch(statement).await?;
                self.look(&*transaction, &mut measured).await?;
                transaction.commit().await?;
                self.held.clear();
            }
            TransactionClass::Outside => {
                self.db.batch(statement).await?;
                measured.unmeasured =
                    Some("it runs outside a transaction, and its locks are gone when it is done");
                self.files(self.db, &mut measured).await?;
            }
        }
        self.listen(&mut measured);
        Ok(measured)
    }

    /// Whether the server is in a transaction that the script has begun: a savepoint can be made only there.
    async fn is_inside(&self) -> bool {
        let probe = "SAVEPOINT relata_probe; RELEASE SAVEPOINT relata_probe";
        self.db.batch(probe).await.is_ok()
    }

    async fn look(
        &mut self,
        db: &dyn Connection,
        measured: &mut Measured,
    ) -> Result<(), relata::Error> {
        for row in db.query(LOCKS, Vec::new()).await? {
            let (oid, mode): (i64, String) = (row.get(0)?, row.get(1)?);
            let (Some(relation), Some(lock)) = (self.relations.get(&oid), Lock::of_mode(&mode))
            else {
                continue;
            };
            let before = self.held.get(&oid).copied();
            if before.is_none_or(|before| before < lock) {
                self.held.insert(oid, lock);
                if !relation.is_index {
                    let strongest = measured.locks.entry(relation.name.clone()).or_insert(lock);
                    *strongest = lock.max(*strongest);
                }
            }
        }
        let now = scans(db).await?;
        for (oid, count) in &now {
            if let Some(relation) = self.relations.get(oid)
                && self.scans.get(oid).is_none_or(|before| before < count)
            {
                measured.scanned.insert(relation.name.clone());
            }
        }
        self.scans = now;
        self.files(db, measured).await
    }

    /// Compares the files with those from before.
    async fn files(
        &mut self,
        db: &dyn Connection,
        measured: &mut Measured,
    ) -> Result<(), relata::Error> {
        let now = relations(db).await?;
        for (oid, relation) in &now {
            if let Some(before) = self.relations.get(oid)
                && before.file != relation.file
            {
                measured.rewritten.insert(before.name.clone());
            }
        }
        self.relations = now;
        Ok(())
    }

    /// Reads what the server has said since.
    fn listen(&mut self, measured: &mut Measured) {
        while let Ok(notice) = self.notices.try_recv() {
            // The server's source is the reference for these words: `tablecmds.c`, `index.c`.
            let text = notice.message;
            if let Some(index) = quoted(&text, "building index \"")
                && !index.starts_with("pg_toast")
            {
                measured.built.insert(index.to_owned());
            } else if let Some(table) = quoted(&text, "verifying table \"") {
                measured.scanned.insert(table.to_owned());
            }
        }
    }

    /// Puts the session back.
    pub(crate) async fn finish(self) -> Result<(), Error> {
        Ok(self.db.batch("RESET client_min_messages").await?)
    }
}

fn quoted<'t>(text: &'t str, before: &str) -> Option<&'t str> {
    text.strip_prefix(before)?
        .split_once('"')
        .map(|(name, _)| name)
}

async fn scans(db: &dyn Connection) -> Result<BTreeMap<i64, i64>, relata::Error> {
    let rows = db.query(SCANS, Vec::new()).await?;
    rows.iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?)))
        .collect()
}

async fn relations(db: &dyn Connection) -> Result<BTreeMap<i64, Relation>, relata::Error> {
    let mut found = BTreeMap::new();
    for row in db.query(RELATIONS, Vec::new()).await? {
        let kind: String = row.get(2)?;
        let relation = Relation {
            name: row.get(1)?,
            is_index: kind.eq_ignore_ascii_case("i"),
            file: row.get(3)?,
        };
        found.insert(row.get(0)?, relation);
    }
    Ok(found)
}
