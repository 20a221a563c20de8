//! Real databases that judge the SQL.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, anyhow};
use relata_testing::{Mariadb, Postgres};

use super::extension;
use super::outcome::{Outcome, reason};
use crate::process::find;
use crate::servers::{Kept, Kind, Servers, debian_packages};

/// Servers, each started when the first project asks for it.
#[derive(Default)]
pub(super) struct Databases {
    postgres: Option<Servers>,
    mysql: Option<Servers>,
    sqlite: bool,
}

impl Databases {
    /// Runs a script on an empty database of its kind.
    pub(super) fn accept(&mut self, provider: &str, name: &str, sql: &str) -> Result<Outcome> {
        match provider {
            "postgresql" | "postgres" => {
                let server = Postgres::at(&url(&mut self.postgres, Kind::Postgres)?)
                    .map_err(|error| anyhow!(error))?;
                Ok(on_postgres(&server, name, sql))
            }
            "mysql" => {
                let server = Mariadb::at(&url(&mut self.mysql, Kind::Mysql)?)
                    .map_err(|error| anyhow!(error))?;
                Ok(outcome(server.fresh_database(name).run(sql)))
            }
            "sqlite" => {
                self.find_sqlite();
                if self.sqlite {
                    on_sqlite(sql)
                } else {
                    Ok(Outcome::Unable("no sqlite3 command here".to_owned()))
                }
            }
            other => Ok(Outcome::Unable(format!("no server for {other} here"))),
        }
    }

    /// Returns what was run on.
    pub(super) fn names(&self) -> Vec<String> {
        let servers = [&self.postgres, &self.mysql]
            .into_iter()
            .flatten()
            .flat_map(Servers::iter)
            .map(Kept::name);
        servers
            .chain(self.sqlite.then(|| "the sqlite3 command".to_owned()))
            .collect()
    }

    fn find_sqlite(&mut self) {
        if find("sqlite3").is_none()
            && let Err(error) = debian_packages("the sqlite3 command", &["sqlite3"])
        {
            eprintln!("warning: {error:#}");
        }
        self.sqlite = find("sqlite3").is_some();
    }
}

fn url(servers: &mut Option<Servers>, kind: Kind) -> Result<String> {
    if servers.is_none() {
        *servers = Some(Servers::start(&[kind])?);
    }
    let server = servers
        .as_ref()
        .and_then(|servers| servers.get(kind))
        .context("the server is gone")?;
    Ok(server.url().to_owned())
}

/// Tries again with the extensions that the script turns out to need: many projects create them by hand.
fn on_postgres(server: &Postgres, name: &str, sql: &str) -> Outcome {
    let mut added: Vec<String> = Vec::new();
    loop {
        let database = server.fresh_database(name);
        for extension in &added {
            if database
                .run(&format!("CREATE EXTENSION \"{extension}\";"))
                .is_err()
            {
                return Outcome::Unable(format!("extension {extension} is not available here"));
            }
        }
        let Err(complaint) = database.run(sql) else {
            let list = added.join(", ");
            return if added.is_empty() {
                Outcome::Yes
            } else {
                Outcome::With(format!(
                    "with extension {list}, which the schema does not name"
                ))
            };
        };
        if let Some(extension) = extension::unavailable(&complaint) {
            return Outcome::Unable(format!("extension {extension} is not available here"));
        }
        match extension::needed(&complaint) {
            Some(extension) if !added.iter().any(|one| one == extension) => {
                added.push(extension.to_owned());
            }
            _ => return Outcome::No(reason(&complaint)),
        }
    }
}

fn on_sqlite(sql: &str) -> Result<Outcome> {
    let mut command = Command::new("sqlite3");
    command.args(["-init", "/dev/null", "-batch", "-bail", ":memory:"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().context("standard input is piped")?;
    // The script makes it print nothing, so it never waits for us to read. One that stops early says why.
    input.write_all(sql.as_bytes()).ok();
    drop(input);
    let output = child.wait_with_output()?;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok(outcome(if output.status.success() {
        Ok(())
    } else {
        Err(complaint)
    }))
}

fn outcome(result: Result<(), String>) -> Outcome {
    match result {
        Ok(()) => Outcome::Yes,
        Err(complaint) => Outcome::No(reason(&complaint)),
    }
}
