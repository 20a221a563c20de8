//! Real databases that judge the SQL.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, anyhow};
use relata_testing::{Database, Mariadb, Postgres};
use tempfile::TempDir;

use super::extension;
use super::outcome::{Outcome, reason};
use crate::process::find;
use crate::servers::{Kept, Kind, Servers, debian_packages};

/// A database that a script has been run on; gone when it is dropped.
pub(super) enum Standing {
    /// On one of the private servers.
    Server(Database),
    /// A file in a folder of its own.
    File(TempDir),
}

impl Standing {
    /// Returns the connection string.
    pub(super) fn url(&self) -> String {
        match self {
            Self::Server(database) => database.url(),
            Self::File(folder) => format!("file:{}", folder.path().join("app.db").display()),
        }
    }
}

/// Servers, each started when the first project asks for it.
#[derive(Default)]
pub(super) struct Databases {
    postgres: Option<Servers>,
    mysql: Option<Servers>,
    sqlite: bool,
}

impl Databases {
    /// Runs a script on an empty database of its kind, which then stands for as long as what is returned.
    pub(super) fn accept(
        &mut self,
        provider: &str,
        name: &str,
        sql: &str,
    ) -> Result<(Outcome, Option<Standing>)> {
        match provider {
            "postgresql" | "postgres" => {
                let server = Postgres::at(&url(&mut self.postgres, Kind::Postgres)?)
                    .map_err(|error| anyhow!(error))?;
                let (outcome, database) = on_postgres(&server, name, sql);
                Ok((outcome, database.map(Standing::Server)))
            }
            "mysql" => {
                let server = Mariadb::at(&url(&mut self.mysql, Kind::Mysql)?)
                    .map_err(|error| anyhow!(error))?;
                let database = server.fresh_database(name);
                let outcome = outcome(database.run(sql));
                Ok((outcome, Some(Standing::Server(database))))
            }
            "sqlite" => {
                self.find_sqlite();
                if self.sqlite {
                    on_sqlite(sql)
                } else {
                    Ok((Outcome::Unable("no sqlite3 command here".to_owned()), None))
                }
            }
            other => Ok((Outcome::Unable(format!("no server for {other} here")), None)),
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
fn on_postgres(server: &Postgres, name: &str, sql: &str) -> (Outcome, Option<Database>) {
    let mut added: Vec<String> = Vec::new();
    loop {
        let database = server.fresh_database(name);
        for extension in &added {
            if database
                .run(&format!("CREATE EXTENSION \"{extension}\";"))
                .is_err()
            {
                return (unavailable(extension), None);
            }
        }
        let Err(complaint) = database.run(sql) else {
            let list = added.join(", ");
            let outcome = if added.is_empty() {
                Outcome::Yes
            } else {
                Outcome::With(format!(
                    "with extension {list}, which the schema does not name"
                ))
            };
            return (outcome, Some(database));
        };
        if let Some(extension) = extension::unavailable(&complaint) {
            return (unavailable(extension), None);
        }
        match extension::needed(&complaint) {
            Some(extension) if !added.iter().any(|one| one == extension) => {
                added.push(extension.to_owned());
            }
            _ => return (Outcome::No(reason(&complaint)), None),
        }
    }
}

fn unavailable(extension: &str) -> Outcome {
    Outcome::Unable(format!("extension {extension} is not available here"))
}

fn on_sqlite(sql: &str) -> Result<(Outcome, Option<Standing>)> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new("sqlite3");
    command
        .args(["-init", "/dev/null", "-batch", "-bail"])
        .arg(folder.path().join("app.db"));
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
    let outcome = outcome(if output.status.success() {
        Ok(())
    } else {
        Err(complaint)
    });
    Ok((outcome, Some(Standing::File(folder))))
}

fn outcome(result: Result<(), String>) -> Outcome {
    match result {
        Ok(()) => Outcome::Yes,
        Err(complaint) => Outcome::No(reason(&complaint)),
    }
}
