//! `relata migrate deploy`.

use relata::migration::{Folder, Pending, Progress};
use relata_migrate::Live;
use serde_json::{Value, json};

use crate::args::DeployArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::{Project, lock_timeout};

pub async fn run(args: &DeployArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let (url, base) = project.migrated(&args.database)?;
    let folder = Folder::read(&project.migrations(&args.database)?)?;
    folder.check(url.dialect())?;
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
    if let Some(last) = &args.to {
        runner = runner.up_to(last);
    }
    if args.dry_run {
        preview(&runner.preview(&folder.migrations).await?, output);
        return Ok(0);
    }
    let mut applied = Vec::new();
    let mut shown = output.progress();
    let listen = |event: Progress| {
        if let Progress::Finished { name, .. } = &event {
            applied.push(name.clone());
        }
        shown(event);
    };
    let result = runner.deploy(&folder.migrations, listen).await;
    // What was applied before a failure stays applied.
    for name in &applied {
        output.line(format!("Applied {name}"));
    }
    result?;
    output.json(&json!({ "applied": applied }));
    output.line(if applied.is_empty() {
        "No pending migrations to apply."
    } else {
        "All migrations have been successfully applied."
    });
    Ok(0)
}

fn preview(pending: &[Pending], output: &Output) {
    let each = |it: &Pending| -> Value {
        json!({
            "name": it.name,
            "statements": it.statements,
            "resumedAfter": it.resumed_after,
            "inOneTransaction": it.in_one_transaction,
        })
    };
    output.json(&json!({ "pending": pending.iter().map(each).collect::<Vec<_>>() }));
    if pending.is_empty() {
        output.line("No pending migrations to apply.");
    }
    for it in pending {
        let how = if it.in_one_transaction {
            "in one transaction".to_owned()
        } else if it.resumed_after > 0 {
            format!("in steps, of which {} have run", it.resumed_after)
        } else {
            "in steps".to_owned()
        };
        let statements = count(it.statements, "statement");
        output.line(format!("Would apply {}: {statements}, {how}", it.name));
    }
}
