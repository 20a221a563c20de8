//! `db`: the private servers alone, for `cargo test` by hand.

use std::io;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::servers::{Kind, Servers};

pub(crate) fn run(args: &[String]) -> Result<ExitCode> {
    let kinds: Vec<Kind> = match args {
        [] => Kind::ALL.to_vec(),
        [name] => match Kind::ALL.into_iter().find(|kind| kind.word() == name) {
            Some(kind) => vec![kind],
            None => bail!("usage: cargo xtask db [postgres|mysql]"),
        },
        _ => bail!("usage: cargo xtask db [postgres|mysql]"),
    };
    let servers = Servers::start(&kinds)?;
    for (name, value) in servers.environment() {
        println!("export {name}='{value}'");
    }
    if let Some(path) = servers.path() {
        println!("export PATH='{path}'");
    }
    for server in servers.iter() {
        println!("# {}: {}", server.kind().title(), server.connect());
    }
    println!("# Press Enter to stop the servers; their data goes with them.");
    io::stdin().read_line(&mut String::new())?;
    Ok(ExitCode::SUCCESS)
}
