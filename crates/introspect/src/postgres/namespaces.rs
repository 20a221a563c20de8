//! Namespaces and extensions.

use relata::Result;
use relata_sql::catalog::{Address, Extension, Kind};

use super::Describer;
use super::objects::Class;

impl Describer {
    pub(super) async fn namespaces(&mut self) -> Result<()> {
        let sql = "SELECT oid::int8, nspname::text FROM pg_namespace
            WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
            AND oid NOT IN (SELECT objid FROM pg_depend WHERE classid = 'pg_namespace'::regclass AND deptype = 'e')
            ORDER BY nspname COLLATE \"C\"";
        let rows: Vec<(i64, String)> = self
            .session
            .read(sql, |row| Ok((row.next()?, row.next()?)))
            .await?;
        for (number, name) in rows {
            self.objects.enter(
                Class::Namespace,
                number,
                Address::global(Kind::Namespace, &name),
            );
            self.catalog.namespaces.push(name.into());
        }
        Ok(())
    }

    /// PL/pgSQL is in every new database and is not told.
    pub(super) async fn extensions(&mut self) -> Result<()> {
        let sql = "SELECT e.oid::int8, extname::text, nspname::text, extversion FROM pg_extension e
            JOIN pg_namespace n ON n.oid = extnamespace WHERE extname <> 'plpgsql'
            ORDER BY extname COLLATE \"C\"";
        let rows = self
            .session
            .read(sql, |row| {
                Ok((
                    row.next()?,
                    row.next::<String>()?,
                    row.next::<String>()?,
                    row.next::<String>()?,
                ))
            })
            .await?;
        for (number, name, namespace, version) in rows {
            let address = Address::global(Kind::Extension, &name);
            self.objects.enter(Class::Extension, number, address);
            self.catalog.extensions.push(Extension {
                name: name.into(),
                namespace: Some(namespace.into()),
                version: Some(version.into()),
            });
        }
        Ok(())
    }
}
