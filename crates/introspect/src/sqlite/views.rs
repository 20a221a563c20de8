//! Views.

use std::collections::HashMap;

use relata::{Connection, Result};
use relata_sql::catalog::{Expression, View, ViewColumn};

use super::{Describer, own, queries, statement};
use crate::Note;

impl Describer {
    pub(super) async fn views(&mut self, db: &dyn Connection) -> Result<()> {
        let mut places: HashMap<String, usize> = HashMap::new();
        for row in queries::views(db).await? {
            let sql = statement::bare_end(&row.sql).trim_start();
            places.insert(row.name.clone(), self.catalog.views.len());
            self.catalog.views.push(View {
                name: own(&row.name),
                query: Expression::written(relata_sql::view_query(sql).unwrap_or(sql)),
                statement: Some(sql.into()),
                columns: Vec::new(),
                options: Vec::new(),
                materialized: None,
            });
        }
        if places.is_empty() {
            return Ok(());
        }
        let columns = match queries::view_columns(db, None).await {
            Ok(columns) => columns,
            // One that reads what is not there any more fails them all.
            Err(_) => {
                let (mut columns, mut broken) = (Vec::new(), 0);
                for name in places.keys() {
                    match queries::view_columns(db, Some(name)).await {
                        Ok(found) => columns.extend(found),
                        Err(_) => broken += 1,
                    }
                }
                self.notes.push(Note::NotRead {
                    kind: "views that read what is not there; their columns".to_owned(),
                    count: broken,
                });
                columns
            }
        };
        for (view, name, ty) in columns {
            if let Some(&place) = places.get(&view) {
                self.catalog.views[place].columns.push(ViewColumn {
                    name: name.into(),
                    ty: ty.into(),
                    collation: None,
                    default: None,
                });
            }
        }
        Ok(())
    }
}
