use relata_script::LockFile;

use super::{Folder, Migration};
use crate::Result;

/// A migrations folder that a program carries in itself, so that it can migrate its database wherever it runs.
///
/// Generated code has one as `MIGRATIONS`, where the schema's generator says `migrations = "./migrations"`.
///
/// ```
/// # async fn example() -> relata::Result<()> {
/// use relata::migration::Embedded;
///
/// const MIGRATIONS: Embedded = Embedded {
///     lock: Some("provider = \"sqlite\"\n"),
///     scripts: &[("20260101000000_init", "CREATE TABLE users (id INTEGER PRIMARY KEY);")],
/// };
///
/// let db = relata::sqlite::Options::memory().open().await?;
/// let deployed = MIGRATIONS.deploy(&db).await?;
/// assert_eq!(deployed.applied, ["20260101000000_init"]);
/// # Ok(())
/// # }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(example()).unwrap();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Embedded {
    /// The text of `migration_lock.toml`, where there is one.
    pub lock: Option<&'static str>,
    /// The name and the script of each migration.
    pub scripts: &'static [(&'static str, &'static str)],
}

impl Embedded {
    /// The folder, as if it had been read from a disk: sorted by name.
    pub fn folder(&self) -> Result<Folder> {
        let migrations = self.scripts.iter().map(|it| Migration::new(it.0, it.1));
        let mut migrations = migrations.collect::<Result<Vec<_>>>()?;
        migrations.sort_by(|a, b| a.name.cmp(&b.name));
        let lock = self.lock.map(LockFile::parse).transpose()?;
        Ok(Folder { migrations, lock })
    }

    /// Applies what is pending, under the same lock and with the same ledger as `relata migrate deploy`, so that a program's copies that
    /// start at once, and a deploy beside them, each find their place. With other settings: [`Runner::deploy`](super::Runner::deploy)
    /// on [`Embedded::folder`].
    #[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
    pub async fn deploy(&self, db: impl Into<super::Target>) -> Result<super::Deployed> {
        let (target, folder) = (db.into(), self.folder()?);
        folder.check(target.dialect())?;
        super::Runner::new(target)
            .deploy(&folder.migrations, |_| {})
            .await
    }

    /// There is no database to deploy to: no driver is built in.
    #[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
    #[allow(clippy::unused_async, reason = "as the one above")]
    pub async fn deploy(&self, db: impl Into<super::Target>) -> Result<super::Deployed> {
        match db.into().0 {}
    }
}

#[cfg(test)]
mod tests {
    use super::Embedded;

    #[test]
    fn an_embedded_folder_is_a_folder() {
        let folder = Embedded {
            lock: Some("provider = \"mysql\""),
            scripts: &[("2_b", "b"), ("10_c", "c")],
        };
        let read = folder.folder().unwrap();
        assert_eq!(read.migrations[0].name.as_str(), "10_c");
        assert_eq!(
            read.check(crate::Dialect::Sqlite).unwrap_err().code(),
            "R1006"
        );
        let bad = Embedded {
            lock: None,
            scripts: &[("../x", "")],
        };
        assert_eq!(bad.folder().unwrap_err().code(), "R1004");
    }
}
