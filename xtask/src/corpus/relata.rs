//! The `relata` command, as its users call it.

use std::fs;
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

    /// Returns the SQL from nothing, or from a database, to the schema, or why there is none.
    pub(super) fn sql(&self, from: Option<&str>, schema: &Path) -> Result<Result<String, String>> {
        let mut command = self.command(&["migrate", "diff", "--script", "--to-schema"]);
        command.arg(schema);
        let output = finish(match from {
            Some(url) => command.args(["--from-url", url]),
            None => command.arg("--from-empty"),
        })?;
        if !output.status.success() {
            return Ok(Err(reason(&complaint(&output))));
        }
        Ok(Ok(
            String::from_utf8(output.stdout).context("SQL that is no UTF-8")?
        ))
    }

    /// Pulls a database over a copy of the schema that made it, which must not change by that.
    pub(super) fn pull(&self, schema: &Path, url: &str) -> Result<Outcome> {
        let folder = tempfile::tempdir()?;
        let name = schema.file_name().context("a schema has a name")?;
        let copy = folder.path().join(name);
        duplicate(schema, &copy)?;
        let mut command = self.command(&["db", "pull", "--schema"]);
        let output = finish(command.arg(&copy).args(["--url", url]))?;
        if !output.status.success() {
            return Ok(Outcome::No(reason(&complaint(&output))));
        }
        Ok(match first_difference(schema, &copy)? {
            None => Outcome::Yes,
            Some(line) => Outcome::No(reason(&format!("it changes the schema: {line}"))),
        })
    }

    /// Deploys a history on an empty database, looks whether that was all, and deploys it again.
    pub(super) fn deploy(&self, schema: &Path, migrations: &Path, url: &str) -> Result<Outcome> {
        for (verb, expected) in [
            ("deploy", "successfully applied"),
            ("status", "up to date"),
            ("deploy", "No pending migrations"),
        ] {
            let mut command = self.command(&["migrate", verb, "--schema"]);
            command.arg(schema).arg("--migrations").arg(migrations);
            let output = finish(command.args(["--url", url]))?;
            if !output.status.success() {
                return Ok(Outcome::No(reason(&complaint(&output))));
            }
            let said = String::from_utf8_lossy(&output.stdout);
            if !said.contains(expected) {
                return Ok(Outcome::No(reason(&format!("{verb} said {said}"))));
            }
        }
        Ok(Outcome::Yes)
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

/// Copies a schema, a file or a folder of them.
fn duplicate(from: &Path, to: &Path) -> Result<()> {
    if from.is_file() {
        fs::copy(from, to)?;
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let is_schema = path
            .extension()
            .is_some_and(|ending| ending == "prisma" || ending == "schema");
        if path.is_dir() || is_schema {
            duplicate(
                &path,
                &to.join(path.file_name().context("an entry has a name")?),
            )?;
        }
    }
    Ok(())
}

/// The first line of the second schema that is not in its place in the first.
fn first_difference(one: &Path, other: &Path) -> Result<Option<String>> {
    if one.is_dir() {
        for entry in fs::read_dir(other)? {
            let path = entry?.path();
            let twin = one.join(path.file_name().context("an entry has a name")?);
            let found = if twin.exists() {
                first_difference(&twin, &path)?
            } else {
                Some(format!("{} is new", path.display()))
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        return Ok(None);
    }
    let (before, after) = (fs::read_to_string(one)?, fs::read_to_string(other)?);
    if before == after {
        return Ok(None);
    }
    let line = after
        .lines()
        .zip(before.lines().chain(std::iter::repeat("")))
        .find(|(after, before)| after != before);
    Ok(Some(
        line.map_or("at its end", |(after, _)| after).to_owned(),
    ))
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
