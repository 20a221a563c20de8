//! Views.

use std::collections::HashMap;

use relata::Result;
use relata_script::{Dialect, Word, words};
use relata_sql::catalog::View;

use super::{Describer, own, printed};
use crate::Note;

struct Row {
    name: String,
    query: Option<String>,
    check: String,
    security: String,
    algorithm: String,
}

impl Describer {
    /// Reads the views, and tells where each stands; their columns come with those of the tables.
    pub(super) async fn views(&mut self) -> Result<HashMap<String, usize>> {
        let algorithm = if self.session.is_mariadb() {
            "ALGORITHM"
        } else {
            "'UNDEFINED'"
        };
        let sql = format!(
            "SELECT TABLE_NAME, VIEW_DEFINITION, CHECK_OPTION, SECURITY_TYPE, {algorithm}
            FROM information_schema.VIEWS WHERE {}",
            self.session.own("TABLE_SCHEMA")
        );
        let mut rows = self
            .session
            .read(&sql, |row| {
                Ok(Row {
                    name: row.next()?,
                    query: row.next()?,
                    check: row.next()?,
                    security: row.next()?,
                    algorithm: row.next()?,
                })
            })
            .await?;
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        let mut places = HashMap::new();
        let mut hidden = 0;
        for row in rows {
            // Who may not see the definition is given an empty one (manual, "SHOW CREATE VIEW").
            let Some(query) = row.query.filter(|query| !query.is_empty()) else {
                hidden += 1;
                continue;
            };
            let said = [
                ("check_option", row.check, "NONE"),
                ("security", row.security, "DEFINER"),
                ("algorithm", row.algorithm, "UNDEFINED"),
            ];
            places.insert(row.name.clone(), self.catalog.views.len());
            self.catalog.views.push(View {
                name: own(&row.name),
                query: printed(&unqualified(&query, &self.session.database)),
                statement: None,
                columns: Vec::new(),
                options: said
                    .into_iter()
                    .filter(|(_, value, usual)| value != usual)
                    .map(|(name, value, _)| (name.into(), value.to_ascii_lowercase().into()))
                    .collect(),
                materialized: None,
            });
        }
        if hidden > 0 {
            self.notes.push(Note::NotRead {
                kind: "views whose definition this account may not see".to_owned(),
                count: hidden,
            });
        }
        Ok(places)
    }
}

impl Describer {
    /// Notes which views name their columns. MariaDB prints those names in the query; MySQL keeps them beside it (manual, "CREATE VIEW
    /// Statement").
    pub(super) fn columns_of_views(&mut self) {
        if self.session.is_mariadb() {
            return;
        }
        for view in &mut self.catalog.views {
            let columns = view.columns.iter().map(|column| &*column.name);
            if !column_names(&view.query.source)
                .iter()
                .map(String::as_str)
                .eq(columns.clone())
            {
                let columns: Vec<String> = columns.map(|it| Dialect::Mysql.ident(it)).collect();
                let option = ("columns".into(), columns.join(", ").into());
                view.options.push(option);
            }
        }
    }
}

/// The names that a query gives its columns, as far as they are told from its text: each is the last word of its part of the list.
fn column_names(query: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut last, mut is_begun) = (0, None, false);
    for (word, _) in words(Dialect::Mysql, query) {
        let ends = depth == 0 && (word.is_symbol(",") || word.is("from") || word.is("union"));
        if word.is_symbol("(") {
            depth += 1;
        } else if word.is_symbol(")") {
            depth -= 1;
        } else if ends && is_begun {
            names.extend(last.take());
            if !word.is_symbol(",") {
                return names;
            }
        } else if depth == 0 && word.is("select") {
            is_begun = true;
        }
        if let Word::Name(name) = word {
            last = Some(name);
        }
    }
    names.extend(last);
    names
}

/// A query without the database's name before its tables: in another database it means the tables there.
pub(super) fn unqualified(query: &str, database: &str) -> String {
    let prefix = format!("{}.", Dialect::Mysql.ident(database));
    let mut sql = String::with_capacity(query.len());
    let mut rest = query;
    while let Some(c) = rest.chars().next() {
        let end = match c {
            '`' if rest.starts_with(&prefix) => {
                rest = &rest[prefix.len()..];
                continue;
            }
            '`' | '\'' | '"' => quoted_end(rest, c),
            c => c.len_utf8(),
        };
        sql.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    sql
}

/// Where something in quotes ends.
fn quoted_end(sql: &str, quote: char) -> usize {
    let mut chars = sql.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quote != '`' => {
                chars.next();
            }
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    sql.len()
}

#[cfg(test)]
mod tests {
    use super::{column_names, unqualified};

    #[test]
    fn names_of_columns_stand_last() {
        let query = "with `c` as (select 1 AS `n`) select `c`.`n` AS `a`,concat('x',`c`.`n`) AS `b,c`,(select 1 AS `q` from `t`) AS `d` from `c`";
        assert_eq!(column_names(query), ["a", "b,c", "d"]);
        assert_eq!(
            column_names("select 1 AS `one` union select 2 AS `two`"),
            ["one"]
        );
        assert_eq!(column_names("select 1 AS `one`"), ["one"]);
    }

    #[test]
    fn only_names_lose_the_database() {
        assert_eq!(
            unqualified(
                "select `d`.`t`.`a` AS `d`,'`d`.' AS `x` from `d`.`t` join `e`.`d`",
                "d"
            ),
            "select `t`.`a` AS `d`,'`d`.' AS `x` from `t` join `e`.`d`"
        );
        assert_eq!(unqualified("select 'a\\'`d`.b", "d"), "select 'a\\'`d`.b");
    }
}
