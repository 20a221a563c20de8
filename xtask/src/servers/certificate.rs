//! A certificate for a private server that speaks TLS, which nobody has signed but itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::Kind;
use super::account::Account;
use crate::process::output;

/// The server is reached as `127.0.0.1`; a certificate for another name is refused by `verify-full` and taken by `verify-ca`.
const REQUEST: &str = "\
[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = elsewhere.invalid
[extensions]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:elsewhere.invalid
";

/// Its two files, which belong to the server's account.
pub(super) struct Certificate {
    pub(super) public: PathBuf,
    key: PathBuf,
}

impl Certificate {
    /// Makes one in a server's folder.
    pub(super) fn make(folder: &Path, account: &Account) -> Result<Self> {
        let [request, public, key] =
            ["request", "certificate.pem", "key.pem"].map(|file| folder.join(file));
        fs::write(&request, REQUEST)?;
        let mut command = Command::new("openssl");
        command
            .args([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            ])
            .arg("-config")
            .arg(&request)
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&public);
        output(&mut command).context("a certificate takes `openssl`")?;
        account.give(&public)?;
        account.give(&key)?;
        Ok(Self { public, key })
    }

    /// The options by which a server speaks TLS with it.
    pub(super) fn settings(&self, kind: Kind) -> Vec<String> {
        let (public, key) = (self.public.display(), self.key.display());
        match kind {
            Kind::Postgres => vec![
                "ssl=on".to_owned(),
                format!("ssl_cert_file={public}"),
                format!("ssl_key_file={key}"),
            ],
            Kind::Mysql => vec![format!("--ssl-cert={public}"), format!("--ssl-key={key}")],
        }
    }
}
