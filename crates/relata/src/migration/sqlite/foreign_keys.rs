//! Rows that refer to nothing: counted before and after a script that switches foreign keys off.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::Result;
use crate::migration::Violation;
use crate::sqlite::from_rusqlite;

/// Violations by table and parent.
pub(super) type Counts = BTreeMap<(String, String), usize>;

/// Counts them all. "PRAGMA foreign\_key\_check" in the manual: it reports a row per violation, and fails where a parent has
/// no unique index to refer to.
pub(super) fn count(conn: &Connection) -> Result<Counts> {
    let mut statement = conn
        .prepare("PRAGMA main.foreign_key_check")
        .map_err(from_rusqlite)?;
    let mut rows = statement.query([]).map_err(from_rusqlite)?;
    let mut counts = Counts::new();
    while let Some(row) = rows.next().map_err(from_rusqlite)? {
        let key = (
            row.get(0).map_err(from_rusqlite)?,
            row.get(2).map_err(from_rusqlite)?,
        );
        *counts.entry(key).or_default() += 1;
    }
    Ok(counts)
}

/// What is there now and was not before. Rows have no identity across a rebuilt table, so counts are compared.
pub(super) fn introduced(before: &Counts, after: Counts) -> Vec<Violation> {
    after
        .into_iter()
        .filter_map(|(key, rows)| {
            let more = rows.saturating_sub(before.get(&key).copied().unwrap_or_default());
            let (table, parent) = key;
            (more > 0).then_some(Violation {
                table,
                parent,
                rows: more,
            })
        })
        .collect()
}
