//! `relata migrate deploy`.

use std::path::Path;
use std::time::{Duration, Instant};

use relata::ConnectionUrl;
use relata::migration::{Folder, Pending, Progress};
use relata::types::jiff;
use relata_migrate::{Live, backup};
use serde_json::{Value, json};

use super::tenants;
use crate::args::DeployArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::{Project, lock_timeout};

pub async fn run(args: &DeployArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let (url, base) = project.migrated(&args.database)?;
    let folder = Folder::read(&project.migrations(&args.database)?)?;
    folder.check(url.dialect())?;
    let wait = args.wait.wait.unwrap_or_else(|| lock_timeout(&url));
    if let Some(text) = &args.tenants {
        if let Some(limit) = args.wait.wait {
            open(&url, &base, Some(limit), true, output)
                .await?
                .close()
                .await?;
        }
        let site = (&url, base.as_path());
        return tenants::run(args, text, &project, site, folder.migrations, wait, output).await;
    }
    let db = open(&url, &base, args.wait.wait, args.dry_run, output).await?;
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
    let mut saved = None;
    if let Some(folder_of_backups) = &args.backup
        && !runner.preview(&folder.migrations).await?.is_empty()
    {
        saved = backup(&url, &base, folder_of_backups, jiff::Timestamp::now()).await?;
        if let Some(path) = &saved {
            output.line(format!("Saved the database as `{}`.", path.display()));
        }
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
    if let (Err(_), Some(path)) = (&result, &saved) {
        output.note(format!(
            "`relata db restore {}` brings back what was there before",
            path.display()
        ));
    }
    result?;
    output.json(&json!({ "applied": applied, "backup": saved }));
    output.line(if applied.is_empty() {
        "No pending migrations to apply."
    } else {
        "All migrations have been successfully applied."
    });
    Ok(0)
}

/// Connects; with a limit, a server that is still starting is waited for.
async fn open(
    url: &ConnectionUrl,
    base: &Path,
    limit: Option<Duration>,
    only_looks: bool,
    output: &Output,
) -> Result<Live, Failure> {
    let until = limit.map(|limit| Instant::now() + limit);
    let mut is_told = false;
    loop {
        let opened = if only_looks {
            Live::look(url, base).await
        } else {
            Live::open(url, base).await
        };
        let error = match opened {
            Ok(db) => return Ok(db),
            Err(error) => error,
        };
        let is_away = matches!(
            &error,
            relata_migrate::Error::Database(
                relata::Error::Connection { .. } | relata::Error::Disconnected { .. }
            )
        );
        // A file that is not there does not come by waiting.
        let is_server = url.sqlite().is_none();
        if !is_away || !is_server || until.is_none_or(|until| Instant::now() >= until) {
            return Err(error.into());
        }
        if !is_told {
            output.aside(format!("Waiting for the server of `{url}`: {error}"));
            is_told = true;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
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
