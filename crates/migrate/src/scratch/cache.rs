//! Replayed histories, kept on a PostgreSQL server as databases that serve as templates.
//!
//! A template is named by a hash of the migrations that made it, so that it needs no other record: another history has another name.
//! It is filled under the name of a scratch database and then renamed, so that a half-filled one is never found.

use relata::migration::Migration;
use relata::{Connection, Error as Database, Value};
use relata_script::{Dialect, checksum};

use super::Scratch;
use super::place::Site;
use super::server::{self, create, drop_database, sweep};
use crate::Error;

/// How the names of templates begin. The number is that of the rules by which they are made.
const PREFIX: &str = "relata_history_1_";

/// Templates that are kept on a server; those used longest ago go first.
const KEPT: usize = 12;

/// A copy of the history's template, which is made now if it is not there.
pub(super) async fn replay(site: &Site, migrations: &[Migration]) -> Result<Scratch, Error> {
    let names = names(site, migrations)?;
    let whole = names.last().map_or("", String::as_str);
    let admin = site.administration().await?;
    sweep(&*admin).await?;
    let found = longest(&*admin, &names).await?;
    let scratch = match found {
        Some(length) if length == names.len() => copy(site, &*admin, whole).await?,
        _ => {
            let from = found.map(|length| names[length - 1].as_str());
            let filling = match from {
                Some(name) => copy(site, &*admin, name).await?,
                None => None,
            };
            let (filling, done) = match filling {
                Some(filling) => (filling, found.unwrap_or(0)),
                None => {
                    let made = create(site, &*admin, None).await?;
                    (server::open(site, made, true).await?, 0)
                }
            };
            filling.run(&migrations[done..]).await?;
            keep(&*admin, filling, whole).await?;
            copy(site, &*admin, whole).await?
        }
    };
    used(&*admin, whole).await;
    forget(&*admin).await?;
    admin.close().await?;
    match scratch {
        Some(scratch) => Ok(scratch),
        // Another program has forgotten the template this very moment.
        None => {
            let scratch = server::make(site, None).await?;
            scratch.run(migrations).await?;
            Ok(scratch)
        }
    }
}

/// The name of the template for each prefix of a history: a chain of hashes over the namespace it was made in and its scripts.
fn names(site: &Site, migrations: &[Migration]) -> Result<Vec<String>, Error> {
    let mut chain = checksum(&site.namespace()?.unwrap_or_default());
    let name = |migration: &Migration| {
        chain = checksum(&format!(
            "{chain}{}\n{}",
            migration.name.as_str(),
            migration.checksum()
        ));
        // A database's name holds 63 bytes; 40 digits are plenty.
        format!("{PREFIX}{}", &chain[..40])
    };
    Ok(migrations.iter().map(name).collect())
}

/// How many migrations the longest prefix has of which there is a template.
async fn longest(admin: &dyn Connection, names: &[String]) -> Result<Option<usize>, Error> {
    let sql = "SELECT datname FROM pg_database WHERE starts_with(datname, $1)";
    let rows = admin.query(sql, vec![Value::from(PREFIX)]).await?;
    let mut longest = None;
    for row in rows {
        let name: String = row.get(0)?;
        let length = names.iter().position(|it| *it == name).map(|at| at + 1);
        longest = longest.max(length);
    }
    Ok(longest)
}

/// Copies a template; none if it is not there any more.
async fn copy(
    site: &Site,
    admin: &dyn Connection,
    template: &str,
) -> Result<Option<Scratch>, Error> {
    match create(site, admin, Some(template)).await {
        Ok(made) => server::open(site, made, false).await.map(Some),
        // Or somebody is connected to it, who has no business there, or it is being renamed.
        Err(Error::Database(Database::UnknownDatabase { .. } | Database::Busy { .. })) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Makes a filled scratch database the template of that name; where another program was faster, its template stands.
async fn keep(admin: &dyn Connection, mut filled: Scratch, name: &str) -> Result<(), Error> {
    // A database is renamed and copied only while nobody is connected to it.
    if let Some(db) = filled.db.take() {
        db.close().await?;
    }
    let Some(made) = filled.made.as_ref() else {
        return Ok(());
    };
    let rename = format!(
        "ALTER DATABASE {} RENAME TO {}",
        Dialect::Postgres.ident(made.name()),
        Dialect::Postgres.ident(name)
    );
    // The connection that has just been closed may take a moment to be gone.
    for _ in 0..50 {
        match admin.batch(&rename).await {
            Ok(()) => {
                // It bears another name now, and must stay.
                filled.made = None;
                return Ok(());
            }
            Err(Database::Database {
                native_code: Some(code),
                ..
            }) if code == "42P04" => return filled.close().await,
            // The same, where both were under way at once.
            Err(Database::Unique(_)) => return filled.close().await,
            Err(Database::Busy { .. }) => {}
            Err(Database::Database {
                native_code: Some(code),
                ..
            }) if code == "55006" => {}
            Err(other) => return Err(other.into()),
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    filled.close().await
}

/// Notes that a template has just been used, where `forget` finds it.
async fn used(admin: &dyn Connection, name: &str) {
    let sql = format!(
        "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS %L', {}, clock_timestamp()::text); END $$",
        Dialect::Postgres.string(name)
    );
    // Nothing depends on it but the order in which templates are forgotten.
    let _ = admin.batch(&sql).await;
}

/// Drops the templates that were used longest ago.
async fn forget(admin: &dyn Connection) -> Result<(), Error> {
    let sql = "SELECT datname FROM pg_database WHERE starts_with(datname, $1) \
               ORDER BY shobj_description(oid, 'pg_database') DESC NULLS LAST, datname";
    let rows = admin.query(sql, vec![Value::from(PREFIX)]).await?;
    for row in rows.iter().skip(KEPT) {
        let name: String = row.get(0)?;
        let _ = drop_database(admin, &name).await;
    }
    Ok(())
}
