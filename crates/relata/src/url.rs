use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use relata_script::Dialect;

use crate::{Error, Result};

/// A connection string, taken apart as far as its database is concerned.
///
/// `Debug` and `Display` leave out passwords; [`ConnectionUrl::expose`] is the one way to the whole text.
///
/// ```
/// let url: relata::ConnectionUrl = "postgresql://ann:s3cret@db/app".parse()?;
/// assert_eq!(url.to_string(), "postgresql://ann:***@db/app");
/// # Ok::<(), relata::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectionUrl {
    text: String,
    dialect: Dialect,
    sqlite: Option<SqliteLocation>,
}

/// Where a SQLite database lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SqliteLocation {
    /// In memory, gone with its connection.
    Memory,
    /// In a file; the path is as written, perhaps relative.
    File(PathBuf),
}

impl SqliteLocation {
    /// The path, with a relative one taken from `base`: for a datasource that is the schema file's folder, as Prisma does.
    #[must_use]
    pub fn resolve(&self, base: &Path) -> Self {
        match self {
            Self::Memory => Self::Memory,
            // `components` drops the `.` of `./dev.db`, so that messages show a plain path.
            Self::File(path) => Self::File(base.join(path).components().collect()),
        }
    }
}

impl ConnectionUrl {
    /// The family of the database.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Where the database lives, for SQLite.
    pub const fn sqlite(&self) -> Option<&SqliteLocation> {
        self.sqlite.as_ref()
    }

    /// A parameter after the `?`.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let (_, query) = self.text.split_once('?')?;
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// How long to wait for a lock: `socket_timeout`, in seconds, as Prisma calls it for SQLite.
    pub fn busy_timeout(&self) -> Option<Duration> {
        self.parameter("socket_timeout")?
            .parse()
            .ok()
            .map(Duration::from_secs)
    }

    /// The whole text, password included. For drivers; never print it.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl std::str::FromStr for ConnectionUrl {
    type Err = Error;

    /// Takes what Prisma takes: `file:./dev.db`, `file:/abs/dev.db?socket_timeout=10`, `sqlite:dev.db`, `sqlite:///abs`,
    /// `:memory:`, `file::memory:`, `postgres(ql)://…`, `mysql://…`, `mariadb://…`. As in Prisma, paths are not
    /// percent-decoded.
    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let url = |message: &str| Error::Url {
            message: message.to_owned(),
        };
        if text.is_empty() {
            return Err(url("it is empty; is the environment variable set?"));
        }
        let (scheme, rest) = match text {
            ":memory:" => ("sqlite", text),
            _ => text.split_once(':').ok_or_else(|| {
                url("it must start with `file:`, `sqlite:`, `postgresql://` or `mysql://`")
            })?,
        };
        if matches!(scheme, "file" | "sqlite") {
            let sqlite = Some(location(rest)?);
            return Ok(Self {
                text: text.to_owned(),
                dialect: Dialect::Sqlite,
                sqlite,
            });
        }
        let dialect: Dialect = scheme.parse().map_err(|_| {
            url("its scheme is none of `file:`, `sqlite:`, `postgresql://`, `mysql://`, `mariadb://`")
        })?;
        if !rest.starts_with("//") {
            return Err(url("`//` must follow the scheme"));
        }
        Ok(Self {
            text: text.to_owned(),
            dialect,
            sqlite: None,
        })
    }
}

fn location(rest: &str) -> Result<SqliteLocation> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    if path == ":memory:"
        || path == "//:memory:"
        || query.split('&').any(|pair| pair == "mode=memory")
    {
        return Ok(SqliteLocation::Memory);
    }
    // `file:///abs` has an empty host; `sqlite://dev.db` is how some tools write a relative path.
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() {
        return Err(Error::Url {
            message: "the path of the database file is missing".to_owned(),
        });
    }
    if path.contains('\0') {
        return Err(Error::Url {
            message: "the path holds a NUL".to_owned(),
        });
    }
    Ok(SqliteLocation::File(PathBuf::from(path)))
}

impl fmt::Display for ConnectionUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if self.sqlite.is_some() {
            without_secrets(&self.text)
        } else {
            redacted(&self.text)
        };
        f.write_str(&relata_script::terminal(&text))
    }
}

impl fmt::Debug for ConnectionUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConnectionUrl({self})")
    }
}

/// Hides passwords, erring on the side of hiding too much: a password may itself hold `/`, `?`, `:` and `@` unescaped, so
/// everything from the first `:` of the authority to the last `@` of the text goes.
fn redacted(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return "***".to_owned();
    };
    let rest = match rest.rsplit_once('@') {
        Some((login, host)) => match login.split_once(':') {
            Some((user, _)) => format!("{user}:***@{host}"),
            None => format!("{login}@{host}"),
        },
        None => rest.to_owned(),
    };
    format!("{scheme}://{}", without_secrets(&rest))
}

/// Hides the values of parameters that may be secret.
fn without_secrets(text: &str) -> String {
    match text.split_once('?') {
        Some((place, query)) => {
            let pairs: Vec<String> = query.split('&').map(redacted_pair).collect();
            format!("{place}?{}", pairs.join("&"))
        }
        None => text.to_owned(),
    }
}

fn redacted_pair(pair: &str) -> String {
    let key = pair.split('=').next().unwrap_or_default();
    let lower = key.to_ascii_lowercase();
    if [
        "pass", "pwd", "secret", "token", "key", "options", "identity",
    ]
    .iter()
    .any(|word| lower.contains(word))
    {
        format!("{key}=***")
    } else {
        pair.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> String {
        match text.parse::<ConnectionUrl>().unwrap().sqlite().unwrap() {
            SqliteLocation::Memory => "memory".to_owned(),
            SqliteLocation::File(path) => path.display().to_string(),
        }
    }

    #[test]
    fn sqlite_paths() {
        assert_eq!(file("file:./dev.db"), "./dev.db");
        assert_eq!(
            file("file:dev.db?connection_limit=1&socket_timeout=10"),
            "dev.db"
        );
        assert_eq!(file("sqlite:dev.db"), "dev.db");
        assert_eq!(file("sqlite://dev.db"), "dev.db");
        assert_eq!(file("file:///var/dev.db"), "/var/dev.db");
        assert_eq!(file("file:/var/a%20b.db"), "/var/a%20b.db");
        for text in [
            ":memory:",
            "sqlite::memory:",
            "file::memory:?cache=shared",
            "sqlite://:memory:",
        ] {
            assert_eq!(file(text), "memory", "{text}");
        }
    }

    #[test]
    fn relative_paths_are_taken_from_the_base() {
        let resolved = SqliteLocation::File("./dev.db".into()).resolve(Path::new("/app/prisma"));
        assert_eq!(resolved, SqliteLocation::File("/app/prisma/dev.db".into()));
        let absolute = SqliteLocation::File("/x.db".into());
        assert_eq!(absolute.resolve(Path::new("/app")), absolute);
    }

    #[test]
    fn parameters() {
        let url: ConnectionUrl = "file:dev.db?connection_limit=1&socket_timeout=7"
            .parse()
            .unwrap();
        assert_eq!(url.parameter("connection_limit"), Some("1"));
        assert_eq!(url.busy_timeout(), Some(Duration::from_secs(7)));
    }

    #[test]
    fn what_is_no_connection_string_is_not_repeated() {
        for text in [
            "",
            "  ",
            "s3cret",
            "file:",
            "file:?a=b",
            "postgres:s3cret",
            "redis://:s3cret@x",
            "file:a\0b",
        ] {
            let error = text.parse::<ConnectionUrl>().unwrap_err();
            assert_eq!(error.code(), "R2010", "{text}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn passwords_are_hidden() {
        for text in [
            "postgresql://u:s3cret@h/d",
            "mysql://u:a@s3cret@h/d",
            "postgres://u:s3/c?s3cret@h/d",
            "mariadb://:s3cret@h",
            "postgres://h/d?user=u&password=s3cret&sslmode=require",
            "postgres://h/d?sslpassword=s3cret",
            "file:./dev.db?password=s3cret",
            "postgres://u:s3cret@h/d?x=a@b",
        ] {
            let url: ConnectionUrl = text.parse().unwrap();
            for shown in [
                url.to_string(),
                format!("{url:?}"),
                format!("{:?}", Some(&url)),
            ] {
                assert!(!shown.contains("s3cret"), "{shown}");
            }
            assert_eq!(url.expose(), text);
        }
    }
}
