//! The events of the server's scheduler, each made into the statement that makes it.

use std::fmt::Write as _;

use relata::Result;
use relata_script::Dialect;
use relata_sql::catalog::Event;

use super::{Describer, mode, own, printed};

struct Row {
    name: String,
    body: String,
    /// When it runs, where it runs once.
    at: Option<String>,
    interval: Option<String>,
    field: Option<String>,
    starts: Option<String>,
    ends: Option<String>,
    status: String,
    completion: String,
    comment: String,
    mode: String,
}

impl Describer {
    pub(super) async fn events(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT EVENT_NAME, EVENT_DEFINITION, CAST(EXECUTE_AT AS CHAR), INTERVAL_VALUE, INTERVAL_FIELD,
                CAST(STARTS AS CHAR), CAST(ENDS AS CHAR), STATUS, ON_COMPLETION, EVENT_COMMENT,
                SQL_MODE
            FROM information_schema.EVENTS WHERE {}",
            self.session.own("EVENT_SCHEMA")
        );
        let mut rows = self
            .session
            .read(&sql, |row| {
                Ok(Row {
                    name: row.next()?,
                    body: row.next()?,
                    at: row.next()?,
                    interval: row.next()?,
                    field: row.next()?,
                    starts: row.next()?,
                    ends: row.next()?,
                    status: row.next()?,
                    completion: row.next()?,
                    comment: row.next()?,
                    mode: row.next()?,
                })
            })
            .await?;
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        for row in rows {
            self.catalog.events.push(Event {
                name: own(&row.name),
                statement: printed(&statement(&row)),
                sql_mode: mode::of_text(&row.mode),
            });
        }
        Ok(())
    }
}

/// The statement, in the order of its clauses (manual, "CREATE EVENT").
fn statement(row: &Row) -> String {
    let quoted = |text: &str| Dialect::Mysql.string(text);
    let mut sql = format!(
        "CREATE EVENT {} ON SCHEDULE",
        Dialect::Mysql.ident(&row.name)
    );
    if let Some(at) = &row.at {
        let _ = write!(sql, " AT {}", quoted(at));
    }
    if let (Some(interval), Some(field)) = (&row.interval, &row.field) {
        // `'1:30'` of `MINUTE_SECOND`; quotes around a number are taken, too.
        let _ = write!(
            sql,
            " EVERY {} {field}",
            quoted(interval.trim_matches('\''))
        );
        if let Some(starts) = &row.starts {
            let _ = write!(sql, " STARTS {}", quoted(starts));
        }
        if let Some(ends) = &row.ends {
            let _ = write!(sql, " ENDS {}", quoted(ends));
        }
    }
    let _ = write!(sql, " ON COMPLETION {}", row.completion);
    sql.push_str(match row.status.as_str() {
        "DISABLED" => " DISABLE",
        "SLAVESIDE_DISABLED" => " DISABLE ON SLAVE",
        _ => " ENABLE",
    });
    if !row.comment.is_empty() {
        let _ = write!(sql, " COMMENT {}", quoted(&row.comment));
    }
    format!("{sql} DO {}", row.body)
}
