//! Scripts run on a scratch database, as a whole or measured.

use std::collections::BTreeMap;

use relata::migration::{Migration, MigrationError, Runner};
use relata::sqlite::Sqlite;
use relata::{Connection, Error as Database};
use relata_script::{
    Dialect, Statement, TransactionClass, classify, marked_non_transactional, split,
};

use super::reach;
use crate::measure::{Measured, MysqlMeter, PostgresMeter};
use crate::{Error, Live};

impl Live {
    pub(super) async fn run(&self, migrations: &[Migration]) -> Result<(), Error> {
        match self {
            Self::Sqlite(db) => Ok(Runner::new(db).replay(migrations, |_| {}).await?),
            Self::Postgres(_) | Self::Mysql(_) => {
                for migration in migrations {
                    replay(self.connection(), migration).await?;
                }
                Ok(())
            }
        }
    }
}

impl Live {
    /// Runs one script statement by statement, measuring each. On SQLite the script is run as a whole, and what is told is which tables
    /// it has written anew.
    pub(super) async fn measure(&self, migration: &Migration) -> Result<Vec<Measured>, Error> {
        let dialect = self.connection().dialect();
        let statements = split(dialect, &migration.script);
        refuse_beyond(dialect, migration, &statements)?;
        let mut all = Vec::with_capacity(statements.len());
        match self {
            Self::Sqlite(db) => {
                let before = tables(db).await?;
                self.run(std::slice::from_ref(migration)).await?;
                let after = tables(db).await?;
                let rewritten = before
                    .into_iter()
                    .filter(|(name, root)| after.get(name).is_some_and(|it| it != root))
                    .map(|(name, _)| name)
                    .collect();
                let mut measured = Measured::of(&migration.script);
                measured.rewritten = rewritten;
                all.push(measured);
            }
            Self::Postgres(db) => {
                let mut meter = PostgresMeter::new(db).await?;
                for (index, statement) in statements.iter().enumerate() {
                    let measured = meter.run(statement.text()).await;
                    all.push(
                        measured.map_err(|source| failed(migration, &statements, index, source))?,
                    );
                }
                meter.finish().await?;
                db.batch("RESET ALL").await?;
            }
            Self::Mysql(db) => {
                let mut meter = MysqlMeter::new(db);
                for (index, statement) in statements.iter().enumerate() {
                    let measured = meter.run(statement.text()).await;
                    all.push(
                        measured.map_err(|source| failed(migration, &statements, index, source))?,
                    );
                }
            }
        }
        Ok(all)
    }
}

/// The tables of a SQLite database, and where each begins in the file: a table that was made anew begins elsewhere.
async fn tables(db: &Sqlite) -> Result<BTreeMap<String, i64>, Error> {
    let sql = "SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'";
    let rows = db.query(sql, Vec::new()).await?;
    rows.iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?)))
        .collect()
}

fn refuse_beyond(
    dialect: Dialect,
    migration: &Migration,
    statements: &[Statement<'_>],
) -> Result<(), Error> {
    for (index, statement) in statements.iter().enumerate() {
        if let Some(what) = reach::beyond(dialect, statement.text()) {
            return Err(Error::ReachesBeyond {
                name: migration.name.as_str().to_owned(),
                number: index + 1,
                line: statement.line(),
                what,
            });
        }
    }
    Ok(())
}

/// Runs one script on a server.
///
/// On PostgreSQL a script whose statements may share a transaction is sent as a whole, which is one round trip, and is undone as a whole
/// where it fails; statement by statement it is then run again, to learn which one it is. Afterwards the settings of the session are
/// put back: each migration is deployed over a connection of its own, sooner or later.
async fn replay(db: &dyn Connection, migration: &Migration) -> Result<(), Error> {
    let dialect = db.dialect();
    let statements = split(dialect, &migration.script);
    refuse_beyond(dialect, migration, &statements)?;
    let as_one = dialect == Dialect::Postgres
        && !marked_non_transactional(dialect, &migration.script)
        && statements
            .iter()
            .all(|it| classify(dialect, it.text()) == TransactionClass::Any);
    if !as_one || db.batch(&migration.script).await.is_err() {
        for index in 0..statements.len() {
            let text = statements[index].text();
            if let Err(source) = db.batch(text).await {
                return Err(failed(migration, &statements, index, source).into());
            }
        }
    }
    if dialect == Dialect::Postgres {
        db.batch("RESET ALL").await?;
    }
    Ok(())
}

fn failed(
    migration: &Migration,
    statements: &[Statement<'_>],
    index: usize,
    source: Database,
) -> Database {
    let statement = &statements[index];
    let line = match &source {
        Database::Database {
            offset: Some(offset),
            ..
        } => statement.line_at(*offset),
        _ => statement.line(),
    };
    MigrationError::Apply {
        name: migration.name.as_str().to_owned(),
        number: index + 1,
        of: statements.len(),
        line,
        statement: statement.text().to_owned(),
        rolled_back: false,
        source: Box::new(source),
    }
    .into()
}
