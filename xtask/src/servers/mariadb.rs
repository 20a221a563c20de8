//! A private MariaDB server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::account::Account;
use super::certificate::Certificate;
use super::keeper::{Running, Special, launch, password};
use crate::process::{find, finish, output};

/// MariaDB's programs.
pub(super) struct Programs {
    server: PathBuf,
    install: PathBuf,
    client: PathBuf,
}

impl Programs {
    pub(super) fn find() -> Option<Self> {
        Some(Self {
            server: find("mariadbd")?,
            install: find("mariadb-install-db")?,
            client: find("mariadb")?,
        })
    }
}

/// Makes a data folder and starts a server on it.
pub(super) fn start(folder: &Path, account: &Account, special: &Special<'_>) -> Result<Running> {
    let programs = Programs::find().context("MariaDB is not installed")?;
    let password = password()?;
    initialise(&programs, folder, account)?;
    let accounts = folder.join("accounts.sql");
    fs::write(&accounts, grant(&password))?;
    account.give(&accounts)?;

    let server = |port: u16| {
        let mut command = account.command(&programs.server, folder);
        // The machine's own settings come from files that belong to another server.
        command.arg("--no-defaults");
        for (option, file) in [
            ("datadir", "data"),
            ("socket", "s"),
            ("pid-file", "pid"),
            ("tmpdir", ""),
            ("init-file", "accounts.sql"),
        ] {
            command.arg(format!("--{option}={}", folder.join(file).display()));
        }
        command.arg(format!("--port={port}")).args(SETTINGS);
        if let Some(Certificate { public, key }) = special.certificate {
            for (option, file) in [("ssl-cert", public), ("ssl-key", key)] {
                command.arg(format!("--{option}={}", file.display()));
            }
        }
        if let Some(bytes) = special.file_size {
            // InnoDB keeps all tables in one file then, and says of a full file what it says of a full disk. A limit of the system's it
            // would call a generic error.
            command.args(["--innodb-file-per-table=0", "--innodb-undo-tablespaces=2"]);
            command.arg(format!(
                "--innodb-data-file-path=ibdata1:12M:autoextend:max:{}M",
                bytes >> 20
            ));
        }
        command
    };
    let answers = |port: u16| {
        let mut client = Command::new(&programs.client);
        client
            .args([
                "--no-defaults",
                "--protocol=tcp",
                "--host=127.0.0.1",
                "--user=relata",
            ])
            .arg(format!("--port={port}"))
            .args(["--execute", "SELECT 1"])
            .env("MYSQL_PWD", &password);
        finish(&mut client).is_ok_and(|output| output.status.success())
    };
    let (process, port) = launch(folder, server, answers)?;
    Ok(Running {
        process,
        url: format!("mysql://relata:{password}@127.0.0.1:{port}"),
        version: version(&programs)?,
    })
}

/// Speed before safety; character set and collation as in Debian's own configuration, which `--no-defaults` leaves out.
const SETTINGS: &[&str] = &[
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
    "--default-time-zone=+00:00",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M",
    "--performance-schema=0",
];

fn initialise(programs: &Programs, folder: &Path, account: &Account) -> Result<()> {
    let mut install = account.command(&programs.install, folder);
    install
        .arg("--no-defaults")
        .arg(format!("--datadir={}", folder.join("data").display()))
        // Root may come through the socket only, as the system's root; nobody else at all.
        .args([
            "--auth-root-authentication-method=socket",
            "--skip-test-db",
            "--skip-name-resolve",
        ]);
    output(&mut install).map(drop)
}

/// One statement a line, as an init file has them.
fn grant(password: &str) -> String {
    format!(
        "CREATE USER relata@'127.0.0.1' IDENTIFIED BY '{password}';\n\
         GRANT ALL ON *.* TO relata@'127.0.0.1' WITH GRANT OPTION;\n"
    )
}

/// Reads `10.11.14` from `mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for …`.
fn version(programs: &Programs) -> Result<String> {
    let text = output(Command::new(&programs.server).args(["--no-defaults", "--version"]))?;
    let full = text
        .split_whitespace()
        .skip_while(|word| *word != "Ver")
        .nth(1)
        .unwrap_or_default();
    Ok(full.split('-').next().unwrap_or_default().to_owned())
}
