use crate::{Dialect, Statement, Word, words};

/// How many rows a batch takes where nothing is said.
const BATCH: u32 = 5_000;

/// A statement that fills rows, and may be done in batches.
///
/// `-- relata: backfill by "id" batch 5000`, on a line of its own above an `UPDATE`, says so. `by` names a column whose values are unique and
/// never change, by which the table is walked through; without it, rows count as done when they no longer meet the condition, which the
/// statement then must have. Whoever does not know the marker runs a plain `UPDATE`.
///
/// ```
/// use relata_script::{Dialect, backfill, split};
/// let script = "-- relata: backfill by \"id\"\nUPDATE \"a\" SET \"b\" = 1 WHERE \"b\" IS NULL;";
/// let found = backfill(Dialect::Postgres, &split(Dialect::Postgres, script)[0]).unwrap();
/// assert_eq!(found.batch(Some("'7'"), "'9'"), r#"UPDATE "a" SET "b" = 1 WHERE ("b" IS NULL) AND "id" > '7' AND "id" <= '9'"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backfill<'s> {
    dialect: Dialect,
    /// The table, as written.
    pub table: &'s str,
    /// What follows `SET`, as written.
    pub set: &'s str,
    /// What follows `WHERE`, as written.
    pub condition: Option<&'s str>,
    /// The column that the table is walked by, as written.
    pub by: Option<&'s str>,
    /// How many rows a batch takes.
    pub size: u32,
}

/// Reads a statement as a backfill, if the comments before it say so and it can be done in batches: an `UPDATE` of one table by its own name,
/// without `FROM`, `RETURNING`, `ORDER BY` and `LIMIT`.
pub fn backfill<'s>(dialect: Dialect, statement: &Statement<'s>) -> Option<Backfill<'s>> {
    let comments = statement.comments();
    let marker = comments.lines().rev().find_map(|line| {
        let line = line.trim().strip_prefix("--")?.trim_start();
        let line = line.strip_prefix("relata:")?.trim_start();
        let rest = line.strip_prefix("backfill")?;
        (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(rest)
    })?;
    let (by, size) = options(dialect, marker)?;
    let text = statement.text();
    let words = words(dialect, text);
    let mut depth = 0_usize;
    let (mut set_at, mut where_at) = (None, None);
    if !words.first()?.0.is("UPDATE") {
        return None;
    }
    for (word, range) in &words {
        if word.is_symbol("(") {
            depth += 1;
        } else if word.is_symbol(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 {
            let is_any = |all: &[&str]| all.iter().any(|it| word.is(it));
            match (&set_at, &where_at) {
                (None, _) if word.is("SET") => set_at = Some(range.clone()),
                (Some(_), None) if word.is("WHERE") => where_at = Some(range.clone()),
                (Some(_), None) if word.is("FROM") => return None,
                (Some(_), _) if is_any(&["RETURNING", "ORDER", "LIMIT"]) => return None,
                _ => {}
            }
        }
    }
    let set_at = set_at?;
    // A name, perhaps with a namespace: `a`, `"a"`, `s.a`.
    let named: Vec<&Word<'_>> = words
        .iter()
        .skip(1)
        .take_while(|(_, range)| range.start < set_at.start)
        .map(|(word, _)| word)
        .collect();
    let is_name = |word: &Word<'_>| word.name(dialect).is_some();
    let is_plain = match named.as_slice() {
        [one] => is_name(one),
        [namespace, dot, name] => is_name(namespace) && dot.is_symbol(".") && is_name(name),
        _ => false,
    };
    let table_at = words.get(1)?.1.start;
    let end = where_at.as_ref().map_or(text.len(), |it| it.start);
    let condition = where_at.map(|it| text[it.end..].trim());
    if !is_plain || (by.is_none() && condition.is_none()) {
        return None;
    }
    Some(Backfill {
        dialect,
        table: text[table_at..set_at.start].trim(),
        set: text[set_at.end..end].trim(),
        condition,
        by,
        size,
    })
}

/// `by "id" batch 5000`: both may be missing.
fn options(dialect: Dialect, marker: &str) -> Option<(Option<&str>, u32)> {
    let words = words(dialect, marker);
    let mut words = words.iter();
    let (mut by, mut size) = (None, BATCH);
    while let Some((word, _)) = words.next() {
        let (value, range) = words.next()?;
        if word.is("by") {
            value.name(dialect)?;
            by = Some(&marker[range.clone()]);
        } else if word.is("batch") {
            size = marker[range.clone()]
                .parse()
                .ok()
                .filter(|size| *size > 0)?;
        } else {
            return None;
        }
    }
    Some((by, size))
}

impl Backfill<'_> {
    /// A query for the number of rows that are to be filled.
    pub fn count(&self) -> String {
        let condition = self
            .condition
            .map_or(String::new(), |it| format!(" WHERE {it}"));
        format!("SELECT COUNT(*) FROM {}{condition}", self.table)
    }

    /// A query for the end of the next batch, behind a value, as a literal; NULL where there is none. Needs [`Backfill::by`].
    pub fn end(&self, behind: Option<&str>) -> String {
        let by = self.by.unwrap_or_default();
        let quoted = match self.dialect {
            Dialect::Postgres => "pg_catalog.quote_literal(q.k::text)".to_owned(),
            Dialect::Mysql => "QUOTE(q.k)".to_owned(),
            // NULL is a word of its own for `quote`.
            Dialect::Sqlite => "CASE WHEN q.k IS NULL THEN NULL ELSE quote(q.k) END".to_owned(),
        };
        let behind = behind.map_or(String::new(), |it| format!(" WHERE {by} > {it}"));
        // The last of the next rows. Not every type has a `MAX` (UUID on PostgreSQL).
        format!(
            "SELECT {quoted} FROM (SELECT s.k FROM (SELECT {by} AS k FROM {}{behind} ORDER BY {by} LIMIT {}) s ORDER BY s.k DESC LIMIT 1) q",
            self.table, self.size
        )
    }

    /// A statement that fills what lies behind a value and not behind another, both as literals. Needs [`Backfill::by`].
    pub fn batch(&self, behind: Option<&str>, end: &str) -> String {
        let by = self.by.unwrap_or_default();
        let mut parts: Vec<String> = self.condition.iter().map(|it| format!("({it})")).collect();
        parts.extend(behind.map(|it| format!("{by} > {it}")));
        parts.push(format!("{by} <= {end}"));
        format!(
            "UPDATE {} SET {} WHERE {}",
            self.table,
            self.set,
            parts.join(" AND ")
        )
    }

    /// A statement that fills some of the rows that meet the condition.
    pub fn some(&self) -> String {
        let Self {
            table, set, size, ..
        } = self;
        let condition = self.condition.unwrap_or("TRUE");
        match self.dialect {
            Dialect::Postgres => format!(
                "UPDATE {table} SET {set} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {condition} LIMIT {size}))"
            ),
            Dialect::Mysql => format!("UPDATE {table} SET {set} WHERE {condition} LIMIT {size}"),
            Dialect::Sqlite => format!(
                "UPDATE {table} SET {set} WHERE rowid IN (SELECT rowid FROM {table} WHERE {condition} LIMIT {size})"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split;

    fn read(dialect: Dialect, script: &str) -> Option<Backfill<'_>> {
        backfill(dialect, &split(dialect, script)[0])
    }

    #[test]
    fn only_what_can_be_cut_is_a_backfill() {
        let all = [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite];
        for dialect in all {
            for script in [
                "UPDATE a SET b = 1 WHERE b IS NULL",
                "-- relata: backfilled\nUPDATE a SET b = 1 WHERE b IS NULL",
                "-- relata: backfill\nUPDATE a SET b = 1",
                "-- relata: backfill batch 0\nUPDATE a SET b = 1 WHERE b IS NULL",
                "-- relata: backfill by\nUPDATE a SET b = 1 WHERE b IS NULL",
                "-- relata: backfill\nUPDATE a x SET b = 1 WHERE b IS NULL",
                "-- relata: backfill\nUPDATE a SET b = c.d FROM c WHERE b IS NULL",
                "-- relata: backfill\nUPDATE a SET b = 1 WHERE b IS NULL LIMIT 3",
                "-- relata: backfill\nDELETE FROM a WHERE b IS NULL",
                "-- relata: backfill",
            ] {
                let found = split(dialect, script)
                    .first()
                    .and_then(|it| backfill(dialect, it));
                assert_eq!(found, None, "{script}");
            }
            let script = "/* x */\n-- why\n-- relata: backfill batch 7 by id\n-- more\nUPDATE s.a SET b = (SELECT max(x) FROM c LIMIT 1), d = ')'\nWHERE b IS DISTINCT FROM d;";
            let found = read(dialect, script).unwrap();
            assert_eq!((found.table, found.by, found.size), ("s.a", Some("id"), 7));
            assert_eq!(found.set, "b = (SELECT max(x) FROM c LIMIT 1), d = ')'");
            assert_eq!(found.condition, Some("b IS DISTINCT FROM d"));
        }
    }
}
