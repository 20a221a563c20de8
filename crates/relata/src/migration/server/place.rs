use std::borrow::Cow;
use std::fmt::Write as _;

use relata_script::words;

use crate::migration::HistoryTable;
use crate::{Connection, Dialect, Error, Result};

/// Where the history lies: in the connection's schema on PostgreSQL (`?schema=` of the connection string), in its database on
/// MySQL. Always said in full, since a script may set another `search_path` or use another database.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) dialect: Dialect,
    pub(super) namespace: String,
}

impl Place {
    pub(super) async fn read(db: &dyn Connection) -> Result<Self> {
        let dialect = db.dialect();
        let sql = match dialect {
            Dialect::Postgres => {
                "SELECT pg_catalog.current_schema()::text, pg_catalog.current_setting('search_path')"
            }
            _ => "SELECT DATABASE(), ''",
        };
        let rows = db.query(sql, vec![]).await?;
        let (found, path) = match rows.first() {
            Some(row) => (row.get::<Option<String>>(0)?, row.get::<String>(1)?),
            None => (None, String::new()),
        };
        let namespace = match (dialect, found) {
            (_, Some(namespace)) => namespace,
            (Dialect::Postgres, None) => wanted(&path),
            (_, None) => {
                return Err(Error::UnknownDatabase {
                    message: "no database is chosen; name one in the connection string".to_owned(),
                });
            }
        };
        Ok(Self { dialect, namespace })
    }

    /// The table's full name, quoted.
    pub(super) fn table(&self, table: HistoryTable) -> String {
        let (namespace, table) = (
            self.dialect.ident(&self.namespace),
            self.dialect.ident(table.name()),
        );
        format!("{namespace}.{table}")
    }

    /// A statement of ours, which writes its parameters as `?`, in the dialect's own way. It holds no other question marks.
    pub(super) fn sql<'q>(&self, text: &'q str) -> Cow<'q, str> {
        if self.dialect != Dialect::Postgres {
            return text.into();
        }
        let mut out = String::with_capacity(text.len() + 8);
        for (number, part) in text.split('?').enumerate() {
            if number > 0 {
                let _ = write!(out, "${number}");
            }
            out.push_str(part);
        }
        out.into()
    }
}

/// The schema that a search path begins with and that does not exist yet.
fn wanted(path: &str) -> String {
    words(Dialect::Postgres, path)
        .iter()
        .filter_map(|(word, _)| word.name(Dialect::Postgres))
        .find(|name| name != "$user")
        .unwrap_or_else(|| "public".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_that_does_not_exist_is_the_first_of_the_path() {
        assert_eq!(wanted("\"My \"\"s\""), "My \"s");
        assert_eq!(wanted("\"$user\", app"), "app");
        assert_eq!(wanted(""), "public");
    }

    #[test]
    fn parameters_are_numbered_on_postgres() {
        let place = |dialect| Place {
            dialect,
            namespace: "a\"b".to_owned(),
        };
        let postgres = place(Dialect::Postgres);
        assert_eq!(postgres.sql("a = ? AND b = ?"), "a = $1 AND b = $2");
        assert_eq!(
            postgres.table(HistoryTable::Prisma),
            "\"a\"\"b\".\"_prisma_migrations\""
        );
        assert_eq!(place(Dialect::Mysql).sql("a = ?"), "a = ?");
    }
}
