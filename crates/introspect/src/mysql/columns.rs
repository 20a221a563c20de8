//! Columns of tables and views.

use std::collections::{HashMap, HashSet};

use relata::Result;
use relata_sql::catalog::{Address, Column, Default, Generated, TypeKind, ViewColumn};

use super::views::unqualified;
use super::{Describer, default, own, printed, quoted, types};

struct Row {
    table: String,
    name: String,
    default: Option<String>,
    nullable: String,
    ty: String,
    extra: String,
    generated: Option<String>,
    collation: Option<String>,
    comment: String,
}

impl Describer {
    /// Reads the columns; those in `json` are known to hold JSON, and `views` tells where each view stands.
    pub(super) async fn columns(
        &mut self,
        json: &HashSet<(String, String)>,
        views: &HashMap<String, usize>,
    ) -> Result<()> {
        let sql = format!(
            "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_DEFAULT, IS_NULLABLE, COLUMN_TYPE, EXTRA, GENERATION_EXPRESSION,
                COLLATION_NAME, COLUMN_COMMENT
            FROM information_schema.COLUMNS WHERE {} ORDER BY ORDINAL_POSITION",
            self.session.own("TABLE_SCHEMA")
        );
        let rows = self
            .session
            .read(&sql, |row| {
                Ok(Row {
                    table: row.next()?,
                    name: row.next()?,
                    default: row.next()?,
                    nullable: row.next()?,
                    ty: row.next()?,
                    extra: row.next()?,
                    generated: row.next()?,
                    collation: row.next()?,
                    comment: row.next()?,
                })
            })
            .await?;
        for row in rows {
            if let Some(&place) = views.get(&row.table) {
                self.catalog.views[place].columns.push(ViewColumn {
                    name: row.name.into(),
                    ty: row.ty.into(),
                    collation: None,
                    default: None,
                });
            } else if let Some(place) = self.place(&row.table) {
                if !row.comment.is_empty() {
                    let on = Address::column(&own(&row.table), &row.name);
                    self.comment(on, &row.comment);
                }
                let is_json = json.contains(&(row.table.clone(), row.name.clone()));
                let column = self.column(row, place, is_json);
                self.catalog.tables[place].columns.push(column);
            }
        }
        Ok(())
    }

    fn column(&self, row: Row, place: usize, is_json: bool) -> Column {
        let ty = if is_json {
            types::json()
        } else {
            types::column_type(&row.ty)
        };
        let extra = row.extra.to_ascii_lowercase();
        let mut column = Column::new(&row.name, ty);
        column.nullable = row.nullable == "YES";
        column.default = if extra.contains("auto_increment") {
            Some(Default::Autoincrement { sequence: None })
        } else {
            // The next value of a sequence of this database names the database.
            let text = row
                .default
                .map(|text| unqualified(&text, &self.session.database));
            text.as_deref().and_then(|text| {
                if self.session.is_mariadb() {
                    default::mariadb(text, &column.ty)
                } else {
                    let is_expression = extra.contains("default_generated");
                    Some(default::mysql(text, is_expression, &column.ty))
                }
            })
        };
        column.generated = row
            .generated
            .filter(|_| extra.contains("stored generated") || extra.contains("virtual generated"))
            .map(|sql| Generated {
                expression: if self.session.is_mariadb() {
                    printed(&sql)
                } else {
                    printed(&quoted::unescaped(&sql))
                },
                stored: extra.contains("stored generated"),
            });
        let usual = if is_json && self.session.is_mariadb() {
            Some("utf8mb4_bin")
        } else {
            self.collations[place].as_deref()
        };
        // An enum without values of letters, a number: they have none.
        column.collation = row
            .collation
            .filter(|name| Some(&**name) != usual)
            .map(|name| own(&name));
        column.storage.options = options(&row.extra, &column.ty.kind);
        if let Some(width) = types::display_width(&row.ty, &column.ty.kind) {
            let width = ("display width".into(), width.into());
            column.storage.options.push(width);
        }
        column
    }
}

/// What `EXTRA` says beyond what a catalog has a place for: `on update current_timestamp(3)`, `INVISIBLE`.
fn options(extra: &str, kind: &TypeKind) -> Vec<(Box<str>, Box<str>)> {
    let mut found = Vec::new();
    let lower = extra.to_ascii_lowercase();
    if let Some(at) = lower.find("on update ") {
        let rest = &lower[at + "on update ".len()..];
        let end = rest.find([' ', ',']).unwrap_or(rest.len());
        found.push(("on update".into(), rest[..end].into()));
    }
    if lower.contains("invisible") {
        found.push(("invisible".into(), "".into()));
    }
    // MariaDB, "System-Versioned Tables": the two columns that say when a row was.
    if matches!(kind, TypeKind::Unsupported(_) | TypeKind::Native(_))
        && lower.contains("without system versioning")
    {
        found.push(("without system versioning".into(), "".into()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extras_become_options() {
        let kind = types::column_type("timestamp").kind;
        let read = options(
            "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3), INVISIBLE",
            &kind,
        );
        let options: Vec<(&str, &str)> = read.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(
            options,
            [("on update", "current_timestamp(3)"), ("invisible", "")]
        );
    }
}
