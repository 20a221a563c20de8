//! A script with a line above each statement that locks, rewrites or loses something.

use relata_script::{Dialect, split, sql_comment};

use crate::Weighed;
use crate::measure::{Algorithm, Lock, Measured};

/// Writes what was measured, and what is lost, above the statements it was measured of. Everything else of the script stays as it is.
pub fn annotate(
    dialect: Dialect,
    script: &str,
    measured: &[Measured],
    losses: &[Weighed],
) -> String {
    let mut out = String::with_capacity(script.len());
    let mut done = 0;
    for (index, statement) in split(dialect, script).iter().enumerate() {
        let start = statement.range.start;
        out.push_str(&script[done..start]);
        done = start;
        let mut notes = Vec::new();
        // On SQLite one entry stands for the whole script, and its comments say which tables are made anew.
        if dialect != Dialect::Sqlite
            && let Some(measured) = measured.get(index)
            && measured.statement == statement.text()
        {
            notes.extend(note(measured));
        }
        notes.extend(lost(dialect, statement.text(), losses));
        for note in notes {
            out.push_str("-- ");
            // A name with a line break in it must not end the comment.
            out.push_str(&sql_comment(&note).replace(['\n', '\r'], " "));
            out.push('\n');
        }
    }
    out.push_str(&script[done..]);
    out
}

/// What a reviewer should know of a statement, if there is something.
pub fn note(measured: &Measured) -> Option<String> {
    if let Some(online) = measured.online {
        let what = match online.algorithm {
            Algorithm::Instant => return None,
            Algorithm::Nocopy => "builds an index",
            Algorithm::Inplace => "may write the table anew",
            Algorithm::Copy => "copies the table",
        };
        return Some(format!("{what} ({online})"));
    }
    let mut parts = Vec::new();
    let tables: Vec<&str> = measured
        .rewritten
        .iter()
        .filter(|name| measured.locks.contains_key(*name))
        .map(String::as_str)
        .collect();
    let is_long = !tables.is_empty() || !measured.scanned.is_empty() || !measured.built.is_empty();
    let locked = |lock: fn(Lock) -> bool| -> Vec<&str> {
        let all = measured.locks.iter().filter(|(_, held)| lock(**held));
        all.map(|(table, _)| table.as_str()).collect()
    };
    let readers = locked(Lock::blocks_reads);
    let writers = locked(|held| held.blocks_writes() && !held.blocks_reads());
    let how_long = if is_long { "" } else { " for a moment" };
    if !readers.is_empty() {
        parts.push(format!(
            "locks {} against reads and writes{how_long}",
            readers.join(", ")
        ));
    }
    if !writers.is_empty() {
        parts.push(format!(
            "locks {} against writes{how_long}",
            writers.join(", ")
        ));
    }
    if parts.is_empty() {
        return None;
    }
    if !tables.is_empty() {
        parts.push(format!("writes {} anew", tables.join(", ")));
    } else if !measured.scanned.is_empty() {
        let scanned: Vec<&str> = measured.scanned.iter().map(String::as_str).collect();
        parts.push(format!("reads all of {}", scanned.join(", ")));
    }
    Some(parts.join("; "))
}

/// What a statement takes away, by the names in it.
fn lost(dialect: Dialect, statement: &str, losses: &[Weighed]) -> Option<String> {
    use relata_sql::risk::RiskKind;
    losses
        .iter()
        .find(|weighed| {
            let table = dialect.ident(&weighed.risk.table.name);
            match &weighed.risk.kind {
                RiskKind::TableDropped => {
                    statement.starts_with("DROP TABLE") && statement.contains(&table)
                }
                RiskKind::ColumnDropped { column } | RiskKind::ColumnReplaced { column, .. } => {
                    statement.contains(&table)
                        && statement.contains(&format!("DROP COLUMN {}", dialect.ident(column)))
                        // A table that is made anew has taken along by then what stays.
                        || dialect == Dialect::Sqlite && statement == format!("DROP TABLE {table}")
                }
                RiskKind::ValuesCut { column, .. } => {
                    statement.contains(&table)
                        && statement.starts_with("ALTER TABLE")
                        && statement.contains(&dialect.ident(column))
                }
                _ => false,
            }
        })
        .map(|weighed| format!("loses data: {weighed}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_above_the_statement_and_below_its_header() {
        let script = "-- AlterTable\nALTER TABLE \"a\" ALTER COLUMN \"b\" TYPE BIGINT;\n\n-- CreateTable\nCREATE TABLE \"c\" ();\n";
        let mut measured = Measured::of("ALTER TABLE \"a\" ALTER COLUMN \"b\" TYPE BIGINT");
        measured.locks.insert("a".to_owned(), Lock::AccessExclusive);
        measured.rewritten.insert("a".to_owned());
        let annotated = annotate(
            Dialect::Postgres,
            script,
            &[measured, Measured::of("CREATE TABLE \"c\" ()")],
            &[],
        );
        assert_eq!(
            annotated,
            "-- AlterTable\n-- locks a against reads and writes; writes a anew\nALTER TABLE \"a\" ALTER COLUMN \"b\" TYPE BIGINT;\n\n\
             -- CreateTable\nCREATE TABLE \"c\" ();\n"
        );
    }

    #[test]
    fn no_name_ends_the_comment() {
        let mut measured = Measured::of("DROP INDEX x");
        measured
            .locks
            .insert("a\nDROP TABLE b; --".to_owned(), Lock::AccessExclusive);
        let annotated = annotate(Dialect::Postgres, "DROP INDEX x;", &[measured], &[]);
        assert_eq!(annotated.lines().count(), 2, "{annotated}");
    }
}
