//! A package of its own, below cargo's folder for tests, that is built as a user's would be.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use relata_testing::workspace_root;

/// A package that depends on the workspace's crates by path.
pub(crate) struct Package {
    pub(crate) folder: PathBuf,
}

impl Package {
    /// Starts from an empty folder. Packages share a target folder, so that dependencies are built once.
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(folder.join("src")).unwrap();
        // The versions that are here already: the tests shall need no network.
        fs::copy(
            workspace_root().join("Cargo.lock"),
            folder.join("Cargo.lock"),
        )
        .unwrap();
        let crates = workspace_root().join("crates");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nrelata = {{ path = {:?}, default-features = false, features = [\"chrono\", \"decimal\", \"json\", \"serde\", \"time\"] }}\n\n\
             [build-dependencies]\nrelata-build = {{ path = {:?} }}\n\n\
             [workspace]\n",
            crates.join("relata").to_string_lossy(),
            crates.join("build").to_string_lossy(),
        );
        let package = Self { folder };
        package.write("Cargo.toml", &manifest);
        package
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs cargo in the package.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command
            .args(arguments)
            .arg("--offline")
            .current_dir(&self.folder);
        command.env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages"),
        );
        // What the tests themselves were built with is not the package's business.
        for variable in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "RUSTC_WRAPPER",
            "RUSTC_WORKSPACE_WRAPPER",
        ] {
            command.env_remove(variable);
        }
        command.env("CARGO_TERM_COLOR", "never").output().unwrap()
    }
}

/// What a command said on its error stream.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
