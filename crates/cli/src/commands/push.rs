//! `relata db push`.

use relata_migrate::{Live, Push, empty, push};
use serde_json::json;

use super::{generate, renames};
use crate::args::PushArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::Project;
use crate::prompt::Prompt;

pub async fn run(args: &PushArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let (url, base) = project.migrated(&args.database)?;
    let place = project.place((&url, &base), &args.shadow)?;
    let db = Live::make(&url, &base).await?;
    if args.force_reset {
        empty(&project.schema, &db).await?;
        output.line("Everything was dropped.");
    }
    let mut prompt = Prompt::new(output);
    prompt.accept_data_loss = args.accept_data_loss;
    prompt.renames.clone_from(&args.rename.rename);
    prompt.no_rename = args.no_rename;
    let mut prompt = prompt.filled(&args.backfill)?.with(&args.answers)?;
    let work = Push {
        schema: &project.schema,
        place: &place,
        managed: project.managed(),
        show_values: args.show_values,
        target: project.settings.target().map(|it| it.value),
    };
    let pushed = push(&work, &db, &mut prompt).await?;
    db.close().await?;
    renames::told(&pushed.renames, output);
    for note in &pushed.notes {
        output.note(super::dev::stray(note));
    }
    match &pushed.script {
        Some(script) => {
            let statements = relata_script::split(url.dialect(), script).len();
            output.line(format!(
                "Your database is now in sync with your schema ({}).",
                count(statements, "statement")
            ));
        }
        None => output.line("The database is already in sync with the schema."),
    }
    if !args.skip_generate
        && let Some(folder) = generate::folder(&project)
    {
        generate::write(&project, &folder, output)?;
    }
    output.json(&json!({ "script": pushed.script, "renames": renames::json(&pushed.renames) }));
    Ok(0)
}
