//! Partitions, which are parts of their table and no tables of their own.

use std::fmt::Write as _;

use relata::Result;
use relata_script::Dialect;

use super::Describer;

/// One row for each partition or part of one.
struct Row {
    table: String,
    name: String,
    part: Option<String>,
    method: String,
    expression: String,
    part_method: Option<String>,
    part_expression: Option<String>,
    values: Option<String>,
}

impl Describer {
    pub(super) async fn partitions(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT TABLE_NAME, PARTITION_NAME, SUBPARTITION_NAME, PARTITION_METHOD, coalesce(PARTITION_EXPRESSION, ''),
                SUBPARTITION_METHOD, SUBPARTITION_EXPRESSION, PARTITION_DESCRIPTION
            FROM information_schema.PARTITIONS WHERE PARTITION_NAME IS NOT NULL AND {}
            ORDER BY PARTITION_ORDINAL_POSITION, SUBPARTITION_ORDINAL_POSITION",
            self.session.own("TABLE_SCHEMA")
        );
        let mut rows = self
            .session
            .read(&sql, |row| {
                Ok(Row {
                    table: row.next()?,
                    name: row.next()?,
                    part: row.next()?,
                    method: row.next()?,
                    expression: row.next()?,
                    part_method: row.next()?,
                    part_expression: row.next()?,
                    values: row.next()?,
                })
            })
            .await?;
        rows.sort_by(|a, b| a.table.cmp(&b.table));
        for rows in rows.chunk_by(|a, b| a.table == b.table) {
            if let Some(place) = self.place(&rows[0].table) {
                self.catalog.tables[place].ancestry.partitioned_by = Some(clause(rows).into());
            }
        }
        Ok(())
    }
}

/// What follows `PARTITION BY` (manual, "CREATE TABLE").
fn clause(rows: &[Row]) -> String {
    let first = &rows[0];
    let mut sql = format!("{} ({})", first.method, first.expression);
    if let (Some(method), Some(expression)) = (&first.part_method, &first.part_expression) {
        let _ = write!(sql, " SUBPARTITION BY {method} ({expression})");
    }
    let groups: Vec<&[Row]> = rows.chunk_by(|a, b| a.name == b.name).collect();
    // Parts that are only counted get their names from the server.
    let are_parts_counted = groups.iter().all(|rows| {
        rows.iter().enumerate().all(|(place, row)| {
            let usual = format!("{}sp{place}", row.name);
            row.part.as_deref() == Some(&usual)
        })
    });
    if are_parts_counted {
        let _ = write!(sql, " SUBPARTITIONS {}", groups[0].len());
    }
    let is_hashed = first.method.ends_with("HASH") || first.method.ends_with("KEY");
    let mut names = groups.iter().enumerate();
    if is_hashed && names.all(|(place, rows)| rows[0].name == format!("p{place}")) {
        return format!("{sql} PARTITIONS {}", groups.len());
    }
    let partitions: Vec<String> = groups
        .into_iter()
        .map(|rows| partition(rows, are_parts_counted))
        .collect();
    format!("{sql} ({})", partitions.join(", "))
}

fn partition(rows: &[Row], are_parts_counted: bool) -> String {
    let first = &rows[0];
    let mut sql = format!("PARTITION {}", Dialect::Mysql.ident(&first.name));
    let values = first.values.as_deref().unwrap_or_default();
    let method = first.method.as_str();
    if method.starts_with("RANGE")
        && values.eq_ignore_ascii_case("MAXVALUE")
        && !method.ends_with("COLUMNS")
    {
        sql.push_str(" VALUES LESS THAN MAXVALUE");
    } else if method.starts_with("RANGE") {
        let _ = write!(sql, " VALUES LESS THAN ({values})");
    } else if method.starts_with("LIST")
        && ["DEFAULT", "MAXVALUE"]
            .iter()
            .any(|word| values.eq_ignore_ascii_case(word))
    {
        // MariaDB calls the default of a list of columns as it calls the end of a range.
        sql.push_str(" DEFAULT");
    } else if method.starts_with("LIST") {
        let _ = write!(sql, " VALUES IN ({values})");
    } else if method == "SYSTEM_TIME" {
        // MariaDB, "System-Versioned Tables": the last one holds what is now.
        sql.push_str(if values.eq_ignore_ascii_case("CURRENT") {
            " CURRENT"
        } else {
            " HISTORY"
        });
    }
    let parts: Vec<String> = rows
        .iter()
        .filter(|_| !are_parts_counted)
        .filter_map(|row| row.part.as_deref())
        .map(|part| format!("SUBPARTITION {}", Dialect::Mysql.ident(part)))
        .collect();
    if !parts.is_empty() {
        let _ = write!(sql, " ({})", parts.join(", "));
    }
    sql
}
