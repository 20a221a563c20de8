//! `relata migrate resolve`.

use relata::migration::{Folder, MigrationError, Runner};
use serde_json::json;

use crate::args::ResolveArgs;
use crate::failure::Failure;
use crate::output::Output;
use crate::project::{Access, Project, connect, lock_timeout};

pub async fn run(args: &ResolveArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let (url, base) = project.migrated(&args.database)?;
    let folder = Folder::read(&project.migrations(&args.database))?;
    folder.check(url.dialect())?;
    let applied = args.applied.as_ref().map(|name| {
        let mut all = folder.migrations.iter();
        all.find(|it| it.name.as_str() == name)
            .ok_or_else(|| MigrationError::Unknown { name: name.clone() })
            .map_err(relata::Error::from)
    });
    let applied = applied.transpose()?;
    let wait = args.wait.wait.unwrap_or_else(|| lock_timeout(&url));
    let runner = Runner::new(connect(&url, &base, Access::Write).await?).wait(wait);
    if let Some(migration) = applied {
        runner.mark_applied(migration).await?;
        let name = migration.name.as_str();
        output.json(&json!({ "applied": name }));
        output.line(format!("Migration {name} marked as applied."));
    } else if let Some(name) = &args.rolled_back {
        runner.mark_rolled_back(name).await?;
        output.json(&json!({ "rolledBack": name }));
        output.line(format!("Migration {name} marked as rolled back."));
    }
    Ok(0)
}
