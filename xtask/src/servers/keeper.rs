//! The keeper of one server, and the handle by which this program holds it.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use super::account::Account;
use super::certificate::Certificate;
use super::{KEEP, Kind, mariadb, postgres};

/// A loaded machine may be slow; a server that takes longer than this will not come.
const PATIENCE: Duration = Duration::from_secs(90);

/// A server held by this program.
pub(crate) struct Kept {
    kind: Kind,
    keeper: Child,
    url: String,
    version: String,
}

impl Kept {
    pub(super) fn spawn(kind: Kind) -> Result<Self> {
        let keeper = Command::new(std::env::current_exe()?)
            .args([KEEP, kind.word()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C reaches a whole process group; the keeper has work to do after it.
            .process_group(0)
            .spawn()
            .context("cannot start a keeper")?;
        Ok(Self {
            kind,
            keeper,
            url: String::new(),
            version: String::new(),
        })
    }

    pub(super) fn wait_until_ready(&mut self) -> Result<()> {
        let output = self
            .keeper
            .stdout
            .take()
            .context("the keeper's output is piped")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        // The keeper has said on our standard error what went wrong.
        let mut fields = line.trim_end().split('\t');
        let (url, version) = fields
            .next()
            .zip(fields.next())
            .with_context(|| format!("no {} server", self.kind.title()))?;
        self.url = url.to_owned();
        self.version = version.to_owned();
        Ok(())
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns what the server calls itself, such as `PostgreSQL 15.18`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.kind.title(), self.version)
    }

    /// Returns its version, such as `15.18`.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Returns how a person connects to it.
    pub(crate) fn connect(&self) -> String {
        let parts = self.url.split_once("://relata:").and_then(|(_, rest)| {
            let (password, place) = rest.split_once('@')?;
            Some((password, place.split_once(':')?))
        });
        let Some((password, (host, port))) = parts else {
            return self.url.clone();
        };
        // Not as a URL: every user of the machine sees the arguments of a program.
        match self.kind {
            Kind::Postgres => format!(
                "PGPASSWORD={password} psql --host={host} --port={port} --username=relata postgres"
            ),
            Kind::Mysql => format!(
                "MYSQL_PWD={password} mariadb --no-defaults --protocol=tcp --host={host} --port={port} --user=relata"
            ),
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Waiting makes sure that the folder is gone before we are.
        if let Err(error) = self.keeper.wait() {
            eprintln!(
                "warning: cannot wait for the {} server: {error}",
                self.kind.title()
            );
        }
    }
}

/// A server that has been started and answers.
pub(super) struct Running {
    pub(super) process: Child,
    pub(super) url: String,
    pub(super) version: String,
}

/// What a test wants of a server of its own.
#[derive(Clone, Copy)]
pub(super) enum Wish {
    /// A server as all tests share it.
    Plain,
    /// One that speaks TLS.
    Tls,
    /// One whose files may grow to so many bytes and no further, as on a full disk.
    FileSize(u64),
}

/// What is different about a server.
#[derive(Clone, Copy)]
pub(super) struct Special<'s> {
    pub(super) certificate: Option<&'s Certificate>,
    pub(super) file_size: Option<u64>,
}

/// Starts a server, tells its URL, version and, where it speaks TLS, its certificate; stops it when standard input ends.
pub(super) fn keep(kind: Kind, wish: Wish) -> Result<()> {
    let account = Account::of(kind)?;
    let folder = tempfile::Builder::new()
        .prefix(&format!("relata-{}-", kind.word()))
        .tempdir()?;
    account.give(folder.path())?;
    let certificate = matches!(wish, Wish::Tls)
        .then(|| Certificate::make(folder.path(), &account))
        .transpose()?;
    let file_size = match wish {
        Wish::FileSize(bytes) => Some(bytes),
        Wish::Plain | Wish::Tls => None,
    };
    let special = Special {
        certificate: certificate.as_ref(),
        file_size,
    };
    let mut running = match kind {
        Kind::Postgres => postgres::start(folder.path(), &account, &special),
        Kind::Mysql => mariadb::start(folder.path(), &account, &special),
    }
    .with_context(|| format!("cannot start a private {} server", kind.title()))?;

    let announced = writeln!(
        io::stdout(),
        "{}\t{}\t{}",
        running.url,
        running.version,
        certificate.map_or(String::new(), |it| it.public.display().to_string())
    );
    if announced.is_ok() {
        io::stdin().read_to_end(&mut Vec::new())?;
    }
    match kind {
        Kind::Postgres => postgres::stop(folder.path(), &account),
        // It keeps nothing outside its folder, and what is in there is thrown away.
        Kind::Mysql => running.process.kill().map_err(Into::into),
    }?;
    running.process.wait()?;
    folder
        .close()
        .context("cannot remove the server's folder")?;
    Ok(())
}

/// Starts a server process on a free port and waits until `answers` says so; what it prints goes to `log` in its folder.
pub(super) fn launch(
    folder: &Path,
    mut command: impl FnMut(u16) -> Command,
    mut answers: impl FnMut(u16) -> bool,
) -> Result<(Child, u16)> {
    let log = folder.join("log");
    let mut last = anyhow!("the server never ran");
    // Between finding a free port and taking it, another program may take it.
    for _ in 0..3 {
        let port = free_port()?;
        let output = File::create(&log)?;
        let mut process = command(port)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        match wait_for(&mut process, || answers(port)) {
            Ok(()) => return Ok((process, port)),
            Err(error) => {
                process.kill().ok();
                process.wait()?;
                last = error.context(tail(&log));
            }
        }
    }
    Err(last)
}

fn wait_for(process: &mut Child, mut answers: impl FnMut() -> bool) -> Result<()> {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        if let Some(status) = process.try_wait()? {
            bail!("the server ended: {status}");
        }
        if answers() {
            return Ok(());
        }
        sleep(Duration::from_millis(50));
    }
    bail!(
        "the server did not answer within {} seconds",
        PATIENCE.as_secs()
    )
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    format!(
        "its last words:\n{}",
        lines[lines.len().saturating_sub(15)..].join("\n")
    )
}

/// Returns a password for one run.
pub(super) fn password() -> Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}
