//! `relata db seed`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use relata_migrate::Live;
use relata_script::split;
use serde_json::{Value, json};

use crate::args::SeedArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::Project;

pub async fn run(args: &SeedArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let (url, base) = project.migrated(&args.database)?;
    let Some(seed) = Seed::of(&project, args.file.clone())? else {
        let file = project.folder().join(FILE);
        return Err(Failure::new(
            "R7020",
            format!(
                "there is no `{}`: write the first rows into it, as SQL that may run twice (`INSERT … ON CONFLICT DO NOTHING`), \
                 or name a command as `seed` in `relata.toml`",
                file.display()
            ),
        ));
    };
    let db = match &seed {
        Seed::Script(_) => Live::make(&url, &base).await?,
        // The program opens the database itself; whether there is one, it is told now.
        Seed::Command(_) => Live::open(&url, &base).await?,
    };
    let done = seed
        .plant(
            &project,
            &db,
            args.database.url.as_deref(),
            &args.arguments,
            output,
        )
        .await?;
    db.close().await?;
    output.json(&done);
    Ok(0)
}

/// The script that is there by custom.
const FILE: &str = "seed.sql";

/// Where a project keeps its first rows.
pub enum Seed {
    /// A file of SQL.
    Script(PathBuf),
    /// A command, as the shell takes it.
    Command(String),
}

impl Seed {
    /// What a flag names, or the configuration, or `seed.sql` beside the schema; none if there is none.
    pub fn of(project: &Project, file: Option<PathBuf>) -> Result<Option<Self>, Failure> {
        if let Some(file) = file {
            return if file.is_file() {
                Ok(Some(Self::Script(file)))
            } else {
                Err(Failure::new(
                    "R7013",
                    format!("there is no `{}`", file.display()),
                ))
            };
        }
        let configured = project.settings.seed()?.map(|it| it.value);
        Ok(match configured {
            Some(seed) if Path::new(&seed).extension().is_some_and(|it| it == "sql") => {
                Some(Self::Script(seed.into()))
            }
            Some(seed) => Some(Self::Command(seed)),
            None => {
                let file = project.folder().join(FILE);
                file.is_file().then_some(Self::Script(file))
            }
        })
    }

    /// Fills the database, and tells what was done.
    pub async fn plant(
        &self,
        project: &Project,
        db: &Live,
        url: Option<&str>,
        arguments: &[String],
        output: &Output,
    ) -> Result<Value, Failure> {
        match self {
            Self::Script(file) => {
                let statements = script(db, file).await?;
                output.line(format!("Seeded: {}.", count(statements, "statement")));
                Ok(json!({ "statements": statements }))
            }
            Self::Command(command) => {
                run_command(project, command, url, arguments, output)?;
                output.line("Seeded.");
                Ok(json!({ "command": command }))
            }
        }
    }
}

/// Runs a seed in one transaction, so that a half-filled database is not taken for a filled one.
async fn script(db: &Live, file: &Path) -> Result<usize, Failure> {
    let script = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(
            "R7013",
            format!("`{}` cannot be read: {error}", file.display()),
        )
    })?;
    let connection = db.connection();
    let statements = split(connection.dialect(), &script);
    let transaction = connection.begin().await?;
    for statement in &statements {
        if let Err(error) = transaction.batch(statement.text()).await {
            let failure = Failure::from(error);
            let message = format!(
                "{}:{}: {} (nothing was seeded)",
                file.display(),
                statement.line(),
                failure.message
            );
            return Err(Failure { message, ..failure });
        }
    }
    transaction.commit().await?;
    Ok(statements.len())
}

/// Runs a command of the project's own, with the variables that its `.env` files set.
fn run_command(
    project: &Project,
    command: &str,
    url: Option<&str>,
    arguments: &[String],
    output: &Output,
) -> Result<(), Failure> {
    let mut shell = if cfg!(windows) {
        let mut shell = std::process::Command::new("cmd");
        shell.arg("/C").arg(command).args(arguments);
        shell
    } else {
        let mut shell = std::process::Command::new("sh");
        // The arguments are words of their own, and never read as shell.
        shell
            .arg("-c")
            .arg(format!("{command} \"$@\""))
            .arg("seed")
            .args(arguments);
        shell
    };
    shell
        .envs(project.settings.environment.beyond_process())
        .stdin(Stdio::null());
    if let Some(url) = url {
        shell.env("DATABASE_URL", url);
    }
    // In JSON, standard output is for the one document.
    if output.is_json() {
        shell.stdout(Stdio::from(std::io::stderr()));
    }
    let status = shell.status().map_err(|error| {
        Failure::new("R7026", format!("the seed command cannot be run: {error}"))
    })?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(
        "R7026",
        format!("the seed command failed: {status}"),
    ))
}
