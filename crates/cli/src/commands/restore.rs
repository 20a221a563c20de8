//! `relata db restore`.

use relata_migrate::{Live, restore};
use serde_json::json;

use crate::args::RestoreArgs;
use crate::failure::Failure;
use crate::output::Output;
use crate::project::Project;
use crate::prompt::Prompt;

pub async fn run(args: &RestoreArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let (url, base) = project.migrated(&args.database)?;
    if !args.file.is_file() {
        return Err(Failure::new(
            "R7013",
            format!("there is no `{}`", args.file.display()),
        ));
    }
    let question = format!(
        "Everything in `{url}` will be replaced by what `{}` holds. Go on? [y/N]",
        args.file.display()
    );
    let prompt = Prompt::new(output).with(&args.answers)?;
    if !args.force && !prompt.force && !prompt.consents(&question) {
        return Err(Failure::new(
            "R7021",
            format!(
                "everything in `{url}` would be replaced; nothing was; say `--force` if that is meant"
            ),
        ));
    }
    // One that is not there is made, so that it can be filled.
    Live::make(&url, &base).await?.close().await?;
    restore(&url, &base, &args.file).await?;
    output.json(&json!({ "restored": args.file }));
    output.line(format!("Restored `{}`.", args.file.display()));
    Ok(0)
}
