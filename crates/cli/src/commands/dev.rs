//! `relata migrate dev`.

use relata::types::jiff;
use relata_migrate::measure::Measured;
use relata_migrate::proof::{Down, Proof};
use relata_migrate::{Dev, Live, Style, dev};
use relata_script::Dialect;
use serde_json::json;

use super::{generate, renames};
use crate::args::{DevArgs, StyleArg};
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::{Project, lock_timeout};
use crate::prompt::Prompt;

pub async fn run(args: &DevArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let folder = project.migrations(&args.database)?;
    let (url, base) = project.migrated(&args.database)?;
    let place = project.place((&url, &base), &args.shadow)?;
    let db = if args.create_only {
        Live::look(&url, &base).await?
    } else {
        Live::make(&url, &base).await?
    };
    let mut prompt = Prompt {
        name: args.name.clone(),
        accept_data_loss: args.accept_data_loss,
        drift: args.drift,
        renames: args.rename.rename.clone(),
        no_rename: args.no_rename,
        ..Prompt::new(output)
    }
    .filled(&args.backfill)?
    .with(&args.answers)?;
    let work = Dev {
        schema: &project.schema,
        folder: &folder,
        place: &place,
        style: match project.style(args.style).value {
            StyleArg::Simple => Style::Simple,
            StyleArg::Online => Style::Online,
        },
        create_only: args.create_only,
        managed: project.managed(),
        show_values: args.show_values,
        target: project.settings.target().map(|it| it.value),
        runner: project.runner(&db, lock_timeout(&url)),
        table: project.history_table(),
        now: jiff::Timestamp::now(),
    };
    let outcome = dev(&work, &db, &mut prompt, output.progress()).await?;
    db.close().await?;
    if let Some(absorbed) = &outcome.absorbed {
        output.line(format!(
            "Drift: written as `{absorbed}`, and recorded as applied."
        ));
    }
    if outcome.reverted {
        output.line("Drift: the database is back to what its migrations make of it.");
    }
    renames::told(&outcome.renames, output);
    for note in &outcome.notes {
        output.note(stray(note));
    }
    if let (Some(directory), Some(script)) = (&outcome.written, &outcome.script) {
        let statements = relata_script::split(url.dialect(), script).len();
        output.line(format!(
            "Migration: `{}`, {}.",
            directory.join("migration.sql").display(),
            count(statements, "statement")
        ));
    }
    if let Some(proof) = &outcome.proof {
        for line in told(proof, url.dialect()) {
            output.line(line);
        }
    }
    match outcome.applied.as_slice() {
        _ if args.create_only => {
            output.line("Nothing was applied; edit the migration, then run `relata migrate dev`.");
        }
        [] if outcome.absorbed.is_none() && !outcome.reverted => output.line(format!(
            "Nothing to migrate: `{}` is already in sync with the schema.",
            place_of(&url, &base)
        )),
        [] => output.line(format!(
            "Database: `{}` is in sync with the schema.",
            place_of(&url, &base)
        )),
        applied => output.line(format!(
            "Database: applied {} to `{}`.",
            applied.join(", "),
            place_of(&url, &base)
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
        "absorbed": outcome.absorbed,
        "reverted": outcome.reverted,
        "renames": renames::json(&outcome.renames),
        "applied": outcome.applied,
        "rust": rust,
    }));
    Ok(0)
}

/// Rows that the schema does not describe, and the way out.
pub fn stray(note: &relata_migrate::Weighed) -> String {
    match note.fillable() {
        Some(column) => format!(
            "{note}; `--backfill '{}=<value>'` does",
            relata_script::terminal(&column)
        ),
        None => note.to_string(),
    }
}

/// Where the database is, without a password.
fn place_of(url: &relata::ConnectionUrl, base: &std::path::Path) -> String {
    match url.sqlite().map(|location| location.resolve(base)) {
        Some(relata::SqliteLocation::File(path)) => path.display().to_string(),
        Some(relata::SqliteLocation::Memory) => ":memory:".to_owned(),
        None => url.to_string(),
    }
}

/// What came of the proof, a line each.
fn told(proof: &Proof, dialect: Dialect) -> Vec<String> {
    let rows = match proof.rows {
        0 => String::new(),
        rows => format!(", tried on {}", count(rows, "made-up row")),
    };
    // SQLite tells of the script as a whole, and only what was written anew.
    let is_light = dialect != Dialect::Sqlite && proof.statements.iter().all(Measured::is_free);
    let light = if is_light && proof.rows > 0 {
        "; no statement reads or writes a whole table"
    } else {
        ""
    };
    let mut lines = vec![format!("Proof: it leads to the schema{rows}{light}.")];
    for statement in &proof.statements {
        if let Some(note) = relata_migrate::note(statement) {
            let first = statement.statement.lines().next().unwrap_or_default();
            lines.push(format!("  {first}\n    {note}"));
        }
    }
    if let Some(fails_on) = &proof.fails_on {
        let foreseen = if fails_on.is_foreseen {
            "; none were found in this database, look in the others, too"
        } else {
            ""
        };
        lines.push(format!(
            "  it stops on {}{foreseen}: {}",
            fails_on.rows, fails_on.error
        ));
    }
    lines.extend(proof.altered.iter().map(|altered| format!("  {altered}")));
    match &proof.down {
        Down::None => {}
        Down::Returned => lines.push("  down.sql leads back.".to_owned()),
        Down::Elsewhere(summary) => {
            lines.push(format!("  down.sql does not lead back:\n{summary}"));
        }
        Down::Failed(error) => lines.push(format!("  down.sql fails on such rows: {error}")),
    }
    lines.extend(
        proof
            .unproved
            .iter()
            .map(|what| format!("  not proved: {what}")),
    );
    lines
}
