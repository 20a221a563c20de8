/// Why a database could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection string names no database (MySQL).
    #[error(
        "the connection string names no database; put its name behind the host: mysql://user@host/name"
    )]
    NoDatabase,
    /// The server speaks PostgreSQL's dialect and is none.
    #[error(
        "the server is CockroachDB, which is not read: for it SQL is only written, from one schema to another"
    )]
    Cockroachdb,
    /// A query failed.
    #[error(transparent)]
    Database(#[from] relata::Error),
}

impl Error {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoDatabase => "R4002",
            Self::Cockroachdb => "R4003",
            Self::Database(error) => error.code(),
        }
    }
}
