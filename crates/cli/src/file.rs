//! Files that are whole at every moment.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::Failure;

/// Writes beside the file and renames over it. Its permissions stay.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    Staged::new(path, text)?.persist()
}

/// Writes several files: all of them are laid down before the first takes its place, so that a full disk or a missing right changes
/// nothing.
pub fn replace_all(files: &[(PathBuf, String)]) -> Result<(), Failure> {
    let staged: Vec<Staged> = files
        .iter()
        .map(|(path, text)| Staged::new(path, text))
        .collect::<Result<_, _>>()?;
    staged.into_iter().try_for_each(Staged::persist)
}

/// A file that is written and waits beside its place.
struct Staged {
    path: PathBuf,
    file: NamedTempFile,
}

impl Staged {
    fn new(path: &Path, text: &str) -> Result<Self, Failure> {
        let fail = |error| fail(path, &error);
        // Through a link to the file itself; a new file has none.
        let target = match path.canonicalize() {
            Ok(target) => target,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(fail(error)),
        };
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut file = if let Ok(metadata) = std::fs::metadata(&target) {
            let permissions = metadata.permissions();
            if permissions.readonly() {
                return Err(fail(std::io::ErrorKind::PermissionDenied.into()));
            }
            let file = NamedTempFile::new_in(folder).map_err(fail)?;
            std::fs::set_permissions(file.path(), permissions).map_err(fail)?;
            file
        } else {
            new_file(folder).map_err(fail)?
        };
        file.write_all(text.as_bytes()).map_err(fail)?;
        Ok(Self { path: target, file })
    }

    fn persist(self) -> Result<(), Failure> {
        let persisted = self.file.persist(&self.path);
        persisted
            .map(drop)
            .map_err(|error| fail(&self.path, &error.error))
    }
}

/// A temporary file with the permissions that any new file gets.
fn new_file(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

fn fail(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        "R7008",
        format!("`{}` cannot be written: {error}", path.display()),
    )
}
