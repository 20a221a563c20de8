//! Schema files, from a disk.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use relata_schema::Sources;

use crate::Error;

/// No schema comes near this; what does is a mistake, and would fill the memory.
const LIMIT: u64 = 64_000_000;

/// Reads a schema: a file, or every `.schema` and `.prisma` file in a folder and the folders below it.
///
/// Sources are named by their paths as given, so that findings read like the command that was typed, and are sorted.
/// In a folder, hidden folders, links to folders, `node_modules` and what cargo builds are passed by.
///
/// # Errors
///
/// [`Error::Missing`], [`Error::Read`], [`Error::NotAFile`], [`Error::EmptyFolder`], [`Error::NotText`],
/// [`Error::TooLarge`].
pub fn load(path: impl AsRef<Path>) -> Result<Sources, Error> {
    Found::at(path.as_ref())?.read()
}

/// The files of a schema, found but not yet read: a build script names them to cargo even if reading fails.
#[derive(Debug)]
pub(crate) struct Found {
    /// The files, sorted.
    pub(crate) files: Vec<PathBuf>,
    /// The folder they were found in, if the schema is a folder.
    pub(crate) folder: Option<PathBuf>,
}

impl Found {
    pub(crate) fn at(path: &Path) -> Result<Self, Error> {
        let metadata = fs::metadata(path).map_err(|error| Error::read(path, error))?;
        if metadata.is_file() {
            return Ok(Self {
                files: vec![path.to_path_buf()],
                folder: None,
            });
        }
        if !metadata.is_dir() {
            return Err(Error::NotAFile {
                path: path.to_path_buf(),
            });
        }
        let mut files = Vec::new();
        collect(path, &mut files)?;
        if files.is_empty() {
            return Err(Error::EmptyFolder {
                path: path.to_path_buf(),
            });
        }
        files.sort();
        Ok(Self {
            files,
            folder: Some(path.to_path_buf()),
        })
    }

    pub(crate) fn read(&self) -> Result<Sources, Error> {
        let mut sources = Sources::default();
        for path in &self.files {
            sources.add(&path.display().to_string(), &text(path)?);
        }
        Ok(sources)
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(|error| Error::read(folder, error))? {
        let entry = entry.map_err(|error| Error::read(folder, error))?;
        let path = entry.path();
        let kind = entry
            .file_type()
            .map_err(|error| Error::read(&path, error))?;
        let is_schema = path
            .extension()
            .is_some_and(|ending| ending == "schema" || ending == "prisma");
        if kind.is_dir() {
            if !is_passed_by(&path) {
                collect(&path, files)?;
            }
        } else if is_schema && (kind.is_file() || path.is_file()) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_passed_by(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    // The tag is what cargo and other tools put into folders of things that can be made again.
    name.starts_with('.') || name == "node_modules" || folder.join("CACHEDIR.TAG").is_file()
}

fn text(path: &Path) -> Result<String, Error> {
    let metadata = fs::metadata(path).map_err(|error| Error::read(path, error))?;
    // A pipe or device could block for ever.
    if !metadata.is_file() {
        return Err(Error::NotAFile {
            path: path.to_path_buf(),
        });
    }
    let too_large = |bytes| Error::TooLarge {
        path: path.to_path_buf(),
        bytes,
    };
    if metadata.len() >= LIMIT {
        return Err(too_large(metadata.len()));
    }
    let file = fs::File::open(path).map_err(|error| Error::read(path, error))?;
    let mut bytes = Vec::new();
    file.take(LIMIT)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::read(path, error))?;
    if bytes.len() as u64 >= LIMIT {
        return Err(too_large(bytes.len() as u64));
    }
    if let Some(offset) = bytes.iter().position(|&byte| byte == 0) {
        return Err(Error::NotText {
            path: path.to_path_buf(),
            offset,
        });
    }
    String::from_utf8(bytes).map_err(|error| Error::NotText {
        path: path.to_path_buf(),
        offset: error.utf8_error().valid_up_to(),
    })
}
