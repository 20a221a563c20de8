//! Scripts run on a scratch database, as a whole or measured.

use std::collections::BTreeMap;

use relata::migration::{Migration, MigrationError};
use relata::sqlite::Sqlite;
use relata::{Connection, Error as Database};
use relata_script::{Dialect, Statement, split};

use super::reach;
use crate::measure::{Measured, MysqlMeter, PostgresMeter};
use crate::{Error, Live};

impl Live {
    /// Runs scripts that stay inside of the database, without a history.
    pub(super) async fn run(&self, migrations: &[Migration]) -> Result<(), Error> {
        let dialect = self.connection().dialect();
        for migration in migrations {
            refuse_beyond(dialect, migration, &split(dialect, &migration.script))?;
            let one = std::slice::from_ref(migration);
            self.runner().replay(one, |_| {}).await?;
        }
        Ok(())
    }

    /// Runs one script statement by statement, measuring each. On SQLite the script is run as a whole, and what is told is which tables
    /// it has written anew.
    pub(super) async fn measure(&self, migration: &Migration) -> Result<Vec<Measured>, Error> {
        let dialect = self.connection().dialect();
        let statements = split(dialect, &migration.script);
        refuse_beyond(dialect, migration, &statements)?;
        let failed = |index: usize, source: Database| -> Database {
            let name = migration.name.as_str();
            MigrationError::apply(name, &statements, index, source, false).into()
        };
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
                    all.push(measured.map_err(|source| failed(index, source))?);
                }
                meter.finish().await?;
                db.batch("RESET ALL").await?;
            }
            Self::Mysql(db) => {
                let mut meter = MysqlMeter::new(db);
                for (index, statement) in statements.iter().enumerate() {
                    let measured = meter.run(statement.text()).await;
                    all.push(measured.map_err(|source| failed(index, source))?);
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
