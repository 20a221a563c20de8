//! `relata migrate resolve`.

use relata::migration::{Folder, Migration, MigrationError};
use relata_migrate::Live;
use serde_json::json;

use crate::args::ResolveArgs;
use crate::failure::Failure;
use crate::output::Output;
use crate::project::{Project, lock_timeout};

pub async fn run(args: &ResolveArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let (url, base) = project.migrated(&args.database)?;
    let folder = Folder::read(&project.migrations(&args.database)?)?;
    folder.check(url.dialect())?;
    let named = |name: &Option<String>| -> Result<Option<&Migration>, Failure> {
        let Some(name) = name else { return Ok(None) };
        let mut all = folder.migrations.iter();
        let found = all.find(|it| it.name.as_str() == name);
        let unknown = || MigrationError::Unknown { name: name.clone() };
        Ok(Some(
            found.ok_or_else(unknown).map_err(relata::Error::from)?,
        ))
    };
    let applied = named(&args.applied)?;
    let (has_run, has_not_run) = (named(&args.has_run)?, named(&args.has_not_run)?);
    let wait = args.wait.wait.unwrap_or_else(|| lock_timeout(&url));
    let db = Live::open(&url, &base).await?;
    let runner = project.runner(&db, wait);
    if let Some(migration) = applied {
        runner.mark_applied(migration).await?;
        let name = migration.name.as_str();
        output.json(&json!({ "applied": name }));
        output.line(format!("Migration {name} marked as applied."));
    } else if let Some(name) = &args.rolled_back {
        // The folder may not have it any more.
        runner.mark_rolled_back(name).await?;
        output.json(&json!({ "rolledBack": name }));
        output.line(format!("Migration {name} marked as rolled back."));
    } else if let Some(migration) = has_run.or(has_not_run) {
        runner.decide(migration, has_run.is_some()).await?;
        let name = migration.name.as_str();
        let (key, place) = if has_run.is_some() {
            ("hasRun", "behind")
        } else {
            ("hasNotRun", "with")
        };
        output.json(&json!({ key: name }));
        output.line(format!(
            "The next deploy goes on with migration {name}, {place} the statement in which it was cut off."
        ));
    }
    Ok(0)
}
