use std::path::{Path, PathBuf};
use std::time::Duration;

use relata::migration::{Folder, HistoryTable, Migration, Progress, Runner, Status};
use relata::sqlite::Sqlite;
use relata::types::jiff;
use relata_introspect::introspect;
use relata_schema::Schema;
use relata_script::{Dialect, MigrationName};
use relata_sql::catalog::Managed;
use relata_sql::{Catalog, diff, lower, plan};

use crate::{Ask, Error, Place, weigh, write_migration};

/// What `migrate dev` is asked to do.
pub struct Dev<'a> {
    /// The schema to reach.
    pub schema: &'a Schema,
    /// The migrations folder.
    pub folder: &'a Path,
    /// Whether to write the migration and leave the database alone. Without a change an empty one is written, to be filled
    /// by hand.
    pub create_only: bool,
    /// How long to wait for a lock that somebody else holds.
    pub lock_timeout: Duration,
    /// The time, for the stamp in the directory's name.
    pub now: jiff::Timestamp,
}

/// What `migrate dev` did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The directory it wrote, if there was something to write.
    pub written: Option<PathBuf>,
    /// The script in it.
    pub script: Option<String>,
    /// The migrations it applied, in order.
    pub applied: Vec<String>,
}

/// Brings migrations and database to the schema: looks for drift, plans, asks, proves, writes, applies.
///
/// The database is looked at but not changed before the migration is written, and not at all with `create_only`.
pub async fn dev(
    dev: &Dev<'_>,
    db: &Sqlite,
    ask: &mut dyn Ask,
    progress: impl FnMut(Progress),
) -> Result<Outcome, Error> {
    let mut target = lower(dev.schema)?;
    if target.dialect != Dialect::Sqlite {
        return Err(Error::SqliteOnly {
            what: "`migrate dev`",
            dialect: target.dialect,
        });
    }
    let folder = Folder::read(dev.folder)?;
    folder.check(Dialect::Sqlite)?;
    let runner = Runner::new(db).wait(dev.lock_timeout);
    let status = runner.status(&folder.migrations).await?;
    check_database(&status, &folder.migrations, db).await?;
    // A database that came from Prisma may hold what no Prisma schema could have told; of another, the schema tells all.
    if status.table != Some(HistoryTable::Prisma) {
        target.managed = Managed::ALL.into();
    }
    let scratch = Place::Memory.replay(&folder.migrations).await?;
    let from = scratch.catalog().await?;
    let mut outcome = Outcome::default();
    let mut migrations = folder.migrations;
    if let Some(script) = change(dev, &from, &target, db, ask).await? {
        scratch.prove(&script, &target).await?;
        let name = ask.migration_name().ok_or(Error::NoName)?;
        let name = MigrationName::new(&stamp(dev.now, &migrations), &name)?;
        outcome.written = Some(write_migration(
            dev.folder,
            &name,
            &script,
            Dialect::Sqlite,
        )?);
        migrations.push(Migration {
            name,
            script: script.clone(),
        });
        outcome.script = Some(script);
    }
    if !dev.create_only {
        outcome.applied = runner.deploy(&migrations, progress).await?.applied;
    }
    Ok(outcome)
}

/// The script that leads to the schema, once its losses are consented to; none if nothing differs.
async fn change(
    dev: &Dev<'_>,
    from: &Catalog,
    target: &Catalog,
    db: &Sqlite,
    ask: &mut dyn Ask,
) -> Result<Option<String>, Error> {
    let changes = diff(from, target)?;
    if changes.is_empty() {
        return Ok(dev.create_only.then(|| plan(&changes).script()));
    }
    let (losses, problems): (Vec<_>, Vec<_>) = weigh(&changes, Some(db))
        .await?
        .into_iter()
        .partition(|weighed| weighed.risk.kind.is_loss());
    if !losses.is_empty() && !ask.accept_losses(&losses) {
        return Err(Error::Loss { losses });
    }
    if !dev.create_only && problems.iter().any(|weighed| weighed.found.is_some()) {
        return Err(Error::Unexecutable { problems });
    }
    let script = plan(&changes).script();
    if losses.is_empty() && problems.is_empty() {
        return Ok(Some(script));
    }
    // The reader of the file should see what its writer consented to.
    let mut header = String::from("/*\n  Warnings:\n\n");
    for loss in losses.iter().chain(&problems) {
        header.push_str("  - ");
        header.push_str(&relata_script::sql_comment(&loss.to_string()));
        header.push('\n');
    }
    Ok(Some(header + "\n*/\n" + &script))
}

/// Refuses a database whose history does not fit the folder, or that is not what its history makes of it.
async fn check_database(
    status: &Status,
    migrations: &[Migration],
    db: &Sqlite,
) -> Result<(), Error> {
    let names = |failed: &[relata::migration::FailedMigration]| {
        failed.iter().map(|m| m.name.clone()).collect()
    };
    if !status.failed.is_empty() {
        return Err(Error::Failed {
            names: names(&status.failed),
        });
    }
    if !status.edited.is_empty() {
        return Err(Error::Edited {
            names: status.edited.clone(),
        });
    }
    if !status.missing.is_empty() {
        return Err(Error::Missing {
            names: status.missing.clone(),
        });
    }
    let actual = introspect(db).await?;
    if status.table.is_none() {
        return if actual.tables.is_empty() {
            Ok(())
        } else {
            Err(Error::NoHistory)
        };
    }
    // A migration that stopped half-way is resumed by the next deploy; until then there is nothing to compare with.
    if !status.interrupted.is_empty() {
        return Ok(());
    }
    let applied: Vec<Migration> = migrations
        .iter()
        .filter(|m| status.applied.iter().any(|name| name == m.name.as_str()))
        .cloned()
        .collect();
    let expected = Place::Memory.replay(&applied).await?.catalog().await?;
    let drift = diff(&expected, &actual)?;
    if drift.is_empty() {
        Ok(())
    } else {
        Err(Error::Drift {
            summary: plan(&drift).summary().to_owned(),
        })
    }
}

/// `YYYYMMDDhhmmss` in UTC, as Prisma stamps; never before the newest migration, since the name is the order.
fn stamp(now: jiff::Timestamp, migrations: &[Migration]) -> String {
    const FORMAT: &str = "%Y%m%d%H%M%S";
    let now = now.strftime(FORMAT).to_string();
    match migrations
        .iter()
        .filter_map(|migration| migration.name.stamp())
        .max()
    {
        Some(newest) if newest >= now.as_str() => jiff::civil::DateTime::strptime(FORMAT, newest)
            .and_then(|time| time.checked_add(jiff::SignedDuration::from_secs(1)))
            .map_or(now, |time| time.strftime(FORMAT).to_string()),
        _ => now,
    }
}
