//! Coming.
use std::process::ExitCode;
pub(crate) fn run(_: &[String]) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not yet")
}
