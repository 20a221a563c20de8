//! `relata db execute`.

use std::io::Read as _;
use std::path::PathBuf;

use relata_script::split;
use serde_json::json;

use crate::args::ExecuteArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::Project;

/// Runs a script as its own client would: statement by statement, in no transaction but its own, stopping at the first that
/// fails. The failure names the statement's line and how many ran before it.
pub async fn run(args: &ExecuteArgs, output: &Output) -> Result<u8, Failure> {
    let (name, script) = script(args)?;
    let (url, base) = match &args.url {
        Some(url) => (url.parse()?, PathBuf::from(".")),
        None => Project::read_valid(&args.schema, output)?.datasource()?,
    };
    let db = relata::connect(&url, &base).await?;
    let statements = split(db.dialect(), &script);
    for (done, statement) in statements.iter().enumerate() {
        if let Err(error) = db.batch(statement.text()).await {
            let after = match done {
                0 => "nothing ran before it".to_owned(),
                done => format!("{} ran before it", count(done, "statement")),
            };
            let failure = Failure::from(error);
            let message = format!("{name}:{}: {} ({after})", statement.line(), failure.message);
            return Err(Failure { message, ..failure });
        }
    }
    db.close().await?;
    output.json(&json!({ "statements": statements.len() }));
    output.line(format!("Ran {}.", count(statements.len(), "statement")));
    Ok(0)
}

fn script(args: &ExecuteArgs) -> Result<(String, String), Failure> {
    let name = args
        .file
        .as_ref()
        .map_or("standard input".to_owned(), |path| {
            path.display().to_string()
        });
    let read = match &args.file {
        Some(path) => std::fs::read(path),
        None => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
        }
    };
    let bytes =
        read.map_err(|error| Failure::new("R7013", format!("{name} cannot be read: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::new("R7014", format!("{name} is not UTF-8")))?;
    Ok((name, text))
}
