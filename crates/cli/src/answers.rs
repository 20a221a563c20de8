//! Answers to questions that would be asked, in a file: `--answers answers.toml`. Flags win over it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::args::DriftArg;
use crate::failure::Failure;
use crate::settings::line_of;

/// The file's keys, each named as its flag.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "one for each flag")]
pub struct Answers {
    /// The name of the new migration.
    pub name: Option<String>,
    /// Whether what would be lost may be.
    #[serde(default)]
    pub accept_data_loss: bool,
    /// Whether everything may be dropped.
    #[serde(default)]
    pub force: bool,
    /// What to do about a drift.
    pub drift: Option<DriftArg>,
    /// What is only called otherwise: `old:new`.
    #[serde(default)]
    pub rename: Vec<String>,
    /// Whether nothing else is.
    #[serde(default)]
    pub no_rename: bool,
    /// What columns are filled with, by `table.column`.
    #[serde(default)]
    pub backfill: BTreeMap<String, String>,
}

pub fn read(path: &Path) -> Result<Answers, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(
            "R7013",
            format!("`{}` cannot be read: {error}", path.display()),
        )
    })?;
    toml::from_str(&text).map_err(|error| {
        let line = line_of(&text, &error);
        Failure::new(
            "R7030",
            format!(
                "`{}` cannot be read: line {line}: {}",
                path.display(),
                error.message()
            ),
        )
    })
}
