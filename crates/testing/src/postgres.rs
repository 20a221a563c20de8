//! A private PostgreSQL server, spoken to through `psql` and `pg_dump`.

use std::process::Command;

use crate::address::Address;
use crate::client::feed;
use crate::database::{Database, Rows, Server};
use crate::dump;

/// A private PostgreSQL server.
#[derive(Debug, Clone)]
pub struct Postgres {
    address: Address,
}

// ASCII has these three for this very use, and no test writes them into a value.
const FIELD: char = '\u{1f}';
const RECORD: char = '\u{1e}';
const NULL: &str = "\u{1d}";

impl Postgres {
    /// The environment variable that holds the server's URL.
    pub const VARIABLE: &str = "RELATA_TEST_POSTGRES";

    /// Takes the server that `cargo xtask test` has started; panics with advice where there is none.
    #[track_caller]
    pub fn from_env() -> Self {
        Self {
            address: Address::from_env(Self::VARIABLE),
        }
    }

    /// Takes the server at `postgresql://user:password@host:port`.
    pub fn at(url: &str) -> Result<Self, String> {
        Ok(Self {
            address: Address::parse(url)?,
        })
    }

    /// Makes an empty database, dropped with the value returned.
    #[track_caller]
    pub fn fresh_database(&self, name_hint: &str) -> Database {
        Server::Postgres(self.clone()).fresh_database(name_hint)
    }

    /// Returns the server's version as a number: 150018 is 15.18.
    #[track_caller]
    pub fn version(&self) -> u32 {
        let rows = self
            .query("postgres", "SHOW server_version_num")
            .unwrap_or_else(|error| panic!("{error}"));
        let text = rows[0][0].as_deref().unwrap_or_default();
        text.parse()
            .unwrap_or_else(|_| panic!("{text:?} is no version"))
    }

    /// Tells whether a script is for this server: a first line `-- since PostgreSQL 18` keeps it from older ones. What does not run is
    /// told by `cargo xtask test`.
    #[track_caller]
    pub fn can_run(&self, script: &str) -> bool {
        let since = script
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("-- since PostgreSQL "));
        since.is_none_or(|version| {
            let major: u32 = version.trim().parse().expect("a major version");
            self.version() / 10_000 >= major
        })
    }

    pub(crate) fn url(&self, database: &str) -> String {
        self.address.url(database)
    }

    pub(crate) fn create_database(&self, name: &str) -> Result<(), String> {
        self.run("postgres", &format!("CREATE DATABASE \"{name}\";"))
    }

    pub(crate) fn drop_database(&self, name: &str) -> Result<(), String> {
        // A connection that a failed test has left open is no reason to keep the database.
        self.run(
            "postgres",
            &format!("DROP DATABASE \"{name}\" WITH (FORCE);"),
        )
    }

    pub(crate) fn run(&self, database: &str, script: &str) -> Result<(), String> {
        feed(self.psql(database).args(["-f", "-"]), script).map(drop)
    }

    pub(crate) fn query(&self, database: &str, sql: &str) -> Result<Rows, String> {
        let mut psql = self.psql(database);
        psql.args(["--no-align", "--tuples-only"])
            .arg(format!("--field-separator={FIELD}"))
            .arg(format!("--record-separator={RECORD}"))
            .arg(format!("--pset=null={NULL}"))
            .args(["-f", "-"]);
        // psql sends nothing before the semicolon.
        let printed = feed(
            &mut psql,
            &format!("{}\n;", sql.trim_end().trim_end_matches(';')),
        )?;
        // No row prints nothing; the last row ends with a newline, whatever separates the others.
        let Some(rows) = printed.strip_suffix('\n') else {
            return Ok(Vec::new());
        };
        let value = |text: &str| (text != NULL).then(|| text.to_owned());
        Ok(rows
            .split(RECORD)
            .map(|row| row.split(FIELD).map(value).collect())
            .collect())
    }

    pub(crate) fn dump(&self, database: &str, privileges: bool) -> Result<String, String> {
        let mut command = self.client("pg_dump", database);
        command.args(["--schema-only", "--no-owner"]);
        if !privileges {
            command.arg("--no-privileges");
        }
        feed(&mut command, "").map(|text| dump::postgres(&text))
    }

    fn psql(&self, database: &str) -> Command {
        let mut command = self.client("psql", database);
        command.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]);
        command
    }

    fn client(&self, program: &str, database: &str) -> Command {
        let Address {
            user,
            password,
            host,
            port,
            ..
        } = &self.address;
        let mut command = Command::new(program);
        command
            .args([
                "--host",
                host,
                "--port",
                port,
                "--username",
                user,
                "--dbname",
                database,
                "--no-password",
            ])
            // Not among the arguments, which every user of the machine can read.
            .env("PGPASSWORD", password)
            .env("PGSSLMODE", "disable")
            .env("PGCLIENTENCODING", "UTF8")
            .env("PGOPTIONS", "-c client_min_messages=warning")
            .env_remove("PGSERVICE")
            .env_remove("PGHOSTADDR")
            .env("LC_ALL", "C");
        command
    }
}
