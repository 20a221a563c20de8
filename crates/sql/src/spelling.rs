//! How names and types stand in SQL, for those who write statements of their own about a catalog.

use crate::Catalog;
use crate::catalog::{ColumnType, ObjectName};
use crate::dialect::Writer;

impl Catalog {
    /// Writes a name of this catalog as SQL: quoted, and with its namespace where a statement needs it.
    ///
    /// ```
    /// use relata_sql::{Catalog, catalog::ObjectName};
    /// let catalog = Catalog::empty(relata_script::Dialect::Mysql);
    /// assert_eq!(catalog.name_sql(&ObjectName::new(None, "order")), "`order`");
    /// ```
    pub fn name_sql(&self, name: &ObjectName) -> String {
        Writer::new(self).name(name)
    }

    /// Writes a column's type as SQL.
    pub fn type_sql(&self, ty: &ColumnType) -> String {
        Writer::new(self).column_type(ty)
    }
}
