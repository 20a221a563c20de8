//! `relata migrate deploy`.

use relata::migration::{Folder, Runner};
use relata::sqlite::Options;
use serde_json::json;

use crate::args::DatabaseArgs;
use crate::failure::Failure;
use crate::output::Output;
use crate::project::{Project, lock_timeout};

pub async fn run(args: &DatabaseArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.schema, output)?;
    let (url, base) = project.database(args)?;
    let folder = Folder::read(&project.migrations(args))?;
    folder.check(url.dialect())?;
    let db = Options::from_url(&url, &base)?.create(true).open().await?;
    let deployed = Runner::new(&db)
        .wait(lock_timeout(&url))
        .deploy(&folder.migrations, output.progress())
        .await?;
    output.json(&json!({ "applied": deployed.applied }));
    match deployed.applied.as_slice() {
        [] => output.line("No pending migrations to apply."),
        applied => {
            for name in applied {
                output.line(format!("Applied {name}"));
            }
            output.line("All migrations have been successfully applied.");
        }
    }
    Ok(0)
}
