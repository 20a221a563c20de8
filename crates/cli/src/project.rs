//! The schema that a command is about, and the folders and the database that belong to it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use relata::ConnectionUrl;
use relata::migration::{HistoryTable, Runner};
use relata_migrate::{Live, Place};
use relata_schema::diagnostic::{Severity, render};
use relata_schema::ir::ConfigText;
use relata_schema::provider::Provider;
use relata_schema::{Analysis, Diagnostic, Schema, Sources, analyze, analyze_both};
use relata_sql::catalog::Managed;

use crate::args::{DatabaseArgs, ProviderArg, SchemaArg, ShadowArg, StyleArg};
use crate::failure::Failure;
use crate::output::Output;
use crate::settings::{Environment, Origin, Setting, Settings};

/// A schema that has been read, good or not.
pub struct Project {
    /// Where it was read from: a file or a folder.
    pub path: PathBuf,
    /// Who said that.
    pub origin: Origin,
    /// What is said beside the schema.
    pub settings: Settings,
    pub sources: Sources,
    pub schema: Schema,
    pub diagnostics: Vec<Diagnostic>,
}

/// The files of a schema, as they are.
struct Text {
    path: PathBuf,
    origin: Origin,
    settings: Settings,
    sources: Sources,
}

impl Text {
    fn read(
        Setting {
            value: path,
            origin,
        }: Setting<PathBuf>,
        mut settings: Settings,
    ) -> Result<Self, Failure> {
        // Prisma 5 and 6 also read the file beside the schema.
        let beside = if path.is_dir() {
            path.clone()
        } else {
            crate::settings::folder_of(&path)
        };
        if !beside.as_os_str().is_empty() {
            settings.environment.add(&beside.join(".env"))?;
        }
        let sources = relata_build::load(&path)?;
        if sources
            .iter()
            .all(|(_, source)| source.text.trim().is_empty())
        {
            let message = format!(
                "`{}` is empty; a schema begins with a `datasource` block",
                path.display()
            );
            return Err(Failure::new("R7002", message));
        }
        Ok(Self {
            path,
            origin,
            settings,
            sources,
        })
    }

    fn with(self, analysis: Analysis) -> Project {
        Project {
            path: self.path,
            origin: self.origin,
            settings: self.settings,
            sources: self.sources,
            schema: analysis.schema,
            diagnostics: analysis.diagnostics,
        }
    }
}

impl Project {
    /// Reads the schema that the flag or a file names, or the one that is found.
    pub fn read(arg: &SchemaArg) -> Result<Self, Failure> {
        let (path, settings) = locate(arg)?;
        let project = Self::read_at(path, settings)?;
        match arg.provider {
            Some(provider) => project.with_provider(provider),
            None => Ok(project),
        }
    }

    /// The same schema for another kind of database: what it says in its file is left as it is.
    pub fn with_provider(self, provider: ProviderArg) -> Result<Self, Failure> {
        let datasource = self.schema.datasource();
        let Some(span) = datasource.and_then(|datasource| datasource.provider_span) else {
            let message = "`--provider` takes the place of the datasource's `provider`, and the schema has none";
            return Err(Failure::new("R7040", message));
        };
        let name = match provider {
            ProviderArg::Sqlite => "\"sqlite\"",
            ProviderArg::Postgresql => "\"postgresql\"",
            ProviderArg::Mysql => "\"mysql\"",
        };
        let mut sources = Sources::default();
        for (file, source) in self.sources.iter() {
            let mut text = source.text.to_string();
            if file == span.file {
                text.replace_range(span.range(), name);
            }
            sources.add(&source.name, &text);
        }
        let analysis = analyze(&sources);
        Ok(Self {
            sources,
            schema: analysis.schema,
            diagnostics: analysis.diagnostics,
            ..self
        })
    }

    pub fn read_at(path: Setting<PathBuf>, settings: Settings) -> Result<Self, Failure> {
        let text = Text::read(path, settings)?;
        let analysis = analyze(&text.sources);
        Ok(text.with(analysis))
    }

    /// Reads two schemas that are to be compared, which is faster than one after the other.
    pub fn read_both(schemas: [(Setting<PathBuf>, Settings); 2]) -> Result<[Self; 2], Failure> {
        let [first, second] = schemas.map(|(path, settings)| Text::read(path, settings));
        let (first, second) = (first?, second?);
        let [of_first, of_second] =
            analyze_both([&first.sources, &second.sources], |analysis| analysis);
        Ok([first.with(of_first), second.with(of_second)])
    }

    /// Reads a schema that must be good. Its warnings are printed.
    pub fn read_valid(arg: &SchemaArg, output: &Output) -> Result<Self, Failure> {
        Self::read(arg)?.valid(output)
    }

    /// Fails with every finding if there is an error among them; else prints the warnings.
    pub fn valid(self, output: &Output) -> Result<Self, Failure> {
        let errors = self
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .count();
        let frames = render(&self.diagnostics, &self.sources, output.style());
        if errors == 0 {
            output.frames(&frames);
            return Ok(self);
        }
        let first = self
            .diagnostics
            .iter()
            .find(|diagnostic| diagnostic.severity == Severity::Error);
        let code = first.map_or("R0001", |diagnostic| diagnostic.code.as_str());
        let count = if errors == 1 {
            "1 error".to_owned()
        } else {
            format!("{errors} errors")
        };
        let message = format!("the schema `{}` has {count}", self.path.display());
        Err(Failure {
            frames: Some(frames),
            ..Failure::new(code, message)
        })
    }

    /// The folder that relative paths in the schema are taken from.
    pub fn folder(&self) -> &Path {
        if self.path.is_dir() {
            return &self.path;
        }
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        }
    }

    /// The migrations folder: the flag, a variable, a file, or `migrations` beside the schema, as Prisma has it.
    pub fn migrations(&self, args: &DatabaseArgs) -> Result<PathBuf, Failure> {
        Ok(self.migrations_setting(args.migrations.as_deref())?.value)
    }

    /// The migrations folder, and who says so. That of a schema in a folder lies in it or, as newer versions of Prisma have it, beside it.
    pub fn migrations_setting(&self, flag: Option<&Path>) -> Result<Setting<PathBuf>, Failure> {
        if let Some(folder) = flag {
            return Ok(Setting::new(
                folder.to_owned(),
                Origin::Flag("--migrations"),
            ));
        }
        if let Some(found) = self.settings.migrations()? {
            return Ok(found);
        }
        let inside = self.folder().join("migrations");
        let beside = self.path.parent().map(|parent| parent.join("migrations"));
        let folder = match beside {
            Some(beside) if self.path.is_dir() && !inside.is_dir() && beside.is_dir() => beside,
            _ => inside,
        };
        Ok(Setting::new(folder, Origin::Default))
    }

    /// The database to migrate: that of `directUrl` where there is one, since a pooler stands before the other.
    pub fn migrated(&self, args: &DatabaseArgs) -> Result<(ConnectionUrl, PathBuf), Failure> {
        self.refuse_unrun()?;
        parsed(self.migrated_setting(args.url.as_deref())?)
    }

    /// The database to migrate, and who names it.
    pub fn migrated_setting(
        &self,
        flag: Option<&str>,
    ) -> Result<(Setting<String>, PathBuf), Failure> {
        if let Some(url) = flag {
            return Ok(of_flag(url, "--url"));
        }
        let datasource = self.schema.datasource();
        match datasource.and_then(|datasource| datasource.direct_url.as_ref()) {
            Some(written) => Ok((self.text(written, "directUrl")?, self.folder().to_owned())),
            None => self.url_setting(),
        }
    }

    /// The database that the datasource names, or what stands for it where it names none.
    pub fn datasource(&self) -> Result<(ConnectionUrl, PathBuf), Failure> {
        self.refuse_unrun()?;
        parsed(self.url_setting()?)
    }

    /// Refuses a database that SQL is written for, and nothing is run on.
    pub fn refuse_unrun(&self) -> Result<(), Failure> {
        if self.schema.provider() != Some(Provider::Cockroachdb) {
            return Ok(());
        }
        let message = "for CockroachDB SQL is written as text, and nothing is run: write it with `relata migrate diff --script` between two schemas, and run it with a \
                       tool of yours";
        Err(Failure::new("R7041", message))
    }

    /// The database of the datasource block, else of `prisma.config.ts`, else of `DATABASE_URL`, else of `relata.toml`.
    pub fn url_setting(&self) -> Result<(Setting<String>, PathBuf), Failure> {
        let folder = || self.folder().to_owned();
        let datasource = self.schema.datasource();
        if let Some(written) = datasource.and_then(|datasource| datasource.url.as_ref()) {
            return match (self.text(written, "url"), written, self.settings.toml_url()) {
                // Another variable may be meant for another database, and nothing stands for it.
                (Err(_), ConfigText::Env(name), Some(found)) if &**name == "DATABASE_URL" => {
                    Ok(found)
                }
                (found, ..) => Ok((found?, folder())),
            };
        }
        if let Some(found) = self.settings.prisma_url()? {
            return Ok(found);
        }
        if let Some((value, origin)) = self.settings.environment.get("DATABASE_URL") {
            return Ok((Setting::new(value, origin), folder()));
        }
        match self.settings.toml_url() {
            Some(found) => Ok(found),
            None => Err(unset("DATABASE_URL", "--url")),
        }
    }

    /// Where things are tried, for a project that develops on that database.
    pub fn place(
        &self,
        (url, base): (&ConnectionUrl, &Path),
        shadow: &ShadowArg,
    ) -> Result<Place, Failure> {
        let shadow = self.shadow(shadow)?;
        Ok(Place::of(
            url.dialect(),
            Some((url, base)),
            shadow.as_ref().map(|(url, base)| (url, base.as_path())),
        )?)
    }

    /// The database that the project names for trying things on.
    pub fn shadow(&self, arg: &ShadowArg) -> Result<Option<(ConnectionUrl, PathBuf)>, Failure> {
        let found = self.shadow_setting(arg.shadow_database_url.as_deref())?;
        found.map(parsed).transpose()
    }

    /// That database, and who names it: the flag, the datasource's `shadowDatabaseUrl`, or a file.
    pub fn shadow_setting(
        &self,
        flag: Option<&str>,
    ) -> Result<Option<(Setting<String>, PathBuf)>, Failure> {
        if let Some(url) = flag {
            return Ok(Some(of_flag(url, "--shadow-database-url")));
        }
        let datasource = self.schema.datasource();
        let found = match datasource.and_then(|datasource| datasource.shadow_database_url.as_ref())
        {
            Some(written) => Some((
                self.text(written, "shadowDatabaseUrl")?,
                self.folder().to_owned(),
            )),
            None => match self.settings.prisma_shadow()? {
                Some(found) => Some(found),
                None => self.settings.toml_shadow(),
            },
        };
        // As with Prisma, a variable that is empty is none.
        Ok(found.filter(|(setting, _)| !setting.value.trim().is_empty()))
    }

    /// Whether the project is one of Prisma's, which goes on using it: its client is generated from the schema, or it has a
    /// configuration of Prisma's.
    pub fn is_prismas(&self) -> bool {
        let is_client = |provider: &Option<ConfigText>| matches!(provider, Some(ConfigText::Literal(it)) if it.starts_with("prisma-client"));
        let mut generators = self.schema.generators().iter();
        generators.any(|generator| is_client(&generator.provider)) || self.settings.is_prismas()
    }

    /// The history that a database gets which has none yet.
    pub fn history_table(&self) -> HistoryTable {
        if self.is_prismas() {
            HistoryTable::Prisma
        } else {
            HistoryTable::Relata
        }
    }

    /// A runner of this project's migrations.
    pub fn runner(&self, db: &Live, wait: Duration) -> Runner {
        db.runner()
            .wait(wait)
            .lock(self.takes_lock())
            .history_table(self.history_table())
    }

    /// Whether to take the lock for migrations: not where a variable, Prisma's own or ours, says so.
    pub fn takes_lock(&self) -> bool {
        let is_on = |name| self.settings.environment.is_on(name);
        !is_on("RELATA_DISABLE_ADVISORY_LOCK") && !is_on("PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK")
    }

    /// How migrations go about tables in use. What Prisma is to apply, too, has to be simple: it sends a file in one piece.
    pub fn style(&self, flag: Option<StyleArg>) -> Setting<StyleArg> {
        match (flag, self.settings.style()) {
            (Some(style), _) => Setting::new(style, Origin::Flag("--style")),
            (None, Some(found)) => found,
            (None, None) if self.is_prismas() => Setting::new(StyleArg::Simple, Origin::Default),
            (None, None) => Setting::new(StyleArg::Online, Origin::Default),
        }
    }

    /// The kinds of object that the schema owns, where a file says so.
    pub fn managed(&self) -> Option<BTreeSet<Managed>> {
        let found = self.settings.manage()?;
        Some(found.value.into_iter().collect())
    }

    /// A setting of the datasource, with the variable read where it names one.
    fn text(&self, written: &ConfigText, key: &'static str) -> Result<Setting<String>, Failure> {
        match written {
            ConfigText::Literal(text) => {
                Ok(Setting::new(text.to_string(), Origin::Datasource(key)))
            }
            ConfigText::Env(name) => {
                let flag = match key {
                    "shadowDatabaseUrl" => "--shadow-database-url",
                    _ => "--url",
                };
                let (value, origin) = variable(&self.settings.environment, name, flag)?;
                let origin = Origin::Through(key, Box::new(origin));
                Ok(Setting::new(value, origin))
            }
        }
    }
}

fn of_flag(url: &str, flag: &'static str) -> (Setting<String>, PathBuf) {
    (
        Setting::new(url.to_owned(), Origin::Flag(flag)),
        PathBuf::from("."),
    )
}

fn parsed(
    (setting, base): (Setting<String>, PathBuf),
) -> Result<(ConnectionUrl, PathBuf), Failure> {
    let base = if base.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        base
    };
    Ok((setting.value.parse()?, base))
}

/// How long to wait for a lock: what the URL says, or Prisma's ten seconds.
pub fn lock_timeout(url: &ConnectionUrl) -> Duration {
    url.busy_timeout().unwrap_or(Duration::from_secs(10))
}

fn variable(
    environment: &Environment,
    name: &str,
    flag: &str,
) -> Result<(String, Origin), Failure> {
    environment.get(name).ok_or_else(|| unset(name, flag))
}

fn unset(name: &str, flag: &str) -> Failure {
    Failure::new(
        "R7003",
        format!(
            "the environment variable `{name}` is not set; set it to the database's URL, or say `{flag} <url>`"
        ),
    )
}

/// Refuses `--provider` where the schema is written: it would then say what only the flag says.
pub fn refuse_provider(arg: &SchemaArg) -> Result<(), Failure> {
    match arg.provider {
        None => Ok(()),
        Some(_) => Err(Failure::new(
            "R7040",
            "`--provider` is for commands that read the schema, and this one writes it; change `provider` in the datasource",
        )),
    }
}

/// Where the schema is, and what is said beside it.
pub fn locate(arg: &SchemaArg) -> Result<(Setting<PathBuf>, Settings), Failure> {
    let settings = Settings::load(arg.config.as_deref())?;
    if let Some(path) = &arg.schema {
        let setting = Setting::new(path.clone(), Origin::Flag("--schema"));
        return Ok((setting, settings));
    }
    if let Some(found) = settings.schema()? {
        if !found.value.exists() {
            let message = format!(
                "`{}`, which {} names as the schema, does not exist",
                found.value.display(),
                found.origin
            );
            return Err(Failure::new("R7004", message));
        }
        return Ok((found, settings));
    }
    Ok((Setting::new(find()?, Origin::Default), settings))
}

/// Prisma's places, and the one `.schema` file of the current folder.
fn find() -> Result<PathBuf, Failure> {
    for known in ["schema.prisma", "prisma/schema.prisma"] {
        if Path::new(known).is_file() {
            return Ok(known.into());
        }
    }
    if Path::new("prisma/schema").is_dir() {
        return Ok("prisma/schema".into());
    }
    let files = std::fs::read_dir(".")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut schemas: Vec<PathBuf> = files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "schema")
        })
        .filter_map(|path| path.file_name().map(PathBuf::from))
        .collect();
    schemas.sort();
    match schemas.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Failure::new(
            "R7004",
            "there is no schema here; say `--schema <file or folder>`, or write `schema = \"…\"` into `relata.toml`",
        )),
        _ => {
            let names: Vec<String> = schemas
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            let message = format!(
                "there are several schemas here ({}); say which with `--schema`",
                names.join(", ")
            );
            Err(Failure::new("R7005", message))
        }
    }
}
