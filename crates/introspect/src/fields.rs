//! The rows of a query, field by field.

use relata::{Connection, FromValue, Result, Row};
use relata_sql::catalog::ObjectName;

/// Runs a query and reads its rows.
pub(crate) async fn read<T>(
    db: &dyn Connection,
    sql: &str,
    each: impl Fn(&mut Fields<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let rows = db.query(sql, Vec::new()).await?.into_iter();
    rows.map(|mut row| {
        each(&mut Fields {
            row: &mut row,
            next: 0,
        })
    })
    .collect()
}

/// The fields of a row, from left to right.
pub(crate) struct Fields<'r> {
    row: &'r mut Row,
    next: usize,
}

impl Fields<'_> {
    pub(crate) fn next<T: FromValue>(&mut self) -> Result<T> {
        let at = self.next;
        self.next += 1;
        self.row.take(at)
    }

    /// A namespace and a name.
    pub(crate) fn name(&mut self) -> Result<ObjectName> {
        let (namespace, name): (String, String) = (self.next()?, self.next()?);
        Ok(ObjectName::new(Some(&namespace), &name))
    }

    /// A namespace and a name of something that may be missing.
    pub(crate) fn optional_name(&mut self) -> Result<Option<ObjectName>> {
        let (namespace, name): (Option<String>, Option<String>) = (self.next()?, self.next()?);
        Ok(name.map(|name| ObjectName::new(namespace.as_deref(), &name)))
    }
}
