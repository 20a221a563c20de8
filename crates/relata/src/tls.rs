//! What a connection string says about TLS, in the words of libpq and of Prisma.

use std::path::{Path, PathBuf};

use crate::address::{Address, invalid};
use crate::{Error, Result};

/// How much of the server's identity is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TlsMode {
    /// No TLS.
    Disable,
    /// TLS where the server has it.
    Prefer,
    /// TLS, with whatever certificate the server shows, as libpq means it.
    Require,
    /// The certificate is one of a known authority.
    VerifyCa,
    /// And it is made out for the host that we wanted.
    VerifyFull,
}

/// `sslmode` and its relatives.
#[derive(Debug, Clone)]
pub(crate) struct TlsOptions {
    pub(crate) mode: TlsMode,
    /// A file of authorities, in PEM; Mozilla's list otherwise.
    pub(crate) roots: Option<PathBuf>,
    /// Our own certificate and its key, in PEM.
    pub(crate) identity: Option<(PathBuf, PathBuf)>,
}

impl TlsOptions {
    /// Reads `sslmode` (or MySQL's `ssl-mode`), `sslaccept`, `sslrootcert`, `sslcert`, `sslkey`. Relative paths are taken
    /// from `base`.
    ///
    /// Prisma calls the authority's file `sslcert`; libpq means our own certificate by it, for which it needs a `sslkey`. So
    /// the key decides. Prisma's `sslidentity` is a PKCS #12 file, which rustls does not read.
    pub(crate) fn read(address: &Address, base: &Path) -> Result<Self> {
        if address.parameter("sslidentity").is_some() {
            return Err(invalid(
                "`sslidentity` (PKCS #12) cannot be read; turn it into PEM with `openssl pkcs12 -nodes` and give `sslcert` and `sslkey`",
            ));
        }
        let file = |name| {
            address
                .parameter(name)
                .filter(|path| !path.is_empty())
                .map(|path| base.join(path))
        };
        let (mut roots, mut identity) = (file("sslrootcert").or_else(|| file("sslca")), None);
        if address.parameter("sslrootcert") == Some("system") {
            roots = None;
        }
        match (file("sslcert"), file("sslkey")) {
            (Some(certificate), Some(key)) => identity = Some((certificate, key)),
            (Some(certificate), None) => roots = roots.or(Some(certificate)),
            (None, Some(_)) => return Err(invalid("`sslkey` needs `sslcert`")),
            (None, None) => {}
        }
        for path in roots
            .iter()
            .chain(identity.iter().flat_map(|(a, b)| [a, b]))
        {
            // Told here, with its path; the drivers would say "no such file" and leave it at that.
            std::fs::File::open(path).map_err(|source| Error::Io {
                path: path.clone(),
                source,
            })?;
        }
        Ok(Self {
            mode: mode(address)?,
            roots,
            identity,
        })
    }
}

fn mode(address: &Address) -> Result<TlsMode> {
    let word = ["sslmode", "ssl-mode", "ssl_mode"]
        .iter()
        .find_map(|name| address.parameter(name));
    let mode = match word.map(str::to_ascii_lowercase).as_deref() {
        None | Some("prefer" | "preferred" | "allow") => TlsMode::Prefer,
        Some("disable" | "disabled") => TlsMode::Disable,
        Some("require" | "required") => TlsMode::Require,
        Some("verify-ca" | "verify_ca") => TlsMode::VerifyCa,
        Some("verify-full" | "verify_identity" | "verify-identity") => TlsMode::VerifyFull,
        Some(_) => {
            return Err(invalid(
                "`sslmode` must be `disable`, `prefer`, `require`, `verify-ca` or `verify-full`",
            ));
        }
    };
    match address.parameter("sslaccept") {
        None | Some("accept_invalid_certs") => Ok(mode),
        // Prisma's word for a certificate that must be right; it says nothing of a server without TLS, so we take it at its
        // strictest.
        Some("strict") if mode == TlsMode::Disable => {
            Err(invalid("`sslaccept=strict` contradicts `sslmode=disable`"))
        }
        Some("strict") => Ok(mode.max(TlsMode::VerifyFull)),
        Some(_) => Err(invalid(
            "`sslaccept` must be `strict` or `accept_invalid_certs`",
        )),
    }
}

/// Makes ring the process's choice if there is none yet. `mysql_async` asks for the process's choice, and rustls panics where
/// another crate has brought a second provider and nobody has chosen.
#[cfg(feature = "mysql")]
pub(crate) fn choose_provider() {
    use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
    if CryptoProvider::get_default().is_none() {
        // Another thread may have been faster, which is as good.
        let _ = ring::default_provider().install_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(query: &str) -> Result<TlsOptions> {
        let url = format!("postgresql://u:p@h/d?{query}");
        TlsOptions::read(&Address::parse(&url.parse()?)?, Path::new("/nowhere"))
    }

    #[test]
    fn modes() {
        let mode = |query| options(query).unwrap().mode;
        assert_eq!(mode(""), TlsMode::Prefer);
        assert_eq!(mode("sslmode=require"), TlsMode::Require);
        assert_eq!(mode("ssl-mode=VERIFY_CA"), TlsMode::VerifyCa);
        assert_eq!(
            mode("sslmode=require&sslaccept=strict"),
            TlsMode::VerifyFull
        );
        assert_eq!(
            mode("sslmode=prefer&sslaccept=accept_invalid_certs"),
            TlsMode::Prefer
        );
        for query in [
            "sslmode=yes",
            "sslaccept=no",
            "sslmode=disable&sslaccept=strict",
            "sslkey=a",
            "sslidentity=a.p12",
        ] {
            assert_eq!(options(query).unwrap_err().code(), "R2010", "{query}");
        }
        let error = options("sslrootcert=ca.pem").unwrap_err();
        assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
    }
}
