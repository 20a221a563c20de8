//! `relata migrate down`.

use relata_migrate::{Live, TakeBack, Until, take_back};
use serde_json::json;

use crate::args::DownArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::{Project, lock_timeout};
use crate::prompt::Prompt;

pub async fn run(args: &DownArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let (url, base) = project.migrated(&args.database)?;
    let folder = project.migrations(&args.database)?;
    let place = project.place((&url, &base), &args.shadow)?;
    let db = if args.dry_run {
        Live::look(&url, &base).await?
    } else {
        Live::open(&url, &base).await?
    };
    let wait = args.wait.wait.unwrap_or_else(|| lock_timeout(&url));
    let mut runner = project.runner(&db, wait);
    if let Some(limit) = args.lock_timeout {
        runner = runner.lock_timeout(limit);
    }
    let mut prompt = Prompt::new(output).with(&args.answers)?;
    prompt.accept_data_loss |= args.accept_data_loss;
    let work = TakeBack {
        folder: &folder,
        place: &place,
        until: match (&args.to, args.all) {
            (Some(name), _) => Until::Name(name),
            (None, true) => Until::Nothing,
            (None, false) => Until::Last,
        },
        runner: &runner,
        dry_run: args.dry_run,
    };
    let taken = take_back(&work, &db, &mut prompt, output.progress()).await?;
    db.close().await?;
    let losses: Vec<String> = taken.losses.iter().map(ToString::to_string).collect();
    output.json(&json!({
        "takenBack": taken.names,
        "statements": taken.statements,
        "losses": losses,
        "dryRun": args.dry_run,
    }));
    let verb = if args.dry_run {
        "Would take back"
    } else {
        "Took back"
    };
    for name in &taken.names {
        output.line(format!("{verb} {name}"));
    }
    if taken.names.is_empty() {
        output.line("No migration is applied.");
    } else if args.dry_run {
        output.line(count(taken.statements, "statement"));
        for loss in &losses {
            output.line(format!("  loses: {loss}"));
        }
    } else {
        output.line("The migrations are pending again; delete their directories if they are not to come back.");
    }
    Ok(0)
}
