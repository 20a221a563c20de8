//! `corpus`: a folder of other people's projects, run through the `relata` command, real servers and rustc.
//!
//! Each subfolder holds one repository's schemas and a `meta.json`, of which only `repo` and, per entry of `projects`,
//! `name`, `schema_files` and `multi_file` are read. Results are told, not judged: the verb fails only where it cannot run.

mod database;
mod extension;
mod outcome;
mod project;
mod relata;
mod rust;
mod smoke;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use self::database::Databases;
use self::outcome::Outcome;
use self::project::Project;
use self::relata::Relata;
use crate::workspace::metadata;

const USAGE: &str = "usage: cargo xtask corpus <folder> [--rust] [--smoke] [--pull] [--deploy] [--only <name>] [--relata <program>]";

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
struct Options {
    folder: PathBuf,
    /// Compile the Rust, too.
    rust: bool,
    /// Run a program that uses the whole generated client on the project's database.
    smoke: bool,
    /// Pull what the SQL made over the schema that made it: nothing may change.
    pull: bool,
    /// Deploy the project's own migrations, twice, and print what its schema asks for beyond them.
    deploy: bool,
    /// Take only projects with this in their name.
    only: String,
    /// Another build of the command than the one made here.
    relata: Option<PathBuf>,
}

/// What came of one project.
struct Report {
    project: Project,
    provider: String,
    models: String,
    parsed: Outcome,
    valid: Outcome,
    sql: Outcome,
    accepted: Outcome,
    rust: Outcome,
    compiles: Outcome,
    smoke: Outcome,
    pulled: Outcome,
    deployed: Outcome,
    arrived: Outcome,
}

impl Report {
    fn outcomes(&self) -> [(&'static str, &Outcome); 10] {
        [
            ("parsed", &self.parsed),
            ("valid", &self.valid),
            ("SQL", &self.sql),
            ("accepted", &self.accepted),
            ("Rust", &self.rust),
            ("compiles", &self.compiles),
            ("smoke", &self.smoke),
            ("pulled", &self.pulled),
            ("deployed", &self.deployed),
            ("arrived", &self.arrived),
        ]
    }
}

pub(crate) fn run(args: &[String]) -> Result<ExitCode> {
    let options = parse(args)?;
    let projects = project::find(&options.folder, &options.only)?;
    if projects.is_empty() {
        bail!("no project in {}", options.folder.display());
    }
    let target = metadata()?["target_directory"]
        .as_str()
        .map(PathBuf::from)
        .context("cargo names no target folder")?;
    let work = target.join("corpus-check");
    // What is left of another run would look like a result of this one.
    for part in ["sql", "src"] {
        let folder = work.join(part);
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }

    let relata = match &options.relata {
        Some(program) => Relata {
            program: program.canonicalize().context("--relata")?,
        },
        None => Relata::build(&target)?,
    };
    let mut databases = Databases::default();
    let mut reports = Vec::new();
    for project in projects {
        eprintln!("{}", project.name);
        reports.push(examine(project, &relata, &mut databases, &work, &options)?);
    }
    if options.rust {
        rust::compile(&mut reports, &work)?;
    }
    if options.smoke {
        smoke::run(&mut reports, &mut databases, &work, &target)?;
    }
    table::print(&reports, &databases.names());
    println!("\nSQL and Rust are under {}", work.display());
    if !options.rust {
        println!("Rust was not compiled: --rust does that");
    }
    Ok(ExitCode::SUCCESS)
}

fn parse(args: &[String]) -> Result<Options> {
    let mut folder = None;
    let mut options = Options {
        folder: PathBuf::new(),
        rust: false,
        smoke: false,
        pull: false,
        deploy: false,
        only: String::new(),
        relata: None,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--rust" => options.rust = true,
            "--smoke" => options.smoke = true,
            "--pull" => options.pull = true,
            "--deploy" => options.deploy = true,
            "--only" => options.only.clone_from(args.next().context(USAGE)?),
            "--relata" => options.relata = Some(args.next().context(USAGE)?.into()),
            path if !path.starts_with('-') && folder.is_none() => {
                folder = Some(PathBuf::from(path));
            }
            other => bail!("unknown argument `{other}`; {USAGE}"),
        }
    }
    options.folder = folder.context(USAGE)?;
    Ok(options)
}

fn examine(
    project: Project,
    relata: &Relata,
    databases: &mut Databases,
    work: &Path,
    options: &Options,
) -> Result<Report> {
    let check = relata.validate(&project.schema)?;
    let mut report = Report {
        provider: check.provider.unwrap_or_else(|| project.provider.clone()),
        models: check
            .models
            .map_or_else(|| "?".to_owned(), |count| count.to_string()),
        parsed: check.parsed,
        valid: check.valid,
        sql: Outcome::NotTried,
        accepted: Outcome::NotTried,
        rust: Outcome::NotTried,
        compiles: Outcome::NotTried,
        smoke: Outcome::NotTried,
        pulled: Outcome::NotTried,
        deployed: Outcome::NotTried,
        arrived: Outcome::NotTried,
        project,
    };
    if !report.valid.is_yes() {
        return Ok(report);
    }
    match relata.sql(None, &report.project.schema)? {
        Ok(sql) => {
            fs::write(
                work.join("sql")
                    .join(format!("{}.sql", report.project.module)),
                &sql,
            )?;
            report.sql = Outcome::Yes;
            let (accepted, standing) =
                databases.accept(&report.provider, &report.project.module, &sql)?;
            if options.pull
                && accepted.is_yes()
                && let Some(standing) = &standing
            {
                report.pulled = relata.pull(&report.project.schema, &standing.url())?;
            }
            report.accepted = accepted;
        }
        Err(reason) => report.sql = Outcome::No(reason),
    }
    if options.deploy
        && let Some(migrations) = &report.project.migrations
    {
        let (_, standing) = databases.accept(&report.provider, &report.project.module, "")?;
        if let Some(standing) = standing {
            report.deployed = relata.deploy(&report.project.schema, migrations, &standing.url())?;
            if report.deployed.is_yes() {
                report.arrived = arrived(&report.project, relata, &standing.url(), work)?;
            }
        }
    }
    report.rust = relata.rust(
        &report.project.schema,
        &work.join("src").join(&report.project.module),
    )?;
    Ok(report)
}

/// Compares the database that a project's migrations made with its schema. What differs is printed as the SQL that would change it.
fn arrived(project: &Project, relata: &Relata, url: &str, work: &Path) -> Result<Outcome> {
    let sql = match relata.sql(Some(url), &project.schema)? {
        Ok(sql) => sql,
        Err(reason) => return Ok(Outcome::No(reason)),
    };
    let statements: Vec<&str> = sql
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("--"))
        .collect();
    if statements.is_empty() {
        return Ok(Outcome::Yes);
    }
    let name = format!("{}.left.sql", project.module);
    fs::write(work.join("sql").join(&name), &sql)?;
    println!("{}: the schema asks for more:", project.name);
    for line in &statements {
        println!("    {}", outcome::plain(line));
    }
    let lines = statements.len();
    Ok(Outcome::With(format!(
        "{lines} lines of SQL are left, see {name}"
    )))
}
