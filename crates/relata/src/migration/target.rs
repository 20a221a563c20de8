use crate::Dialect;

/// The connection that a [`super::Runner`] works on: `Runner::new(&sqlite)`, `Runner::new(&postgres)`, `Runner::new(&mysql)`.
///
/// While it deploys, a runner needs the connection for itself: what other tasks send over a clone of it would run between, or
/// inside, the statements of a migration.
#[derive(Clone)]
pub struct Target(pub(super) Kind);

#[derive(Clone)]
pub(super) enum Kind {
    #[cfg(feature = "sqlite")]
    Sqlite(crate::sqlite::Sqlite),
    /// PostgreSQL, MySQL or MariaDB.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    Server(std::sync::Arc<dyn crate::Connection>),
}

impl Target {
    /// The family of SQL that it speaks.
    pub fn dialect(&self) -> Dialect {
        match self.0 {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite(_) => Dialect::Sqlite,
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Kind::Server(ref db) => db.dialect(),
        }
    }
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Target").field(&self.dialect()).finish()
    }
}

#[cfg(feature = "sqlite")]
impl From<&crate::sqlite::Sqlite> for Target {
    fn from(db: &crate::sqlite::Sqlite) -> Self {
        Self(Kind::Sqlite(db.clone()))
    }
}

#[cfg(feature = "postgres")]
impl From<&crate::postgres::Postgres> for Target {
    fn from(db: &crate::postgres::Postgres) -> Self {
        Self(Kind::Server(std::sync::Arc::new(db.clone())))
    }
}

#[cfg(feature = "mysql")]
impl From<&crate::mysql::Mysql> for Target {
    fn from(db: &crate::mysql::Mysql) -> Self {
        Self(Kind::Server(std::sync::Arc::new(db.clone())))
    }
}
