//! A private MariaDB server, spoken to through `mariadb`.

use std::process::Command;

use crate::address::Address;
use crate::client::feed;
use crate::database::{Database, Rows, Server};
use crate::{dump, xml};

/// A private MariaDB server.
#[derive(Debug, Clone)]
pub struct Mariadb {
    address: Address,
}

impl Mariadb {
    /// The environment variable that holds the server's URL.
    pub const VARIABLE: &str = "RELATA_TEST_MYSQL";

    /// Takes the server that `cargo xtask test` has started; panics with advice where there is none.
    #[track_caller]
    pub fn from_env() -> Self {
        Self {
            address: Address::from_env(Self::VARIABLE),
        }
    }

    /// Takes the server at `mysql://user:password@host:port`.
    pub fn at(url: &str) -> Result<Self, String> {
        Ok(Self {
            address: Address::parse(url)?,
        })
    }

    /// Makes an empty database, dropped with the value returned.
    #[track_caller]
    pub fn fresh_database(&self, name_hint: &str) -> Database {
        Server::Mariadb(self.clone()).fresh_database(name_hint)
    }

    /// Returns the server's version as it prints it: `10.11.14-MariaDB-0+deb12u2`.
    #[track_caller]
    pub fn version(&self) -> String {
        let rows = self
            .query("", "SELECT version()")
            .unwrap_or_else(|error| panic!("{error}"));
        rows[0][0].clone().unwrap_or_default()
    }

    pub(crate) fn url(&self, database: &str) -> String {
        self.address.url(database)
    }

    pub(crate) fn create_database(&self, name: &str) -> Result<(), String> {
        self.run("", &format!("CREATE DATABASE `{name}`;"))
    }

    pub(crate) fn drop_database(&self, name: &str) -> Result<(), String> {
        self.run("", &format!("DROP DATABASE `{name}`;"))
    }

    pub(crate) fn run(&self, database: &str, script: &str) -> Result<(), String> {
        feed(self.client(database).arg("--batch"), script).map(drop)
    }

    pub(crate) fn query(&self, database: &str, sql: &str) -> Result<Rows, String> {
        // The other formats print NULL and the word NULL alike.
        let printed = feed(self.client(database).arg("--xml"), sql)?;
        xml::rows(&printed)
    }

    pub(crate) fn dump(&self, database: &str) -> Result<String, String> {
        let mut statements = Vec::new();
        for (kind, list, column) in OBJECTS {
            for row in self.query(database, list)? {
                let Some(Some(name)) = row.first() else {
                    continue;
                };
                let quoted = name.replace('`', "``");
                let shown = self.query(database, &format!("SHOW CREATE {kind} `{quoted}`"))?;
                let sql = shown
                    .first()
                    .and_then(|row| row.get(*column)?.clone())
                    .unwrap_or_default();
                statements.push(dump::mariadb(database, &sql));
            }
        }
        Ok(statements.join("\n\n"))
    }

    fn client(&self, database: &str) -> Command {
        let Address {
            user,
            password,
            host,
            port,
            ..
        } = &self.address;
        let mut command = Command::new("mariadb");
        command
            // First of all: the machine's own settings must not change what a script means.
            .arg("--no-defaults")
            .args([
                "--protocol=tcp",
                "--host",
                host,
                "--port",
                port,
                "--user",
                user,
            ])
            // Comments and line ends reach the server as they are written.
            .args([
                "--default-character-set=utf8mb4",
                "--comments",
                "--binary-mode",
            ])
            .env("MYSQL_PWD", password);
        if !database.is_empty() {
            command.args(["--database", database]);
        }
        command
    }
}

/// Kind, how to list the names, and which column of `SHOW CREATE` holds the statement.
const OBJECTS: &[(&str, &str, usize)] = &[
    (
        "TABLE",
        "SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND table_type = 'BASE TABLE' ORDER BY binary table_name",
        1,
    ),
    (
        "VIEW",
        "SELECT table_name FROM information_schema.views WHERE table_schema = database() ORDER BY binary table_name",
        1,
    ),
    (
        "SEQUENCE",
        "SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND table_type = 'SEQUENCE' ORDER BY binary table_name",
        1,
    ),
    (
        "FUNCTION",
        "SELECT routine_name FROM information_schema.routines WHERE routine_schema = database() AND routine_type = 'FUNCTION' ORDER BY binary routine_name",
        2,
    ),
    (
        "PROCEDURE",
        "SELECT routine_name FROM information_schema.routines WHERE routine_schema = database() AND routine_type = 'PROCEDURE' ORDER BY binary routine_name",
        2,
    ),
    (
        "TRIGGER",
        "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = database() ORDER BY binary trigger_name",
        2,
    ),
    (
        "EVENT",
        "SELECT event_name FROM information_schema.events WHERE event_schema = database() ORDER BY binary event_name",
        3,
    ),
];
