//! The `relata` command, as its users call it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::outcome::{Outcome, reason};
use crate::process::{complaint, finish};
use crate::workspace::cargo;

/// The built command.
pub(super) struct Relata {
    pub(super) program: PathBuf,
}

/// What `relata validate` says of a schema.
pub(super) struct Check {
    pub(super) provider: Option<String>,
    pub(super) models: Option<u64>,
    pub(super) parsed: Outcome,
    pub(super) valid: Outcome,
}

impl Relata {
    pub(super) fn build(target: &Path) -> Result<Self> {
        let status = cargo()
            .args(["build", "--quiet", "--package", "relata-cli"])
            .status()?;
        if !status.success() {
            bail!("relata-cli does not build");
        }
        Ok(Self {
            program: target.join("debug/relata"),
        })
    }

    pub(super) fn validate(&self, schema: &Path) -> Result<Check> {
        let output = finish(
            self.command(&["validate", "--format", "json"])
                .arg("--schema")
                .arg(schema),
        )?;
        let Ok(json) = serde_json::from_slice::<Value>(&output.stdout) else {
            let why = reason(&complaint(&output));
            let no = format!("validate printed no JSON ({}): {why}", output.status);
            return Ok(Check {
                provider: None,
                models: None,
                parsed: Outcome::No(no),
                valid: Outcome::NotTried,
            });
        };
        let outcome = |key: &str| {
            if json[key] == true {
                Outcome::Yes
            } else {
                Outcome::No(first_error(&json))
            }
        };
        let parsed = outcome("parsed");
        let mut valid = outcome("valid");
        if valid.is_yes() && !output.status.success() {
            valid = Outcome::No(format!("valid by its JSON, but {}", output.status));
        } else if !parsed.is_yes() && !valid.is_yes() {
            // The same mistake once is enough.
            valid = Outcome::NotTried;
        }
        let provider = json["provider"].as_str().map(str::to_owned);
        Ok(Check {
            provider,
            models: json["models"].as_u64(),
            parsed,
            valid,
        })
    }

    /// Returns the SQL from nothing to the schema, or why there is none.
    pub(super) fn sql(&self, schema: &Path) -> Result<Result<String, String>> {
        let mut command =
            self.command(&["migrate", "diff", "--from-empty", "--script", "--to-schema"]);
        let output = finish(command.arg(schema))?;
        if !output.status.success() {
            return Ok(Err(reason(&complaint(&output))));
        }
        Ok(Ok(
            String::from_utf8(output.stdout).context("SQL that is no UTF-8")?
        ))
    }

    pub(super) fn rust(&self, schema: &Path, folder: &Path) -> Result<Outcome> {
        let mut command = self.command(&["generate"]);
        let output = finish(
            command
                .arg("--schema")
                .arg(schema)
                .arg("--output")
                .arg(folder),
        )?;
        Ok(if !output.status.success() {
            Outcome::No(reason(&complaint(&output)))
        } else if folder.join("mod.rs").is_file() {
            Outcome::Yes
        } else {
            Outcome::No("generate wrote no mod.rs".to_owned())
        })
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(args).env("NO_COLOR", "1");
        command
    }
}

fn first_error(json: &Value) -> String {
    let mut all = json["diagnostics"].as_array().into_iter().flatten();
    let is_error = |one: &&Value| {
        one["severity"]
            .as_str()
            .is_none_or(|word| word.eq_ignore_ascii_case("error"))
    };
    let Some(first) = all.find(is_error) else {
        return "no diagnostic says why".to_owned();
    };
    let text = |key: &str| first[key].as_str().unwrap_or_default();
    reason(&format!("error[{}]: {}", text("code"), text("message")))
}
