use std::path::{Path, PathBuf};

use relata::ConnectionUrl;
use relata::migration::Migration;
use relata::sqlite::Sqlite;
use relata_script::Dialect;
use relata_sql::{Catalog, diff, plan};

use super::{Scratch, cache, given, server};
use crate::{Error, Live};

/// Where scratch databases are made.
#[derive(Clone, Debug)]
pub enum Place {
    /// In memory, for SQLite.
    Memory,
    /// On this server, as a database of its own each.
    Server(Site),
    /// In this database, which is emptied first and kept: Prisma's `shadowDatabaseUrl`. One program at a time uses it.
    Given(Site),
}

/// A connection string, and the folder that its relative paths are taken from.
#[derive(Clone, Debug)]
pub struct Site {
    pub(super) url: ConnectionUrl,
    pub(super) base: PathBuf,
}

impl Place {
    /// Where to try things for a project: in the shadow database if there is one, else beside the database it develops on. SQLite
    /// needs neither.
    ///
    /// Refuses a shadow database that is the development database itself: it would be emptied.
    pub fn of(
        dialect: Dialect,
        development: Option<(&ConnectionUrl, &Path)>,
        shadow: Option<(&ConnectionUrl, &Path)>,
    ) -> Result<Self, Error> {
        if dialect == Dialect::Sqlite {
            return Ok(Self::Memory);
        }
        let site = |(url, base): (&ConnectionUrl, &Path)| Site {
            url: url.clone(),
            base: base.to_owned(),
        };
        if let Some(shadow) = shadow {
            if development.is_some_and(|(url, _)| same_database(url, shadow.0)) {
                return Err(Error::ShadowIsDatabase);
            }
            return Ok(Self::Given(site(shadow)));
        }
        match development {
            Some(development) => Ok(Self::Server(site(development))),
            None => Err(Error::NoScratch { dialect }),
        }
    }

    /// Makes an empty scratch database.
    pub async fn empty(&self) -> Result<Scratch, Error> {
        match self {
            Self::Memory => Ok(Scratch {
                db: Some(Live::Sqlite(Sqlite::memory().await?)),
                made: None,
            }),
            Self::Server(site) => server::make(site, None).await,
            Self::Given(site) => given::empty(site).await,
        }
    }

    /// Makes one that holds what a folder's migrations make of an empty database.
    ///
    /// On a PostgreSQL server the result is kept as a template, under a name that is a hash of the migrations: the next replay of the
    /// same ones, or of the same ones and more, starts from it.
    pub async fn replay(&self, migrations: &[Migration]) -> Result<Scratch, Error> {
        if let Self::Server(site) = self
            && site.url.dialect() == Dialect::Postgres
            && !migrations.is_empty()
        {
            return cache::replay(site, migrations).await;
        }
        let scratch = self.empty().await?;
        scratch.run(migrations).await?;
        Ok(scratch)
    }
}

impl Place {
    /// Lets a server print what a schema has written: makes the catalog on a scratch database, reads it back, and takes over how each expression
    /// is spelled there. Only then can it be compared with what a live database tells.
    ///
    /// A schema may need what it cannot say or does not own: a function, an extension that a migration has made. Where it cannot be made
    /// alone, it is made out of `beside`, the catalog that it is compared with.
    ///
    /// On SQLite, which prints what it was given, nothing is done.
    pub async fn realise(
        &self,
        catalog: &mut Catalog,
        beside: Option<&Catalog>,
    ) -> Result<(), Error> {
        if matches!(self, Self::Memory) || !catalog.has_unprinted() {
            return Ok(());
        }
        let nothing = Catalog::empty(catalog.dialect);
        let alone = self.made(&[plan(&diff(&nothing, catalog)?).script()]).await;
        let made = match (alone, beside) {
            (Err(Error::Database(error)), Some(beside)) if !error.is_outage() => {
                // Nothing goes but what the new tables are in the way of: no row is there to be lost.
                let mut wanted = catalog.clone();
                wanted.managed.clear();
                let first = plan(&diff(&nothing, beside)?).script();
                let then = plan(&diff(beside, &wanted)?).script();
                self.made(&[first, then]).await?
            }
            (made, _) => made?,
        };
        catalog.settle(&made);
        Ok(())
    }

    /// What scripts make of nothing, as the server tells it.
    async fn made(&self, scripts: &[String]) -> Result<Catalog, Error> {
        let migrations: Result<Vec<_>, _> = scripts
            .iter()
            .enumerate()
            .map(|(at, script)| Migration::new(&format!("schema{at}"), script.clone()))
            .collect();
        let scratch = self.replay(&migrations?).await?;
        let made = scratch.catalog().await?;
        scratch.close().await?;
        Ok(made)
    }
}

/// Whether two connection strings name one database, as far as their text tells.
fn same_database(a: &ConnectionUrl, b: &ConnectionUrl) -> bool {
    let place = |url: &ConnectionUrl| {
        let text = url.expose();
        let text = text.split_once('?').map_or(text, |(before, _)| before);
        let text = text.split_once("://").map_or(text, |(_, rest)| rest);
        let text = text.rsplit_once('@').map_or(text, |(_, rest)| rest);
        (text.to_owned(), url.parameter("schema").map(str::to_owned))
    };
    place(a) == place(b)
}
