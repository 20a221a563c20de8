//! Scratch databases on a server: made, dropped, and swept up where a killed program has left them.

use relata::types::uuid::Uuid;
use relata::{Connection, Error as Database, Value, mysql, postgres};
use relata_script::Dialect;

use super::Scratch;
use super::place::Site;
use crate::{Error, Live};

/// How the names of scratch databases begin. What begins so belongs to us.
const PREFIX: &str = "relata_scratch_";

/// A scratch database without a session is somebody's leftover once it is older than this; a younger one may be about to be used.
const LEFTOVER_SECONDS: i64 = 120;

/// A database that we have made on a server.
pub(super) struct Made {
    site: Site,
    name: String,
}

impl Made {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Drops it.
    pub(super) async fn remove(self) -> Result<(), Error> {
        let db = self.site.administration().await?;
        drop_database(&*db, &self.name).await?;
        db.close().await?;
        Ok(())
    }

    /// Drops it from where nothing can be awaited, over a runtime of its own. Errors have no one to go to: the database is swept up
    /// later.
    pub(super) fn remove_now(self) {
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                let _ = runtime.block_on(self.remove());
            }
        };
        let _ = std::thread::spawn(work).join();
    }
}

impl Site {
    /// A connection from which databases are made and dropped.
    pub(super) async fn administration(&self) -> Result<Box<dyn Connection>, Error> {
        match self.url.dialect() {
            Dialect::Postgres => {
                let options = postgres::Options::from_url(&self.url, &self.base)?;
                // The database that is developed on may not exist yet; `postgres` is there by convention.
                let db = match options.clone().connect().await {
                    Err(Database::UnknownDatabase { .. }) => {
                        options.database("postgres").connect().await?
                    }
                    other => other?,
                };
                Ok(Box::new(db))
            }
            Dialect::Mysql => {
                let options = mysql::Options::from_url(&self.url, &self.base)?;
                Ok(Box::new(options.database(None).connect().await?))
            }
            Dialect::Sqlite => Err(Error::NoScratch {
                dialect: Dialect::Sqlite,
            }),
        }
    }

    /// A connection to one database of the server.
    pub(super) async fn connect(&self, name: &str) -> Result<Live, Error> {
        match self.url.dialect() {
            Dialect::Mysql => {
                let options = mysql::Options::from_url(&self.url, &self.base)?;
                Ok(Live::Mysql(options.database(Some(name)).connect().await?))
            }
            Dialect::Postgres | Dialect::Sqlite => {
                let options = postgres::Options::from_url(&self.url, &self.base)?;
                Ok(Live::Postgres(options.database(name).connect().await?))
            }
        }
    }

    /// A connection to the database that the connection string names.
    pub(super) async fn itself(&self) -> Result<Live, Error> {
        Ok(match self.url.dialect() {
            Dialect::Mysql => {
                let options = mysql::Options::from_url(&self.url, &self.base)?;
                Live::Mysql(options.connect().await?)
            }
            Dialect::Postgres | Dialect::Sqlite => {
                let options = postgres::Options::from_url(&self.url, &self.base)?;
                Live::Postgres(options.connect().await?)
            }
        })
    }

    /// The namespace that the connection string chooses (PostgreSQL), which an empty database does not have.
    pub(super) fn namespace(&self) -> Result<Option<String>, Error> {
        if self.url.dialect() != Dialect::Postgres {
            return Ok(None);
        }
        let options = postgres::Options::from_url(&self.url, &self.base)?;
        Ok(options
            .namespace()
            .filter(|name| *name != "public")
            .map(str::to_owned))
    }
}

/// Makes a scratch database, empty or as a copy of a template.
pub(super) async fn make(site: &Site, template: Option<&str>) -> Result<Scratch, Error> {
    let admin = site.administration().await?;
    sweep(&*admin).await?;
    let made = create(site, &*admin, template).await?;
    admin.close().await?;
    open(site, made, template.is_none()).await
}

/// The collation of the database that a scratch database stands for: tables that name none take it over. MySQL only.
async fn collation(site: &Site, admin: &dyn Connection) -> Result<String, Error> {
    let options = mysql::Options::from_url(&site.url, &site.base)?;
    let sql = "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = ? AND default_character_set_name = 'utf8mb4'";
    let name = options.database_name().unwrap_or_default();
    let rows = admin.query(sql, vec![name.into()]).await?;
    let found: Option<String> = rows.first().map(|row| row.get(0)).transpose()?;
    // It is put into a statement: a name of a collation has letters, digits and `_` only.
    let is_plain = |it: &String| it.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    Ok(found
        .filter(is_plain)
        .unwrap_or_else(|| "utf8mb4_unicode_ci".to_owned()))
}

/// Connects to a scratch database that has been made; an empty one gets the namespace that its user expects.
pub(super) async fn open(site: &Site, made: Made, is_empty: bool) -> Result<Scratch, Error> {
    let name = made.name.clone();
    // From here on, whatever happens, dropping the value removes the database.
    let mut scratch = Scratch {
        db: None,
        made: Some(made),
    };
    let db = site.connect(&name).await?;
    if is_empty && let Some(namespace) = site.namespace()? {
        let namespace = Dialect::Postgres.ident(&namespace);
        let create = format!("CREATE SCHEMA {namespace}");
        db.connection().batch(&create).await?;
    }
    scratch.db = Some(db);
    Ok(scratch)
}

pub(super) async fn create(
    site: &Site,
    admin: &dyn Connection,
    template: Option<&str>,
) -> Result<Made, Error> {
    let dialect = admin.dialect();
    let name = format!(
        "{PREFIX}{}_{}",
        now(admin).await?,
        // Two programs may begin in the same second.
        &Uuid::new_v4().simple().to_string()[..12]
    );
    let quoted = dialect.ident(&name);
    let sql = match (dialect, template) {
        (Dialect::Postgres, Some(template)) => format!(
            "CREATE DATABASE {quoted} TEMPLATE {}",
            dialect.ident(template)
        ),
        // What is added to `template1` belongs to the site; an empty database of ours is really empty.
        (Dialect::Postgres, None) => format!("CREATE DATABASE {quoted} TEMPLATE template0"),
        (Dialect::Mysql | Dialect::Sqlite, _) => {
            let collation = collation(site, admin).await?;
            format!("CREATE DATABASE {quoted} CHARACTER SET utf8mb4 COLLATE {collation}")
        }
    };
    admin.batch(&sql).await.map_err(|error| match error {
        Database::Permission { message } => Error::MayNotCreate { dialect, message },
        other => other.into(),
    })?;
    Ok(Made {
        site: site.clone(),
        name,
    })
}

pub(super) async fn drop_database(admin: &dyn Connection, name: &str) -> Result<(), Error> {
    let quoted = admin.dialect().ident(name);
    let sql = match admin.dialect() {
        // `FORCE` is there since 13; ours has no session of anybody else's.
        Dialect::Postgres if version(admin).await? >= 130_000 => {
            format!("DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        }
        _ => format!("DROP DATABASE IF EXISTS {quoted}"),
    };
    Ok(admin.batch(&sql).await?)
}

/// The server's version as PostgreSQL counts it: 150018 is 15.18.
async fn version(admin: &dyn Connection) -> Result<i64, Error> {
    let sql = "SELECT current_setting('server_version_num')::bigint";
    let rows = admin.query(sql, Vec::new()).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.get(0))?)
}

/// The server's clock, in seconds: the names of its databases should not depend on ours.
async fn now(admin: &dyn Connection) -> Result<i64, Error> {
    let sql = match admin.dialect() {
        Dialect::Postgres => "SELECT extract(epoch FROM clock_timestamp())::bigint",
        Dialect::Mysql | Dialect::Sqlite => "SELECT CAST(UNIX_TIMESTAMP() AS SIGNED)",
    };
    let rows = admin.query(sql, Vec::new()).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.get(0))?)
}

/// Drops what killed programs have left. What cannot be dropped is let be: it may be another user's.
pub(super) async fn sweep(admin: &dyn Connection) -> Result<(), Error> {
    let idle = match admin.dialect() {
        Dialect::Postgres => {
            "SELECT datname FROM pg_database AS d WHERE starts_with(datname, $1) \
             AND NOT EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.datid = d.oid)"
        }
        // Of other users' sessions one may not know, and their databases one may not drop.
        Dialect::Mysql | Dialect::Sqlite => {
            "SELECT schema_name FROM information_schema.schemata AS d WHERE LEFT(schema_name, 15) = ? \
             AND NOT EXISTS (SELECT 1 FROM information_schema.processlist AS a WHERE a.db = d.schema_name)"
        }
    };
    let rows = admin.query(idle, vec![Value::from(PREFIX)]).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let now = now(admin).await?;
    for row in rows {
        let name: String = row.get(0)?;
        let made = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split('_').next()?.parse::<i64>().ok());
        let is_old = made.is_none_or(|made| now.saturating_sub(made) > LEFTOVER_SECONDS);
        if is_old {
            let _ = drop_database(admin, &name).await;
        }
    }
    Ok(())
}
