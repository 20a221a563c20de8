//! A private PostgreSQL server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Context, Result};

use super::account::Account;
use super::keeper::{Running, launch, launch_on, password};
use crate::process::{find, finish, output};

/// Names the folder of another version's programs, whose clients (`psql`, `pg_dump`, `pg_isready`) may lie elsewhere.
pub(super) const FOLDER: &str = "RELATA_POSTGRES_BIN";

/// PostgreSQL's programs, which lie side by side.
pub(super) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Finds the version that the environment names, else the newest one.
    pub(super) fn find() -> Option<Self> {
        let Some(folder) = std::env::var_os(FOLDER) else {
            return Self::newest();
        };
        let folder = PathBuf::from(folder);
        let is_there = ["postgres", "initdb", "pg_ctl"]
            .iter()
            .all(|name| folder.join(name).is_file());
        is_there.then_some(Self { folder })
    }

    /// Finds the newest version: where Debian puts them, off the path, else on the path.
    pub(super) fn newest() -> Option<Self> {
        let version = |folder: &Path| {
            let name = folder.parent()?.file_name()?;
            name.to_str()?.parse::<u32>().ok()
        };
        let debian = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten();
        let newest = debian
            .map(|entry| entry.path().join("bin"))
            .filter(|folder| folder.join("postgres").is_file())
            .max_by_key(|folder| version(folder));
        let on_path = || {
            Some(
                find("postgres")?
                    .canonicalize()
                    .ok()?
                    .parent()?
                    .to_path_buf(),
            )
        };
        let folder = newest.or_else(on_path)?;
        folder.join("initdb").is_file().then_some(Self { folder })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn server(&self, folder: &Path, account: &Account, settings: &[String], port: u16) -> Command {
        let mut command = account.command(self.program("postgres"), folder);
        command.arg("-D").arg(folder.join("data")).args([
            "-h",
            "127.0.0.1",
            "-p",
            &port.to_string(),
        ]);
        // The last word on a setting counts.
        for setting in SETTINGS
            .iter()
            .copied()
            .chain(settings.iter().map(String::as_str))
        {
            command.args(["-c", setting]);
        }
        command
    }

    fn answers(&self, port: u16) -> bool {
        let mut ready = Command::new(self.client("pg_isready"));
        ready.args(["--quiet", "--host=127.0.0.1", "--port", &port.to_string()]);
        finish(&mut ready).is_ok_and(|output| output.status.success())
    }

    /// A client, which any newer or older version can lend.
    fn client(&self, name: &str) -> PathBuf {
        let here = self.folder.join(name);
        if here.is_file() {
            return here;
        }
        Self::newest().map_or_else(|| name.into(), |lender| lender.program(name))
    }
}

/// Makes a data folder and starts a server on it.
pub(super) fn start(folder: &Path, account: &Account, settings: &[String]) -> Result<Running> {
    let programs = Programs::find().context("PostgreSQL is not installed")?;
    let password = password()?;
    initialise(&programs, folder, account, &password)?;

    let server = |port| programs.server(folder, account, settings, port);
    let (process, port) = launch(folder, server, |port| programs.answers(port))?;
    Ok(Running {
        process,
        port,
        url: format!("postgresql://relata:{password}@127.0.0.1:{port}"),
        version: version(&programs)?,
    })
}

/// Starts a server that has crashed on its folder and port.
pub(super) fn restart(
    folder: &Path,
    account: &Account,
    settings: &[String],
    port: u16,
) -> Result<Child> {
    let programs = Programs::find().context("PostgreSQL is gone")?;
    let server = programs.server(folder, account, settings, port);
    launch_on(folder, server, || programs.answers(port))
}

/// Ends every session and the server. A plain kill would leave a segment of shared memory behind.
pub(super) fn stop(folder: &Path, account: &Account) -> Result<()> {
    let programs = Programs::find().context("PostgreSQL is gone")?;
    let mut command = account.command(programs.program("pg_ctl"), folder);
    let patience = Duration::from_secs(30).as_secs().to_string();
    command
        .arg("stop")
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-m", "immediate", "-w", "-t", &patience]);
    output(&mut command).map(drop)
}

/// Data that outlives nothing needs no fsync; sockets are off, so that a long `TMPDIR` does not matter.
const SETTINGS: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "unix_socket_directories=",
    "max_connections=100",
    "timezone=UTC",
    "lc_messages=C",
];

fn initialise(programs: &Programs, folder: &Path, account: &Account, password: &str) -> Result<()> {
    let secret = folder.join("password");
    fs::write(&secret, password)?;
    account.give(&secret)?;
    let mut initdb = account.command(programs.program("initdb"), folder);
    initdb
        .arg("-D")
        .arg(folder.join("data"))
        .arg("--pwfile")
        .arg(&secret);
    initdb.args([
        "--username=relata",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
    ]);
    initdb.args(["--no-sync", "--no-instructions"]);
    output(&mut initdb)?;
    fs::remove_file(secret)?;
    Ok(())
}

/// Reads `15.18` from `postgres (PostgreSQL) 15.18 (Debian …)`.
fn version(programs: &Programs) -> Result<String> {
    let text = output(Command::new(programs.program("postgres")).arg("--version"))?;
    Ok(text
        .split_whitespace()
        .nth(2)
        .unwrap_or_default()
        .to_owned())
}
