//! Partitions, which are parts of their table and no tables of their own.

use std::fmt::Write as _;

use relata::Result;
use relata_script::{Dialect, words};

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
            let Some(place) = self.place(&rows[0].table) else {
                continue;
            };
            let mut method = format!("{} ({})", rows[0].method, rows[0].expression);
            if rows[0].method == "SYSTEM_TIME" {
                method = self.history(&rows[0].table).await?;
            }
            let partitions = clause(rows, method).into();
            self.catalog.tables[place].ancestry.partitioned_by = Some(partitions);
        }
        Ok(())
    }

    /// When the next partition takes over the history of a table, which only its statement tells (MariaDB, "System-Versioned Tables").
    async fn history(&self, table: &str) -> Result<String> {
        let sql = format!("SHOW CREATE TABLE {}", Dialect::Mysql.ident(table));
        let rows = self
            .session
            .read(&sql, |row| {
                Ok((row.next::<String>()?, row.next::<String>()?))
            })
            .await?;
        let statement = rows.first().map_or("", |(_, statement)| statement);
        Ok(format!("SYSTEM_TIME{}", rotation(statement)))
    }
}

/// What stands between `PARTITION BY SYSTEM_TIME` and the partitions: ` LIMIT 1000`, ` INTERVAL 1 MONTH STARTS … AUTO`, or nothing.
fn rotation(statement: &str) -> &str {
    let words = words(Dialect::Mysql, statement);
    let is = |place: usize, keyword: &str| words.get(place).is_some_and(|(it, _)| it.is(keyword));
    let begins = (0..words.len())
        .find(|at| is(*at, "PARTITION") && is(at + 1, "BY") && is(at + 2, "SYSTEM_TIME"));
    let Some(begin) = begins.map(|at| at + 2) else {
        return "";
    };
    let ends = |at: &usize| {
        is(*at, "SUBPARTITION") || is(*at, "PARTITIONS") || words[*at].0.is_symbol("(")
    };
    let end = (begin + 1..words.len()).find(ends).unwrap_or(words.len());
    statement[words[begin].1.end..words[end - 1].1.end].trim_end()
}

/// What follows `PARTITION BY` (manual, "CREATE TABLE"), where `sql` says how rows are told apart.
fn clause(rows: &[Row], mut sql: String) -> String {
    let first = &rows[0];
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
        && (values.eq_ignore_ascii_case("DEFAULT")
            || values
                .trim_matches(['(', ')'])
                .split(',')
                .all(|value| value.trim().eq_ignore_ascii_case("MAXVALUE")))
    {
        // MariaDB calls the default of a list of columns as it calls the end of a range, once for each column.
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

#[cfg(test)]
mod tests {
    use super::rotation;

    #[test]
    fn history_goes_on_to_the_next_partition() {
        let of = |rest: &str| {
            rotation(&format!("CREATE TABLE `t` (\n  `PARTITION BY SYSTEM_TIME LIMIT 1` int COMMENT 'PARTITION BY SYSTEM_TIME LIMIT 2'\n) {rest}"))
                .to_owned()
        };
        assert_eq!(
            of("\n PARTITION BY SYSTEM_TIME LIMIT 9\n(PARTITION `p0` HISTORY)"),
            " LIMIT 9"
        );
        assert_eq!(
            of(
                "PARTITION BY SYSTEM_TIME INTERVAL 1 DAY STARTS TIMESTAMP'2020-01-01 00:00:00' AUTO\nPARTITIONS 3"
            ),
            " INTERVAL 1 DAY STARTS TIMESTAMP'2020-01-01 00:00:00' AUTO"
        );
        assert_eq!(
            of("PARTITION BY SYSTEM_TIME \nSUBPARTITION BY KEY (`id`)"),
            ""
        );
    }
}
