//! `relata migrate status`.

use relata::migration::Folder;
use relata_migrate::Live;
use serde_json::json;

use crate::args::DatabaseArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::Project;

pub async fn run(args: &DatabaseArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.schema, output)?;
    let (url, base) = project.migrated(args)?;
    let folder = Folder::read(&project.migrations(args)?)?;
    folder.check(url.dialect())?;
    let runner = Live::look(&url, &base).await?.runner();
    let status = runner.status(&folder.migrations).await?;
    let failed: Vec<String> = status
        .failed
        .iter()
        .map(|failed| failed.name.clone())
        .collect();
    output.json(&json!({
        "applied": status.applied,
        "pending": status.pending,
        "failed": failed,
        "interrupted": status.interrupted,
        "edited": status.edited,
        "missing": status.missing,
        "outOfOrder": status.out_of_order,
    }));
    output.line(format!(
        "{} in the folder, {} applied.",
        count(folder.migrations.len(), "migration"),
        status.applied.len()
    ));
    let groups = [
        ("Not yet applied", &status.pending),
        (
            "Of these, named before migrations that are applied already; they are applied late",
            &status.out_of_order,
        ),
        ("Failed", &failed),
        (
            "Stopped half-way; the next deploy goes on with it",
            &status.interrupted,
        ),
        ("Edited after it was applied", &status.edited),
        ("Applied, but not in the folder", &status.missing),
    ];
    for (title, names) in groups {
        if !names.is_empty() {
            output.line(format!("{title}:"));
            for name in names {
                output.line(format!("  {name}"));
            }
        }
    }
    if status.is_up_to_date() {
        output.line("Database schema is up to date!");
    }
    Ok(u8::from(!status.is_up_to_date()))
}
