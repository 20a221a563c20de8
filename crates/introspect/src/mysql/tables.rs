//! Tables and their options.

use relata::Result;
use relata_sql::catalog::{Address, Kind, Table};

use super::{Describer, own};

/// The engine and collation that a table has which says nothing; a `CREATE TABLE` of ours names the collation.
const USUAL: [(&str, &str); 2] = [("engine", "InnoDB"), ("collate", "utf8mb4_unicode_ci")];

struct Row {
    name: String,
    kind: String,
    engine: Option<String>,
    collation: Option<String>,
    options: String,
    comment: String,
}

impl Describer {
    pub(super) async fn tables(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, coalesce(CREATE_OPTIONS, ''), coalesce(TABLE_COMMENT, '')
            FROM information_schema.TABLES WHERE {}",
            self.session.own("TABLE_SCHEMA")
        );
        let mut rows = self
            .session
            .read(&sql, |row| {
                Ok(Row {
                    name: row.next()?,
                    kind: row.next()?,
                    engine: row.next()?,
                    collation: row.next()?,
                    options: row.next()?,
                    comment: row.next()?,
                })
            })
            .await?;
        // The server sorts names without regard to case.
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        for row in rows {
            match &*row.kind {
                "SEQUENCE" => self.sequences.push(row.name),
                "BASE TABLE" | "SYSTEM VERSIONED" if !crate::is_history(&row.name) => {
                    self.table(row);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn table(&mut self, row: Row) {
        let name = own(&row.name);
        if !row.comment.is_empty() {
            self.comment(Address::of(Kind::Table, &name), &row.comment);
        }
        let mut table = Table::new(name);
        let said = [
            ("engine", row.engine.as_deref()),
            ("collate", row.collation.as_deref()),
        ];
        for ((option, value), usual) in said.into_iter().zip(USUAL) {
            if let Some(value) = value.filter(|value| *value != usual.1) {
                table.storage.options.push((option.into(), value.into()));
            }
        }
        if row.kind == "SYSTEM VERSIONED" {
            // MariaDB, "System-Versioned Tables".
            let option = ("with system versioning".into(), "".into());
            table.storage.options.push(option);
        }
        let mut options = options(&row.options);
        if row.engine.as_deref() != Some("Aria") {
            // What was said for Aria stays written down when another engine takes over, and means nothing to it.
            options.retain(|(name, _)| !matches!(&**name, "page_checksum" | "transactional"));
        }
        // What goes without saying is written down at the first change of the table (MariaDB, "Aria Storage Engine").
        options.retain(|(name, value)| !(&**name == "page_checksum" && &**value == "1"));
        table.storage.options.extend(options);
        self.places.insert(row.name, self.catalog.tables.len());
        self.collations.push(row.collation);
        self.catalog.tables.push(table);
    }
}

/// The options of `CREATE_OPTIONS`: `row_format=COMPRESSED key_block_size=8`. That it is partitioned is told by its partitions.
fn options(text: &str) -> Vec<(Box<str>, Box<str>)> {
    text.split(' ')
        .filter(|word| !word.is_empty() && *word != "partitioned")
        .map(|word| {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            (
                name.trim_matches('`').to_ascii_lowercase().into(),
                value.into(),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::options;

    #[test]
    fn options_are_split_at_blanks() {
        let read = options("row_format=COMPRESSED partitioned stats_persistent=1");
        let names: Vec<(&str, &str)> = read.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(
            names,
            [("row_format", "COMPRESSED"), ("stats_persistent", "1")]
        );
        assert!(options("").is_empty());
    }
}
