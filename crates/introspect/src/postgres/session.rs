//! The transaction that everything is read in, and its rows.

use relata::{Connection, Result, Transaction};

use crate::Error;
use crate::fields::{Fields, read};

/// A read-only transaction in which the server prints names in full.
pub(super) struct Session {
    transaction: Box<dyn Transaction>,
    /// The server's version as a number: 150004 is 15.4.
    pub(super) version: i64,
    /// The namespace of unqualified names, before this transaction emptied the search path.
    pub(super) default_namespace: Option<String>,
}

impl Session {
    /// Begins the transaction. Everything in it is of one moment, so that objects made or dropped meanwhile cannot be seen by
    /// one query and not by the next (manual, "Transaction Isolation").
    ///
    /// # Errors
    ///
    /// [`Error::Cockroachdb`], whose catalog tables have other things in them.
    pub(super) async fn begin(db: &dyn Connection) -> Result<Self, Error> {
        let transaction = db.begin().await?;
        transaction
            .execute(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
                Vec::new(),
            )
            .await?;
        let sql =
            "SELECT current_setting('server_version_num')::int8, current_schema()::text, version()";
        let rows = transaction.query(sql, Vec::new()).await?;
        let (version, default_namespace, product): (_, _, String) = match rows.first() {
            Some(row) => (row.get(0)?, row.get(1)?, row.get(2)?),
            None => (0, None, String::new()),
        };
        if product.starts_with("CockroachDB") {
            return Err(Error::Cockroachdb);
        }
        // With nothing on the path, `pg_get_viewdef` and its like write every name with its namespace.
        transaction
            .execute("SET LOCAL search_path = ''", Vec::new())
            .await?;
        Ok(Self {
            transaction,
            version,
            default_namespace,
        })
    }

    /// Runs a query and reads its rows.
    pub(super) async fn read<T>(
        &self,
        sql: &str,
        each: impl Fn(&mut Fields<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        read(&*self.transaction, sql, each).await
    }

    /// A column that only servers from a version on have, or what stands in for it.
    pub(super) fn since<'s>(&self, version: i64, column: &'s str, instead: &'s str) -> &'s str {
        if self.version >= version * 10_000 {
            column
        } else {
            instead
        }
    }

    /// Ends the transaction, which has written nothing.
    pub(super) async fn end(self) -> Result<()> {
        self.transaction.rollback().await
    }
}
