//! `relata migrate squash`.

use relata_migrate::{Squash, squash};
use serde_json::json;

use crate::args::SquashArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::Project;

pub async fn run(args: &SquashArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let (url, base) = project.migrated(&args.database)?;
    let folder = project.migrations(&args.database)?;
    let place = project.place((&url, &base), &args.shadow)?;
    let work = Squash {
        folder: &folder,
        dialect: url.dialect(),
        place: &place,
        to: args.to.as_deref(),
        name: &args.name,
        without_rows: args.without_rows,
    };
    let squashed = squash(&work).await?;
    output.json(&json!({
        "migration": squashed.directory,
        "replaced": squashed.replaced,
        "withoutRows": squashed.without_rows,
    }));
    output.line(format!(
        "Squashed {} into `{}`; both make the same database of an empty one.",
        count(squashed.replaced.len(), "migration"),
        squashed.directory.join("migration.sql").display()
    ));
    for table in &squashed.without_rows {
        output.line(format!("  without the rows of {table}"));
    }
    output.line("Databases that have all of them are told so by the next `relata migrate deploy`.");
    Ok(0)
}
