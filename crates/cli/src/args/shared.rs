//! What several commands take.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as Group, ValueEnum};

/// How output is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON document on standard output.
    Json,
}

/// How a command prints. It is no global flag, since `graph` has formats of its own.
#[derive(Group, Clone, Copy)]
pub struct FormatArg {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProviderArg {
    /// SQLite
    Sqlite,
    /// PostgreSQL
    #[value(alias = "postgres")]
    Postgresql,
    /// MySQL or MariaDB
    #[value(alias = "mariadb")]
    Mysql,
}

/// How a migration is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// For people.
    Text,
    /// For a pull request.
    Markdown,
    /// The document `plan.json`.
    Json,
}

#[derive(Group, Clone)]
pub struct SchemaArg {
    /// The schema: a file, or a folder of .schema and .prisma files
    #[arg(long, value_name = "PATH")]
    pub schema: Option<PathBuf>,
    /// The configuration, in place of `relata.toml` or `prisma.config.ts` of the current folder
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The kind of database, in place of the datasource's: one schema for several databases
    #[arg(long, value_enum, value_name = "PROVIDER")]
    pub provider: Option<ProviderArg>,
}

/// What a diagram is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Drawing {
    /// For Graphviz.
    Dot,
    /// For Markdown.
    Mermaid,
    /// A drawing.
    Svg,
}

/// How a migration goes about tables that are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StyleArg {
    /// In few statements, in one transaction where that can be
    Simple,
    /// Without keeping readers or writers out for longer than a moment
    Online,
}

/// What to do about a drift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DriftArg {
    /// Stop, and change nothing
    Stop,
    /// Write the difference into a migration, and record that as applied
    Absorb,
    /// Put the database back to what its migrations make of it
    Revert,
    /// Leave the difference where it is
    Ignore,
}

#[derive(Group)]
pub struct ShadowArg {
    /// An empty database to replay migrations on (PostgreSQL, MySQL), in place of the datasource's `shadowDatabaseUrl`. It is
    /// emptied each time
    #[arg(long, value_name = "URL")]
    pub shadow_database_url: Option<String>,
}

#[derive(Group)]
pub struct AnswersArg {
    /// Answers to what would be asked, as TOML: each is named as its flag (`name`, `accept-data-loss`, `force`, `drift`, `rename`, `no-rename`,
    /// and a table `backfill`)
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
}

#[derive(Group)]
pub struct BackfillArg {
    /// What rows get whose value a column cannot keep, since it becomes required, its enum loses the value, or it refers to nothing:
    /// `table.column=value`, or `table.column=sql:expression`. They are filled before the column becomes strict. May be given several times
    #[arg(long, value_name = "COLUMN=VALUE")]
    pub backfill: Vec<String>,
}

/// What a tenant is, where it is named and not given as a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TenantKind {
    /// A schema of the database (PostgreSQL)
    Schema,
    /// A database of the server, or a file (SQLite)
    Database,
}

#[derive(Group)]
pub struct RenameArg {
    /// What is only called otherwise and keeps what it holds: `old_table:new_table`, `table.old_column:new_column`, `enum.old_value:new_value`.
    /// May be given several times
    #[arg(long, value_name = "OLD:NEW")]
    pub rename: Vec<String>,
}

#[derive(Group)]
pub struct DatabaseArgs {
    #[command(flatten)]
    pub schema: SchemaArg,
    /// The database, in place of the datasource's `url`; a relative path is taken from the current folder
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// The migrations folder; by default `migrations` beside the schema
    #[arg(long, value_name = "FOLDER")]
    pub migrations: Option<PathBuf>,
    #[command(flatten)]
    pub print: FormatArg,
}

#[derive(Group, Clone, Copy)]
pub struct WaitArg {
    /// How long to wait for another program that migrates the database, in seconds [default: 10]; if given, a server that is still starting is waited
    /// for as long, too
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub wait: Option<Duration>,
}

/// Reads a number of seconds, such as `30` or `0.5`.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text
        .parse()
        .map_err(|_| "a number of seconds is wanted, such as 30 or 0.5".to_owned())?;
    Duration::try_from_secs_f64(number).map_err(|error| error.to_string())
}
