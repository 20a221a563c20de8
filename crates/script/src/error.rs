use crate::{Dialect, terminal};

/// What can be wrong with the text of a migrations folder.
///
/// Messages name the matching Prisma code where there is one, because that is what people search for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A provider that relata does not write SQL for.
    #[error(
        "unknown database provider `{}`; relata knows postgresql, mysql (also mariadb) and sqlite",
        terminal(name)
    )]
    UnknownDialect {
        /// The name as given.
        name: String,
    },

    /// A migration name that is longer than the history table can be trusted to hold.
    #[error(
        "the migration name is {length} bytes long with its timestamp, more than the {limit} allowed (P3010); choose a shorter name"
    )]
    NameTooLong {
        /// Bytes of the whole directory name.
        length: usize,
        /// The limit, Prisma's 200.
        limit: usize,
    },

    /// A timestamp that is not `YYYYMMDDhhmmss`.
    #[error(
        "`{}` is not a migration timestamp; fourteen digits, YYYYMMDDhhmmss, are needed",
        terminal(stamp)
    )]
    BadStamp {
        /// The text as given.
        stamp: String,
    },

    /// A directory name that would lead out of the migrations folder.
    #[error(
        "`{}` cannot be a migration: the name must be one directory inside the migrations folder, without `/`, `\\`, `:`, `..` or NUL",
        terminal(name)
    )]
    EscapingName {
        /// The name as given.
        name: String,
    },

    /// A `migration_lock.toml` that does not say one provider.
    #[error(
        "migration_lock.toml line {line}: {problem}; it should hold one line such as `provider = \"postgresql\"`"
    )]
    LockFile {
        /// The line, counted from one.
        line: usize,
        /// What is wrong with it.
        problem: &'static str,
    },

    /// A migrations folder that was written for another database.
    #[error(
        "the migrations folder was written for `{}` (migration_lock.toml), but the datasource is `{expected}` (P3019); \
         SQL of one database does not run on another: keep a separate migrations folder for each",
        terminal(found)
    )]
    ProviderMismatch {
        /// What the datasource says.
        expected: Dialect,
        /// What the lock file says.
        found: String,
    },
}

impl Error {
    /// The stable code, for `relata explain` and for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownDialect { .. } => "R1001",
            Self::NameTooLong { .. } => "R1002",
            Self::BadStamp { .. } => "R1003",
            Self::EscapingName { .. } => "R1004",
            Self::LockFile { .. } => "R1005",
            Self::ProviderMismatch { .. } => "R1006",
        }
    }
}
