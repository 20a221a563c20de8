//! The account that a server runs under. PostgreSQL refuses root, and no test server should be root anyway.

use std::ffi::OsStr;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Kind;
use crate::process::{find, is_root, output};

/// Whose process and files a server's are.
pub(super) enum Account {
    /// We are an ordinary user, and so is the server.
    Ours,
    /// We are root; the server is this one.
    Other { user: u32, group: u32 },
}

impl Account {
    /// Chooses the account: ours, or, for root, the one that the package has made, or `nobody`.
    pub(super) fn of(kind: Kind) -> Result<Self> {
        if !is_root() {
            return Ok(Self::Ours);
        }
        if find("setpriv").is_none() {
            bail!(
                "database servers do not run as root, and `setpriv` (Debian's util-linux) is missing; run as an ordinary user"
            );
        }
        let preferred = match kind {
            Kind::Postgres => "postgres",
            Kind::Mysql => "mysql",
        };
        Self::named(preferred).or_else(|_| Self::named("nobody"))
    }

    /// Makes a file or folder of ours the server's own.
    pub(super) fn give(&self, path: &Path) -> Result<()> {
        match self {
            Self::Ours => Ok(()),
            Self::Other { user, group } => {
                chown(path, Some(*user), Some(*group)).with_context(|| path.display().to_string())
            }
        }
    }

    /// Returns a command that runs a program under the account, in `folder`.
    pub(super) fn command(&self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = match self {
            Self::Ours => Command::new(program),
            Self::Other { user, group } => {
                let mut command = Command::new("setpriv");
                command
                    .arg(format!("--reuid={user}"))
                    .arg(format!("--regid={group}"));
                command
                    .args(["--clear-groups", "--no-new-privs", "--"])
                    .arg(program);
                command
            }
        };
        // Our current folder may be one that the account cannot enter.
        command.current_dir(folder);
        command
    }

    fn named(name: &str) -> Result<Self> {
        let id = |flag| -> Result<u32> {
            Ok(output(Command::new("id").args([flag, name]))?
                .trim()
                .parse()?)
        };
        Ok(Self::Other {
            user: id("-u")?,
            group: id("-g")?,
        })
    }
}
