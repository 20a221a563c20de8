use std::path::Path;
use std::time::Duration;

use mysql_async::{ClientIdentity, Conn, DriverError, Opts, OptsBuilder, SslOpts};
use relata_script::Dialect;

use tokio_rustls::rustls;

use super::error::{from_connect, tls_error};
use super::{Mysql, worker::Worker};
use crate::address::{Address, invalid};
use crate::tls::{TlsMode, TlsOptions, choose_provider};
use crate::{ConnectionUrl, Error, Result};

/// How to connect to MySQL or MariaDB: a connection string as Prisma takes it, read.
///
/// | parameter | meaning |
/// |---|---|
/// | `sslmode` (or `ssl-mode`, with MySQL's words) | `disable`, `prefer` (the default), `require`, `verify-ca`, `verify-full` |
/// | `sslcert`, or `sslca` | the authority, in PEM; with `sslkey`, our own certificate |
/// | `sslaccept` | Prisma's `strict` is `verify-full`, `accept_invalid_certs` the default |
/// | `connect_timeout` | seconds, 5 by default; 0 waits for ever |
/// | `socket_timeout` | seconds that a statement may take; no limit by default |
/// | `socket` | the file of a Unix socket |
/// | `statement_cache_size` | prepared statements that are kept, 100 by default |
/// | `connection_limit`, `pool_timeout` | for [`crate::Pool`] |
///
/// Others are ignored, as Prisma ignores what it does not know.
#[derive(Debug, Clone)]
#[must_use]
pub struct Options {
    pub(super) address: Address,
    tls: TlsOptions,
    connect_timeout: Option<Duration>,
    pub(super) statement_timeout: Option<Duration>,
    statement_cache: usize,
}

impl Options {
    /// What a connection string says. Relative paths of certificates are taken from `base`.
    pub fn from_url(url: &ConnectionUrl, base: &Path) -> Result<Self> {
        if url.dialect() != Dialect::Mysql {
            return Err(invalid("it does not name a MySQL database"));
        }
        let address = Address::parse(url)?;
        Ok(Self {
            tls: TlsOptions::read(&address, base)?,
            connect_timeout: address.seconds("connect_timeout", Some(5))?,
            statement_timeout: address.seconds("socket_timeout", None)?,
            statement_cache: address.number("statement_cache_size")?.unwrap_or(100),
            address,
        })
    }

    /// The database's name, where the connection string has one.
    pub fn database_name(&self) -> Option<&str> {
        self.address.database.as_deref()
    }

    /// Connects to another database of the same server, or to none.
    pub fn database(mut self, name: Option<&str>) -> Self {
        self.address.database = name.map(str::to_owned);
        self
    }

    /// Connects and logs in.
    pub async fn connect(self) -> Result<Mysql> {
        let conn = self.open().await?;
        let id = conn.id();
        Ok(Mysql {
            worker: Worker::start(conn, self.statement_timeout)?,
            options: self.into(),
            id,
        })
    }

    pub(super) fn place(&self) -> String {
        self.address.place(3306)
    }

    /// A connection of `mysql_async`'s.
    pub(super) async fn open(&self) -> Result<Conn> {
        let Some(limit) = self.connect_timeout else {
            return self.open_patiently().await;
        };
        let opened = tokio::time::timeout(limit, self.open_patiently()).await;
        opened.map_err(|_| {
            Error::connection(format!(
                "{} did not answer within {} s (P1002); is it the right host, and does a firewall drop the packets? `connect_timeout` sets the limit",
                self.place(),
                limit.as_secs()
            ))
        })?
    }

    async fn open_patiently(&self) -> Result<Conn> {
        let refused = |error| from_connect(&error, &self.place());
        if self.address.socket.is_some() || self.tls.mode == TlsMode::Disable {
            return Conn::new(self.opts(None)).await.map_err(refused);
        }
        choose_provider();
        let mode = self.tls.mode;
        let error = match Conn::new(self.opts(Some(self.ssl()))).await {
            Ok(conn) => return Ok(conn),
            Err(error) => error,
        };
        // The driver looks for the name although it is told not to: it knows rustls's refusal by an older wording. Wanted
        // under a name that the certificate does hold, everything but the name is still verified.
        if mode == TlsMode::VerifyCa
            && let Some(name) = presented(&error)
        {
            let ssl = self.ssl().with_danger_tls_hostname_override(Some(name));
            return Conn::new(self.opts(Some(ssl))).await.map_err(refused);
        }
        let has_no_tls = matches!(
            error,
            mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer)
        );
        if mode == TlsMode::Prefer && (has_no_tls || tls_error(&error).is_some()) {
            return Conn::new(self.opts(None)).await.map_err(refused);
        }
        Err(refused(error))
    }

    fn opts(&self, ssl: Option<SslOpts>) -> Opts {
        let address = &self.address;
        let host = if address.host.is_empty() {
            "localhost"
        } else {
            &address.host
        };
        let socket = address.socket.as_ref();
        OptsBuilder::default()
            .ip_or_hostname(host)
            .tcp_port(address.port.unwrap_or(3306))
            .socket(socket.map(|path| path.to_string_lossy().into_owned()))
            // Not a socket that the server names: the connection string says where to go.
            .prefer_socket(false)
            .user(address.user.clone())
            .pass(address.password.as_ref().map(|it| it.expose().to_owned()))
            .db_name(address.database.clone())
            .stmt_cache_size(self.statement_cache)
            // An update counts the rows that it found, as it does on the other databases, and not those that it changed.
            .client_found_rows(true)
            .ssl_opts(ssl)
            // In UTC a TIMESTAMP is what it says, and NOW() in a DATETIME is what its readers take it for.
            .setup(vec!["SET NAMES utf8mb4, time_zone = '+00:00'"])
            .into()
    }

    fn ssl(&self) -> SslOpts {
        let mode = self.tls.mode;
        let roots = self.tls.roots.clone();
        let identity = self.tls.identity.clone();
        SslOpts::default()
            .with_danger_accept_invalid_certs(mode < TlsMode::VerifyCa)
            .with_danger_skip_domain_validation(mode < TlsMode::VerifyFull)
            .with_disable_built_in_roots(roots.is_some())
            .with_root_certs(roots.into_iter().map(Into::into).collect())
            .with_client_identity(
                identity
                    .map(|(certificate, key)| ClientIdentity::new(certificate.into(), key.into())),
            )
    }
}

/// A name that a certificate holds which was refused only because it holds no other one.
fn presented(error: &mysql_async::Error) -> Option<String> {
    let Some(rustls::Error::InvalidCertificate(rustls::CertificateError::NotValidForNameContext {
        presented,
        ..
    })) = tls_error(error)
    else {
        return None;
    };
    // Written as `DnsName("localhost")`.
    presented.iter().find_map(|name| {
        let name = name.strip_prefix("DnsName(\"")?.strip_suffix("\")")?;
        Some(name.replace('*', "any"))
    })
}
