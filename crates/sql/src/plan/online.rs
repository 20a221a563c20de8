//! A plan in the style for tables that are in use (PostgreSQL): no statement keeps readers or writers out for longer than a moment.
//!
//! * Indexes are built and dropped `CONCURRENTLY`.
//! * Foreign keys and checks are added `NOT VALID`, which looks at no row, and validated afterwards, which keeps nobody out.
//! * `SET NOT NULL` follows a validated check that proves it, so that the rows are not read under its lock (manual, "ALTER TABLE").
//! * Uniques and primary keys get their index first, built concurrently.
//!
//! The statements must not share a transaction: the lock of the first would be held for the work of the second.

use relata_script::{Dialect, Word, words};

use super::Plan;
use crate::catalog::{Catalog, ObjectName, Table};
use crate::dialect::cut;
use crate::step::{Step, StepKind};

impl Plan {
    /// Writes the plan anew for tables that are in use; `from` is the catalog that it starts from, whose tables are those. On databases other
    /// than PostgreSQL it stays as it is: MySQL chooses its cheapest way by itself, and SQLite knows one lock only.
    ///
    /// Tells whether anything is another now: the script then has to be run outside a transaction.
    pub fn online(mut self, from: &Catalog) -> (Self, bool) {
        if from.dialect != Dialect::Postgres {
            return (self, false);
        }
        let mut changed = false;
        // Nobody uses a table that is made anew, and one that is divided into parts has no index built beside its use.
        let is_made = |step: &&Step| step.kind == StepKind::CreateTable;
        let made = self.steps.iter().filter(is_made);
        let made: Vec<ObjectName> = made.filter_map(|step| step.subject.clone()).collect();
        for step in &mut self.steps {
            let subject = step.subject.as_ref().filter(|name| !made.contains(name));
            let Some(table) = subject.and_then(|name| from.table(name)) else {
                continue;
            };
            let online = statements(table, from, step);
            changed |= online != step.statements;
            step.statements = online;
        }
        (self, changed)
    }
}

fn statements(table: &Table, from: &Catalog, step: &Step) -> Vec<String> {
    let is_partitioned = table.ancestry.partitioned_by.is_some();
    let each = step.statements.iter();
    match step.kind {
        // What is partitioned has its indexes built part by part, which nothing here does yet.
        StepKind::CreateIndex if !is_partitioned => each
            .flat_map(|sql| {
                // One that is a constraint.
                if sql.starts_with("ALTER TABLE ") {
                    return altered(table, from, sql);
                }
                let sql = replaced(
                    sql,
                    "CREATE UNIQUE INDEX ",
                    "CREATE UNIQUE INDEX CONCURRENTLY ",
                );
                vec![replaced(
                    &sql,
                    "CREATE INDEX ",
                    "CREATE INDEX CONCURRENTLY ",
                )]
            })
            .collect(),
        StepKind::DropIndex if !is_partitioned => each
            .map(|sql| replaced(sql, "DROP INDEX ", "DROP INDEX CONCURRENTLY "))
            .collect(),
        StepKind::AlterTable | StepKind::AddForeignKey if !is_partitioned => {
            each.flat_map(|sql| altered(table, from, sql)).collect()
        }
        _ => step.statements.clone(),
    }
}

fn replaced(sql: &str, from: &str, to: &str) -> String {
    match sql.strip_prefix(from) {
        Some(rest) if !rest.starts_with("CONCURRENTLY") => format!("{to}{rest}"),
        _ => sql.to_owned(),
    }
}

/// The clauses of one `ALTER TABLE`, each that takes long in statements of its own.
fn altered(table: &Table, from: &Catalog, sql: &str) -> Vec<String> {
    let Some((head, clauses)) = clauses(sql) else {
        return vec![sql.to_owned()];
    };
    // A key that is replaced is replaced at once: without one, for however long, rows could become the same.
    let replaces = clauses
        .iter()
        .any(|clause| clause.starts_with("DROP CONSTRAINT"))
        && clauses
            .iter()
            .any(|clause| clause.starts_with("ADD CONSTRAINT"));
    if replaces {
        return vec![sql.to_owned()];
    }
    let mut out = Vec::new();
    let mut plain: Vec<&str> = Vec::new();
    for clause in &clauses {
        let Some(online) = long(table, from, head, clause) else {
            plain.push(clause);
            continue;
        };
        flush(head, &mut plain, &mut out);
        out.extend(online);
    }
    if plain.len() == clauses.len() {
        return vec![sql.to_owned()];
    }
    flush(head, &mut plain, &mut out);
    out
}

fn flush(head: &str, plain: &mut Vec<&str>, out: &mut Vec<String>) {
    if !plain.is_empty() {
        out.push(format!("{head} {};", plain.join(",\n")));
        plain.clear();
    }
}

/// The statements in place of a clause that would keep others out for long; none if it does not.
fn long(table: &Table, from: &Catalog, head: &str, clause: &str) -> Option<Vec<String>> {
    let list = words(Dialect::Postgres, clause);
    let is = |at: usize, keyword: &str| list.get(at).is_some_and(|(word, _)| word.is(keyword));
    let text = |at: usize| list.get(at).map(|(_, range)| &clause[range.clone()]);
    if is(0, "ADD") && is(1, "CONSTRAINT") {
        let name = text(2)?;
        let not_valid = list.len() >= 2 && is(list.len() - 2, "NOT") && is(list.len() - 1, "VALID");
        if (is(3, "FOREIGN") || is(3, "CHECK")) && !not_valid {
            return Some(vec![
                format!("{head} {clause} NOT VALID;"),
                format!("{head} VALIDATE CONSTRAINT {name};"),
            ]);
        }
        let (kind, open) = match () {
            () if is(3, "UNIQUE") => ("UNIQUE", 4),
            () if is(3, "PRIMARY") && is(4, "KEY") => ("PRIMARY KEY", 5),
            () => return None,
        };
        let columns = plain_columns(clause, &list, open)?;
        let required = |column: &String| table.column(column).is_some_and(|it| !it.nullable);
        // A primary key over columns that may hold NULL reads them all under its lock.
        if kind == "PRIMARY KEY" && !columns.iter().all(required) {
            return None;
        }
        let keys: Vec<String> = columns
            .iter()
            .map(|name| Dialect::Postgres.ident(name))
            .collect();
        return Some(vec![
            format!(
                "CREATE UNIQUE INDEX CONCURRENTLY {name} ON {} ({});",
                from.name_sql(&table.name),
                keys.join(", ")
            ),
            format!("{head} ADD CONSTRAINT {name} {kind} USING INDEX {name};"),
        ]);
    }
    if is(0, "ALTER") && is(1, "COLUMN") && is(3, "SET") && is(4, "NOT") && is(5, "NULL") {
        let column = list.get(2)?.0.name(Dialect::Postgres)?;
        // What is new in this plan has no rows to be read for it yet, or is not known here.
        table.column(&column)?;
        let quoted = text(2)?;
        let check = Dialect::Postgres.ident(&check_name(&table.name, &column));
        return Some(vec![
            format!("{head} ADD CONSTRAINT {check} CHECK ({quoted} IS NOT NULL) NOT VALID;"),
            format!("{head} VALIDATE CONSTRAINT {check};"),
            format!("{head} {clause};"),
            format!("{head} DROP CONSTRAINT {check};"),
        ]);
    }
    None
}

/// A name for the check that proves that a column is filled, within the 63 bytes that the server keeps.
fn check_name(table: &ObjectName, column: &str) -> String {
    const SUFFIX: &str = "_filled";
    let name = format!("{}_{column}", table.name);
    format!("{}{SUFFIX}", cut(&name, 63 - SUFFIX.len()))
}

/// The columns between brackets, if nothing but names stands there and nothing behind.
fn plain_columns(
    clause: &str,
    list: &[(Word<'_>, std::ops::Range<usize>)],
    open: usize,
) -> Option<Vec<String>> {
    let (left, right) = (list.get(open)?, list.last()?);
    if !left.0.is_symbol("(") || !right.0.is_symbol(")") || right.1.end != clause.len() {
        return None;
    }
    let mut columns = Vec::new();
    for (at, (word, _)) in list[open + 1..list.len() - 1].iter().enumerate() {
        if at % 2 == 0 {
            columns.push(word.name(Dialect::Postgres)?);
        } else if !word.is_symbol(",") {
            return None;
        }
    }
    Some(columns)
}

/// `ALTER TABLE "a"`, and the clauses behind it.
fn clauses(sql: &str) -> Option<(&str, Vec<&str>)> {
    let body = sql.trim_end().strip_suffix(';')?;
    let list = words(Dialect::Postgres, body);
    let is = |at: usize, keyword: &str| list.get(at).is_some_and(|(word, _)| word.is(keyword));
    if !is(0, "ALTER") || !is(1, "TABLE") {
        return None;
    }
    let mut at = if is(2, "ONLY") { 3 } else { 2 };
    while list
        .get(at + 1)
        .is_some_and(|(word, _)| word.is_symbol("."))
    {
        at += 2;
    }
    let head = &body[..list.get(at)?.1.end];
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_i32, list.get(at + 1)?.1.start);
    for (word, range) in &list[at + 1..] {
        match word {
            Word::Symbol("(" | "[") => depth += 1,
            Word::Symbol(")" | "]") => depth -= 1,
            Word::Symbol(",") if depth == 0 => {
                found.push(body[start..range.start].trim());
                start = range.end;
            }
            _ => {}
        }
    }
    found.push(body[start..].trim());
    Some((head, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Column, ColumnType, TypeKind};

    fn online(sql: &str) -> Vec<String> {
        let mut table = Table::new(ObjectName::new(Some("public"), "a"));
        let ty = ColumnType::one(TypeKind::Unsupported("int".into()));
        for name in ["id", "b"] {
            table.columns.push(Column::new(name, ty.clone()));
        }
        table.columns[1].nullable = true;
        let mut from = Catalog::empty(Dialect::Postgres);
        from.default_namespace = Some("public".into());
        altered(&table, &from, sql)
    }

    #[test]
    fn what_takes_long_stands_alone() {
        assert_eq!(
            online(
                "ALTER TABLE \"a\" ADD COLUMN     \"c\" NUMERIC(10,2),\nALTER COLUMN \"b\" SET NOT NULL,\nDROP COLUMN \"d\";"
            ),
            [
                "ALTER TABLE \"a\" ADD COLUMN     \"c\" NUMERIC(10,2);",
                "ALTER TABLE \"a\" ADD CONSTRAINT \"a_b_filled\" CHECK (\"b\" IS NOT NULL) NOT VALID;",
                "ALTER TABLE \"a\" VALIDATE CONSTRAINT \"a_b_filled\";",
                "ALTER TABLE \"a\" ALTER COLUMN \"b\" SET NOT NULL;",
                "ALTER TABLE \"a\" DROP CONSTRAINT \"a_b_filled\";",
                "ALTER TABLE \"a\" DROP COLUMN \"d\";",
            ]
        );
        assert_eq!(
            online(
                "ALTER TABLE \"a\" ADD CONSTRAINT \"k\" FOREIGN KEY (\"b\") REFERENCES \"p\"(\"id\") ON DELETE CASCADE;"
            ),
            [
                "ALTER TABLE \"a\" ADD CONSTRAINT \"k\" FOREIGN KEY (\"b\") REFERENCES \"p\"(\"id\") ON DELETE CASCADE NOT VALID;",
                "ALTER TABLE \"a\" VALIDATE CONSTRAINT \"k\";",
            ]
        );
        assert_eq!(
            online("ALTER TABLE \"a\" ADD CONSTRAINT \"k\" PRIMARY KEY (\"id\");"),
            [
                "CREATE UNIQUE INDEX CONCURRENTLY \"k\" ON \"a\" (\"id\");",
                "ALTER TABLE \"a\" ADD CONSTRAINT \"k\" PRIMARY KEY USING INDEX \"k\";",
            ]
        );
    }

    #[test]
    fn what_is_short_or_must_be_at_once_stays() {
        for sql in [
            "ALTER TABLE \"a\" ADD COLUMN     \"c\" TEXT NOT NULL DEFAULT 'x, y';",
            "ALTER TABLE \"a\" DROP CONSTRAINT \"a_pkey\",\nADD CONSTRAINT \"a_pkey\" PRIMARY KEY (\"id\");",
            "ALTER TABLE \"a\" ADD CONSTRAINT \"k\" PRIMARY KEY (\"b\");",
            "ALTER TABLE \"a\" ADD CONSTRAINT \"k\" CHECK (\"b\" > 0) NOT VALID;",
            "ALTER TABLE \"a\" ALTER COLUMN \"new\" SET NOT NULL;",
        ] {
            assert_eq!(online(sql), [sql]);
        }
    }
}
