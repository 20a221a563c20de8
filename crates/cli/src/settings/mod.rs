//! What a project says of itself outside its schema, and where it says it.
//!
//! Rising: defaults, `relata.toml`, `.env`, the process's variables, the datasource block (with Prisma 7 `prisma.config.ts`), flags.
//! Of `prisma.config.ts` and `package.json` only what is written out is read; nothing of a project is run to find out what it means.

mod environment;
mod file;
mod typescript;

use std::fmt;
use std::path::{Path, PathBuf};

use relata_sql::Target;
use relata_sql::catalog::Managed;

use crate::args::StyleArg;
use crate::failure::Failure;
pub use environment::Environment;
use file::RelataToml;
pub use file::line_of;
use typescript::{Object, Value};

/// The names under which `prisma.config` is found, in Prisma's order.
const PRISMA_CONFIGS: [&str; 8] = [
    "prisma.config.js",
    "prisma.config.ts",
    "prisma.config.mjs",
    "prisma.config.cjs",
    "prisma.config.mts",
    "prisma.config.cts",
    ".config/prisma.ts",
    ".config/prisma.js",
];

/// A value, and where it was said.
#[derive(Clone, Debug)]
pub struct Setting<T> {
    pub value: T,
    pub origin: Origin,
}

impl<T> Setting<T> {
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}

/// Where a setting was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said it.
    Default,
    /// A key of a file: `relata.toml`, `prisma.config.ts` or `package.json`.
    File(PathBuf, &'static str),
    /// A variable of a `.env` file.
    DotEnv(PathBuf, String),
    /// A variable of the process.
    Variable(String),
    /// A key of the datasource block.
    Datasource(&'static str),
    /// A key of the datasource block which names a variable, and where that is.
    Through(&'static str, Box<Origin>),
    /// A flag.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, key) => write!(f, "{}: {key}", path.display()),
            Self::DotEnv(path, name) => write!(f, "{}: {name}", path.display()),
            Self::Variable(name) => write!(f, "environment: {name}"),
            Self::Datasource(key) => write!(f, "datasource: {key}"),
            Self::Through(key, origin) => write!(f, "datasource: {key}, from {origin}"),
            Self::Flag(flag) => write!(f, "{flag}"),
        }
    }
}

/// What was found beside the schema.
#[derive(Debug, Default)]
pub struct Settings {
    pub environment: Environment,
    toml: Option<(PathBuf, RelataToml)>,
    prisma: Option<(PathBuf, Object)>,
    package: Option<(PathBuf, serde_json::Value)>,
}

impl Settings {
    /// Reads the files of the current folder, or the one that `--config` names.
    pub fn load(config: Option<&Path>) -> Result<Self, Failure> {
        let mut settings = Self::default();
        let is_toml = |path: &Path| path.extension().is_some_and(|it| it == "toml");
        match config {
            Some(path) if !path.is_file() => {
                return Err(Failure::new(
                    "R7023",
                    format!("there is no configuration `{}`", path.display()),
                ));
            }
            Some(path) if is_toml(path) => settings.toml = file::read(path)?,
            Some(path) => settings.read_prisma(path, true)?,
            None => {}
        }
        if settings.toml.is_none() {
            settings.toml = file::read(Path::new("relata.toml"))?;
        }
        if settings.prisma.is_none() {
            for name in PRISMA_CONFIGS
                .iter()
                .map(Path::new)
                .filter(|it| it.is_file())
            {
                settings.read_prisma(name, false)?;
            }
        }
        let package = Path::new("package.json");
        settings.package = std::fs::read_to_string(package)
            .ok()
            .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
            .map(|value| (package.to_owned(), value["prisma"].clone()));
        settings.environment.add(Path::new(".env"))?;
        Ok(settings)
    }

    fn read_prisma(&mut self, path: &Path, is_named: bool) -> Result<(), Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::new(
                "R7023",
                format!("`{}` cannot be read: {error}", path.display()),
            )
        })?;
        match typescript::exported(&text) {
            Some(object) => self.prisma = Some((path.to_owned(), object)),
            None if is_named => {
                return Err(Failure::new(
                    "R7024",
                    format!(
                        "`{}` exports no object that can be read without running it; say the same in `relata.toml`, or by flags",
                        path.display()
                    ),
                ));
            }
            None => {}
        }
        Ok(())
    }

    /// Whether the project has a configuration of Prisma's.
    pub fn is_prismas(&self) -> bool {
        self.prisma.is_some() || self.package.as_ref().is_some_and(|(_, it)| it.is_object())
    }

    /// A text of `prisma.config.ts`, with variables read. One that would have to be computed is an error that names the flag.
    fn prisma(
        &self,
        path: &[&str],
        key: &'static str,
        flag: &str,
    ) -> Result<Option<Setting<String>>, Failure> {
        let Some((file, object)) = &self.prisma else {
            return Ok(None);
        };
        let origin = Origin::File(file.clone(), key);
        match object.get(path) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(Setting::new(text.clone(), origin))),
            Some(Value::Variable(name, default)) => match (self.environment.get(name), default) {
                (Some((value, _)), _) => Ok(Some(Setting::new(value, origin))),
                (None, Some(default)) => Ok(Some(Setting::new(default.clone(), origin))),
                (None, None) => Err(Failure::new(
                    "R7003",
                    format!(
                        "`{}` takes `{key}` from the variable `{name}`, which is not set; set it, or say `{flag}`",
                        file.display()
                    ),
                )),
            },
            Some(Value::Object(_) | Value::Computed) => Err(Failure::new(
                "R7024",
                format!(
                    "`{}` computes `{key}`, and relata does not run it; say `{flag}`, or write it into `relata.toml`",
                    file.display()
                ),
            )),
        }
    }

    fn package(&self, key: &str) -> Option<(&Path, &str)> {
        let (path, value) = self.package.as_ref()?;
        Some((path, value.get(key)?.as_str()?))
    }

    /// The schema, as far as a file says.
    pub fn schema(&self) -> Result<Option<Setting<PathBuf>>, Failure> {
        if let Some(found) = self.of_toml("schema", |it| it.schema.as_ref()) {
            return Ok(Some(found));
        }
        if let Some(found) = self.prisma(&["schema"], "schema", "--schema <path>")? {
            return Ok(Some(self.path(found)));
        }
        Ok(self.package("schema").map(|(file, path)| {
            Setting::new(path.into(), Origin::File(file.to_owned(), "prisma.schema"))
        }))
    }

    /// The migrations folder, as far as a variable or a file says.
    pub fn migrations(&self) -> Result<Option<Setting<PathBuf>>, Failure> {
        for name in ["RELATA_MIGRATION_DIR", "PRISMA_MIGRATION_DIR"] {
            if let Some((value, origin)) = self.environment.get(name)
                && !value.is_empty()
            {
                return Ok(Some(Setting::new(value.into(), origin)));
            }
        }
        if let Some(found) = self.of_toml("migrations", |it| it.migrations.as_ref()) {
            return Ok(Some(found));
        }
        let found = self.prisma(
            &["migrations", "path"],
            "migrations.path",
            "--migrations <folder>",
        )?;
        Ok(found.map(|found| self.path(found)))
    }

    /// What fills a database: a command, or a file of SQL.
    pub fn seed(&self) -> Result<Option<Setting<String>>, Failure> {
        if let Some((path, toml)) = &self.toml
            && let Some(seed) = &toml.seed
        {
            return Ok(Some(Setting::new(
                seed.clone(),
                Origin::File(path.clone(), "seed"),
            )));
        }
        if let Some(found) =
            self.prisma(&["migrations", "seed"], "migrations.seed", "--file <file>")?
        {
            return Ok(Some(found));
        }
        Ok(self.package("seed").map(|(file, command)| {
            Setting::new(
                command.to_owned(),
                Origin::File(file.to_owned(), "prisma.seed"),
            )
        }))
    }

    /// The database as `prisma.config.ts` has it: it stands for the datasource block, which has none with Prisma 7. A relative path is
    /// taken from the file's folder.
    pub fn prisma_url(&self) -> Result<Option<(Setting<String>, PathBuf)>, Failure> {
        let found = self.prisma(&["datasource", "url"], "datasource.url", "--url <url>")?;
        Ok(found.map(|found| (found, self.prisma_folder())))
    }

    /// The shadow database as `prisma.config.ts` has it.
    pub fn prisma_shadow(&self) -> Result<Option<(Setting<String>, PathBuf)>, Failure> {
        let path = ["datasource", "shadowDatabaseUrl"];
        let Some((_, object)) = &self.prisma else {
            return Ok(None);
        };
        // As in a schema, a variable that is not set means that there is none.
        if let Some(Value::Variable(name, None)) = object.get(&path)
            && self.environment.get(name).is_none()
        {
            return Ok(None);
        }
        let found = self.prisma(
            &path,
            "datasource.shadowDatabaseUrl",
            "--shadow-database-url <url>",
        )?;
        Ok(found.map(|found| (found, self.prisma_folder())))
    }

    /// The database of `relata.toml`, and the folder that a relative path is taken from.
    pub fn toml_url(&self) -> Option<(Setting<String>, PathBuf)> {
        let (path, toml) = self.toml.as_ref()?;
        let url = toml.url.clone()?;
        Some((
            Setting::new(url, Origin::File(path.clone(), "url")),
            folder_of(path),
        ))
    }

    /// The shadow database of `relata.toml`.
    pub fn toml_shadow(&self) -> Option<(Setting<String>, PathBuf)> {
        let (path, toml) = self.toml.as_ref()?;
        let url = toml.shadow_database_url.clone()?;
        Some((
            Setting::new(url, Origin::File(path.clone(), "shadow-database-url")),
            folder_of(path),
        ))
    }

    /// How migrations go about tables in use.
    pub fn style(&self) -> Option<Setting<StyleArg>> {
        let (path, toml) = self.toml.as_ref()?;
        Some(Setting::new(
            toml.style?,
            Origin::File(path.clone(), "style"),
        ))
    }

    /// The kinds of object that the schema owns.
    pub fn manage(&self) -> Option<Setting<Vec<Managed>>> {
        let (path, toml) = self.toml.as_ref()?;
        Some(Setting::new(
            toml.manage.clone()?,
            Origin::File(path.clone(), "manage"),
        ))
    }

    /// The oldest server that the project runs on.
    pub fn target(&self) -> Option<Setting<Target>> {
        let (path, toml) = self.toml.as_ref()?;
        Some(Setting::new(
            toml.target?,
            Origin::File(path.clone(), "target"),
        ))
    }

    fn of_toml(
        &self,
        key: &'static str,
        get: impl Fn(&RelataToml) -> Option<&PathBuf>,
    ) -> Option<Setting<PathBuf>> {
        let (path, toml) = self.toml.as_ref()?;
        let value = folder_of(path).join(get(toml)?).components().collect();
        Some(Setting::new(value, Origin::File(path.clone(), key)))
    }

    /// A path of `prisma.config.ts`, which is relative to that file.
    fn path(&self, found: Setting<String>) -> Setting<PathBuf> {
        let path = self.prisma_folder().join(found.value);
        Setting::new(path.components().collect(), found.origin)
    }

    fn prisma_folder(&self) -> PathBuf {
        let path = self.prisma.as_ref().map_or(Path::new(""), |(path, _)| path);
        let folder = folder_of(path);
        // `.config/prisma.ts` speaks of the folder above, as with Prisma.
        if folder.ends_with(".config") {
            return folder_of(&folder);
        }
        folder
    }
}

/// The folder that a file lies in; the current one has the empty path, so that joined paths stay short.
pub fn folder_of(path: &Path) -> PathBuf {
    path.parent().map(Path::to_owned).unwrap_or_default()
}
