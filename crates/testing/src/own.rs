//! A server of a test's own, which it may crash and start again, and whose disk it may fill.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::{Database, Mariadb, Postgres, Server};

/// A private server that nobody else uses. Dropping the value stops it and removes its files.
///
/// It costs a second or three to start; a test that only needs a database takes one of [`Postgres::from_env`].
#[derive(Debug)]
pub struct OwnServer {
    keeper: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    server: Server,
    certificate: String,
}

impl OwnServer {
    /// The environment variable that names the program which keeps servers: `cargo xtask` itself.
    pub const KEEPER: &str = "RELATA_TEST_KEEPER";

    /// Starts a PostgreSQL that loses nothing that it has committed.
    #[track_caller]
    pub fn postgres() -> Self {
        Self::start_one("postgres", &["synchronous_commit=on"])
    }

    /// Starts a MariaDB that loses nothing that it has committed, and whose own files stay small.
    #[track_caller]
    pub fn mariadb() -> Self {
        let settings = [
            "--innodb-flush-log-at-trx-commit=1",
            "--innodb-log-file-size=4M",
        ];
        Self::start_one("mysql", &settings)
    }

    /// Starts one of each that have room for so many megabytes. PostgreSQL says that the disk is full where a write is cut short, which
    /// the end of a page is not.
    #[track_caller]
    pub fn both_up_to(megabytes: u64) -> [Self; 2] {
        let mut postgres = Self::postgres();
        postgres.limit_files(Some((megabytes << 20) + 4096));
        [postgres, Self::mariadb_up_to(megabytes)]
    }

    /// Starts a MariaDB whose tables have no more than so many megabytes, all in one file: of the last of them it says what it says of a
    /// full disk.
    #[track_caller]
    pub fn mariadb_up_to(megabytes: u64) -> Self {
        let file = format!("--innodb-data-file-path=ibdata1:12M:autoextend:max:{megabytes}M");
        let settings = [
            "--innodb-file-per-table=0",
            "--innodb-undo-tablespaces=2",
            file.as_str(),
        ];
        Self::start_one("mysql", &settings)
    }

    /// Starts one of each that speaks TLS, with a certificate of its own signing for a name that is not its own.
    #[track_caller]
    pub fn both_with_tls() -> [Self; 2] {
        [
            Self::start_one("postgres", &["--tls"]),
            Self::start_one("mysql", &["--tls"]),
        ]
    }

    /// The file with its certificate; empty where it speaks no TLS.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    #[track_caller]
    fn start_one(kind: &str, settings: &[&str]) -> Self {
        let program = std::env::var_os(Self::KEEPER).unwrap_or_else(|| {
            panic!(
                "{} is not set: this test needs a server of its own. Run `cargo xtask test`, \
                 or `cargo xtask db` beside your own `cargo test`.",
                Self::KEEPER
            )
        });
        let mut keeper = Command::new(program);
        keeper
            .args(["keep-server", kind])
            .args(settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        // Ctrl-C reaches a whole process group; the keeper has work to do after it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut keeper, 0);
        let mut keeper = keeper.spawn().expect("a keeper");
        let orders = keeper.stdin.take();
        let mut answers = BufReader::new(keeper.stdout.take().expect("its output is piped"));
        let mut line = String::new();
        answers.read_line(&mut line).expect("an answer");
        let (url, rest) = line
            .split_once('\t')
            .unwrap_or_else(|| panic!("no {kind} server"));
        let certificate = rest.trim_end().split('\t').nth(1).unwrap_or_default();
        let server = match kind {
            "postgres" => Postgres::at(url).map(Server::Postgres),
            _ => Mariadb::at(url).map(Server::Mariadb),
        }
        .expect("its URL");
        Self {
            keeper,
            orders,
            answers,
            server,
            certificate: certificate.to_owned(),
        }
    }

    /// Makes an empty database. It goes with the server.
    #[track_caller]
    pub fn fresh_database(&self, name_hint: &str) -> Database {
        self.server.fresh_database(name_hint)
    }

    /// Ends the server and all its sessions at once; what was not committed is lost.
    #[track_caller]
    pub fn crash(&mut self) {
        self.order("crash");
    }

    /// Starts the server again, on its port, after a crash, and waits until it answers.
    #[track_caller]
    pub fn start(&mut self) {
        self.order("start");
    }

    /// Lets no file of the server grow beyond so many bytes, as a full disk would not; none lifts that. On PostgreSQL it counts for
    /// sessions that begin later, and neither for the log nor for the server's own processes.
    #[track_caller]
    pub fn limit_files(&mut self, bytes: Option<u64>) {
        let bytes = bytes.map_or_else(|| "unlimited".to_owned(), |it| it.to_string());
        self.order(&format!("limit {bytes}"));
    }

    #[track_caller]
    fn order(&mut self, order: &str) {
        let orders = self.orders.as_mut().expect("it runs");
        writeln!(orders, "{order}").expect("told");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("an answer");
        assert_eq!(answer.trim_end(), "done", "{order}");
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        drop(self.orders.take());
        let _ = self.keeper.wait();
    }
}
