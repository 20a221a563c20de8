use tokio_postgres::error::DbError;

/// What the server says by the way: `NOTICE`, `WARNING`, `DEBUG`, as `client_min_messages` lets through.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notice {
    /// The word that it begins with, in the server's language: `NOTICE`.
    pub severity: String,
    /// What it says.
    pub message: String,
}

impl Notice {
    pub(super) fn new(notice: &DbError) -> Self {
        Self {
            severity: notice.severity().to_owned(),
            message: notice.message().to_owned(),
        }
    }
}
