//! A private PostgreSQL server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::account::Account;
use super::certificate::Certificate;
use super::keeper::{Running, Special, launch, password};
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
pub(super) fn start(folder: &Path, account: &Account, special: &Special<'_>) -> Result<Running> {
    let programs = Programs::find().context("PostgreSQL is not installed")?;
    let password = password()?;
    initialise(&programs, folder, account, &password)?;

    let data = folder.join("data");
    let server = |port: u16| {
        let mut command = account.command(programs.program("postgres"), folder);
        command
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        if let Some(Certificate { public, key }) = special.certificate {
            command.args(["-c", "ssl=on"]);
            for (setting, file) in [("ssl_cert_file", public), ("ssl_key_file", key)] {
                command
                    .arg("-c")
                    .arg(format!("{setting}={}", file.display()));
            }
        }
        match special.file_size {
            Some(bytes) => limited(&command, bytes),
            None => command,
        }
    };
    let answers = |port: u16| {
        let mut ready = Command::new(programs.client("pg_isready"));
        ready.args(["--quiet", "--host=127.0.0.1", "--port", &port.to_string()]);
        finish(&mut ready).is_ok_and(|output| output.status.success())
    };
    let (process, port) = launch(folder, server, answers)?;
    Ok(Running {
        process,
        url: format!("postgresql://relata:{password}@127.0.0.1:{port}"),
        version: version(&programs)?,
    })
}

/// The command under a limit on the size of files. PostgreSQL ignores the signal of a write beyond it, and says that the disk is full
/// where a write is cut short.
fn limited(command: &Command, bytes: u64) -> Command {
    let mut limited = Command::new("prlimit");
    limited
        .arg(format!("--fsize={bytes}"))
        .arg("--")
        .arg(command.get_program())
        .args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        limited.current_dir(folder);
    }
    limited
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
