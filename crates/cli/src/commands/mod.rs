//! One module for each verb.

mod completions;
mod config;
mod deploy;
mod dev;
mod diff;
mod down;
mod execute;
mod explain;
mod format;
mod generate;
mod graph;
mod init;
mod pull;
mod push;
mod rebase;
mod renames;
mod reset;
mod resolve;
mod restore;
mod seed;
mod show;
mod squash;
mod status;
mod tenants;
mod validate;

use crate::args::{Command, Db, Migrate};
use crate::failure::Failure;
use crate::output::Output;

/// Runs a command and gives its exit status: 0 for done, 1 for a failure, 2 for a difference where that was asked for.
///
/// The future of `migrate dev` is boxed: it holds the whole session and would make that of every command as large.
pub async fn run(command: Command, output: &Output) -> Result<u8, Failure> {
    match command {
        Command::Validate(args) => validate::run(&args.schema, output),
        Command::Format(args) => format::run(&args, output),
        Command::Graph(args) => graph::run(&args, output),
        Command::Generate(args) => generate::run(&args, output),
        Command::Introspect(args) | Command::Db(Db::Pull(args)) => pull::run(&args, output).await,
        Command::Db(Db::Execute(args)) => execute::run(&args, output).await,
        Command::Db(Db::Push(args)) => push::run(&args, output).await,
        Command::Db(Db::Seed(args)) => seed::run(&args, output).await,
        Command::Db(Db::Restore(args)) => restore::run(&args, output).await,
        Command::Init(args) => init::run(&args, output).await,
        Command::Config(args) => config::run(&args, output),
        Command::Version { .. } => {
            output.line(concat!("relata ", env!("CARGO_PKG_VERSION")));
            output.json(&serde_json::json!({ "relata": env!("CARGO_PKG_VERSION") }));
            Ok(0)
        }
        Command::Completions { shell } => Ok(completions::completions(shell, output)),
        Command::Man { folder } => completions::man(&folder, output),
        Command::Explain { code, .. } => explain::run(&code, output),
        Command::Migrate(Migrate::Dev(args)) => Box::pin(dev::run(&args, output)).await,
        Command::Migrate(Migrate::Deploy(args)) => deploy::run(&args, output).await,
        Command::Migrate(Migrate::Status(args)) => status::run(&args, output).await,
        Command::Migrate(Migrate::Down(args)) => down::run(&args, output).await,
        Command::Migrate(Migrate::Squash(args)) => squash::run(&args, output).await,
        Command::Migrate(Migrate::Rebase(args)) => rebase::run(&args, output).await,
        Command::Migrate(Migrate::Resolve(args)) => resolve::run(&args, output).await,
        Command::Migrate(Migrate::Diff(args)) => diff::run(&args, output).await,
        Command::Migrate(Migrate::Reset(args)) => reset::run(&args, output).await,
        Command::Migrate(Migrate::Show(args)) => show::run(&args, output),
    }
}
