//! Triggers.

use relata::Result;
use relata_script::Dialect;
use relata_sql::catalog::{Firing, Trigger};

use super::{Describer, own, printed};

struct Row {
    name: String,
    table: String,
    timing: String,
    event: String,
    body: String,
}

impl Describer {
    /// Reads the triggers in the order in which those of one table and event fire.
    pub(super) async fn triggers(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_STATEMENT
            FROM information_schema.TRIGGERS WHERE {} ORDER BY ACTION_ORDER",
            self.session.own("TRIGGER_SCHEMA")
        );
        let mut rows = self
            .session
            .read(&sql, |row| {
                Ok(Row {
                    name: row.next()?,
                    table: row.next()?,
                    timing: row.next()?,
                    event: row.next()?,
                    body: row.next()?,
                })
            })
            .await?;
        rows.sort_by(|a, b| (&a.table, &a.timing, &a.event).cmp(&(&b.table, &b.timing, &b.event)));
        let mut before: Option<[String; 3]> = None;
        let mut last: Option<String> = None;
        for row in rows {
            let moment = [row.table.clone(), row.timing.clone(), row.event.clone()];
            let follows = last.replace(row.name.clone());
            let follows = follows.filter(|_| before.as_ref() == Some(&moment));
            before = Some(moment);
            let statement = format!(
                "CREATE TRIGGER {} {} {} ON {} FOR EACH ROW {}",
                Dialect::Mysql.ident(&row.name),
                row.timing,
                row.event,
                Dialect::Mysql.ident(&row.table),
                row.body
            );
            self.catalog.triggers.push(Trigger {
                name: row.name.into(),
                table: own(&row.table),
                statement: printed(&statement),
                firing: Firing::Origin,
                on_partitions: Vec::new(),
                follows: follows.map(Into::into),
            });
        }
        Ok(())
    }
}
