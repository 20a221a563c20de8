//! Runs a command-line client with a script on its standard input.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;

/// Returns what the client printed, or, where it failed, what it complained of.
pub(crate) fn feed(command: &mut Command, script: &str) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{program}: {error}"))?;
    let mut input = child.stdin.take().expect("standard input is piped");
    let output = thread::scope(|scope| {
        // From a thread of its own: a client that prints much while it reads much would otherwise wait for ever.
        // A client that stops at an error closes its end; its own message says more than ours could.
        scope.spawn(move || drop(input.write_all(script.as_bytes())));
        child.wait_with_output()
    })
    .map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return String::from_utf8(output.stdout)
            .map_err(|error| format!("{program} printed other than UTF-8: {error}"));
    }
    let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(if complaint.is_empty() {
        format!("{program}: {}", output.status)
    } else {
        complaint
    })
}
