//! The transaction that everything is read in, and which of the two servers answers.

use relata::{Connection, Error, Result, Transaction};

use crate::fields::{Fields, read};

/// Which of the two servers it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    /// MariaDB, which prints defaults as SQL since 10.2.7 (manual, "Information Schema COLUMNS Table").
    Mariadb,
    /// MySQL, which prints literals bare and expressions escaped (manual, "The `INFORMATION_SCHEMA` COLUMNS Table").
    Mysql,
}

/// A read-only transaction.
pub(super) struct Session {
    transaction: Box<dyn Transaction>,
    pub(super) flavour: Flavour,
    /// The server's version: `(10, 11)`.
    pub(super) version: (u32, u32),
    /// The connection's database.
    pub(super) database: String,
    /// The condition that a column of `information_schema` names the connection's database.
    own: &'static str,
}

impl Session {
    /// Begins the transaction; `None` where the connection has no database.
    pub(super) async fn begin(db: &dyn Connection) -> Result<Option<Self>> {
        let transaction = db.begin().await?;
        // Begun once more, since the characteristics of a transaction cannot be changed within it (manual, "START
        // TRANSACTION"). The snapshot holds for rows; the dictionary itself has none on MariaDB, so that tables which are
        // altered meanwhile may be seen half-way.
        transaction
            .execute(
                "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
                Vec::new(),
            )
            .await?;
        let sql = "SELECT version(), database(), @@lower_case_table_names";
        let rows = transaction.query(sql, Vec::new()).await?;
        let (version, database, folding): (String, Option<String>, i64) = match rows.first() {
            Some(row) => (row.get(0)?, row.get(1)?, row.get(2)?),
            None => (String::new(), None, 0),
        };
        let Some(database) = database else {
            return Ok(None);
        };
        Ok(Some(Self {
            transaction,
            flavour: if version.contains("MariaDB") {
                Flavour::Mariadb
            } else {
                Flavour::Mysql
            },
            version: parsed(&version),
            database,
            // Names in `information_schema` are compared without regard to case, which matters where the server tells `Shop`
            // from `shop`: with `lower_case_table_names = 0` (manual, "Identifier Case Sensitivity"). The plain comparison
            // comes first: by it the server looks at one database only.
            own: if folding == 0 {
                "{} = database() AND BINARY {} = BINARY database()"
            } else {
                "{} = database()"
            },
        }))
    }

    pub(super) fn is_mariadb(&self) -> bool {
        self.flavour == Flavour::Mariadb
    }

    /// Whether it is MySQL, or a MariaDB from that version on.
    pub(super) fn mariadb_since(&self, version: (u32, u32)) -> bool {
        self.is_mariadb() && self.version >= version
    }

    /// The condition that a column of `information_schema` names the connection's database.
    pub(super) fn own(&self, column: &str) -> String {
        self.own.replace("{}", column)
    }

    /// Runs a query and reads its rows.
    pub(super) async fn read<T>(
        &self,
        sql: &str,
        each: impl Fn(&mut Fields<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        read(&*self.transaction, sql, each).await
    }

    /// Ends the transaction, which has written nothing. A session goes on in a database that somebody dropped, and finds nothing in
    /// it: that is no empty database.
    pub(super) async fn end(self) -> Result<()> {
        let sql = "SELECT count(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = database()";
        let found = self.read(sql, |row| row.next::<i64>()).await?;
        self.transaction.rollback().await?;
        if found == [0] {
            return Err(Error::UnknownDatabase {
                message: format!("`{}` was dropped meanwhile", self.database),
            });
        }
        Ok(())
    }
}

/// The first two numbers of a version: those of `10.11.14-MariaDB-0+deb12u2` or of `5.5.5-10.6.1-MariaDB`, as old servers say.
fn parsed(version: &str) -> (u32, u32) {
    let version = version.strip_prefix("5.5.5-").unwrap_or(version);
    let mut numbers = version
        .split(|c: char| !c.is_ascii_digit())
        .map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::parsed;

    #[test]
    fn versions_are_two_numbers() {
        assert_eq!(parsed("10.11.14-MariaDB-0+deb12u2"), (10, 11));
        assert_eq!(parsed("5.5.5-10.6.1-MariaDB"), (10, 6));
        assert_eq!(parsed("8.0.36"), (8, 0));
        assert_eq!(parsed(""), (0, 0));
    }
}
