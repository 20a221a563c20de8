//! `relata migrate dev`.

use relata::SqliteLocation;
use relata::sqlite::{Options, Sqlite};
use relata::types::jiff;
use relata_migrate::{Dev, dev};
use relata_script::Dialect;
use serde_json::json;

use super::generate;
use crate::args::DevArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::{Project, lock_timeout};
use crate::prompt::Prompt;

pub async fn run(args: &DevArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let folder = project.migrations(&args.database);
    let (url, base) = project.database(&args.database)?;
    let options = Options::from_url(&url, &base)?;
    let place = match options.location() {
        SqliteLocation::File(path) => path.display().to_string(),
        SqliteLocation::Memory => ":memory:".to_owned(),
    };
    let db = open(options, args.create_only).await?;
    let mut prompt = Prompt {
        name: args.name.clone(),
        accept_data_loss: args.accept_data_loss,
        interactive: !output.is_json(),
    };
    let work = Dev {
        schema: &project.schema,
        folder: &folder,
        create_only: args.create_only,
        lock_timeout: lock_timeout(&url),
        now: jiff::Timestamp::now(),
    };
    let outcome = dev(&work, &db, &mut prompt, output.progress()).await?;
    if let (Some(directory), Some(script)) = (&outcome.written, &outcome.script) {
        let statements = relata_script::split(Dialect::Sqlite, script).len();
        output.line(format!(
            "Migration: `{}`, {}.",
            directory.join("migration.sql").display(),
            count(statements, "statement")
        ));
    }
    match outcome.applied.as_slice() {
        _ if args.create_only => {
            output.line("Nothing was applied; edit the migration, then run `relata migrate dev`.");
        }
        [] => output.line(format!("Database: `{place}` is in sync with the schema.")),
        applied => output.line(format!(
            "Database: applied {} to `{place}`.",
            applied.join(", ")
        )),
    }
    let mut rust = None;
    if !args.skip_generate && !args.create_only {
        rust = generate::folder(&project);
        match &rust {
            Some(folder) => {
                generate::write(&project, folder, output)?;
            }
            None => output.line(
                "Rust: none, since no generator says where. Add `generator rust { provider = \"relata\" output = \"./src/db\" }` \
                 on lines of its own, or use relata_build in build.rs.",
            ),
        }
    }
    output.json(&json!({
        "migration": outcome.written,
        "script": outcome.script,
        "applied": outcome.applied,
        "rust": rust,
    }));
    Ok(0)
}

/// Opens the database; with `--create-only` one that does not exist is not made, and an existing one is only read.
async fn open(options: Options, create_only: bool) -> Result<Sqlite, Failure> {
    let exists = match options.location() {
        SqliteLocation::File(path) => path.exists(),
        SqliteLocation::Memory => false,
    };
    Ok(match (create_only, exists) {
        (false, _) => options.create(true).open().await?,
        (true, true) => options.read_only(true).open().await?,
        (true, false) => Sqlite::memory().await?,
    })
}
