use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use relata_script::Dialect;
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

use super::Postgres;
use super::core::Core;
use super::tls::Tls;
use crate::address::{Address, invalid};
use crate::tls::{TlsMode, TlsOptions};
use crate::{ConnectionUrl, Error, Result};

/// How to connect to PostgreSQL: a connection string as Prisma takes it, read.
///
/// | parameter | meaning |
/// |---|---|
/// | `schema` | the `search_path`, as one name; the role's own otherwise. Not sent with `pgbouncer=true` |
/// | `sslmode` | `disable`, `prefer` (the default), `require`, `verify-ca`, `verify-full` |
/// | `sslrootcert`, `sslcert`, `sslkey` | PEM files. `sslcert` without `sslkey` is the authority, as with Prisma |
/// | `sslaccept` | Prisma's `strict` is `verify-full`, `accept_invalid_certs` the default |
/// | `connect_timeout` | seconds, 5 by default; 0 waits for ever |
/// | `socket_timeout` | seconds that a statement may take; no limit by default |
/// | `application_name`, `options` | as libpq has them |
/// | `pgbouncer` | `true` where a pooler in transaction mode stands between: nothing is prepared by name |
/// | `statement_cache_size` | prepared statements that are kept, 100 by default |
/// | `host` | a folder (`/run/postgresql`) is that of a Unix socket |
/// | `connection_limit`, `pool_timeout` | for [`crate::Pool`] |
///
/// Others (`connection_limit` on a single connection, what later versions of Prisma add) are ignored, as Prisma ignores what
/// it does not know.
#[derive(Debug, Clone)]
#[must_use]
pub struct Options {
    pub(super) address: Address,
    pub(super) tls: TlsOptions,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) statement_timeout: Option<Duration>,
    pub(super) statement_cache: usize,
    pub(super) is_pooled: bool,
}

impl Options {
    /// What a connection string says. Relative paths of certificates are taken from `base`.
    pub fn from_url(url: &ConnectionUrl, base: &Path) -> Result<Self> {
        if url.dialect() != Dialect::Postgres {
            return Err(invalid("it does not name a PostgreSQL database"));
        }
        let address = Address::parse(url)?;
        Ok(Self {
            tls: TlsOptions::read(&address, base)?,
            connect_timeout: address.seconds("connect_timeout", Some(5))?,
            statement_timeout: address.seconds("socket_timeout", None)?,
            statement_cache: address.number("statement_cache_size")?.unwrap_or(100),
            is_pooled: address.flag("pgbouncer")?,
            address,
        })
    }

    /// Connects to another database of the same server.
    pub fn database(mut self, name: &str) -> Self {
        self.address.database = Some(name.to_owned());
        self
    }

    /// The database's name, where the connection string has one; the server takes the user's otherwise.
    pub fn database_name(&self) -> Option<&str> {
        self.address.database.as_deref()
    }

    /// The namespace that `schema` names, where it does.
    pub fn namespace(&self) -> Option<&str> {
        self.address.parameter("schema")
    }

    /// Connects and logs in.
    pub async fn connect(self) -> Result<Postgres> {
        let config = self.config();
        let tls = Tls::new(&self.tls)?;
        let limit = self.connect_timeout;
        let place = self.address.place(5432);
        let connecting = Core::connect(self, config, tls);
        let core = match limit {
            None => connecting.await?,
            Some(limit) => tokio::time::timeout(limit, connecting)
                .await
                .map_err(|_| {
                    Error::connection(format!(
                        "{place} did not answer within {} s (P1002); is it the right host, and does a firewall drop the packets? `connect_timeout` sets the limit",
                        limit.as_secs()
                    ))
                })??,
        };
        Ok(Postgres::new(Arc::new(core)))
    }

    fn config(&self) -> Config {
        let mut config = Config::new();
        let address = &self.address;
        match &address.socket {
            #[cfg(unix)]
            Some(folder) => config.host_path(folder),
            _ if address.host.is_empty() => config.host("localhost"),
            _ => config.host(&address.host),
        };
        config.port(address.port.unwrap_or(5432));
        if let Some(user) = &address.user {
            config.user(user);
        }
        if let Some(password) = &address.password {
            config.password(password.expose());
        }
        if let Some(database) = &address.database {
            config.dbname(database);
        }
        if let Some(name) = address.parameter("application_name") {
            config.application_name(name);
        }
        let mut settings: Vec<String> = Vec::new();
        settings.extend(address.parameter("options").map(str::to_owned));
        // PgBouncer refuses the parameter `options` unless it is told to ignore it, and Prisma sends it none either.
        if let Some(schema) = address.parameter("schema").filter(|_| !self.is_pooled) {
            settings.push(format!("-c search_path={}", argument(schema)));
        }
        if !settings.is_empty() {
            config.options(settings.join(" "));
        }
        config.ssl_mode(match self.tls.mode {
            TlsMode::Disable => SslMode::Disable,
            TlsMode::Prefer => SslMode::Prefer,
            TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull => SslMode::Require,
        });
        if let Some(limit) = self.connect_timeout {
            config.connect_timeout(limit);
        }
        config
    }
}

/// A quoted identifier inside `options`, in which blanks separate and backslashes escape ("The options parameter",
/// `pg_split_opts` in the server's source).
fn argument(name: &str) -> String {
    let mut out = String::new();
    for c in Dialect::Postgres.ident(name).chars() {
        if c.is_whitespace() || c == '\\' {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_path_survives_the_options() {
        assert_eq!(argument("app"), "\"app\"");
        assert_eq!(argument("my \"s\\"), "\"my\\ \"\"s\\\\\"");
    }

    #[test]
    fn what_a_string_says() {
        let url = "postgresql://u:s3cret@/d?host=/run&schema=x&pgbouncer=true&connect_timeout=0&socket_timeout=7";
        let it = Options::from_url(&url.parse().unwrap(), Path::new("")).unwrap();
        assert!(it.is_pooled);
        assert_eq!(it.connect_timeout, None);
        assert_eq!(it.statement_timeout, Some(Duration::from_secs(7)));
        assert!(it.config().get_options().is_none());
        assert!(!format!("{it:?}").contains("s3cret"));
        let url = "postgresql://u@h/d?schema=x&options=-c%20geqo%3Doff";
        let it = Options::from_url(&url.parse().unwrap(), Path::new("")).unwrap();
        assert_eq!(
            it.config().get_options(),
            Some("-c geqo=off -c search_path=\"x\"")
        );
    }
}
