//! Foreign keys.

use relata::Result;
use relata_schema::ir::ReferentialAction;
use relata_sql::catalog::{ForeignKey, ObjectName};

use super::Describer;

/// One row for each column of each key.
struct Row {
    table: String,
    name: String,
    column: String,
    /// The database, where it is another one.
    database: Option<String>,
    references: String,
    referenced_column: String,
    on_update: String,
    on_delete: String,
}

impl Describer {
    pub(super) async fn foreign_keys(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, NULLIF(k.REFERENCED_TABLE_SCHEMA, k.TABLE_SCHEMA),
                k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, r.UPDATE_RULE, r.DELETE_RULE
            FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
                ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
                AND r.TABLE_NAME = k.TABLE_NAME
            WHERE k.REFERENCED_TABLE_NAME IS NOT NULL AND {} AND {} ORDER BY k.ORDINAL_POSITION",
            self.session.own("k.TABLE_SCHEMA"),
            self.session.own("r.CONSTRAINT_SCHEMA")
        );
        let mut rows = self
            .session
            .read(&sql, |row| {
                Ok(Row {
                    table: row.next()?,
                    name: row.next()?,
                    column: row.next()?,
                    database: row.next()?,
                    references: row.next()?,
                    referenced_column: row.next()?,
                    on_update: row.next()?,
                    on_delete: row.next()?,
                })
            })
            .await?;
        rows.sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        for row in rows {
            let Some(place) = self.place(&row.table) else {
                continue;
            };
            let keys = &mut self.catalog.tables[place].foreign_keys;
            match keys.last_mut() {
                Some(last) if last.name.as_deref() == Some(&*row.name) => {
                    last.columns.push(row.column.into());
                    last.referenced_columns.push(row.referenced_column.into());
                }
                _ => keys.push(key(row)),
            }
        }
        Ok(())
    }
}

fn key(row: Row) -> ForeignKey {
    ForeignKey {
        on_delete: action(&row.on_delete),
        on_update: action(&row.on_update),
        ..ForeignKey::new(
            Some(&row.name),
            vec![row.column.into()],
            ObjectName::new(row.database.as_deref(), &row.references),
            vec![row.referenced_column.into()],
        )
    }
}

fn action(sql: &str) -> ReferentialAction {
    ReferentialAction::ALL
        .into_iter()
        .find(|action| action.sql() == sql)
        .unwrap_or(ReferentialAction::NoAction)
}
