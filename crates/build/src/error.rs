//! What can go wrong between a schema file and generated files.

use std::io;
use std::path::{Path, PathBuf};

/// Why no code was generated, written or compared. Each has a stable [`code`](Error::code).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing at the schema's path.
    #[error("there is no schema at `{}`", .path.display())]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// The operating system refused to read.
    #[error("`{}` cannot be read: {source}", .path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The path is neither a file nor a folder.
    #[error("`{}` is neither a file nor a folder", .path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// A folder without schema files.
    #[error("the folder `{}` holds no file that ends in `.schema` or `.prisma`", .path.display())]
    EmptyFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A file that is no text.
    #[error("`{}` is not UTF-8 text: byte {offset} cannot be read", .path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// The first byte that is wrong, from 0.
        offset: usize,
    },
    /// A file too large to be a schema.
    #[error("`{}` has {} MB; a schema file is smaller than 64 MB", .path.display(), .bytes / 1_000_000)]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// The schema has errors.
    #[error("{frames}")]
    Schema {
        /// The findings, printed with the lines they are about.
        frames: String,
    },
    /// Nobody said where to write.
    #[error(
        "no output folder: give one, or write `output = \"…\"` into a generator with `provider = \"relata\"`"
    )]
    NoOutput,
    /// `compile` was called outside of a build script.
    #[error("`OUT_DIR` is not set: this runs in a build script, or with an output folder given")]
    NoOutDir,
    /// A path that leaves the output folder.
    #[error("`{path}` is not a path inside the output folder")]
    OutsideFolder {
        /// The path.
        path: String,
    },
    /// Two files that would lie at one place.
    #[error("`{path}` would be written twice on a file system that ignores case")]
    SameFile {
        /// The path.
        path: String,
    },
    /// A file that somebody else wrote stands where ours would go.
    #[error("`{}` was not written by relata and is left alone; move it, or choose another output folder", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A migration without a script.
    #[error("there is no `{}`, and each directory of a migrations folder is a migration; write it, or remove the directory", .path.display())]
    NoScript {
        /// The script that should be there.
        path: PathBuf,
    },
    /// The operating system refused to write. What was there before is there still.
    #[error("`{}` cannot be written: {source}", .path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    /// The stable code, `R5001` and up.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "R5001",
            Self::Read { .. } => "R5002",
            Self::NotAFile { .. } => "R5003",
            Self::EmptyFolder { .. } => "R5004",
            Self::NotText { .. } => "R5005",
            Self::TooLarge { .. } => "R5006",
            Self::Schema { .. } => "R5007",
            Self::NoOutput => "R5008",
            Self::NoOutDir => "R5009",
            Self::OutsideFolder { .. } => "R5010",
            Self::SameFile { .. } => "R5011",
            Self::Foreign { .. } => "R5012",
            Self::Write { .. } => "R5013",
            Self::NoScript { .. } => "R5014",
        }
    }

    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        if source.kind() == io::ErrorKind::NotFound {
            Self::Missing { path }
        } else {
            Self::Read { path, source }
        }
    }

    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        Self::Write {
            path: path.to_path_buf(),
            source,
        }
    }
}
