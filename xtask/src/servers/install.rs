//! Puts Debian's servers on a machine that lacks them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{Kind, postgres};
use crate::process::{find, is_root, output};

/// Sees to it that the programs of these servers are there.
pub(super) fn programs(kinds: &[Kind]) -> Result<()> {
    let missing: Vec<Kind> = kinds
        .iter()
        .copied()
        .filter(|kind| !kind.is_installed())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if missing.contains(&Kind::Postgres)
        && let Some(folder) = std::env::var_os(postgres::FOLDER)
    {
        bail!(
            "{} names {}, which does not hold `postgres`, `initdb` and `pg_ctl`",
            postgres::FOLDER,
            folder.display()
        );
    }
    let names: Vec<&str> = missing.iter().map(|kind| kind.title()).collect();
    let packages: Vec<&str> = missing
        .iter()
        .flat_map(|kind| kind.packages())
        .copied()
        .collect();
    debian_packages(&names.join(" and "), &packages)?;
    if let Some(kind) = missing.iter().find(|kind| !kind.is_installed()) {
        bail!(
            "{} is installed, and still its programs are not found",
            kind.title()
        );
    }
    Ok(())
}

/// Installs packages where we may; says what to install where we may not.
pub(crate) fn debian_packages(what: &str, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if find("apt-get").is_none() {
        bail!("missing: {what}. Put its programs on the PATH (Debian's packages: {list})");
    }
    if !is_root() {
        bail!("missing: {what}. Run `sudo apt-get install --no-install-recommends {list}`");
    }
    eprintln!("missing: {what}. Installing {list}");
    let _no_services = NoServices::begin()?;
    let apt = |args: &[&str]| {
        output(
            Command::new("apt-get")
                .args(args)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())?;
    Ok(())
}

/// Debian starts a server as soon as its package is installed, unless this file says no. We use none but our own.
struct NoServices {
    is_ours: bool,
}

const POLICY: &str = "/usr/sbin/policy-rc.d";
const REFUSE: &str =
    "#!/bin/sh\n# Written by `cargo xtask` while it installs packages; may be removed.\nexit 101\n";

impl NoServices {
    fn begin() -> Result<Self> {
        let path = Path::new(POLICY);
        // One of ours may be left from a run that was killed; anyone else's stays as it is.
        let is_ours = !path.exists() || fs::read_to_string(path).is_ok_and(|text| text == REFUSE);
        if is_ours {
            fs::write(path, REFUSE).context(POLICY)?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).context(POLICY)?;
        }
        Ok(Self { is_ours })
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if self.is_ours
            && let Err(error) = fs::remove_file(POLICY)
        {
            eprintln!("warning: cannot remove {POLICY}: {error}");
        }
    }
}
