//! The schema that a command is about, and the folders and the database that belong to it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use relata::ConnectionUrl;
use relata_migrate::Place;
use relata_schema::diagnostic::{Severity, render};
use relata_schema::ir::ConfigText;
use relata_schema::{Diagnostic, Schema, Sources, analyze};

use crate::args::{DatabaseArgs, SchemaArg, ShadowArg};
use crate::failure::Failure;
use crate::output::Output;

/// A schema that has been read, good or not.
pub struct Project {
    /// Where it was read from: a file or a folder.
    pub path: PathBuf,
    pub sources: Sources,
    pub schema: Schema,
    pub diagnostics: Vec<Diagnostic>,
}

impl Project {
    /// Reads the schema that the flag names, or the one that is found.
    pub fn read(arg: &SchemaArg) -> Result<Self, Failure> {
        let path = match &arg.schema {
            Some(path) => path.clone(),
            None => find()?,
        };
        Self::read_path(path)
    }

    pub fn read_path(path: PathBuf) -> Result<Self, Failure> {
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
        let analysis = analyze(&sources);
        Ok(Self {
            path,
            sources,
            schema: analysis.schema,
            diagnostics: analysis.diagnostics,
        })
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

    /// The migrations folder: the flag, or `migrations` beside the schema, as Prisma has it.
    pub fn migrations(&self, args: &DatabaseArgs) -> PathBuf {
        args.migrations
            .clone()
            .unwrap_or_else(|| self.folder().join("migrations"))
    }

    /// The database, and the folder that a relative path in its URL is taken from.
    pub fn database(&self, args: &DatabaseArgs) -> Result<(ConnectionUrl, PathBuf), Failure> {
        match &args.url {
            Some(url) => Ok((url.parse()?, PathBuf::from("."))),
            None => self.datasource(),
        }
    }

    /// The database to migrate: that of `directUrl` where there is one, since a pooler stands before the other.
    pub fn migrated(&self, args: &DatabaseArgs) -> Result<(ConnectionUrl, PathBuf), Failure> {
        let datasource = self.schema.datasource();
        let direct = datasource.and_then(|datasource| datasource.direct_url.as_ref());
        match (direct, &args.url) {
            (Some(direct), None) => Ok((text(direct)?.parse()?, self.folder().to_owned())),
            _ => self.database(args),
        }
    }

    /// The database that the datasource names, or `DATABASE_URL` where it names none.
    pub fn datasource(&self) -> Result<(ConnectionUrl, PathBuf), Failure> {
        let datasource = self.schema.datasource();
        let url = match datasource.and_then(|datasource| datasource.url.as_ref()) {
            Some(written) => text(written)?,
            None => variable("DATABASE_URL")?,
        };
        Ok((url.parse()?, self.folder().to_owned()))
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

    /// The database that the project names for trying things on: the flag, or the datasource's `shadowDatabaseUrl`.
    pub fn shadow(&self, arg: &ShadowArg) -> Result<Option<(ConnectionUrl, PathBuf)>, Failure> {
        if let Some(url) = &arg.shadow_database_url {
            return Ok(Some((url.parse()?, PathBuf::from("."))));
        }
        let datasource = self.schema.datasource();
        match datasource.and_then(|datasource| datasource.shadow_database_url.as_ref()) {
            // As with Prisma, a variable that is empty is none.
            Some(written) => match text(written)? {
                url if url.trim().is_empty() => Ok(None),
                url => Ok(Some((url.parse()?, self.folder().to_owned()))),
            },
            None => Ok(None),
        }
    }
}

/// How long to wait for a lock: what the URL says, or Prisma's ten seconds.
pub fn lock_timeout(url: &ConnectionUrl) -> Duration {
    url.busy_timeout().unwrap_or(Duration::from_secs(10))
}

/// A setting, with the variable read where it names one.
fn text(written: &ConfigText) -> Result<String, Failure> {
    match written {
        ConfigText::Literal(text) => Ok(text.to_string()),
        ConfigText::Env(name) => variable(name),
    }
}

/// Whether to take the lock for migrations: not where Prisma's own variable says so.
pub fn takes_lock() -> bool {
    let variable = std::env::var("PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK");
    !variable.is_ok_and(|value| value == "1" || value.eq_ignore_ascii_case("true"))
}

fn variable(name: &str) -> Result<String, Failure> {
    std::env::var(name).map_err(|_| {
        Failure::new(
            "R7003",
            format!("the environment variable `{name}` is not set; set it to the database's URL, or say `--url <url>`"),
        )
    })
}

/// Prisma's places, and the one `.schema` file of the current folder.
pub fn find() -> Result<PathBuf, Failure> {
    for known in ["schema.prisma", "prisma/schema.prisma"] {
        if Path::new(known).is_file() {
            return Ok(known.into());
        }
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
            "there is no schema here; say `--schema <file or folder>`",
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
