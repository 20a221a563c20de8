//! A server of a test's own.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::{Mariadb, Postgres, Server};

/// A server that a test may kill, fill up, or speak TLS to, without harm to the tests beside it.
///
/// It goes with this value, and also where the test is killed. Databases on it are best leaked (`std::mem::forget`) once it is
/// dead, since dropping them asks it.
#[derive(Debug)]
pub struct OwnServer {
    keeper: Child,
    server: Server,
    certificate: PathBuf,
}

impl OwnServer {
    /// The environment variable that names the program which starts servers: `cargo xtask` itself.
    pub const VARIABLE: &str = "RELATA_TEST_KEEPER";

    /// Starts a PostgreSQL server.
    #[track_caller]
    pub fn postgres() -> Self {
        Self::start("postgres", &[])
    }

    /// Starts a MariaDB server.
    #[track_caller]
    pub fn mariadb() -> Self {
        Self::start("mysql", &[])
    }

    /// Starts one of each that speaks TLS, with a certificate for a name that is not theirs.
    #[track_caller]
    pub fn with_tls() -> [Self; 2] {
        ["postgres", "mysql"].map(|kind| Self::start(kind, &["--tls"]))
    }

    /// Starts one of each whose files may grow to so many bytes and no further, which is what a full disk looks like to it. A log of
    /// PostgreSQL takes 16 MB.
    #[track_caller]
    pub fn with_files_up_to(bytes: u64) -> [Self; 2] {
        ["postgres", "mysql"].map(|kind| Self::start(kind, &["--file-size", &bytes.to_string()]))
    }

    #[track_caller]
    fn start(kind: &str, options: &[&str]) -> Self {
        let program = std::env::var(Self::VARIABLE).unwrap_or_else(|_| {
            panic!(
                "{} is not set: this test starts a server of its own. Run `cargo xtask test`",
                Self::VARIABLE
            )
        });
        let mut keeper = Command::new(program)
            .args(["keep-server", kind])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("no keeper: {error}"));
        let output = keeper.stdout.take().expect("standard output is piped");
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .unwrap_or_else(|error| panic!("no announcement: {error}"));
        let fields: Vec<&str> = line.trim_end_matches('\n').split('\t').collect();
        let [url, _, certificate] = fields[..] else {
            panic!("no {kind} server: {line:?}")
        };
        let server = match kind {
            "postgres" => Postgres::at(url).map(Server::Postgres),
            _ => Mariadb::at(url).map(Server::Mariadb),
        };
        Self {
            keeper,
            server: server.unwrap_or_else(|error| panic!("{error}")),
            certificate: certificate.into(),
        }
    }

    /// Returns the server, to make databases on.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Returns the file with its certificate; empty without TLS.
    pub fn certificate(&self) -> &PathBuf {
        &self.certificate
    }

    /// Kills it, sessions included, and waits until it is gone.
    pub fn kill(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.kill();
    }
}
