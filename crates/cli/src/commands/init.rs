//! `relata init`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use relata::types::jiff;
use relata::{ConnectionUrl, SqliteLocation};
use relata_migrate::{Error, Live, Pull, baseline, pull};
use relata_schema::Sources;
use relata_script::Dialect;
use serde_json::json;

use super::pull::{datasource, provider};
use crate::args::{InitArgs, ProviderArg, SchemaArg};
use crate::failure::Failure;
use crate::file;
use crate::output::Output;
use crate::project::{self, Project};
use crate::settings::{Environment, Origin, Setting, Settings, folder_of};

/// Makes a project: a schema, `.env` with the URL, and `.gitignore`, which keeps it out of the repository. An existing database is pulled, and
/// what it holds becomes its first migration.
pub async fn run(args: &InitArgs, output: &Output) -> Result<u8, Failure> {
    refuse_second(args)?;
    let folder = folder_of(&args.schema);
    let mut environment = Environment::default();
    environment.add(&folder.join(".env"))?;
    let known = environment.get("DATABASE_URL").map(|(url, _)| url);
    let url: Option<ConnectionUrl> = args.url.as_deref().map(str::parse).transpose()?;
    let wanted = args.provider.map(|it| match it {
        ProviderArg::Sqlite => Dialect::Sqlite,
        ProviderArg::Postgresql => Dialect::Postgres,
        ProviderArg::Mysql => Dialect::Mysql,
    });
    let dialect = match (&url, wanted, &known) {
        (Some(url), Some(wanted), _) if url.dialect() != wanted => {
            return Err(Failure::new(
                "R7027",
                format!(
                    "`--provider` says {} and the URL is one of {}; leave `--provider` out",
                    provider(wanted),
                    provider(url.dialect())
                ),
            ));
        }
        (Some(url), ..) => url.dialect(),
        (None, Some(wanted), _) => wanted,
        (None, None, Some(known)) => known.parse::<ConnectionUrl>()?.dialect(),
        (None, None, None) => Dialect::Sqlite,
    };
    let text = datasource(provider(dialect)) + &generator();
    let adopted = match &url {
        Some(url) => adopted(url, &args.schema, &text).await?,
        None => None,
    };
    let (text, is_adopted) = adopted.map_or((text, false), |text| (text, true));
    if !folder.as_os_str().is_empty() {
        std::fs::create_dir_all(&folder).map_err(|error| unwritten(&folder, &error))?;
    }
    file::replace(&args.schema, &text)?;
    output.line(format!("Wrote `{}`.", args.schema.display()));
    // Only what nobody has said yet, or what was said just now.
    let value = match &url {
        Some(url) => Some(portable(url, &folder)),
        None if known.is_some() => None,
        None => Some(example(dialect).to_owned()),
    };
    if let Some(value) = value {
        let path = folder.join(".env");
        set(&path, "DATABASE_URL", &value)?;
        output.line(format!("Wrote `DATABASE_URL` into `{}`.", path.display()));
    }
    let mut ignored = vec![".env"];
    if dialect == Dialect::Sqlite {
        ignored.extend(["*.db", "*.db-journal", "*.db-shm", "*.db-wal"]);
    }
    ignore(&folder.join(".gitignore"), &ignored)?;
    let mut migration = None;
    if let (Some(url), true) = (&url, is_adopted) {
        migration = adopt(args, url, output).await?;
    }
    output.line(match (&url, dialect) {
        (Some(_), _) => "Next: look through the schema; from now on `relata migrate dev` takes its changes to the database.",
        (None, Dialect::Sqlite) => "Next: write a model, then `relata migrate dev --name init`.",
        (None, _) => "Next: put your database's URL into `.env`, write a model, then `relata migrate dev --name init`.",
    });
    output.json(&json!({
        "schema": args.schema,
        "provider": provider(dialect),
        "migration": migration,
    }));
    Ok(0)
}

/// One folder holds one project: nothing that is there is written over.
fn refuse_second(args: &InitArgs) -> Result<(), Failure> {
    let found = if args.schema.exists() {
        Some(args.schema.clone())
    } else {
        let none = SchemaArg {
            schema: None,
            config: None,
            provider: None,
        };
        match project::locate(&none) {
            Ok((found, _)) => Some(found.value),
            Err(failure) if failure.code == "R7004" => None,
            Err(failure) => return Err(failure),
        }
    };
    found.map_or(Ok(()), |path| {
        Err(Failure::new(
            "R7025",
            format!(
                "there is a schema already: `{}`; `relata db pull` brings a database into it",
                path.display()
            ),
        ))
    })
}

/// The schema of an existing database; none if the database is empty.
async fn adopted(
    url: &ConnectionUrl,
    schema: &Path,
    text: &str,
) -> Result<Option<String>, Failure> {
    let sources = Sources::one(&schema.display().to_string(), text);
    let pulled = pull(&Pull {
        url,
        base: Path::new("."),
        sources: &sources,
        namespaces: Vec::new(),
        file: None,
        place: None,
    })
    .await;
    match pulled {
        Ok(pulled) => Ok(pulled.texts.into_iter().next()),
        Err(Error::EmptyDatabase) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Writes and records the first migration, unless the database has a history already.
async fn adopt(
    args: &InitArgs,
    url: &ConnectionUrl,
    output: &Output,
) -> Result<Option<PathBuf>, Failure> {
    let schema = Setting::new(args.schema.clone(), Origin::Flag("--schema"));
    let project = Project::read_at(schema, Settings::load(None)?)?.valid(output)?;
    let folder = project.migrations_setting(None)?.value;
    let db = Live::open(url, Path::new(".")).await?;
    let runner = project.runner(&db, project::lock_timeout(url));
    let migrations = relata::migration::Folder::read(&folder)?.migrations;
    let status = runner.status(&migrations).await?;
    let written = if let Some(table) = status.table {
        output.note(format!(
            "the database has a history already (`{}`): bring the migrations that it names into `{}`",
            table.name(),
            folder.display()
        ));
        None
    } else if migrations.is_empty() {
        let directory = baseline(&db, &runner, &folder, jiff::Timestamp::now()).await?;
        output.line(format!(
            "Wrote what the database holds as `{}`, and recorded it as applied.",
            directory.join("migration.sql").display()
        ));
        Some(directory)
    } else {
        output.note(format!(
            "`{}` has migrations already: if the database holds what they make, say so with `relata migrate resolve --applied <name>`",
            folder.display()
        ));
        None
    };
    db.close().await?;
    Ok(written)
}

/// Where a Rust project begins, so does its client.
fn generator() -> String {
    if Path::new("Cargo.toml").is_file() {
        "\ngenerator rust {\n  provider = \"relata\"\n  output   = \"./src/db\"\n}\n".to_owned()
    } else {
        String::new()
    }
}

/// A URL to be filled in. On SQLite there is nothing to fill in.
fn example(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "file:./dev.db",
        Dialect::Postgres => "postgresql://user:password@localhost:5432/app?schema=public",
        Dialect::Mysql => "mysql://user:password@localhost:3306/app",
    }
}

/// A URL as a file in that folder has to say it: a relative path of SQLite was taken from the current one.
fn portable(url: &ConnectionUrl, folder: &Path) -> String {
    match url.sqlite() {
        Some(SqliteLocation::File(path))
            if path.is_relative() && !folder.as_os_str().is_empty() =>
        {
            let query = url
                .expose()
                .split_once('?')
                .map_or(String::new(), |(_, it)| format!("?{it}"));
            let here = std::env::current_dir().unwrap_or_default();
            format!("file:{}{query}", here.join(path).display())
        }
        _ => url.expose().to_owned(),
    }
}

/// Sets a variable in a `.env` file: the line that sets it, or a new one. A new file is for its owner only.
fn set(path: &Path, name: &str, value: &str) -> Result<(), Failure> {
    // Single quotes keep everything but themselves.
    let quote = if value.contains('\'') { '"' } else { '\'' };
    let value = value.replace('$', "\\$");
    let line = format!("{name}={quote}{value}{quote}");
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let sets = |line: &str| {
                let line = line.trim_start();
                let line = line.strip_prefix("export ").unwrap_or(line);
                line.trim_start()
                    .strip_prefix(name)
                    .is_some_and(|it| it.trim_start().starts_with('='))
            };
            let mut lines: Vec<&str> = text.lines().filter(|line| !sets(line)).collect();
            lines.push(&line);
            file::replace(path, &(lines.join("\n") + "\n"))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let written = options
                .open(path)
                .and_then(|mut file| writeln!(file, "{line}"));
            written.map_err(|error| unwritten(path, &error))
        }
        Err(error) => Err(Failure::new(
            "R7013",
            format!("`{}` cannot be read: {error}", path.display()),
        )),
    }
}

/// Adds the lines to `.gitignore` that it does not have.
fn ignore(path: &Path, names: &[&str]) -> Result<(), Failure> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let missing: Vec<&str> = names
        .iter()
        .filter(|name| {
            !text
                .lines()
                .any(|line| line.trim().trim_start_matches('/') == **name)
        })
        .copied()
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let between = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    file::replace(path, &format!("{text}{between}{}\n", missing.join("\n")))
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        "R7008",
        format!("`{}` cannot be written: {error}", path.display()),
    )
}
