//! Indexes, and the uniques inside of tables.

use std::collections::HashMap;

use relata::{Connection, Result};
use relata_schema::ir::{IndexKind, Sort};
use relata_script::Dialect;
use relata_sql::catalog::{Deferrable, Expression, Index, IndexColumn};

use super::Describer;
use super::queries::{self, IndexRow};
use super::statement::{self, IndexSql};
use super::tables::on_conflict;

impl Describer {
    /// One row for each element of each index; the rows of an index follow one another.
    pub(super) async fn indexes(&mut self, db: &dyn Connection) -> Result<()> {
        let mut says = IndexSql::default();
        for row in queries::indexes(db).await? {
            let Some(&place) = self.places.get(&row.table) else {
                continue;
            };
            if row.position == 0 {
                says = row.sql.as_deref().map(statement::index).unwrap_or_default();
            }
            if row.origin == "pk" {
                self.key(place, &row);
            } else {
                self.index(place, &row, &says);
            }
        }
        Ok(())
    }

    /// The index behind a primary key is the key itself, and tells the order of its columns.
    fn key(&mut self, place: usize, row: &IndexRow) {
        let key = self.catalog.tables[place].primary_key.as_mut();
        let columns = key.into_iter().flat_map(|key| &mut key.columns);
        for column in columns {
            if row.column.as_deref() == Some(&column.name) && row.descending {
                column.sort = Sort::Desc;
            }
        }
    }

    fn index(&mut self, place: usize, row: &IndexRow, says: &IndexSql) {
        let column = self.element(place, row, says);
        let indexes = &mut self.catalog.tables[place].indexes;
        if row.position > 0 {
            if let Some(last) = indexes.last_mut() {
                last.columns.push(column);
            }
            return;
        }
        let kind = if row.unique {
            IndexKind::Unique
        } else {
            IndexKind::Normal
        };
        indexes.push(Index {
            predicate: says.predicate.as_deref().map(Expression::written),
            // A `UNIQUE` in the table comes and goes with it.
            constraint: (row.origin == "u").then_some(Deferrable::No),
            ..Index::new(&row.name, kind, vec![column])
        });
    }

    fn element(&self, place: usize, row: &IndexRow, says: &IndexSql) -> IndexColumn {
        let usual = row
            .column
            .as_deref()
            .and_then(|name| self.catalog.tables[place].column(name))
            .and_then(|column| column.collation.as_ref())
            .map_or("BINARY", |collation| &*collation.name);
        let collation = row
            .collation
            .as_deref()
            .filter(|name| !name.eq_ignore_ascii_case(usual));
        let at = usize::try_from(row.position).unwrap_or_default();
        let expression = says.elements.get(at).filter(|_| row.column.is_none());
        IndexColumn {
            expression: expression.map(|sql| Expression::written(sql)),
            sort: if row.descending {
                Sort::Desc
            } else {
                Sort::Asc
            },
            collation: collation.map(|name| Dialect::Sqlite.ident(name).into()),
            ..IndexColumn::new(row.column.as_deref().unwrap_or_default())
        }
    }

    /// Gives the uniques inside of tables what their statements say of them.
    pub(super) fn uniques(&mut self) {
        for (table, says) in self.catalog.tables.iter_mut().zip(&self.statements) {
            let mut said: HashMap<Vec<String>, _> = HashMap::new();
            for unique in &says.uniques {
                let columns = unique.columns.iter().map(|name| name.to_lowercase());
                said.entry(columns.collect()).or_insert(unique);
            }
            for index in table
                .indexes
                .iter_mut()
                .filter(|it| it.constraint.is_some())
            {
                let columns: Vec<String> = index.column_names().map(str::to_lowercase).collect();
                if let Some(unique) = said.get(&columns) {
                    index.options = on_conflict(unique.on_conflict.as_deref());
                    let name = unique.name.as_deref();
                    index
                        .options
                        .extend(name.map(|name| ("constraint".into(), name.into())));
                }
            }
        }
    }
}
