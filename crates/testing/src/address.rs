//! Where a private server listens: `postgresql://user:password@127.0.0.1:5432`.

/// The parts of a server's URL. Private servers have plain names and hexadecimal passwords, so nothing is percent-encoded.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    scheme: String,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) host: String,
    pub(crate) port: String,
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self, String> {
        Self::parts(url).ok_or_else(|| "expected scheme://user:password@host:port".to_owned())
    }

    /// Reads the address that `cargo xtask test` has put into the environment.
    #[track_caller]
    pub(crate) fn from_env(variable: &str) -> Self {
        let url = std::env::var(variable).unwrap_or_else(|_| {
            panic!(
                "{variable} is not set: this test needs a private server. Run `cargo xtask test`, \
                 or `cargo xtask db` beside your own `cargo test`."
            )
        });
        Self::parse(&url).unwrap_or_else(|error| panic!("{variable}: {error}"))
    }

    /// Returns the URL of one database, as a schema's `url` would have it.
    pub(crate) fn url(&self, database: &str) -> String {
        let Self {
            scheme,
            user,
            password,
            host,
            port,
        } = self;
        format!("{scheme}://{user}:{password}@{host}:{port}/{database}")
    }

    fn parts(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (credentials, place) = rest.rsplit_once('@')?;
        let (user, password) = credentials.split_once(':')?;
        let place = place.split('/').next()?;
        let (host, port) = place.rsplit_once(':')?;
        let own = str::to_owned;
        Some(Self {
            scheme: own(scheme),
            user: own(user),
            password: own(password),
            host: own(host),
            port: own(port),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_gives_back_its_url() {
        let address = Address::parse("mysql://relata:0f3a@127.0.0.1:3307").unwrap();
        assert_eq!(
            address.url("shop"),
            "mysql://relata:0f3a@127.0.0.1:3307/shop"
        );
        assert!(Address::parse("127.0.0.1:3307").is_err());
    }
}
