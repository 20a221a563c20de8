use relata::migration::{Migration, MigrationError, Runner};
use relata::sqlite::Sqlite;
use relata::{Connection, Error as Database};
use relata_script::{Dialect, Statement, TransactionClass, classify, split};

use super::reach;
use crate::Error;

/// An open connection to a scratch database.
pub(super) enum Db {
    Sqlite(Sqlite),
    Server(Box<dyn Connection>),
}

impl Db {
    pub(super) fn connection(&self) -> &dyn Connection {
        match self {
            Self::Sqlite(db) => db,
            Self::Server(db) => &**db,
        }
    }

    pub(super) async fn close(self) -> Result<(), Error> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Server(db) => Ok(db.close().await?),
        }
    }

    pub(super) async fn run(&self, migrations: &[Migration]) -> Result<(), Error> {
        match self {
            Self::Sqlite(db) => Ok(Runner::new(db).replay(migrations, |_| {}).await?),
            Self::Server(db) => {
                for migration in migrations {
                    replay(&**db, migration).await?;
                }
                Ok(())
            }
        }
    }
}

/// Runs one script on a server.
///
/// On PostgreSQL a script whose statements may share a transaction is sent as a whole, which is one round trip, and is undone as a whole
/// where it fails; statement by statement it is then run again, to learn which one it is. Afterwards the settings of the session are
/// put back: each migration is deployed over a connection of its own, sooner or later.
async fn replay(db: &dyn Connection, migration: &Migration) -> Result<(), Error> {
    let dialect = db.dialect();
    let statements = split(dialect, &migration.script);
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
    let as_one = dialect == Dialect::Postgres
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
