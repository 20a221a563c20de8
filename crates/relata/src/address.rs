//! Where a server is, and who asks: a connection string of PostgreSQL or MySQL, taken apart.

use std::path::PathBuf;
use std::time::Duration;

use crate::secret::Secret;
use crate::{ConnectionUrl, Error, Result};

/// `scheme://user:password@host:port/database?parameters`, percent-decoded.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) user: Option<String>,
    pub(crate) password: Option<Secret>,
    /// A name, an IP address without brackets, or empty.
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) database: Option<String>,
    /// The folder (PostgreSQL) or file (MySQL) of a Unix socket.
    pub(crate) socket: Option<PathBuf>,
    parameters: Vec<(String, Secret)>,
}

/// Where a server is and who asks, for programs other than ours: the tools that come with a database.
#[derive(Debug, Clone)]
pub struct ServerAddress(Address);

impl ServerAddress {
    /// Reads a connection string of PostgreSQL or MySQL.
    pub fn of(url: &ConnectionUrl) -> Result<Self> {
        Address::parse(url).map(Self)
    }

    /// The user, where the string names one.
    pub fn user(&self) -> Option<&str> {
        self.0.user.as_deref()
    }

    /// The password. For files that only their owner can read; never print it, and never put it into an argument.
    pub fn expose_password(&self) -> Option<&str> {
        self.0.password.as_ref().map(Secret::expose)
    }

    /// The host, or the folder of PostgreSQL's socket; empty where the string names none.
    pub fn host(&self) -> String {
        match &self.0.socket {
            Some(socket) => socket.display().to_string(),
            None => self.0.host.clone(),
        }
    }

    /// The socket, where the string names one: a folder on PostgreSQL, a file on MySQL.
    pub fn socket(&self) -> Option<&std::path::Path> {
        self.0.socket.as_deref()
    }

    /// The port, where the string names one.
    pub fn port(&self) -> Option<u16> {
        self.0.port
    }

    /// The database, where the string names one.
    pub fn database(&self) -> Option<&str> {
        self.0.database.as_deref()
    }

    /// A parameter behind the `?`, percent-decoded.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.0.parameter(name)
    }
}

impl Address {
    pub(crate) fn parse(url: &ConnectionUrl) -> Result<Self> {
        let text = url.expose();
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = place.split_once('/').unwrap_or((place, ""));
        let (login, host) = match authority.rsplit_once('@') {
            Some((login, host)) => (Some(login), host),
            None => (None, authority),
        };
        let (user, password) = match login.map(|login| login.split_once(':').unwrap_or((login, "")))
        {
            Some((user, password)) => (some(decode(user)?), some(decode(password)?)),
            None => (None, None),
        };
        let (host, port) = host_and_port(host)?;
        let mut parameters = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            parameters.push((decode(key)?, Secret::new(decode(value)?)));
        }
        let mut address = Self {
            user,
            password: password.map(Secret::new),
            host,
            port,
            database: some(decode(path)?),
            socket: None,
            parameters,
        };
        address.overrides()?;
        Ok(address)
    }

    /// What libpq lets stand behind the `?` as well: `host`, `port`, `user`, `password`, `dbname`; and `socket`, as MySQL's
    /// tools and Prisma have it.
    fn overrides(&mut self) -> Result<()> {
        let own = |it: Option<&str>| it.filter(|text| !text.is_empty()).map(str::to_owned);
        if let Some(host) = own(self.parameter("host")) {
            if host.starts_with('/') {
                self.socket = Some(PathBuf::from(host));
            } else {
                self.host = host;
            }
        } else if self.host.starts_with('/') {
            self.socket = Some(PathBuf::from(std::mem::take(&mut self.host)));
        }
        if let Some(socket) = own(self.parameter("socket")) {
            self.socket = Some(PathBuf::from(socket));
        }
        if let Some(port) = self.number("port")? {
            self.port = Some(port);
        }
        if let Some(user) = own(self.parameter("user")) {
            self.user = Some(user);
        }
        if let Some(password) = own(self.parameter("password")) {
            self.password = Some(Secret::new(password));
        }
        if let Some(database) = own(self.parameter("dbname")) {
            self.database = Some(database);
        }
        Ok(())
    }

    /// A parameter, percent-decoded.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut all = self.parameters.iter();
        all.find(|(key, _)| key == name)
            .map(|(_, value)| value.expose())
    }

    /// A parameter that is a number; anything else is an error that names the parameter.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>> {
        self.parameter(name)
            .map(|text| {
                text.trim()
                    .parse()
                    .map_err(|_| invalid(format!("`{name}` must be a whole number")))
            })
            .transpose()
    }

    /// A parameter in seconds. As with Prisma, 0 means no limit.
    pub(crate) fn seconds(&self, name: &str, default: Option<u64>) -> Result<Option<Duration>> {
        let seconds = self.number(name)?.or(default);
        Ok(seconds.filter(|it| *it > 0).map(Duration::from_secs))
    }

    /// A parameter that is `true` or `false`.
    #[cfg(feature = "postgres")]
    pub(crate) fn flag(&self, name: &str) -> Result<bool> {
        match self.parameter(name) {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(_) => Err(invalid(format!("`{name}` must be `true` or `false`"))),
        }
    }

    /// The server, for messages: never user, password or parameters.
    pub(crate) fn place(&self, default_port: u16) -> String {
        let place = match &self.socket {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", self.host, self.port.unwrap_or(default_port)),
        };
        relata_script::terminal(&place)
    }
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn host_and_port(text: &str) -> Result<(String, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let port = match port.filter(|port| !port.is_empty()) {
        Some(port) => Some(port.parse().map_err(|_| {
            // What stands there may be the rest of a password, so it is not shown.
            invalid("the port is not a number from 0 to 65535; in user and password `@ : / ? # %` must be percent-encoded (`/` is `%2F`)")
        })?),
        None => None,
    };
    Ok((decode(host)?, port))
}

/// Percent-decodes; a `+` is a plus.
fn decode(text: &str) -> Result<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        match (digit(bytes.next()), digit(bytes.next())) {
            (Some(high), Some(low)) => out.push((high * 16 + low) as u8),
            _ => {
                return Err(invalid(
                    "a `%` is not followed by two hexadecimal digits; a plain percent sign is written `%25`",
                ));
            }
        }
    }
    let text = String::from_utf8(out)
        .map_err(|_| invalid("what is percent-encoded in it is not UTF-8"))?;
    if text.contains('\0') {
        return Err(invalid("it holds a NUL"));
    }
    Ok(text)
}

/// A connection string that cannot be understood; the message never repeats it.
pub(crate) fn invalid(message: impl Into<String>) -> Error {
    Error::Url {
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(&text.parse().unwrap()).unwrap()
    }

    #[test]
    fn parts_are_decoded() {
        let it = address(
            "postgresql://an%20n:p%40ss%2F%3A@db.example:6000/my%20db?schema=a%26b&connect_timeout=0",
        );
        assert_eq!(it.user.as_deref(), Some("an n"));
        assert_eq!(it.password.as_ref().unwrap().expose(), "p@ss/:");
        assert_eq!(
            (it.host.as_str(), it.port, it.database.as_deref()),
            ("db.example", Some(6000), Some("my db"))
        );
        assert_eq!(it.parameter("schema"), Some("a&b"));
        assert_eq!(it.seconds("connect_timeout", Some(5)).unwrap(), None);
        assert_eq!(it.place(5432), "db.example:6000");
    }

    #[test]
    fn hosts_sockets_and_what_is_missing() {
        let it = address("mysql://u@[::1]:33/d");
        assert_eq!((it.host.as_str(), it.port), ("::1", Some(33)));
        assert!(it.password.is_none());
        let it = address("postgresql://u:p@localhost/d?host=/run/postgresql");
        assert_eq!(it.socket, Some("/run/postgresql".into()));
        let it = address("postgresql://u:p@%2Frun%2Fpg/d");
        assert_eq!(it.socket, Some("/run/pg".into()));
        let it = address("mysql://u:p@localhost/d?socket=/tmp/my.sock");
        assert_eq!(it.socket, Some("/tmp/my.sock".into()));
        let it = address("postgresql://");
        assert_eq!((it.host.as_str(), it.user, it.database), ("", None, None));
    }

    #[test]
    fn a_raw_at_sign_belongs_to_the_password() {
        let it = address("postgresql://u:a@b@h/d");
        assert_eq!(it.password.as_ref().unwrap().expose(), "a@b");
        assert_eq!(it.host, "h");
    }

    #[test]
    fn nothing_secret_is_shown() {
        for text in [
            "postgresql://u:s3cret@h/d?password=s3cret&sslpassword=s3cret",
            "postgresql://u:s3/s3cret@h/d",
        ] {
            let url: ConnectionUrl = text.parse().unwrap();
            match Address::parse(&url) {
                Ok(it) => assert!(!format!("{it:?} {}", it.place(1)).contains("s3cret")),
                Err(error) => assert!(!format!("{error} {error:?}").contains("s3cret")),
            }
        }
        for text in [
            "postgresql://u:%s3cret@h/d",
            "postgresql://u:s3cret%ff@h",
            "mysql://u:p@h:s3cret/d",
            "mysql://h/d?port=s3cret",
        ] {
            let error = Address::parse(&text.parse().unwrap()).unwrap_err();
            assert_eq!(error.code(), "R2010");
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
    }
}
