//! Other programs: found, run, and quoted where they fail.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};

/// Runs a program to its end and returns what it printed; its complaint is the error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = finish(command)?;
    if !output.status.success() {
        bail!(
            "{}: {}\n{}",
            name(command),
            output.status,
            complaint(&output)
        );
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("{} printed other than UTF-8", name(command)))
}

/// Runs a program without input to its end, whatever comes of it.
pub(crate) fn finish(command: &mut Command) -> Result<Output> {
    command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", name(command)))
}

/// Returns what a program said of its failure.
pub(crate) fn complaint(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if errors.is_empty() {
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    } else {
        errors
    }
}

/// Returns where a program lies: on the path, or in one of the folders where servers hide from ordinary users.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Tells whether this process may do everything, which the servers refuse to run as.
pub(crate) fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// Returns the program's own name, without its arguments: those may hold what should not be shown.
fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    program
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
