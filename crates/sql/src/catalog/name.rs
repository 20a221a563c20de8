//! The names of objects.

use std::fmt;

/// The name of an object that lives in a namespace: a table, an enum, a sequence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// The namespace: always known on PostgreSQL, never given where a database has none (MySQL, SQLite).
    pub namespace: Option<Box<str>>,
    /// The name itself.
    pub name: Box<str>,
}

impl ObjectName {
    /// Makes a name.
    pub fn new(namespace: Option<&str>, name: &str) -> Self {
        Self {
            namespace: namespace.map(Into::into),
            name: name.into(),
        }
    }

    /// Returns another name in the same namespace.
    #[must_use]
    pub fn sibling(&self, name: &str) -> Self {
        Self {
            namespace: self.namespace.clone(),
            name: name.into(),
        }
    }
}

/// For people: `auth.User`. SQL is written by the dialect, which quotes.
impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}.")?;
        }
        f.write_str(&self.name)
    }
}
