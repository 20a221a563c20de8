//! `relata migrate reset`.

use relata::migration::Folder;
use relata_migrate::{Live, empty};
use serde_json::json;

use super::seed::Seed;
use crate::args::ResetArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::{Project, lock_timeout};
use crate::prompt::Prompt;

pub async fn run(args: &ResetArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let (url, base) = project.migrated(&args.database)?;
    let skips_seed = args.skip_seed
        || ["RELATA_MIGRATE_SKIP_SEED", "PRISMA_MIGRATE_SKIP_SEED"]
            .iter()
            .any(|name| project.settings.environment.is_on(name));
    // Read before anything is dropped: a folder that cannot be read must not cost a database.
    let folder = Folder::read(&project.migrations(&args.database)?)?;
    folder.check(url.dialect())?;
    let question = format!("Everything in `{url}` will be dropped, rows and history. Go on? [y/N]");
    let prompt = Prompt::new(output).with(&args.answers)?;
    if !args.force && !prompt.force && !prompt.consents(&question) {
        return Err(Failure::new(
            "R7021",
            format!(
                "everything in `{url}` would be dropped; nothing was; say `--force` if that is meant"
            ),
        ));
    }
    let db = Live::make(&url, &base).await?;
    empty(&project.schema, &db).await?;
    let runner = project.runner(&db, lock_timeout(&url));
    let applied = runner
        .deploy(&folder.migrations, output.progress())
        .await?
        .applied;
    output.line(format!(
        "Dropped everything, and applied {}.",
        count(applied.len(), "migration")
    ));
    let mut seeded = None;
    if !skips_seed && let Some(seed) = Seed::of(&project, None)? {
        let url = args.database.url.as_deref();
        seeded = Some(seed.plant(&project, &db, url, &[], output).await?);
    }
    db.close().await?;
    output.json(&json!({ "applied": applied, "seeded": seeded }));
    Ok(0)
}
