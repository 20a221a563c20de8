//! The server and version that SQL is written for, and what of a catalog it does not have.

mod feature;
mod used;

use std::fmt;
use std::str::FromStr;

use relata_script::Dialect;

pub use feature::Feature;

use crate::catalog::Catalog;
use crate::{Error, target::feature::since};

/// A server by its product: what one dialect of SQL has, another server of it need not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each is the product of its name")]
pub enum Server {
    Postgresql,
    Cockroachdb,
    Mysql,
    Mariadb,
    Sqlite,
}

impl Server {
    /// Every server.
    pub const ALL: [Self; 5] = [
        Self::Postgresql,
        Self::Cockroachdb,
        Self::Mysql,
        Self::Mariadb,
        Self::Sqlite,
    ];

    /// The name that `target` gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgresql => "postgresql",
            Self::Cockroachdb => "cockroachdb",
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
            Self::Sqlite => "sqlite",
        }
    }

    /// The dialect that it speaks.
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Postgresql | Self::Cockroachdb => Dialect::Postgres,
            Self::Mysql | Self::Mariadb => Dialect::Mysql,
            Self::Sqlite => Dialect::Sqlite,
        }
    }
}

/// A version: `15`, `8.0.16`, `3.35`. What is not said is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16, pub u16, pub u16);

/// The oldest server that a project runs on: `target = "postgresql 14"`.
///
/// ```
/// use relata_sql::{Feature, Target};
/// let target: Target = "mysql 8.0".parse()?;
/// assert_eq!(target.to_string(), "mysql 8.0");
/// assert!(!target.has(Feature::Checks)); // since 8.0.16
/// assert!("postgresql 15".parse::<Target>()?.has(Feature::NullsNotDistinct));
/// assert!("oracle 19".parse::<Target>().is_err());
/// # Ok::<(), relata_sql::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// The server.
    pub server: Server,
    /// Its version.
    pub version: Version,
}

impl Target {
    /// Tells whether it has a feature.
    pub fn has(&self, feature: Feature) -> bool {
        since(feature, self.server).is_some_and(|since| self.version >= since)
    }

    /// Refuses a catalog that needs what the server does not have; names the first such thing.
    pub fn check(&self, catalog: &Catalog) -> Result<(), Error> {
        let is_other = catalog.server.is_some_and(|server| server != self.server);
        if is_other || catalog.dialect != self.server.dialect() {
            return Err(Error::DialectMismatch {
                from: catalog.server_name(),
                to: self.server.name(),
            });
        }
        let mut used = used::features(catalog).into_iter();
        match used.find(|(feature, _)| !self.has(*feature)) {
            None => Ok(()),
            Some((feature, owner)) => Err(Error::NotInTarget {
                feature,
                owner,
                target: *self,
                since: since(feature, self.server),
            }),
        }
    }
}

impl FromStr for Target {
    type Err = Error;

    /// Reads a server and its version, with a blank between.
    fn from_str(text: &str) -> Result<Self, Error> {
        let unknown = || Error::Target {
            text: text.to_owned(),
        };
        let (name, version) = text.trim().split_once(' ').ok_or_else(unknown)?;
        let name = name.to_ascii_lowercase();
        let server = Server::ALL
            .into_iter()
            .find(|server| server.name() == name)
            .ok_or_else(unknown)?;
        let parts = version.trim().split('.').map(str::parse::<u16>);
        let parts: Vec<u16> = parts.collect::<Result<_, _>>().map_err(|_| unknown())?;
        let version = match parts.as_slice() {
            [major] => Version(*major, 0, 0),
            [major, minor] => Version(*major, *minor, 0),
            [major, minor, patch] => Version(*major, *minor, *patch),
            _ => return Err(unknown()),
        };
        Ok(Self { server, version })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(major, 0, 0) => write!(f, "{major}"),
            Self(major, minor, 0) => write!(f, "{major}.{minor}"),
            Self(major, minor, patch) => write!(f, "{major}.{minor}.{patch}"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Version(major, minor, patch) = self.version;
        let name = self.server.name();
        // Servers other than PostgreSQL have no versions of one number.
        match (self.server, minor, patch) {
            (Server::Postgresql, 0, 0) => write!(f, "{name} {major}"),
            (_, _, 0) => write!(f, "{name} {major}.{minor}"),
            _ => write!(f, "{name} {major}.{minor}.{patch}"),
        }
    }
}
