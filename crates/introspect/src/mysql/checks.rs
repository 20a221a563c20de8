//! Checks, and the columns of JSON that MariaDB makes of one.

use std::collections::HashSet;

use relata::Result;
use relata_script::Dialect;
use relata_sql::catalog::Check;

use super::period::{self, Period};
use super::{Describer, printed, quoted};

struct Row {
    table: String,
    name: String,
    condition: String,
}

impl Describer {
    /// Reads the checks, and tells which columns hold JSON by `json_valid(…)`, which is what `JSON` means to MariaDB (manual,
    /// "JSON Data Type"). Such a check belongs to the type.
    pub(super) async fn checks(&mut self) -> Result<HashSet<(String, String)>> {
        // The names of MySQL's are those of the database, and the table stands elsewhere; MariaDB's are those of the table.
        let sql = if self.session.is_mariadb() {
            format!(
                "SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE {}",
                self.session.own("CONSTRAINT_SCHEMA")
            )
        } else {
            format!(
                "SELECT t.TABLE_NAME, c.CONSTRAINT_NAME, c.CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS c
                JOIN information_schema.TABLE_CONSTRAINTS t
                    ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME
                WHERE t.CONSTRAINT_TYPE = 'CHECK' AND {}",
                self.session.own("c.CONSTRAINT_SCHEMA")
            )
        };
        let mut rows = self
            .session
            .read(&sql, |row| {
                Ok(Row {
                    table: row.next()?,
                    name: row.next()?,
                    condition: row.next()?,
                })
            })
            .await?;
        rows.sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        let mut json = HashSet::new();
        for row in rows {
            let Some(place) = self.place(&row.table) else {
                continue;
            };
            if self.session.is_mariadb()
                && let Some(column) = json_column(&row.condition).filter(|name| *name == row.name)
            {
                json.insert((row.table, column));
                continue;
            }
            let condition = if self.session.is_mariadb() {
                row.condition
            } else {
                unwrapped(&quoted::unescaped(&row.condition)).to_owned()
            };
            self.catalog.tables[place].checks.push(Check {
                name: row.name.into(),
                expression: printed(&condition),
                is_valid: true,
                is_enforced: true,
                no_inherit: false,
                is_inherited: false,
            });
        }
        self.periods().await?;
        Ok(json)
    }

    /// Periods of tables. The server lists one as a check of its name, and only the statement of the table tells it from one
    /// (MariaDB, "Application-Time Periods"); `information_schema` has them since 11.4. Which keys are over one, it never tells.
    async fn periods(&mut self) -> Result<()> {
        if !self.session.is_mariadb() {
            return Ok(());
        }
        let could_be = |check: &Check| {
            let sides = check.expression.source.split_once(" < ");
            let is_name = |side: &str| side.starts_with('`') && side.ends_with('`');
            sides.is_some_and(|(from, to)| is_name(from) && is_name(to))
        };
        for table in &mut self.catalog.tables {
            if !table.checks.iter().any(could_be) {
                continue;
            }
            let sql = format!(
                "SHOW CREATE TABLE {}",
                Dialect::Mysql.ident(&table.name.name)
            );
            let rows = self
                .session
                .read(&sql, |row| {
                    Ok((row.next::<String>()?, row.next::<String>()?))
                })
                .await?;
            for (_, statement) in &rows {
                let found = period::read(statement);
                let Some(Period {
                    name,
                    columns: [from, to],
                    ..
                }) = &found
                else {
                    continue;
                };
                let ident = |name: &str| Dialect::Mysql.ident(name);
                let condition = format!("{} < {}", ident(from), ident(to));
                // Where a check has the period's name, the server's own gets a number behind it.
                let is_own = |check: &Check| {
                    let rest = check.name.strip_prefix(name.as_str());
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
                        && *check.expression.source == *condition
                };
                let Some(own) = table.checks.iter().position(is_own) else {
                    continue;
                };
                table.checks.remove(own);
                let period = format!("{} ({}, {})", ident(name), ident(from), ident(to));
                let option = ("period".into(), period.into());
                table.storage.options.push(option);
                let keys = found.into_iter().flat_map(|period| period.keys);
                let keys = keys.map(|key| (table.name.name.to_string(), key));
                self.temporal.extend(keys);
            }
        }
        Ok(())
    }
}

/// The column of ``json_valid(`column`)``.
fn json_column(condition: &str) -> Option<String> {
    let name = condition
        .strip_prefix("json_valid(`")?
        .strip_suffix("`)")?
        .replace("``", "\u{0}");
    (!name.contains('`')).then(|| name.replace('\u{0}', "`"))
}

/// MySQL prints the condition in brackets.
fn unwrapped(condition: &str) -> &str {
    let inner = condition
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'));
    inner
        .filter(|inner| is_balanced(inner))
        .unwrap_or(condition)
}

/// Whether no bracket is closed that was not opened; strings and names are not looked into, which only leaves brackets on.
fn is_balanced(sql: &str) -> bool {
    let mut depth = 0_i32;
    for c in sql.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::{json_column, unwrapped};

    #[test]
    fn json_is_a_check_of_one_column() {
        assert_eq!(json_column("json_valid(`a``b`)").as_deref(), Some("a`b"));
        assert_eq!(json_column("json_valid(`a`) or json_valid(`b`)"), None);
        assert_eq!(json_column("`a` > 0"), None);
    }

    #[test]
    fn outer_brackets_go() {
        assert_eq!(unwrapped("(`a` > 0)"), "`a` > 0");
        assert_eq!(unwrapped("(a) or (b)"), "(a) or (b)");
    }
}
