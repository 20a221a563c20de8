//! A throw-away database on a private server.

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use crate::{Mariadb, Postgres, dump};

/// The rows of a query: per row its columns as text, `None` for NULL.
pub type Rows = Vec<Vec<Option<String>>>;

/// A private server of either kind, for tests that run on both.
#[derive(Debug, Clone)]
pub enum Server {
    /// PostgreSQL.
    Postgres(Postgres),
    /// MariaDB.
    Mariadb(Mariadb),
}

impl Server {
    /// Makes an empty database with a name of its own; dropping the value drops the database.
    #[track_caller]
    pub fn fresh_database(&self, name_hint: &str) -> Database {
        let name = unique_name(name_hint);
        match self {
            Self::Postgres(server) => server.create_database(&name),
            Self::Mariadb(server) => server.create_database(&name),
        }
        .unwrap_or_else(|error| panic!("cannot create database {name}: {error}"));
        Database {
            server: self.clone(),
            name,
        }
    }
}

/// An empty database to begin with, dropped with this value.
#[derive(Debug)]
pub struct Database {
    server: Server,
    name: String,
}

impl Database {
    /// Returns the database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns its URL, password included, as a schema's `url` would have it.
    pub fn url(&self) -> String {
        match &self.server {
            Server::Postgres(server) => server.url(&self.name),
            Server::Mariadb(server) => server.url(&self.name),
        }
    }

    /// Sends a script as it is through the server's own client, which stops at the first error and gives its message.
    ///
    /// Outside an explicit transaction each statement is its own, as in a file given to `psql -f`.
    pub fn run(&self, script: &str) -> Result<(), String> {
        match &self.server {
            Server::Postgres(server) => server.run(&self.name, script),
            Server::Mariadb(server) => server.run(&self.name, script),
        }
    }

    /// Returns the rows of one statement; panics where it fails.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Rows {
        self.try_query(sql)
            .unwrap_or_else(|error| panic!("{error}\nin: {sql}"))
    }

    /// Returns the rows of one statement, or the server's message.
    pub fn try_query(&self, sql: &str) -> Result<Rows, String> {
        match &self.server {
            Server::Postgres(server) => server.query(&self.name, sql),
            Server::Mariadb(server) => server.query(&self.name, sql),
        }
    }

    /// Returns the whole structure as SQL, such that two databases with equal dumps are equal, column order included.
    #[track_caller]
    pub fn dump(&self) -> String {
        match &self.server {
            Server::Postgres(server) => server.dump(&self.name, false),
            Server::Mariadb(server) => server.dump(&self.name),
        }
        .unwrap_or_else(|error| panic!("cannot dump {}: {error}", self.name))
    }

    /// Returns the whole structure, and who may do what with it (on MariaDB, where that belongs to the server, nothing more).
    #[track_caller]
    pub fn dump_with_privileges(&self) -> String {
        match &self.server {
            Server::Postgres(server) => server.dump(&self.name, true),
            Server::Mariadb(server) => server.dump(&self.name),
        }
        .unwrap_or_else(|error| panic!("cannot dump {}: {error}", self.name))
    }

    /// Returns the structure, and who may do what with it, such that two databases are equal that differ only in the order of
    /// columns in a table.
    #[track_caller]
    pub fn dump_sorted(&self) -> String {
        dump::sorted(&self.dump_with_privileges())
    }

    /// Returns the structure with what stands between brackets sorted: equal for two databases that differ only in the
    /// order of columns, constraints or enum values.
    #[track_caller]
    pub fn dump_unordered(&self) -> String {
        dump::unordered(&self.dump())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = match &self.server {
            Server::Postgres(server) => server.drop_database(&self.name),
            Server::Mariadb(server) => server.drop_database(&self.name),
        };
        // The whole server is thrown away soon; while a test already fails, its own message matters more.
        if let (Err(error), false) = (dropped, thread::panicking()) {
            panic!("cannot drop database {}: {error}", self.name);
        }
    }
}

/// Test processes run side by side on one server, so the name holds the process and a number.
fn unique_name(hint: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let plain: String = hint
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        // PostgreSQL takes 63 bytes, MariaDB 64 characters.
        .take(36)
        .collect();
    format!(
        "t_{plain}_{}_{}",
        process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    )
}
