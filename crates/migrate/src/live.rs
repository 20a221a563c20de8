use std::path::Path;

use relata::migration::{Runner, Target};
use relata::mysql::Mysql;
use relata::postgres::Postgres;
use relata::sqlite::{self, Sqlite};
use relata::{Connection, ConnectionUrl, Error as Database, SqliteLocation, mysql, postgres};
use relata_script::Dialect;

use crate::Error;

/// A connection to a database, whichever it is, over which migrations can run.
#[derive(Debug, Clone)]
pub enum Live {
    /// SQLite.
    Sqlite(Sqlite),
    /// PostgreSQL.
    Postgres(Postgres),
    /// MySQL or MariaDB.
    Mysql(Mysql),
}

impl Live {
    /// Opens the database to change it. A server must have it; a SQLite file that does not exist is made.
    pub async fn open(url: &ConnectionUrl, base: &Path) -> Result<Self, Error> {
        Ok(match url.dialect() {
            Dialect::Sqlite => {
                let options = sqlite::Options::from_url(url, base)?;
                Self::Sqlite(options.create(true).open().await?)
            }
            Dialect::Postgres => {
                Self::Postgres(postgres::Options::from_url(url, base)?.connect().await?)
            }
            Dialect::Mysql => Self::Mysql(mysql::Options::from_url(url, base)?.connect().await?),
        })
    }

    /// Opens the database to change it, and makes it where the server does not have it, as `migrate dev` does.
    pub async fn make(url: &ConnectionUrl, base: &Path) -> Result<Self, Error> {
        match Self::open(url, base).await {
            Err(Error::Database(Database::UnknownDatabase { .. })) => {
                create(url, base).await?;
                Self::open(url, base).await
            }
            other => other,
        }
    }

    /// Opens the database to look at it. A SQLite file is opened so that it cannot be written, and one that does not exist is empty.
    pub async fn look(url: &ConnectionUrl, base: &Path) -> Result<Self, Error> {
        if url.dialect() != Dialect::Sqlite {
            return Self::open(url, base).await;
        }
        let options = sqlite::Options::from_url(url, base)?;
        let exists = match options.location() {
            SqliteLocation::File(path) => path.exists(),
            SqliteLocation::Memory => false,
        };
        Ok(Self::Sqlite(if exists {
            options.read_only(true).open().await?
        } else {
            Sqlite::memory().await?
        }))
    }

    /// The connection.
    pub fn connection(&self) -> &dyn Connection {
        match self {
            Self::Sqlite(db) => db,
            Self::Postgres(db) => db,
            Self::Mysql(db) => db,
        }
    }

    /// A runner of migrations on it.
    pub fn runner(&self) -> Runner {
        Runner::new(match self {
            Self::Sqlite(db) => Target::from(db),
            Self::Postgres(db) => Target::from(db),
            Self::Mysql(db) => Target::from(db),
        })
    }

    /// Closes the connection.
    pub async fn close(self) -> Result<(), Error> {
        match self {
            Self::Sqlite(_) => {}
            Self::Postgres(db) => Box::new(db).close().await?,
            Self::Mysql(db) => Box::new(db).close().await?,
        }
        Ok(())
    }
}

/// Makes the database that a connection string names.
async fn create(url: &ConnectionUrl, base: &Path) -> Result<(), Error> {
    match url.dialect() {
        Dialect::Postgres => {
            let options = postgres::Options::from_url(url, base)?;
            let Some(name) = options.database_name().map(str::to_owned) else {
                return Ok(());
            };
            let db = options.database("postgres").connect().await?;
            let name = Dialect::Postgres.ident(&name);
            db.batch(&format!("CREATE DATABASE {name}")).await?;
            Box::new(db).close().await?;
        }
        Dialect::Mysql => {
            let options = mysql::Options::from_url(url, base)?;
            let Some(name) = options.database_name().map(str::to_owned) else {
                return Ok(());
            };
            let db = options.database(None).connect().await?;
            let name = Dialect::Mysql.ident(&name);
            db.batch(&format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"))
                .await?;
            Box::new(db).close().await?;
        }
        Dialect::Sqlite => {}
    }
    Ok(())
}
