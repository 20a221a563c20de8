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
use crate::process::output;

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
    pub(super) port: u16,
    pub(super) url: String,
    pub(super) version: String,
}

/// Starts a server, tells its URL, obeys what comes on standard input, and stops the server when that ends.
///
/// `crash` ends it as a power cut would end it, but for the machine's own memory; `start` brings it back on its port; `limit <bytes>` keeps its
/// processes from writing behind that place of any file, as a disk without space would, and `limit unlimited` lifts that. Each is answered by
/// a line, `done` or what went wrong. The settings are the server's own options; `--tls` among them gives it a certificate, whose file is told
/// behind its version.
pub(super) fn keep(kind: Kind, settings: &[String]) -> Result<()> {
    let account = Account::of(kind)?;
    let folder = tempfile::Builder::new()
        .prefix(&format!("relata-{}-", kind.word()))
        .tempdir()?;
    account.give(folder.path())?;
    let mut settings = settings.to_vec();
    let certificate = match settings.iter().position(|it| it == "--tls") {
        Some(at) => {
            settings.remove(at);
            let certificate = Certificate::make(folder.path(), &account)?;
            settings.extend(certificate.settings(kind));
            certificate.public.display().to_string()
        }
        None => String::new(),
    };
    let settings = settings.as_slice();
    let mut running = match kind {
        Kind::Postgres => postgres::start(folder.path(), &account, settings),
        Kind::Mysql => mariadb::start(folder.path(), &account, settings),
    }
    .with_context(|| format!("cannot start a private {} server", kind.title()))?;

    let place = (folder.path(), &account);
    let announced = writeln!(
        io::stdout(),
        "{}\t{}\t{certificate}",
        running.url,
        running.version
    );
    if announced.is_ok() {
        for line in io::stdin().lines() {
            let answer = match obey(kind, place, settings, &mut running, &line?) {
                Ok(()) => "done".to_owned(),
                Err(error) => format!("{error:#}").replace('\n', " "),
            };
            if writeln!(io::stdout(), "{answer}").is_err() {
                break;
            }
        }
    }
    if running.process.try_wait()?.is_none() {
        crash(kind, place, &mut running)?;
    }
    folder
        .close()
        .context("cannot remove the server's folder")?;
    Ok(())
}

/// Does what a line of standard input says.
fn obey(
    kind: Kind,
    place: (&Path, &Account),
    settings: &[String],
    running: &mut Running,
    line: &str,
) -> Result<()> {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("crash", "") => crash(kind, place, running),
        ("start", "") => {
            let (folder, account) = place;
            running.process = match kind {
                Kind::Postgres => postgres::restart(folder, account, settings, running.port),
                Kind::Mysql => mariadb::restart(folder, account, settings, running),
            }?;
            Ok(())
        }
        ("limit", bytes) => {
            // The soft limit only: it can be lifted again. Sessions that exist keep theirs on PostgreSQL.
            let limit = format!("--fsize={bytes}:");
            let process = running.process.id().to_string();
            // Not even root may always limit another account's processes.
            let mut prlimit = place.1.command("prlimit", place.0);
            output(prlimit.args(["--pid", &process, &limit])).map(drop)
        }
        _ => bail!("`{line}` is not understood"),
    }
}

/// Ends every session and the server. It keeps nothing outside its folder but PostgreSQL's segment of shared memory, which a plain kill would
/// leave behind.
fn crash(kind: Kind, (folder, account): (&Path, &Account), running: &mut Running) -> Result<()> {
    match kind {
        Kind::Postgres => postgres::stop(folder, account),
        Kind::Mysql => running.process.kill().map_err(Into::into),
    }?;
    running.process.wait()?;
    Ok(())
}

/// Starts a server process on a free port and waits until `answers` says so; what it prints goes to `log` in its folder.
pub(super) fn launch(
    folder: &Path,
    mut command: impl FnMut(u16) -> Command,
    mut answers: impl FnMut(u16) -> bool,
) -> Result<(Child, u16)> {
    let mut last = anyhow!("the server never ran");
    // Between finding a free port and taking it, another program may take it.
    for _ in 0..3 {
        let port = free_port()?;
        match launch_on(folder, command(port), || answers(port)) {
            Ok(process) => return Ok((process, port)),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Starts a server process and waits until `answers` says so.
pub(super) fn launch_on(
    folder: &Path,
    mut command: Command,
    answers: impl FnMut() -> bool,
) -> Result<Child> {
    let log = folder.join("log");
    let output = File::create(&log)?;
    let mut process = command
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()?;
    if let Err(error) = wait_for(&mut process, answers) {
        process.kill().ok();
        process.wait()?;
        return Err(error.context(tail(&log)));
    }
    Ok(process)
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
