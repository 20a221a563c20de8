//! A script that runs in steps: the history row is a ledger that moves on with every statement.
//!
//! Wherever the server allows it, a statement and its mark in the ledger share a transaction: ours for a plain statement, the
//! script's own between its `BEGIN` and `COMMIT`. What cannot run in a transaction is announced in the ledger before it runs
//! and marked after it. A deploy that is cut off between the two leaves exactly one statement of which the ledger cannot know
//! whether it has run; then the database is asked ([`super::probe`]).

use relata_script::{Backfill, Dialect, TransactionClass, Word, checksum, first_word, words};

use super::history::{self, Entry};
use super::probe::{Answer, Probe};
use super::retry::{Retry, is_refused_inside, is_unanswered};
use super::{Session, blocker, variables};
use crate::migration::ledger::{Before, Ledger, Trying};
use crate::migration::script::{Script, adds_enum_value, is_endless, still_met};
use crate::migration::{HistoryRow, MigrationError, RowState};
use crate::types::{jiff::Timestamp, uuid};
use crate::{Connection, Error, Result};

/// How a statement stands to the mark that says that it has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Begins, ends or marks a transaction of the script's own.
    Controls,
    /// Shares a transaction with its mark.
    Inside,
    /// Sets up the session. May be said twice, and has to be after a reconnect.
    SetsUp,
    /// Cannot share a transaction with its mark.
    Outside,
}

fn kind(script: &Script<'_>, index: usize) -> Kind {
    let text = script.text(index);
    match (script.dialect, script.class(index)) {
        (Dialect::Postgres, TransactionClass::Controls) => {
            let second = text.split_ascii_whitespace().nth(1).unwrap_or_default();
            if second.eq_ignore_ascii_case("PREPARED") {
                Kind::Outside
            } else {
                Kind::Controls
            }
        }
        (_, TransactionClass::Controls) => Kind::Controls,
        (dialect, TransactionClass::Outside) if adds_enum_value(dialect, text) => Kind::Inside,
        (_, TransactionClass::Outside) => Kind::Outside,
        (Dialect::Mysql, TransactionClass::Any) => {
            match first_word(Dialect::Mysql, text).as_str() {
                "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "SELECT" | "WITH" | "VALUES"
                | "TABLE" | "LOAD" => Kind::Inside,
                "SET" | "USE" | "PREPARE" | "DEALLOCATE" | "CREATE" | "DROP" => Kind::SetsUp,
                // `CALL`, `EXECUTE`, version comments and others may hold a statement that commits.
                _ => Kind::Outside,
            }
        }
        (_, TransactionClass::Any) => Kind::Inside,
    }
}

/// Runs a script from where it stopped.
pub(super) async fn run(
    session: &Session<'_>,
    begun: Option<&HistoryRow>,
    script: &Script<'_>,
) -> Result<()> {
    let mut run = claim(session, begun, script).await?;
    script.report_start(session.report, run.done);
    let mut retry = (run.done, Retry::new(session));
    loop {
        let error = match run.all().await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        run.roll_back().await;
        let error = blocker::told(session, error).await;
        if run.done != retry.0 {
            retry = (run.done, Retry::new(session));
        }
        // Only where the statement itself was refused; a mark that failed comes behind a statement that has run.
        let is_statement = matches!(error, Error::Migration(MigrationError::Apply { .. }));
        if is_statement
            && retry.1.again(session, script, &error).await
            && run.read_back().await.is_ok()
        {
            continue;
        }
        run.note(&error).await;
        return Err(error);
    }
}

/// Runs a script statement by statement, without a ledger.
pub(super) async fn replay(session: &Session<'_>, script: &Script<'_>) -> Result<()> {
    script.report_start(session.report, 0);
    let mut is_open = false;
    for index in 0..script.statements.len() {
        if let Err(error) = session.db.batch(script.text(index)).await {
            if is_open {
                let _ = session.db.batch("ROLLBACK").await;
            }
            return Err(script.failed(index, error, false));
        }
        is_open = is_open_after(script, index, is_open);
        script.report(session.report, index + 1);
    }
    if is_open {
        session.db.batch("ROLLBACK").await?;
        let name = script.name().to_owned();
        return Err(MigrationError::OpenTransaction { name }.into());
    }
    Ok(())
}

/// Whether a transaction of the script's own is open behind a statement.
fn is_open_after(script: &Script<'_>, index: usize, is_open: bool) -> bool {
    let text = script.text(index);
    let words: Vec<String> = text
        .split_ascii_whitespace()
        .take(5)
        .map(str::to_ascii_uppercase)
        .collect();
    let has = |word: &str| words.iter().any(|it| it == word);
    match (
        kind(script, index),
        first_word(script.dialect, text).as_str(),
    ) {
        (Kind::Controls, "BEGIN" | "START") => true,
        // To a savepoint.
        (Kind::Controls, "ROLLBACK" | "ABORT") if has("TO") => is_open,
        (Kind::Controls, "COMMIT" | "END" | "ROLLBACK" | "ABORT") => {
            has("CHAIN") && !has("NO") && is_open
        }
        (Kind::Controls, "PREPARE" | "LOCK") => false,
        // MySQL commits before it defines something.
        (Kind::Outside, _) if script.dialect == Dialect::Mysql => false,
        _ => is_open,
    }
}

/// Finds or writes the ledger, and brings the session to the state in which the next statement expects it.
async fn claim<'r>(
    session: &'r Session<'r>,
    begun: Option<&HistoryRow>,
    script: &'r Script<'r>,
) -> Result<Run<'r>> {
    let (db, place) = (session.db, &session.place);
    let prefixes = script.prefixes();
    let table = history::find_or_create(db, place, session.settings.table).await?;
    let (id, ledger) = match begun {
        // A migration that is taken back is begun anew, in its own row.
        Some(row) if row.state() == RowState::Applied => {
            let ledger = script.ledger(&prefixes, 0);
            if !history::reopen(db, place, table, &row.id, ledger.write(None)).await? {
                let name = script.name().to_owned();
                return Err(MigrationError::Concurrent { name }.into());
            }
            (row.id.clone(), ledger)
        }
        Some(row) => (row.id.clone(), script.resume(row)?),
        None => {
            let ledger = script.ledger(&prefixes, 0);
            let row = HistoryRow {
                id: uuid::Uuid::new_v4().to_string(),
                checksum: script.migration.checksum(),
                finished_at: None,
                migration_name: script.name().to_owned(),
                logs: Some(ledger.write(None)),
                rolled_back_at: None,
                started_at: Timestamp::now(),
                applied_steps_count: 0,
            };
            history::insert(db, place, table, &row).await?;
            // Without the lock for migrations another program may have begun, too. Both may see each other, and then neither goes on.
            if !history::is_alone(db, place, table, &row).await? {
                history::remove(db, place, table, &row.id).await?;
                let name = script.name().to_owned();
                return Err(MigrationError::Concurrent { name }.into());
            }
            (row.id, ledger)
        }
    };
    let place = place.clone();
    let mut run = Run {
        session,
        entry: Entry { place, table, id },
        script,
        prefixes,
        done: ledger.done,
        at: ledger.at,
        is_open: false,
        loose: Vec::new(),
    };
    run.restore_session().await?;
    run.look_at_tables().await?;
    if let Some(trying) = ledger.trying {
        run.decide(&trying).await?;
    }
    Ok(run)
}

struct Run<'r> {
    session: &'r Session<'r>,
    entry: Entry,
    script: &'r Script<'r>,
    prefixes: Vec<String>,
    /// Statements marked in the ledger, as far as this session sees it.
    done: usize,
    /// How far the backfill behind them has come.
    at: Option<String>,
    /// Whether a transaction of the script's own is open.
    is_open: bool,
    /// Tables that transactions do not hold for.
    loose: Vec<String>,
}

impl Run<'_> {
    fn db(&self) -> &dyn Connection {
        self.session.db
    }

    async fn all(&mut self) -> Result<()> {
        for index in self.done..self.script.statements.len() {
            self.step(index).await?;
            self.script.report(self.session.report, index + 1);
        }
        if self.is_open {
            let name = self.script.name().to_owned();
            return Err(MigrationError::OpenTransaction { name }.into());
        }
        let tx = self.db().begin().await?;
        if self.script.is_down {
            self.entry.take_back(&*tx).await?;
        } else {
            let checksum = self.script.migration.checksum();
            self.entry.finish(&*tx, &checksum).await?;
        }
        tx.commit().await
    }

    async fn step(&mut self, index: usize) -> Result<()> {
        let is_mysql = self.script.dialect == Dialect::Mysql;
        if !self.is_open
            && let Some(fill) = self.script.backfill(index)
        {
            return self.backfill(index, &fill).await;
        }
        match kind(self.script, index) {
            Kind::Controls => self.control(index).await,
            Kind::Outside if is_mysql || !self.is_open => {
                if self.is_open {
                    // It is going to be committed, and with it the statements before this one.
                    self.mark(index).await?;
                    self.is_open = false;
                }
                self.outside(index).await
            }
            // Nobody sees a mark in the script's own transaction before it is committed, and `SET TRANSACTION` wants to be
            // the first in it: so they are marked all at once, at its end.
            _ if self.is_open => self.send(index).await,
            Kind::SetsUp => {
                self.send(index).await?;
                self.mark(index + 1).await
            }
            Kind::Inside if self.is_loose(index) => self.outside(index).await,
            Kind::Inside | Kind::Outside => self.inside(index).await,
        }
    }

    /// Fills rows batch by batch. A batch and how far it has come share a transaction, so that none is filled twice.
    async fn backfill(&mut self, index: usize, fill: &Backfill<'_>) -> Result<()> {
        let failed = |script: &Script<'_>, error| script.failed(index, error, false);
        let counted = self.db().query(&fill.count(), vec![]).await;
        let counted = counted.map_err(|error| failed(self.script, error))?;
        let of: i64 = counted.first().map_or(Ok(0), |row| row.get(0))?;
        let of = u64::try_from(of).unwrap_or_default();
        let mut done = 0;
        loop {
            let tx = self.db().begin().await?;
            match self.batch(&*tx, index, fill).await {
                Ok(Some((rows, at))) => {
                    let committed = tx.commit().await;
                    committed.map_err(|error| failed(self.script, error))?;
                    done += rows;
                    self.at = at;
                    self.script.report_rows(self.session.report, done, of);
                }
                Ok(None) => {
                    tx.commit().await?;
                    self.at = None;
                    self.done = index + 1;
                    return Ok(());
                }
                Err(error) => {
                    let _ = tx.rollback().await;
                    return Err(error);
                }
            }
            if is_endless(fill, done, of) {
                return Err(failed(self.script, still_met()));
            }
        }
    }

    /// Fills one batch, and tells how many rows that were and how far it has come. None, and marked, if there is nothing left.
    async fn batch(
        &self,
        tx: &dyn Connection,
        index: usize,
        fill: &Backfill<'_>,
    ) -> Result<Option<(u64, Option<String>)>> {
        self.stands_where_it_was_left(tx).await?;
        let failed = |error| self.script.failed(index, error, false);
        let (rows, at) = if fill.by.is_some() {
            let behind = self.at.as_deref();
            let found = tx.query(&fill.end(behind), vec![]).await.map_err(failed)?;
            let end: Option<String> = found.first().map_or(Ok(None), |row| row.get(0))?;
            match end {
                Some(end) => {
                    let sql = fill.batch(behind, &end);
                    let rows = tx.execute(&sql, vec![]).await.map_err(failed)?;
                    (Some(rows), Some(end))
                }
                None => (None, None),
            }
        } else {
            let rows = tx.execute(&fill.some(), vec![]).await.map_err(failed)?;
            ((rows > 0).then_some(rows), None)
        };
        match rows {
            Some(rows) if at.is_none() => Ok(Some((rows, None))),
            Some(rows) => {
                self.advance(tx, self.done, None, at.clone()).await?;
                Ok(Some((rows, at)))
            }
            None => {
                self.advance(tx, index + 1, None, None).await?;
                Ok(None)
            }
        }
    }

    /// Keeps the ledger's row to this transaction, and fails if another program has filled rows meanwhile, which the number of statements does
    /// not tell.
    async fn stands_where_it_was_left(&self, tx: &dyn Connection) -> Result<()> {
        let logs = self.entry.logs_for_update(tx).await?;
        let ledger = logs.as_deref().and_then(Ledger::parse);
        if ledger.is_some_and(|it| it.done == self.done && it.at == self.at) {
            return Ok(());
        }
        let name = self.script.name().to_owned();
        Err(MigrationError::Concurrent { name }.into())
    }

    /// Sends a statement as it is.
    async fn send(&self, index: usize) -> Result<()> {
        self.db()
            .batch(self.script.text(index))
            .await
            .map_err(|error| self.script.failed(index, error, false))
    }

    /// Runs a statement of the script's own transactions.
    async fn control(&mut self, index: usize) -> Result<()> {
        let was_open = self.is_open;
        let is_open = is_open_after(self.script, index, was_open);
        if was_open {
            match first_word(self.script.dialect, self.script.text(index)).as_str() {
                "SAVEPOINT" | "RELEASE" => {}
                "ROLLBACK" if is_open => {}
                // On MySQL it commits the one before, and has to be said again if that was the last that happened.
                "BEGIN" | "START" => self.mark(index).await?,
                // So that the mark is committed with the rest.
                _ => self.mark(index + 1).await?,
            }
        }
        self.send(index).await?;
        self.is_open = is_open;
        if was_open {
            // A ROLLBACK has taken the mark back.
            self.read_back().await?;
        }
        // A BEGIN is not marked: until its COMMIT, a resumed run has to begin there again.
        if self.done != index + 1 && !self.is_open {
            self.mark(index + 1).await?;
        }
        Ok(())
    }

    /// Runs a statement and marks it in one transaction.
    async fn inside(&mut self, index: usize) -> Result<()> {
        let tx = self.db().begin().await?;
        let ran = tx.batch(self.script.text(index)).await;
        let ran = ran.map_err(|error| self.script.failed(index, error, false));
        let result = match ran {
            Ok(()) => self.write(&*tx, index + 1, None).await,
            Err(error) => Err(error),
        };
        match result {
            Ok(()) => {
                tx.commit()
                    .await
                    .map_err(|error| self.script.failed(index, error, false))?;
                self.done = index + 1;
                Ok(())
            }
            Err(error) => {
                let _ = tx.rollback().await;
                if is_refused_inside(&error) {
                    return self.outside(index).await;
                }
                Err(error)
            }
        }
    }

    /// Announces a statement, runs it, and marks it.
    async fn outside(&mut self, index: usize) -> Result<()> {
        let text = self.script.text(index);
        let probe = Probe::of(self.script.dialect, text);
        let before = match probe.ask(self.db()).await? {
            Answer::Open => Before::Open,
            Answer::Done => Before::Done,
            Answer::Leftover(_) | Answer::Unfinished(_) | Answer::Unknown => Before::Unknown,
        };
        let trying = Trying {
            statement: checksum(text),
            before,
        };
        self.announce(trying).await?;
        let waits_patiently = probe.is_concurrent() && !self.limits_locks_itself(index);
        let ran = if waits_patiently {
            variables::unlimited(self.db(), self.session.settings, self.send(index)).await
        } else {
            self.send(index).await
        };
        match ran {
            Ok(()) => {
                self.mark(index + 1).await?;
                self.look_at_tables().await
            }
            Err(error) => {
                if before != Before::Open || is_unanswered(&error) {
                    return Err(error);
                }
                match probe.ask(self.db()).await {
                    // What a concurrent statement that failed leaves behind is of no use, and in the way of the next attempt.
                    Ok(Answer::Leftover(removals)) => {
                        let _ = self.remove(&removals).await;
                        Err(error)
                    }
                    Ok(Answer::Unfinished(rest)) if self.db().batch(&rest).await.is_ok() => {
                        self.mark(index + 1).await
                    }
                    _ => Err(error),
                }
            }
        }
    }

    async fn look_at_tables(&mut self) -> Result<()> {
        let tables = history::tables_without_transactions(self.db(), &self.entry.place).await;
        self.loose = tables?;
        Ok(())
    }

    /// Whether a statement names a table that transactions do not hold for.
    fn is_loose(&self, index: usize) -> bool {
        let names_one = |(word, _): &(Word<'_>, _)| {
            let name = word.name(self.script.dialect);
            let mut loose = self.loose.iter();
            name.is_some_and(|name| loose.any(|it| it.eq_ignore_ascii_case(&name)))
        };
        !self.loose.is_empty()
            && words(self.script.dialect, self.script.text(index))
                .iter()
                .any(names_one)
    }

    /// Whether the script has set a limit for locks before a statement.
    fn limits_locks_itself(&self, index: usize) -> bool {
        let mut before = self.script.statements[..index].iter();
        before.any(|it| it.text().to_ascii_lowercase().contains("lock_timeout"))
    }

    /// Finds out whether the statement that was under way when the deploy before was cut off has run.
    async fn decide(&mut self, trying: &Trying) -> Result<()> {
        let index = self.done;
        let text = self.script.text(index);
        if checksum(text) != trying.statement {
            return Err(MigrationError::CannotResume {
                name: self.script.name().to_owned(),
                done: self.done,
                reason: "the statement that was under way was edited since".to_owned(),
            }
            .into());
        }
        let probe = Probe::of(self.script.dialect, text);
        let answer = match trying.before {
            // It changes nothing, or fails.
            Before::Done => return Ok(()),
            Before::Open => probe.ask(self.db()).await?,
            Before::Unknown => Answer::Unknown,
        };
        match answer {
            Answer::Open => Ok(()),
            Answer::Done => self.mark(index + 1).await,
            Answer::Leftover(removals) => self.remove(&removals).await,
            Answer::Unfinished(rest) => {
                self.db().batch(&rest).await?;
                self.mark(index + 1).await
            }
            Answer::Unknown if probe.may_be_repeated() => Ok(()),
            Answer::Unknown => Err(MigrationError::Undecided {
                name: self.script.name().to_owned(),
                number: index + 1,
                of: self.script.statements.len(),
                line: self.script.statements[index].line(),
                statement: text.to_owned(),
            }
            .into()),
        }
    }

    /// One by one: a concurrent statement wants to be alone in its message.
    async fn remove(&self, removals: &[String]) -> Result<()> {
        for removal in removals {
            self.db().batch(removal).await?;
        }
        Ok(())
    }

    /// Moves the ledger on: in the script's transaction if there is one, else in one of its own (the session may have switched
    /// `autocommit` off). Fails if another program has moved it.
    async fn mark(&mut self, done: usize) -> Result<()> {
        if self.is_open {
            self.write(self.db(), done, None).await?;
        } else {
            let tx = self.db().begin().await?;
            self.write(&*tx, done, None).await?;
            tx.commit().await?;
        }
        self.done = done;
        Ok(())
    }

    async fn announce(&self, trying: Trying) -> Result<()> {
        let tx = self.db().begin().await?;
        self.write(&*tx, self.done, Some(trying)).await?;
        tx.commit().await
    }

    async fn write(&self, db: &dyn Connection, done: usize, trying: Option<Trying>) -> Result<()> {
        self.advance(db, done, trying, None).await
    }

    async fn advance(
        &self,
        db: &dyn Connection,
        done: usize,
        trying: Option<Trying>,
        at: Option<String>,
    ) -> Result<()> {
        let logs = Ledger {
            trying,
            at,
            ..self.script.ledger(&self.prefixes, done)
        };
        let range = count(self.done)..count(done);
        if self.entry.advance(db, range, logs.write(None)).await? {
            return Ok(());
        }
        let name = self.script.name().to_owned();
        Err(MigrationError::Concurrent { name }.into())
    }

    async fn read_back(&mut self) -> Result<()> {
        let steps = self.entry.steps(self.db()).await?;
        self.done = usize::try_from(steps).unwrap_or_default();
        Ok(())
    }

    async fn roll_back(&mut self) {
        if std::mem::take(&mut self.is_open) {
            let _ = self.db().batch("ROLLBACK").await;
        }
    }

    /// Writes what went wrong beside the count, where the server refused the statement: what was announced has then not
    /// happened. What the error says is reported anyway; this is for the next reader.
    async fn note(&mut self, error: &Error) {
        let is_statement = matches!(error, Error::Migration(MigrationError::Apply { .. }));
        if !is_statement || is_unanswered(error) || self.read_back().await.is_err() {
            return;
        }
        let logs = Ledger {
            at: self.at.clone(),
            ..self.script.ledger(&self.prefixes, self.done)
        };
        let logs = logs.write(Some(&error.to_string()));
        if let Ok(tx) = self.db().begin().await {
            let range = count(self.done)..count(self.done);
            if matches!(self.entry.advance(&*tx, range, logs).await, Ok(true)) {
                let _ = tx.commit().await;
            }
        }
    }

    /// Says again what the statements before have set up in the session that is gone.
    async fn restore_session(&self) -> Result<()> {
        for index in 0..self.done {
            let text = self.script.text(index);
            let sets_up = match self.script.dialect {
                Dialect::Postgres => match first_word(Dialect::Postgres, text).as_str() {
                    "SET" | "RESET" | "PREPARE" | "LOAD" => !is_local(text),
                    "SELECT" => text.to_ascii_lowercase().contains("set_config"),
                    _ => false,
                },
                _ => matches!(
                    first_word(Dialect::Mysql, text).as_str(),
                    "SET" | "USE" | "PREPARE" | "DEALLOCATE"
                ),
            };
            if sets_up {
                self.send(index).await?;
            }
        }
        Ok(())
    }
}

/// `SET LOCAL`, `SET TRANSACTION` and `SET CONSTRAINTS` end with their transaction.
fn is_local(text: &str) -> bool {
    let second = text.split_ascii_whitespace().nth(1).unwrap_or_default();
    ["LOCAL", "TRANSACTION", "CONSTRAINTS"]
        .iter()
        .any(|word| second.eq_ignore_ascii_case(word))
}

fn count(steps: usize) -> i64 {
    i64::try_from(steps).unwrap_or(i64::MAX)
}
