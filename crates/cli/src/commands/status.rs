//! `relata migrate status`.

use relata::migration::{Folder, Stopped};
use relata_migrate::{Live, drift_of};
use relata_script::Dialect;
use serde_json::{Value, json};

use crate::args::StatusArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::Project;

pub async fn run(status_args: &StatusArgs, output: &Output) -> Result<u8, Failure> {
    let args = &status_args.database;
    let project = Project::read_valid(&args.schema, output)?;
    let (url, base) = project.migrated(args)?;
    let folder = Folder::read(&project.migrations(args)?)?;
    folder.check(url.dialect())?;
    let db = Live::look(&url, &base).await?;
    let status = db.runner().status(&folder.migrations).await?;
    // Nothing is made on a server that is only asked how it is.
    let has_place = url.dialect() == Dialect::Sqlite
        || project
            .shadow_setting(status_args.shadow.shadow_database_url.as_deref())
            .is_ok_and(|it| it.is_some());
    let mut drift = None;
    if status_args.drift || (has_place && !status_args.no_drift) {
        let found = match project.place((&url, &base), &status_args.shadow) {
            Ok(place) => drift_of(&db, &place, &status, &folder.migrations)
                .await
                .map_err(Failure::from),
            Err(error) => Err(error),
        };
        match found {
            Ok(found) => drift = found,
            Err(error) if status_args.drift => return Err(error),
            Err(error) => output.note(format!(
                "whether the database is what its migrations make of it cannot be told: {}",
                error.message
            )),
        }
    }
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
        "reverting": status.reverting,
        "stopped": status.stopped.iter().map(stopped).collect::<Vec<_>>(),
        "failures": status.failed.iter().map(|it| json!({ "name": it.name, "startedAt": it.started_at.to_string(), "logs": it.logs })).collect::<Vec<_>>(),
        "drift": drift,
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
        (
            "Taken back half-way; `relata migrate down` goes on with it",
            &status.reverting,
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
    for it in &status.stopped {
        output.line(format!(
            "{} stopped at statement {} of {}, line {}:",
            it.name,
            (it.done + 1).min(it.of),
            it.of,
            it.line
        ));
        for line in it.statement.lines().take(6) {
            output.line(format!("  {line}"));
        }
        if let Some(error) = &it.error {
            output.line(format!("  said: {error}"));
        }
    }
    for it in &status.failed {
        if let Some(logs) = it.logs.as_deref().filter(|logs| !logs.trim().is_empty()) {
            output.line(format!(
                "{} said:\n  {}",
                it.name,
                logs.trim().replace('\n', "\n  ")
            ));
        }
    }
    if let Some(summary) = &drift {
        output.line(format!(
            "The database is not what its migrations make of it (drift):\n{}",
            summary.trim_end()
        ));
    }
    if status.is_up_to_date() && drift.is_none() {
        output.line("Database schema is up to date!");
    }
    let is_good = status.is_up_to_date() && (drift.is_none() || !status_args.drift);
    Ok(u8::from(!is_good))
}

/// For programs.
fn stopped(it: &Stopped) -> Value {
    json!({
        "name": it.name,
        "done": it.done,
        "of": it.of,
        "line": it.line,
        "statement": it.statement,
        "error": it.error,
    })
}
