//! Fixture files: `fixtures/<subject>/<case>/*.schema`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::workspace_root;

/// One folder under `fixtures/<subject>/`.
#[derive(Debug, Clone)]
pub struct Case {
    /// The folder's name, which is also the snapshot's.
    pub name: String,
    /// The folder itself.
    pub folder: PathBuf,
    /// Its `.schema` files: one, or a history `1.schema`, `2.schema`, … in the order of their numbers.
    pub sources: Vec<Source>,
}

/// One `.schema` file of a case.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file's name, with its ending.
    pub name: String,
    /// What it holds, byte for byte.
    pub text: String,
}

impl Case {
    /// Tells whether the case is for a database (`postgres`, `mysql`, `sqlite`): a first line `// databases: …` names those it is for.
    pub fn is_for(&self, database: &str) -> bool {
        let first = self
            .sources
            .first()
            .and_then(|source| source.text.lines().next());
        let named = first.and_then(|line| line.strip_prefix("// databases:"));
        named.is_none_or(|only| only.split_whitespace().any(|each| each == database))
    }

    /// Returns the text of a case that has one file.
    #[track_caller]
    pub fn schema(&self) -> &str {
        match self.sources.as_slice() {
            [only] => &only.text,
            several => panic!(
                "{} holds {} schemas; take them from `sources`",
                self.name,
                several.len()
            ),
        }
    }

    /// Returns the text of another file in the folder, `None` where there is no such file.
    #[track_caller]
    pub fn read(&self, file: &str) -> Option<String> {
        let path = self.folder.join(file);
        match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }
}

/// Returns the cases of a subject, by name. A subject without cases is a spelling mistake, so it panics.
#[track_caller]
pub fn fixtures(subject: &str) -> Vec<Case> {
    let folder = workspace_root().join("fixtures").join(subject);
    let mut cases: Vec<Case> = entries(&folder)
        .into_iter()
        .filter(|path| path.is_dir())
        .map(|folder| case(&folder))
        .collect();
    assert!(!cases.is_empty(), "no case in {}", folder.display());
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// Runs `check` on every case of a subject, goes on after a failure, and names all that failed.
#[track_caller]
pub fn each_case(subject: &str, check: impl Fn(&Case)) {
    let cases = fixtures(subject);
    let failed: Vec<&str> = cases
        .iter()
        .filter(|case| catch_unwind(AssertUnwindSafe(|| check(case))).is_err())
        .map(|case| case.name.as_str())
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {} cases of {subject} failed: {}",
        failed.len(),
        cases.len(),
        failed.join(", ")
    );
}

fn case(folder: &Path) -> Case {
    let mut sources: Vec<Source> = entries(folder)
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "schema"))
        .map(|path| Source {
            name: file_name(path),
            text: fs::read_to_string(path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        })
        .collect();
    assert!(
        !sources.is_empty(),
        "no .schema file in {}",
        folder.display()
    );
    sources.sort_by(|a, b| order(&a.name).cmp(&order(&b.name)));
    Case {
        name: file_name(folder),
        folder: folder.to_path_buf(),
        sources,
    }
}

/// Numbers first and by value, so that `10.schema` follows `9.schema`.
fn order(name: &str) -> (u64, &str) {
    let stem = name.strip_suffix(".schema").unwrap_or(name);
    (stem.parse().unwrap_or(u64::MAX), name)
}

#[track_caller]
fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = || {
        fs::read_dir(folder)?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<Vec<_>>>()
    };
    read().unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn histories_are_in_the_order_of_their_numbers() {
        let mut names = ["10.schema", "9.schema", "b.schema", "1.schema", "a.schema"];
        names.sort_by(|a, b| order(a).cmp(&order(b)));
        assert_eq!(
            names,
            ["1.schema", "9.schema", "10.schema", "a.schema", "b.schema"]
        );
    }
}
