//! Sequences (MariaDB).

use relata::{Error, Result};
use relata_script::Dialect;
use relata_sql::catalog::{Sequence, SequenceOptions};

use super::{Describer, own};
use crate::Note;

impl Describer {
    pub(super) async fn sequences(&mut self) -> Result<()> {
        let names = std::mem::take(&mut self.sequences);
        if names.is_empty() {
            return Ok(());
        }
        // `information_schema` has them since 11.5 only; each is a table of one row (manual, "CREATE SEQUENCE").
        let selects: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(place, name)| {
                let name = Dialect::Mysql.ident(name);
                format!(
                    "SELECT {place}, start_value, increment, minimum_value, maximum_value, cache_size, cycle_option FROM {name}"
                )
            })
            .collect();
        let read = self
            .session
            .read(&selects.join(" UNION ALL "), |row| {
                Ok((
                    row.next::<i64>()?,
                    SequenceOptions {
                        ty: "bigint".into(),
                        start: row.next()?,
                        increment: row.next()?,
                        min: row.next()?,
                        max: row.next()?,
                        cache: row.next()?,
                        cycle: row.next::<i64>()? != 0,
                        is_virtual: false,
                    },
                ))
            })
            .await;
        match read {
            Ok(rows) => {
                for (place, options) in rows {
                    let Some(name) = usize::try_from(place).ok().and_then(|at| names.get(at))
                    else {
                        continue;
                    };
                    self.catalog.sequences.push(Sequence {
                        name: own(name),
                        options,
                        owned_by: None,
                        is_unlogged: false,
                    });
                }
                self.catalog.sequences.sort_by(|a, b| a.name.cmp(&b.name));
                Ok(())
            }
            // Without the right to read one of them, none is read.
            Err(Error::Database { .. }) => {
                self.notes.push(Note::NotRead {
                    kind: "sequences".to_owned(),
                    count: i64::try_from(names.len()).unwrap_or(i64::MAX),
                });
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}
