use std::fmt;
use std::str::FromStr;

use crate::Error;

/// The three families of SQL that relata writes and reads.
///
/// `MariaDB` counts as [`Dialect::Mysql`]: both share one lexical grammar, and what differs is a matter of server versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// PostgreSQL.
    Postgres,
    /// MySQL and `MariaDB`.
    Mysql,
    /// SQLite.
    Sqlite,
}

impl Dialect {
    /// Every dialect, in the order in which reports list them.
    pub const ALL: [Self; 3] = [Self::Postgres, Self::Mysql, Self::Sqlite];

    /// The provider name that schemas and `migration_lock.toml` use.
    ///
    /// ```
    /// use relata_script::Dialect;
    /// assert_eq!(Dialect::Postgres.name(), "postgresql");
    /// assert_eq!("mariadb".parse(), Ok(Dialect::Mysql));
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql",
            Self::Mysql => "mysql",
            Self::Sqlite => "sqlite",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Dialect {
    type Err = Error;

    /// Takes the provider names, Prisma's older `postgres`, and `mariadb`.
    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "postgresql" | "postgres" => Ok(Self::Postgres),
            "mysql" | "mariadb" => Ok(Self::Mysql),
            "sqlite" => Ok(Self::Sqlite),
            other => Err(Error::UnknownDialect {
                name: other.to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_back() {
        for dialect in Dialect::ALL {
            assert_eq!(dialect.name().parse(), Ok(dialect));
        }
        assert_eq!("postgres".parse(), Ok(Dialect::Postgres));
    }

    #[test]
    fn an_unknown_provider_is_named_without_its_control_characters() {
        let error = "my\u{1b}[31msql".parse::<Dialect>().unwrap_err();
        assert_eq!(error.code(), "R1001");
        assert!(error.to_string().contains(r"my\u{1b}[31msql"), "{error}");
    }
}
