//! `relata migrate diff`.

use std::path::{Path, PathBuf};

use relata::{ConnectionUrl, SqliteLocation};
use relata_migrate::{Error, Place, Source, catalogs_of};
use relata_script::Dialect;
use relata_sql::rename::{Idle, read_rename};
use relata_sql::{diff, follow, plan};
use serde_json::json;

use crate::args::{DiffArgs, SchemaArg, ShadowArg};
use crate::failure::Failure;
use crate::output::Output;
use crate::project::Project;
use crate::settings::{Origin, Setting, Settings};

/// A side as typed, with what had to be read for it.
enum Side {
    Empty,
    Schema(Box<Project>),
    Migrations(PathBuf),
    Database(ConnectionUrl),
}

impl Side {
    fn source(&self) -> Source<'_> {
        match self {
            Self::Empty => Source::Empty,
            Self::Schema(project) => Source::Schema(&project.schema),
            Self::Migrations(folder) => Source::Migrations(folder),
            Self::Database(url) => Source::Database(url, Path::new(".")),
        }
    }
}

/// A schema that was named, with what is said beside it.
fn named(path: &Path, config: Option<&Path>) -> Result<(Setting<PathBuf>, Settings), Failure> {
    let setting = Setting::new(path.to_owned(), Origin::Flag("--schema"));
    Ok((setting, Settings::load(config)?))
}

fn read(path: &Path, config: Option<&Path>) -> Result<Project, Failure> {
    let (path, settings) = named(path, config)?;
    Project::read_at(path, settings)
}

/// The schemas of both sides, as far as they are schemas.
fn schemas(args: &DiffArgs, config: Option<&Path>) -> Result<[Option<Project>; 2], Failure> {
    let projects = match (&args.from_schema, &args.to_schema) {
        (Some(from), Some(to)) => {
            Project::read_both([named(from, config)?, named(to, config)?])?.map(Some)
        }
        (from, to) => {
            let read = |path: &Option<PathBuf>| match path {
                Some(path) => read(path, config).map(Some),
                None => Ok(None),
            };
            [read(from)?, read(to)?]
        }
    };
    let [from, to] = projects.map(|project| match (project, args.provider) {
        (Some(project), Some(provider)) => project.with_provider(provider).map(Some),
        (project, _) => Ok(project),
    });
    Ok([from?, to?])
}

/// The database of a schema's datasource.
fn configured(schema: Option<&PathBuf>, config: Option<&Path>) -> Result<String, Failure> {
    let project = match schema {
        Some(path) => read(path, config)?,
        None => Project::read(&SchemaArg {
            schema: None,
            config: config.map(Path::to_owned),
            provider: None,
        })?,
    };
    let (url, base) = project.datasource()?;
    // What follows takes relative paths from the current folder.
    Ok(match url.sqlite().map(|location| location.resolve(&base)) {
        Some(SqliteLocation::File(path)) => format!("file:{}", path.display()),
        Some(SqliteLocation::Memory) | None => url.expose().to_owned(),
    })
}

pub async fn run(args: &DiffArgs, output: &Output) -> Result<u8, Failure> {
    let config = args.config.as_deref();
    let url = |url: &Option<String>, own: bool, of: &Option<PathBuf>| match (url, own, of) {
        (Some(url), _, _) => Ok(Some(url.clone())),
        (None, false, None) => Ok(None),
        (None, _, of) => configured(of.as_ref(), config).map(Some),
    };
    let from_url = url(
        &args.from_url,
        args.from_config_datasource,
        &args.from_schema_datasource,
    )?;
    let to_url = url(
        &args.to_url,
        args.to_config_datasource,
        &args.to_schema_datasource,
    )?;
    let [from, to] = schemas(args, config)?;
    let from = side(
        "from",
        args.from_empty,
        from,
        args.from_migrations.as_ref(),
        from_url.as_ref(),
        output,
    )?;
    let to = side(
        "to",
        args.to_empty,
        to,
        args.to_migrations.as_ref(),
        to_url.as_ref(),
        output,
    )?;
    let sides = [&from, &to];
    // Whatever is no text would have to be read from a server.
    let is_text = |side: &&Side| matches!(side, Side::Empty | Side::Schema(_));
    if !sides.iter().all(is_text) {
        for side in sides {
            if let Side::Schema(project) = side {
                project.refuse_unrun()?;
            }
        }
    }
    let (from, to) = (from.source(), to.source());
    let dialect = match (from.dialect()?, to.dialect()?) {
        (Some(from), Some(to)) if from != to => return Err(Error::TwoDialects { from, to }.into()),
        (Some(dialect), _) | (None, Some(dialect)) => dialect,
        (None, None) => {
            // A schema without a known database says why; two empty sides have nothing to say.
            for source in [&from, &to] {
                if let Source::Schema(schema) = source {
                    relata_sql::lower(schema)?;
                }
            }
            return Err(Failure::new(
                "R7010",
                "neither side tells which database it is for; give a schema or a URL",
            ));
        }
    };
    // A scratch database is made where migrations have to be replayed, and not for a comparison alone: the live side may be production. One
    // that was named for it is used in any case.
    let has_place = args.shadow.shadow_database_url.is_some()
        || sides.iter().any(|side| match side {
            Side::Migrations(_) => true,
            Side::Schema(project) => project.shadow(&args.shadow).is_ok_and(|it| it.is_some()),
            Side::Empty | Side::Database(_) => false,
        });
    let place = has_place
        .then(|| place(dialect, sides, &args.shadow, config))
        .transpose()?;
    let mut pair = catalogs_of(&from, &to, dialect, place.as_ref()).await?;
    for note in &pair.notes {
        output.note(note);
    }
    if let Some(target) = &args.target {
        target.check(&pair.to)?;
    }
    for text in &args.rename.rename {
        let rename = read_rename(text, &pair.from, &pair.to)?;
        pair.to.renames.push(rename);
    }
    let followed = follow(&pair.from, &pair.to)?;
    for idle in followed.idle.iter().filter(|it| it.why == Idle::Both) {
        output.note(idle);
    }
    let changes = diff(&followed.catalog, &pair.to)?;
    let plan = plan(&changes);
    let text = if args.script {
        plan.client_script(pair.to.dialect)
    } else {
        plan.summary().to_owned()
    };
    let text = text.trim_end().to_owned() + "\n";
    match &args.output {
        Some(path) => std::fs::write(path, &text).map_err(|error| {
            Failure::new(
                "R7008",
                format!("`{}` cannot be written: {error}", path.display()),
            )
        })?,
        None if output.is_json() => {}
        None => output.raw(&text),
    }
    output.json(&json!({
        "empty": plan.is_empty(),
        "script": plan.client_script(pair.to.dialect),
        "summary": plan.summary(),
        "notes": pair.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
    }));
    Ok(if args.exit_code && !plan.is_empty() {
        2
    } else {
        0
    })
}

/// Where a migrations folder is replayed: on what the flag or a schema names for it, else beside the database of the other side, or of
/// the environment. Where neither side is a schema, that of the project in the current folder counts.
fn place(
    dialect: Dialect,
    sides: [&Side; 2],
    shadow: &ShadowArg,
    config: Option<&Path>,
) -> Result<Place, Failure> {
    let project = sides.iter().find_map(|side| match side {
        Side::Schema(project) => Some(&**project),
        _ => None,
    });
    let arg = SchemaArg {
        schema: None,
        config: config.map(Path::to_owned),
        provider: None,
    };
    let found = match project {
        Some(_) => None,
        None => Project::read(&arg).ok(),
    };
    let project = project.or(found.as_ref());
    let here = PathBuf::from(".");
    let shadow = match (project, &shadow.shadow_database_url) {
        (_, Some(url)) => Some((url.parse()?, here.clone())),
        // One that was only found may be meant for something else.
        (Some(project), None) if found.is_some() => project.shadow(shadow).unwrap_or_default(),
        (Some(project), None) => project.shadow(shadow)?,
        (None, None) => None,
    };
    let shadow = shadow.filter(|(url, _)| found.is_none() || url.dialect() == dialect);
    let live = sides.iter().find_map(|side| match side {
        Side::Database(url) => Some((url.clone(), here.clone())),
        _ => None,
    });
    let development = live.or_else(|| match project {
        Some(project) => project.datasource().ok(),
        None => {
            let (url, _) = Settings::load(config)
                .ok()?
                .environment
                .get("DATABASE_URL")?;
            Some((url.parse().ok()?, here.clone()))
        }
    });
    let development = development.filter(|(url, _)| url.dialect() == dialect);
    Ok(Place::of(
        dialect,
        parts(development.as_ref()),
        parts(shadow.as_ref()),
    )?)
}

fn parts(site: Option<&(ConnectionUrl, PathBuf)>) -> Option<(&ConnectionUrl, &Path)> {
    site.map(|(url, base)| (url, base.as_path()))
}

fn side(
    which: &str,
    empty: bool,
    schema: Option<Project>,
    migrations: Option<&PathBuf>,
    url: Option<&String>,
    output: &Output,
) -> Result<Side, Failure> {
    Ok(match (schema, migrations, url) {
        (Some(project), _, _) => Side::Schema(Box::new(project.valid(output)?)),
        (_, Some(folder), _) => {
            // A folder that is not there counts as empty elsewhere; where one is named, it should exist.
            if !folder.is_dir() {
                return Err(Failure::new(
                    "R7011",
                    format!("there is no migrations folder `{}`", folder.display()),
                ));
            }
            Side::Migrations(folder.clone())
        }
        (_, _, Some(url)) => Side::Database(url.parse()?),
        _ if empty => Side::Empty,
        _ => {
            let message = format!(
                "say what to compare: one of --{which}-empty, --{which}-schema, --{which}-migrations, --{which}-url"
            );
            return Err(Failure::new("R7012", message));
        }
    })
}
