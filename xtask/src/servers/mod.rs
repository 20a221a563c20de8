//! Private database servers: own data folder, own port, loopback only, gone at the end.
//!
//! Each server belongs to a *keeper*, this same program in a process of its own. The keeper prepares the data folder,
//! starts the server, prints its URL, and then reads its standard input until that ends: when this program drops its end of
//! the pipe, or dies in whatever way, Ctrl-C and `kill -9` included, the keeper stops the server and removes the folder. A
//! test that has to crash its server, or to fill its disk, starts a keeper of its own and tells it to (`relata_testing::OwnServer`).

mod account;
mod certificate;
mod install;
mod keeper;
mod mariadb;
mod postgres;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

pub(crate) use install::debian_packages;
pub(crate) use keeper::Kept;

/// The hidden verb that makes this program a keeper.
pub(crate) const KEEP: &str = "keep-server";

/// A kind of server that we can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Postgres,
    Mysql,
}

impl Kind {
    pub(crate) const ALL: [Self; 2] = [Self::Postgres, Self::Mysql];

    /// Returns the word for it on our command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
        }
    }

    /// Returns its name in prose.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MariaDB",
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Postgres => relata_testing::Postgres::VARIABLE,
            Self::Mysql => relata_testing::Mariadb::VARIABLE,
        }
    }

    /// Debian's packages that hold it.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgresql"],
            Self::Mysql => &["mariadb-server", "mariadb-client"],
        }
    }

    fn is_installed(self) -> bool {
        match self {
            Self::Postgres => postgres::Programs::find().is_some(),
            Self::Mysql => mariadb::Programs::find().is_some(),
        }
    }
}

/// Running servers. Dropping them stops them.
pub(crate) struct Servers {
    kept: Vec<Kept>,
}

impl Servers {
    /// Starts servers, side by side; installs what is missing where that can be done.
    pub(crate) fn start(kinds: &[Kind]) -> Result<Self> {
        install::programs(kinds)?;
        let mut kept = kinds
            .iter()
            .map(|kind| Kept::spawn(*kind))
            .collect::<Result<Vec<_>>>()?;
        for server in &mut kept {
            server.wait_until_ready()?;
        }
        Ok(Self { kept })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Kept> {
        self.kept.iter()
    }

    pub(crate) fn get(&self, kind: Kind) -> Option<&Kept> {
        self.iter().find(|server| server.kind() == kind)
    }

    /// Returns the variables by which tests find the servers, and the program that keeps servers of their own for them.
    pub(crate) fn environment(&self) -> impl Iterator<Item = (&'static str, String)> {
        let keeper = std::env::current_exe().map(|program| program.display().to_string());
        let urls = self
            .iter()
            .map(|server| (server.kind().variable(), server.url().to_owned()));
        urls.chain(
            keeper
                .ok()
                .map(|it| (relata_testing::OwnServer::KEEPER, it)),
        )
    }

    /// Returns a `PATH` on which the clients of the servers' own versions come first: Debian's `/usr/bin/psql` is a
    /// Perl program that chooses among versions, and ten times slower.
    pub(crate) fn path(&self) -> Option<String> {
        self.get(Kind::Postgres)?;
        let own = postgres::Programs::find()?;
        // What a folder that was named does not hold is lent by the version that is installed.
        let lender = postgres::Programs::newest();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::iter::once(&own)
            .chain(&lender)
            .map(|programs| programs.folder().to_path_buf())
            .chain(std::env::split_paths(&path))
            .collect();
        std::env::join_paths(folders)
            .ok()
            .and_then(|path: OsString| path.into_string().ok())
    }
}

/// Runs as the keeper of one server.
pub(crate) fn keep(args: &[String]) -> Result<ExitCode> {
    let Some((word, settings)) = args.split_first() else {
        bail!("`{KEEP}` is for this program's own use")
    };
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| kind.word() == word)
        .context("no such server")?;
    keeper::keep(kind, settings)?;
    Ok(ExitCode::SUCCESS)
}
