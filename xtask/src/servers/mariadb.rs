//! A private MariaDB server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use anyhow::{Context, Result};

use super::account::Account;
use super::keeper::{Running, launch, launch_on, password};
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

    fn server(&self, folder: &Path, account: &Account, settings: &[String], port: u16) -> Command {
        // A file that would grow beyond its limit is then an error, as on a disk without space, and not the end of the server.
        let mut command = account.command("env", folder);
        command.arg("--ignore-signal=XFSZ").arg(&self.server);
        // The machine's own settings come from files that belong to another server.
        command.arg("--no-defaults");
        for (option, file) in [
            ("datadir", "data"),
            ("socket", "s"),
            ("pid-file", "pid"),
            ("tmpdir", ""),
            ("init-file", ACCOUNTS),
        ] {
            command.arg(format!("--{option}={}", folder.join(file).display()));
        }
        // The last word on a setting counts.
        command
            .arg(format!("--port={port}"))
            .args(SETTINGS)
            .args(settings);
        command
    }

    fn answers(&self, port: u16, password: &str) -> bool {
        let mut client = Command::new(&self.client);
        client
            .args([
                "--no-defaults",
                "--protocol=tcp",
                "--host=127.0.0.1",
                "--user=relata",
            ])
            .arg(format!("--port={port}"))
            .args(["--execute", "SELECT 1"])
            .env("MYSQL_PWD", password);
        finish(&mut client).is_ok_and(|output| output.status.success())
    }
}

/// The file of statements that the server runs when it starts.
const ACCOUNTS: &str = "accounts.sql";

/// Starts a server that has crashed on its folder and port.
pub(super) fn restart(
    folder: &Path,
    account: &Account,
    settings: &[String],
    running: &Running,
) -> Result<Child> {
    let programs = Programs::find().context("MariaDB is gone")?;
    let server = programs.server(folder, account, settings, running.port);
    let password = running
        .url
        .split_once('@')
        .and_then(|(login, _)| login.rsplit_once(':'))
        .map_or("", |(_, password)| password);
    launch_on(folder, server, || programs.answers(running.port, password))
}

/// Makes a data folder and starts a server on it.
pub(super) fn start(folder: &Path, account: &Account, settings: &[String]) -> Result<Running> {
    let programs = Programs::find().context("MariaDB is not installed")?;
    let password = password()?;
    initialise(&programs, folder, account, settings)?;
    let accounts = folder.join(ACCOUNTS);
    fs::write(&accounts, grant(&password))?;
    account.give(&accounts)?;

    let server = |port| programs.server(folder, account, settings, port);
    let answers = |port| programs.answers(port, &password);
    let (process, port) = launch(folder, server, answers)?;
    Ok(Running {
        process,
        port,
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

fn initialise(
    programs: &Programs,
    folder: &Path,
    account: &Account,
    settings: &[String],
) -> Result<()> {
    let mut install = account.command(&programs.install, folder);
    install
        .arg("--no-defaults")
        .arg(format!("--datadir={}", folder.join("data").display()))
        // A server removes what others have left in its folder for temporary tables as it starts, and would not know that those of another
        // that is being made are in use.
        .arg(format!("--tmpdir={}", folder.display()))
        // Root may come through the socket only, as the system's root; nobody else at all.
        .args([
            "--auth-root-authentication-method=socket",
            "--skip-test-db",
            "--skip-name-resolve",
        ])
        // Where undo logs are kept is settled as the folder is made.
        .args(settings.iter().filter(|it| it.starts_with("--innodb-undo")));
    output(&mut install).map(drop)
}

/// One statement a line, as an init file has them.
fn grant(password: &str) -> String {
    format!(
        "CREATE USER IF NOT EXISTS relata@'127.0.0.1' IDENTIFIED BY '{password}';\n\
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
