//! What can be typed. Spellings are Prisma's where it has the command; its older ones are aliases.

mod prisma;
mod shared;

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args as Group, Parser, Subcommand};

pub use prisma::instead;
use shared::seconds;
pub use shared::{
    AnswersArg, BackfillArg, DatabaseArgs, Drawing, DriftArg, Format, FormatArg, ProviderArg,
    RenameArg, SchemaArg, ShadowArg, ShowFormat, StyleArg, TenantKind, WaitArg,
};

/// A schema language for databases: proved migrations and typed Rust.
#[derive(Parser)]
#[command(
    name = "relata",
    version,
    about,
    propagate_version = true,
    after_help = "Exit status: 0 done, 1 an error or, for `status` and `--check`, something to do, 2 a difference (`migrate diff --exit-code`) or a \
                  command line that is not understood, 130 a question answered with no.\n`relata explain <code>` tells more of an error."
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub of_prisma: OfPrisma,
}

/// Flags that every command of Prisma's takes, now or in an older version.
#[derive(Group)]
#[allow(dead_code, reason = "taken and not used")]
pub struct OfPrisma {
    #[arg(long, hide = true, global = true, value_name = "TEXT")]
    telemetry_information: Option<String>,
    #[arg(long, hide = true, global = true)]
    preview_feature: bool,
    #[arg(long, hide = true, global = true)]
    early_access_feature: bool,
    #[arg(short = 'v', hide = true, action = clap::ArgAction::Version)]
    short_version: Option<bool>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Check a schema
    #[command(
        after_help = "Examples:\n  relata validate\n  relata validate --schema prisma/schema.prisma --format json"
    )]
    Validate(ValidateArgs),
    /// Format schema files in place
    #[command(after_help = "Examples:\n  relata format\n  relata format --check")]
    Format(FormatArgs),
    /// Write typed Rust
    #[command(after_help = "Examples:\n  relata generate\n  relata generate --check")]
    Generate(GenerateArgs),
    /// Draw the models and their relations
    #[command(after_help = "Examples:\n  relata graph --format svg --output models.svg")]
    Graph(GraphArgs),
    /// Make, apply and compare migrations
    #[command(subcommand)]
    Migrate(Migrate),
    /// Work on a database directly
    #[command(subcommand)]
    Db(Db),
    /// Make a new project, or adopt an existing database
    #[command(
        after_help = "Examples:\n  relata init\n  relata init --provider postgresql\n  relata init --url postgresql://localhost/app"
    )]
    Init(InitArgs),
    /// Prisma's old name for `db pull`
    #[command(hide = true)]
    Introspect(PullArgs),
    /// Print the version
    #[command(hide = true)]
    Version {
        /// Prisma's word for `--format json`
        #[arg(long, hide = true)]
        json: bool,
        #[command(flatten)]
        print: FormatArg,
    },
    /// Show what is configured, and where each value comes from
    #[command(alias = "debug")]
    Config(DatabaseArgs),
    /// Print what a shell needs to complete commands and flags
    #[command(
        after_help = "Examples:\n  relata completions bash > ~/.local/share/bash-completion/completions/relata\n  relata completions zsh > ~/.zfunc/_relata"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual, a page for each command
    #[command(hide = true)]
    Man {
        /// The folder to write to
        folder: PathBuf,
    },
    /// Explain a code such as R0012, or one of Prisma's, such as P3009
    Explain {
        /// The code
        code: String,
        #[command(flatten)]
        output: FormatArg,
    },
}

impl Command {
    /// How the command prints. A drawing goes to standard output whatever it is.
    pub fn format(&self) -> Format {
        match self {
            Self::Validate(args) => args.output.format,
            Self::Format(args) => args.print.format,
            Self::Generate(args) => args.print.format,
            Self::Version { json: true, .. } => Format::Json,
            Self::Version { print, .. } => print.format,
            Self::Graph(_) | Self::Completions { .. } | Self::Man { .. } => Format::Text,
            Self::Init(args) => args.print.format,
            Self::Explain { output, .. } => output.format,
            Self::Introspect(args) | Self::Db(Db::Pull(args)) => args.print_as.format,
            Self::Db(Db::Execute(args)) => args.print.format,
            Self::Db(Db::Push(args)) => args.database.print.format,
            Self::Db(Db::Seed(args)) => args.database.print.format,
            Self::Db(Db::Restore(args)) => args.database.print.format,
            Self::Migrate(Migrate::Dev(args)) => args.database.print.format,
            Self::Migrate(Migrate::Deploy(args)) => args.database.print.format,
            Self::Config(args) => args.print.format,
            Self::Migrate(Migrate::Status(args)) => args.database.print.format,
            Self::Migrate(Migrate::Down(args)) => args.database.print.format,
            Self::Migrate(Migrate::Squash(args)) => args.database.print.format,
            Self::Migrate(Migrate::Rebase(args)) => args.database.print.format,
            Self::Migrate(Migrate::Resolve(args)) => args.database.print.format,
            Self::Migrate(Migrate::Diff(args)) => args.print.format,
            Self::Migrate(Migrate::Reset(args)) => args.database.print.format,
            // A document of its own, as a drawing is.
            Self::Migrate(Migrate::Show(args)) => match args.format {
                ShowFormat::Json => Format::Json,
                ShowFormat::Text | ShowFormat::Markdown => Format::Text,
            },
        }
    }
}

#[derive(Group)]
#[allow(clippy::struct_excessive_bools, reason = "one for each flag")]
pub struct InitArgs {
    /// The kind of database
    #[arg(
        long,
        value_enum,
        value_name = "PROVIDER",
        alias = "datasource-provider"
    )]
    pub provider: Option<ProviderArg>,
    /// An existing database to adopt: its tables become the schema and a first migration, which is recorded as applied
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// The schema to write
    #[arg(long, value_name = "FILE", default_value = "app.schema")]
    pub schema: PathBuf,
    /// Of Prisma's; taken and not used: nothing is asked
    #[arg(long, hide = true)]
    pub non_interactive: bool,
    /// Of Prisma's; taken and not used
    #[arg(long, hide = true)]
    pub no_skills: bool,
    /// Of Prisma's; taken and not used
    #[arg(long, hide = true)]
    pub debug: bool,
    #[command(flatten)]
    pub print: FormatArg,
}

#[derive(Subcommand)]
pub enum Db {
    /// Bring what a database holds into the schema
    #[command(
        after_help = "Examples:\n  relata db pull\n  relata db pull --print --url postgresql://localhost/app"
    )]
    Pull(PullArgs),
    /// Bring a database to the schema without a migration (prototypes)
    #[command(after_help = "Examples:\n  relata db push\n  relata db push --accept-data-loss")]
    Push(PushArgs),
    /// Run a script, statement by statement
    #[command(
        after_help = "Examples:\n  relata db execute --file repair.sql\n  echo \"DELETE FROM sessions\" | relata db execute --stdin"
    )]
    Execute(ExecuteArgs),
    /// Fill a database with its first rows
    #[command(
        after_help = "Examples:\n  relata db seed\n  relata db seed --file first.sql\n  relata db seed -- --small"
    )]
    Seed(SeedArgs),
    /// Bring back a database that `migrate deploy --backup` has saved
    #[command(
        after_help = "Examples:\n  relata db restore /var/backups/20260101120000_app.dump --force"
    )]
    Restore(RestoreArgs),
}

#[derive(Subcommand)]
pub enum Migrate {
    /// Bring migrations, database and Rust to the schema (development)
    #[command(
        after_help = "Examples:\n  relata migrate dev --name add_users\n  relata migrate dev --name strict --backfill User.name=unknown\n  relata migrate dev --name rename --rename User.mail:email\n  relata migrate dev --create-only --name by_hand"
    )]
    Dev(DevArgs),
    /// Apply pending migrations (production)
    #[command(
        after_help = "Examples:\n  relata migrate deploy\n  relata migrate deploy --wait 60 --backup /var/backups\n  relata migrate deploy --tenants \"SELECT name FROM tenants\" --keep-going\n  relata migrate deploy --dry-run"
    )]
    Deploy(DeployArgs),
    /// Tell which migrations are applied, pending, edited or failed, and whether the database is what they make of it
    #[command(
        after_help = "Examples:\n  relata migrate status\n  relata migrate status --drift --format json"
    )]
    Status(StatusArgs),
    /// Take back the last migration, or all behind one
    #[command(
        after_help = "Examples:\n  relata migrate down --dry-run\n  relata migrate down\n  relata migrate down --to 20260101120000_init --accept-data-loss"
    )]
    Down(DownArgs),
    /// Make one migration of many
    #[command(
        after_help = "Examples:\n  relata migrate squash --name init\n  relata migrate squash --to 20260101120000_init"
    )]
    Squash(SquashArgs),
    /// Put the migrations of a branch behind those that were merged meanwhile
    #[command(
        after_help = "Examples:\n  relata migrate rebase\n  relata migrate rebase 20260101120000_mine\n  relata migrate rebase --onto origin/develop"
    )]
    Rebase(RebaseArgs),
    /// Say what became of a migration: applied, rolled back, or cut off in a statement that has run or has not
    #[command(
        after_help = "Examples:\n  relata migrate resolve --applied 20260101120000_init\n  relata migrate resolve --rolled-back 20260102120000_bad"
    )]
    Resolve(ResolveArgs),
    /// Compare two schemas, databases or migration folders
    #[command(
        after_help = "Examples:\n  relata migrate diff --from-migrations migrations --to-schema app.schema --script\n  relata migrate diff --from-config-datasource --to-schema app.schema --exit-code"
    )]
    Diff(DiffArgs),
    /// Drop everything and apply all migrations anew (development)
    #[command(
        after_help = "Examples:\n  relata migrate reset\n  relata migrate reset --force --skip-seed"
    )]
    Reset(ResetArgs),
    /// Show a migration's plan and proof
    #[command(
        after_help = "Examples:\n  relata migrate show\n  relata migrate show 20260101120000_init --format markdown"
    )]
    Show(ShowArgs),
}

#[derive(Group)]
#[allow(clippy::struct_excessive_bools, reason = "one for each flag")]
pub struct PushArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Consent to the losses that would be asked about
    #[arg(long)]
    pub accept_data_loss: bool,
    /// Drop everything first
    #[arg(long)]
    pub force_reset: bool,
    #[command(flatten)]
    pub rename: RenameArg,
    /// Do not ask whether something that goes and something that comes are one thing: they are not
    #[arg(long)]
    pub no_rename: bool,
    #[command(flatten)]
    pub backfill: BackfillArg,
    /// Show values that are in the way, such as duplicates under a new unique; they may be personal
    #[arg(long)]
    pub show_values: bool,
    #[command(flatten)]
    pub answers: AnswersArg,
    #[command(flatten)]
    pub shadow: ShadowArg,
    /// Do not write Rust
    #[arg(long)]
    pub skip_generate: bool,
}

#[derive(Group)]
pub struct SeedArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The script; by default the configured seed, or `seed.sql` beside the schema
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Given to the configured command
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub arguments: Vec<String>,
}

#[derive(Group)]
#[allow(clippy::struct_excessive_bools, reason = "one for each flag")]
pub struct ResetArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Consent to the loss of everything
    #[arg(long, short)]
    pub force: bool,
    /// Do not seed afterwards
    #[arg(long)]
    pub skip_seed: bool,
    /// Of Prisma 5 and 6; taken and not used: no Rust is written
    #[arg(long, hide = true)]
    pub skip_generate: bool,
    #[command(flatten)]
    pub answers: AnswersArg,
}

#[derive(Group)]
pub struct StatusArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Compare the database with what its migrations make of it, on a scratch database on its server; exit with 1 if it differs. On SQLite,
    /// and where there is a shadow database, it is compared without this flag
    #[arg(long, conflicts_with = "no_drift")]
    pub drift: bool,
    /// Do not compare
    #[arg(long)]
    pub no_drift: bool,
    #[command(flatten)]
    pub shadow: ShadowArg,
}

#[derive(Group)]
#[allow(clippy::struct_excessive_bools, reason = "one for each flag")]
pub struct DownArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Take back everything that was applied after this migration; by default the last one is
    #[arg(long, value_name = "MIGRATION", conflicts_with = "all")]
    pub to: Option<String>,
    /// Take back every migration
    #[arg(long)]
    pub all: bool,
    /// Consent to the losses that would be asked about
    #[arg(long)]
    pub accept_data_loss: bool,
    /// Change nothing; print what would be taken back and lost
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub answers: AnswersArg,
    #[command(flatten)]
    pub wait: WaitArg,
    /// How long a statement may wait for locks before it is given up and tried again, in seconds; 0 for no limit [default: 5]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub lock_timeout: Option<Duration>,
    #[command(flatten)]
    pub shadow: ShadowArg,
}

#[derive(Group)]
pub struct SquashArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The last migration to squash; by default all are
    #[arg(long, value_name = "MIGRATION")]
    pub to: Option<String>,
    /// What the new one is called
    #[arg(long, short, default_value = "squashed")]
    pub name: String,
    /// Leave out the rows that the migrations write into an empty database
    #[arg(long)]
    pub without_rows: bool,
    #[command(flatten)]
    pub shadow: ShadowArg,
}

#[derive(Group)]
pub struct RebaseArgs {
    /// The migrations of the branch; by default those that git does not know in the main branch
    pub names: Vec<String>,
    /// The commit or branch that has what was merged [default: origin/HEAD, main or master]
    #[arg(long, value_name = "COMMIT", conflicts_with = "names")]
    pub onto: Option<String>,
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub shadow: ShadowArg,
}

#[derive(Group)]
pub struct ShowArgs {
    /// The migration; by default the last one
    pub name: Option<String>,
    #[command(flatten)]
    pub schema: SchemaArg,
    /// The migrations folder; by default `migrations` beside the schema
    #[arg(long, value_name = "FOLDER")]
    pub migrations: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    pub format: ShowFormat,
}

#[derive(Group)]
pub struct ValidateArgs {
    #[command(flatten)]
    pub schema: SchemaArg,
    #[command(flatten)]
    pub output: FormatArg,
}

#[derive(Group)]
pub struct GraphArgs {
    #[command(flatten)]
    pub schema: SchemaArg,
    /// What to write
    #[arg(long, value_enum, default_value_t = Drawing::Mermaid)]
    pub format: Drawing,
    /// Write to a file in place of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Group)]
pub struct FormatArgs {
    #[command(flatten)]
    pub schema: SchemaArg,
    /// Change nothing; print what would change and fail if there is something
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub print: FormatArg,
}

#[derive(Group)]
#[allow(clippy::struct_excessive_bools, reason = "one for each flag")]
pub struct GenerateArgs {
    /// Of Prisma's; taken and not used
    #[arg(long, hide = true)]
    pub no_hints: bool,
    /// Of Prisma's; taken and not used
    #[arg(long, hide = true)]
    pub no_engine: bool,
    /// Of Prisma's; taken and not used: a schema without models is none of a mistake
    #[arg(long, hide = true)]
    pub allow_no_models: bool,
    /// Of Prisma's; taken and not used
    #[arg(long, hide = true)]
    pub require_models: bool,
    #[command(flatten)]
    pub schema: SchemaArg,
    /// The folder to write to, in place of the generator's `output`
    #[arg(long, value_name = "FOLDER")]
    pub output: Option<PathBuf>,
    /// Write a crate of its own into this folder, with the dependencies that the code needs
    #[arg(long = "crate", value_name = "FOLDER", conflicts_with = "output")]
    pub package: Option<PathBuf>,
    /// Change nothing; print what would change and fail if there is something
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub print: FormatArg,
}

#[derive(Group)]
pub struct RestoreArgs {
    /// What `migrate deploy --backup` has written
    pub file: PathBuf,
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Consent to the loss of everything that the database holds now
    #[arg(long, short)]
    pub force: bool,
    #[command(flatten)]
    pub answers: AnswersArg,
}

#[derive(Group)]
pub struct PullArgs {
    #[command(flatten)]
    pub schema: SchemaArg,
    /// The database, in place of the datasource's `url`; a relative path is taken from the current folder
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Print the schema and write nothing
    #[arg(long)]
    pub print: bool,
    /// Keep nothing of the schema but its datasource and generators
    #[arg(long)]
    pub force: bool,
    /// The namespaces to look at (PostgreSQL), in place of those of the datasource
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        alias = "schema-names"
    )]
    pub schemas: Vec<String>,
    /// Of MongoDB only; taken and not used
    #[arg(long, hide = true, value_name = "DEPTH", allow_negative_numbers = true)]
    pub composite_type_depth: Option<i32>,
    #[command(flatten)]
    pub shadow: ShadowArg,
    #[command(flatten)]
    pub print_as: FormatArg,
}

#[derive(Group)]
pub struct DeployArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub wait: WaitArg,
    /// How long a statement may wait for locks of tables and rows before it is given up and tried again, in seconds; 0 for no
    /// limit [default: 5]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub lock_timeout: Option<Duration>,
    /// The last migration to apply
    #[arg(long, value_name = "MIGRATION")]
    pub to: Option<String>,
    /// Change nothing; print what would be applied
    #[arg(long)]
    pub dry_run: bool,
    /// Save the database into this folder before the first change (`pg_dump`, `mariadb-dump`, or SQLite's own); `relata db restore` brings it back
    #[arg(long, value_name = "FOLDER")]
    pub backup: Option<PathBuf>,
    /// Apply to many: names with commas between, or a query for names; URLs stand for themselves
    #[arg(long, value_name = "LIST OR QUERY")]
    pub tenants: Option<String>,
    /// What a name in `--tenants` is [default: a schema on PostgreSQL, a database elsewhere]
    #[arg(long, value_enum, requires = "tenants")]
    pub tenants_as: Option<TenantKind>,
    /// How many tenants at a time
    #[arg(long, value_name = "NUMBER", default_value_t = 4, requires = "tenants", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallel: u8,
    /// Go on with the other tenants after one has failed
    #[arg(long, requires = "tenants")]
    pub keep_going: bool,
}

#[derive(Group)]
#[command(group(ArgGroup::new("resolution").required(true)))]
pub struct ResolveArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub wait: WaitArg,
    /// The migration that the database has, whoever applied it
    #[arg(long, value_name = "MIGRATION", group = "resolution")]
    pub applied: Option<String>,
    /// The failed migration of which nothing is left in the database
    #[arg(long, value_name = "MIGRATION", group = "resolution")]
    pub rolled_back: Option<String>,
    /// The migration that was cut off in a statement which has taken effect
    #[arg(long, value_name = "MIGRATION", group = "resolution")]
    pub has_run: Option<String>,
    /// The migration that was cut off in a statement which has not taken effect
    #[arg(long, value_name = "MIGRATION", group = "resolution")]
    pub has_not_run: Option<String>,
}

#[derive(Group)]
pub struct ExecuteArgs {
    /// The script
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "stdin",
        conflicts_with = "stdin"
    )]
    pub file: Option<PathBuf>,
    /// Read the script from standard input
    #[arg(long)]
    pub stdin: bool,
    /// The schema whose datasource names the database
    #[command(flatten)]
    pub schema: SchemaArg,
    /// The database, in place of the datasource's `url`; a relative path is taken from the current folder
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    #[command(flatten)]
    pub print: FormatArg,
}

#[derive(Group)]
#[allow(clippy::struct_excessive_bools, reason = "one for each flag")]
pub struct DevArgs {
    /// Of Prisma 5 and 6; taken and not used: nothing is seeded
    #[arg(long, hide = true)]
    pub skip_seed: bool,
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// The name of the new migration
    #[arg(long, short)]
    pub name: Option<String>,
    /// Write the migration and do not apply it
    #[arg(long)]
    pub create_only: bool,
    /// Consent to the losses that would be asked about
    #[arg(long)]
    pub accept_data_loss: bool,
    /// What to do where the database is not what its migrations make of it
    #[arg(long, value_enum)]
    pub drift: Option<DriftArg>,
    /// How the migration goes about tables that are in use (PostgreSQL); online, but for projects of Prisma's
    #[arg(long, value_enum)]
    pub style: Option<StyleArg>,
    #[command(flatten)]
    pub rename: RenameArg,
    /// Do not ask whether something that goes and something that comes are one thing: they are not
    #[arg(long)]
    pub no_rename: bool,
    #[command(flatten)]
    pub backfill: BackfillArg,
    /// Show values that are in the way, such as duplicates under a new unique; they may be personal
    #[arg(long)]
    pub show_values: bool,
    #[command(flatten)]
    pub answers: AnswersArg,
    #[command(flatten)]
    pub shadow: ShadowArg,
    /// Do not write Rust
    #[arg(long)]
    pub skip_generate: bool,
}

#[derive(Group)]
#[allow(clippy::struct_excessive_bools, reason = "one for each flag")]
pub struct DiffArgs {
    /// From nothing
    #[arg(long, group = "from")]
    pub from_empty: bool,
    /// From a schema
    #[arg(
        long,
        group = "from",
        value_name = "PATH",
        alias = "from-schema-datamodel"
    )]
    pub from_schema: Option<PathBuf>,
    /// From what a migrations folder makes of an empty database
    #[arg(long, group = "from", value_name = "FOLDER")]
    pub from_migrations: Option<PathBuf>,
    /// From a live database
    #[arg(long, group = "from", value_name = "URL")]
    pub from_url: Option<String>,
    /// From the database of the project
    #[arg(long, group = "from")]
    pub from_config_datasource: bool,
    /// Prisma 5 and 6: from the database that a schema's datasource names
    #[arg(long, group = "from", value_name = "PATH", hide = true)]
    pub from_schema_datasource: Option<PathBuf>,
    /// To nothing
    #[arg(long, group = "to")]
    pub to_empty: bool,
    /// To a schema
    #[arg(long, group = "to", value_name = "PATH", alias = "to-schema-datamodel")]
    pub to_schema: Option<PathBuf>,
    /// To what a migrations folder makes of an empty database
    #[arg(long, group = "to", value_name = "FOLDER")]
    pub to_migrations: Option<PathBuf>,
    /// To a live database
    #[arg(long, group = "to", value_name = "URL")]
    pub to_url: Option<String>,
    /// To the database of the project
    #[arg(long, group = "to")]
    pub to_config_datasource: bool,
    /// Prisma 5 and 6: to the database that a schema's datasource names
    #[arg(long, group = "to", value_name = "PATH", hide = true)]
    pub to_schema_datasource: Option<PathBuf>,
    /// The configuration, in place of `relata.toml` or `prisma.config.ts` of the current folder
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The kind of database, in place of that of the schemas' datasource: one schema for several databases
    #[arg(long, value_enum, value_name = "PROVIDER")]
    pub provider: Option<ProviderArg>,
    #[command(flatten)]
    pub rename: RenameArg,
    #[command(flatten)]
    pub shadow: ShadowArg,
    /// Print SQL in place of a summary
    #[arg(long)]
    pub script: bool,
    /// Write to a file in place of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The oldest server that the SQL has to run on, such as "postgresql 14", "mysql 8.0" or "sqlite 3.37"; what it does not have is refused
    #[arg(long, value_name = "SERVER VERSION")]
    pub target: Option<relata_sql::Target>,
    /// Exit with 2 if there is a difference
    #[arg(long)]
    pub exit_code: bool,
    #[command(flatten)]
    pub print: FormatArg,
}
