//! `relata db pull`.

use std::path::{Path, PathBuf};

use relata::ConnectionUrl;
use relata_migrate::{Place, Pull, Pulled, pull};
use relata_schema::edit::configuration;
use relata_schema::{FileId, Sources, analyze};
use relata_script::Dialect;
use serde_json::json;

use crate::args::PullArgs;
use crate::failure::Failure;
use crate::file;
use crate::output::{Output, count};
use crate::project::{self, Project};
use crate::secret::masked;
use crate::settings::{Origin, Setting, Settings};

/// The file that is made where there is no schema.
const NEW_SCHEMA: &str = "app.schema";

/// What is pulled into.
struct Target {
    sources: Sources,
    url: ConnectionUrl,
    base: PathBuf,
    /// The file for new blocks.
    file: Option<FileId>,
    /// The shadow database, if there is one.
    place: Option<Place>,
    /// The files as they are on the disk; `None` for one that is not there.
    before: Vec<Option<String>>,
}

/// Reads the database, edits the schema, and writes what has changed. Where anything fails, nothing is written.
pub async fn run(args: &PullArgs, output: &Output) -> Result<u8, Failure> {
    let target = target(args, output)?;
    let pulled = pull(&Pull {
        url: &target.url,
        base: &target.base,
        sources: &target.sources,
        namespaces: args.schemas.iter().map(|name| (**name).into()).collect(),
        file: target.file,
        place: target.place.as_ref(),
    })
    .await?;
    let names: Vec<String> = target
        .sources
        .iter()
        .map(|(_, source)| source.name.to_string())
        .collect();
    if args.print {
        print(&names, &pulled, output);
    } else {
        write(&target, &names, &pulled)?;
    }
    let changed: Vec<&String> = changed(&target, &names, &pulled)
        .map(|(name, _)| name)
        .collect();
    tell(args, &changed, &pulled, output);
    output.json(&json!({
        "changed": changed,
        "changes": pulled.changes.iter().map(|change| json!({ "verb": change.verb.word(), "object": change.object })).collect::<Vec<_>>(),
        "notes": pulled.notes.iter().map(|note| json!({ "code": note.code.word(), "object": note.object, "text": note.to_string() })).collect::<Vec<_>>(),
        "notRead": pulled.not_read.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "files": names.iter().zip(&pulled.texts).filter(|_| args.print).map(|(name, text)| json!({ "name": name, "text": masked(text) })).collect::<Vec<_>>(),
    }));
    Ok(0)
}

/// The schema to pull into: the one that is there, its configuration, or a new one.
fn target(args: &PullArgs, output: &Output) -> Result<Target, Failure> {
    project::refuse_provider(&args.schema)?;
    let (path, settings) = match project::locate(&args.schema) {
        Ok(found) => found,
        Err(failure) if failure.code == "R7004" => {
            let settings = Settings::load(args.schema.config.as_deref())?;
            (Setting::new(NEW_SCHEMA.into(), Origin::Default), settings)
        }
        Err(failure) => return Err(failure),
    };
    if !path.value.exists() {
        return new_schema(&path.value, &settings, args);
    }
    let project = Project::read_at(path, settings)?;
    let project = if args.force {
        let sources = configuration(&project.sources);
        let analysis = analyze(&sources);
        let before = project.sources;
        let project = Project {
            sources,
            schema: analysis.schema,
            diagnostics: analysis.diagnostics,
            ..project
        };
        return existing(project.valid(output)?, &before, args);
    } else {
        project.valid(output)?
    };
    let before = project.sources.clone();
    existing(project, &before, args)
}

fn existing(project: Project, before: &Sources, args: &PullArgs) -> Result<Target, Failure> {
    let (url, base) = match &args.url {
        Some(url) => (url.parse()?, PathBuf::from(".")),
        None => project.datasource()?,
    };
    // Only what was given for it: nothing is made on a server that is pulled from.
    let shadow = match project.shadow(&args.shadow) {
        Ok(shadow) => shadow,
        // Where the schema names a variable for it that is not set, there is none.
        Err(_) if args.shadow.shadow_database_url.is_none() => None,
        Err(failure) => return Err(failure),
    };
    let place = shadow.map(|(shadow, folder)| {
        Place::of(url.dialect(), Some((&url, &base)), Some((&shadow, &folder)))
    });
    let place = match place.transpose() {
        Ok(place) => place,
        // One variable for both is a project's habit, and no reason not to look at the database.
        Err(_) if args.shadow.shadow_database_url.is_none() => None,
        Err(error) => return Err(error.into()),
    };
    let mut before: Vec<Option<String>> = before
        .iter()
        .map(|(_, source)| Some(source.text.to_string()))
        .collect();
    let mut sources = project.sources;
    let file = project.path.is_dir().then(|| {
        let named = |source: &relata_schema::Source| {
            let stem = Path::new(&*source.name).file_stem();
            stem.is_some_and(|stem| stem == "introspected")
        };
        let there = sources
            .iter()
            .find(|(_, source)| named(source))
            .map(|(file, _)| file);
        there.unwrap_or_else(|| {
            // In the ending that the other files have.
            let ours = sources
                .iter()
                .filter(|(_, source)| source.name.ends_with(".schema"));
            let ending = if ours.count() > 0 { "schema" } else { "prisma" };
            let name = project.path.join(format!("introspected.{ending}"));
            before.push(None);
            sources.add(&name.display().to_string(), "")
        })
    });
    Ok(Target {
        sources,
        url,
        base,
        file,
        place,
        before,
    })
}

/// A schema of nothing but a datasource. The URL, which may hold a password, stays outside.
fn new_schema(path: &Path, settings: &Settings, args: &PullArgs) -> Result<Target, Failure> {
    let url = match &args.url {
        Some(url) => url.clone(),
        None => match (
            settings.environment.get("DATABASE_URL"),
            settings.toml_url(),
        ) {
            (Some((url, _)), _) => url,
            (None, Some((url, _))) => url.value,
            (None, None) => {
                let message = format!(
                    "there is no schema `{}` and no database: say `--url <url>`, or set `DATABASE_URL`",
                    path.display()
                );
                return Err(Failure::new("R7004", message));
            }
        },
    };
    let url: ConnectionUrl = url.parse()?;
    let provider = provider(url.dialect());
    let text = datasource(provider);
    Ok(Target {
        sources: Sources::one(&path.display().to_string(), &text),
        url,
        base: PathBuf::from("."),
        file: None,
        place: None,
        before: vec![None],
    })
}

/// The provider that a new schema names for a database.
pub fn provider(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "postgresql",
        Dialect::Mysql => "mysql",
        Dialect::Sqlite => "sqlite",
    }
}

/// The block of a new schema.
pub fn datasource(provider: &str) -> String {
    format!(
        "datasource db {{\n  provider = \"{provider}\"\n  url      = env(\"DATABASE_URL\")\n}}\n"
    )
}

/// The files that hold something else now.
fn changed<'t>(
    target: &'t Target,
    names: &'t [String],
    pulled: &'t Pulled,
) -> impl Iterator<Item = (&'t String, &'t String)> {
    names
        .iter()
        .zip(&pulled.texts)
        .zip(&target.before)
        .filter(|((_, text), before)| match before {
            Some(before) => before != *text,
            None => !text.is_empty(),
        })
        .map(|(file, _)| file)
}

fn write(target: &Target, names: &[String], pulled: &Pulled) -> Result<(), Failure> {
    let files: Vec<(PathBuf, String)> = changed(target, names, pulled)
        .map(|(name, text)| (name.into(), text.clone()))
        .collect();
    file::replace_all(&files)
}

fn print(names: &[String], pulled: &Pulled, output: &Output) {
    if output.is_json() {
        return;
    }
    for (name, text) in names.iter().zip(&pulled.texts) {
        if names.len() > 1 && !text.is_empty() {
            output.raw(&format!("// {name}\n\n"));
        }
        output.schema(text);
    }
}

/// The summary; beside a printed schema it goes to standard error.
fn tell(args: &PullArgs, changed: &[&String], pulled: &Pulled, output: &Output) {
    let line = |text: String| {
        if args.print {
            output.aside(text);
        } else {
            output.line(text);
        }
    };
    for change in &pulled.changes {
        line(format!("  {change}"));
    }
    let files: Vec<&str> = changed.iter().map(|name| name.as_str()).collect();
    match (files.len(), args.print) {
        (0, _) => line("The schema says what the database holds; nothing was changed.".to_owned()),
        (_, true) => line(format!(
            "Nothing was written; {} would change.",
            files.join(", ")
        )),
        (_, false) => line(format!("Wrote {}.", files.join(", "))),
    }
    if !pulled.notes.is_empty() {
        line(format!("\n{}:", count(pulled.notes.len(), "note")));
    }
    for note in &pulled.notes {
        line(format!("  [{}] {note}", note.code.word()));
    }
    for note in &pulled.not_read {
        line(format!("  {note}"));
    }
}
