//! The projects of such a folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

/// One schema: a file, or a folder of files.
pub(super) struct Project {
    /// `owner/repository name`.
    pub(super) name: String,
    /// The same as an identifier.
    pub(super) module: String,
    pub(super) schema: PathBuf,
    /// Its migrations, where it has some.
    pub(super) migrations: Option<PathBuf>,
    /// What `meta.json` says, for a schema that we cannot read.
    pub(super) provider: String,
}

/// Finds the projects with `only` in their name.
pub(super) fn find(folder: &Path, only: &str) -> Result<Vec<Project>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let repository = entry?.path();
        let meta = repository.join("meta.json");
        if !meta.is_file() {
            continue;
        }
        let text = fs::read_to_string(&meta).with_context(|| meta.display().to_string())?;
        let meta: Value =
            serde_json::from_str(&text).with_context(|| meta.display().to_string())?;
        for entry in meta["projects"].as_array().into_iter().flatten() {
            found.push(project(&repository, &meta, entry)?);
        }
    }
    found.retain(|project| project.name.contains(only));
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn project(repository: &Path, meta: &Value, entry: &Value) -> Result<Project> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = format!("{} {}", text(&meta["repo"]), text(&entry["name"]));
    let files: Vec<PathBuf> = entry["schema_files"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|file| text(file).into())
        .collect();
    let schema = match files.as_slice() {
        [file] if entry["multi_file"] != true => file.clone(),
        files => common_folder(files).with_context(|| format!("{name} has no schema files"))?,
    };
    let letter = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    Ok(Project {
        module: format!("p_{}", name.chars().map(letter).collect::<String>()),
        schema: repository.join(schema),
        migrations: entry["migrations_dir"]
            .as_str()
            .map(|folder| repository.join(folder))
            .filter(|folder| folder.is_dir()),
        provider: text(&entry["provider"]),
        name,
    })
}

/// Returns the deepest folder that holds all files.
fn common_folder(files: &[PathBuf]) -> Option<PathBuf> {
    let (first, others) = files.split_first()?;
    let folder = first
        .ancestors()
        .skip(1)
        .find(|folder| others.iter().all(|file| file.starts_with(folder)))?;
    Some(folder.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::common_folder;

    #[test]
    fn a_schema_of_several_files_is_their_folder() {
        let files = [
            "prisma/models/a.prisma",
            "prisma/models/b/c.prisma",
            "prisma/schema.prisma",
        ]
        .map(Into::into);
        assert_eq!(common_folder(&files).unwrap().to_str(), Some("prisma"));
        assert_eq!(
            common_folder(&files[..1]).unwrap().to_str(),
            Some("prisma/models")
        );
    }
}
