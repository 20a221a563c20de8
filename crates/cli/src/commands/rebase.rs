//! `relata migrate rebase`.

use std::path::Path;
use std::process::Command;

use relata::migration::Folder;
use relata::types::jiff;
use relata_migrate::{Live, Rebase, rebase};
use serde_json::{Value, json};

use crate::args::RebaseArgs;
use crate::failure::Failure;
use crate::output::Output;
use crate::project::{Project, lock_timeout};

pub async fn run(args: &RebaseArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let (url, base) = project.migrated(&args.database)?;
    let folder = project.migrations(&args.database)?;
    let place = project.place((&url, &base), &args.shadow)?;
    let names = if args.names.is_empty() {
        of_branch(&folder, args.onto.as_deref())?
    } else {
        args.names.clone()
    };
    let db = Live::open(&url, &base).await?;
    let work = Rebase {
        folder: &folder,
        dialect: url.dialect(),
        place: &place,
        names: &names,
        runner: &project.runner(&db, lock_timeout(&url)),
        now: jiff::Timestamp::now(),
    };
    let renamed = rebase(&work).await?;
    db.close().await?;
    let each = |(from, to): &(String, String)| -> Value { json!({ "from": from, "to": to }) };
    output.json(&json!({ "renamed": renamed.iter().map(each).collect::<Vec<_>>() }));
    for (from, to) in &renamed {
        output.line(format!("Renamed {from} to {to}"));
    }
    output.line(if renamed.is_empty() {
        "Nothing to rename: the migrations of your branch come last already."
    } else {
        "Both orders lead to the same database."
    });
    Ok(0)
}

/// The migrations of the folder that a commit of the repository does not have: that of `--onto`, or of the branch that others merge into.
fn of_branch(folder: &Path, onto: Option<&str>) -> Result<Vec<String>, Failure> {
    let all = Folder::read(folder)?.migrations;
    let usual = [
        "origin/HEAD",
        "origin/main",
        "origin/master",
        "main",
        "master",
    ];
    let mut candidates = match onto {
        Some(onto) => vec![onto],
        None => usual.to_vec(),
    }
    .into_iter();
    let theirs = candidates.find_map(|commit| directories(folder, commit));
    let theirs = theirs.ok_or_else(|| {
        let of = onto.map_or("the branch that others merge into".to_owned(), |it| format!("`{it}`"));
        Failure::new(
            "R7028",
            format!(
                "git does not tell which migrations {of} has; name those of your branch: `relata migrate rebase <name>…`"
            ),
        )
    })?;
    let names = all.iter().map(|it| it.name.as_str().to_owned());
    Ok(names.filter(|name| !theirs.contains(name)).collect())
}

/// The directories that a commit has in the folder; none where git cannot tell.
fn directories(folder: &Path, commit: &str) -> Option<Vec<String>> {
    // What begins with a dash would be an option.
    if commit.starts_with('-') {
        return None;
    }
    let output = Command::new("git")
        .args(["ls-tree", "-d", "-z", "--name-only", commit, "--", "./"])
        .current_dir(folder)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(
        text.split('\0')
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect(),
    )
}
