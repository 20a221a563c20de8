//! Dumps made comparable: what differs between two equal databases is taken out.

/// Keeps the statements of a `pg_dump`, without comments, session settings and its random `\restrict` key.
pub(crate) fn postgres(text: &str) -> String {
    let noise = |line: &str| {
        line.starts_with("--")
            || line.starts_with("SET ")
            || line.starts_with("SELECT pg_catalog.set_config(")
            || line.starts_with("\\restrict ")
            || line.starts_with("\\unrestrict ")
    };
    let mut kept = String::new();
    let mut gap = false;
    for line in text.lines().filter(|line| !noise(line)) {
        if line.is_empty() {
            gap = !kept.is_empty();
            continue;
        }
        if gap {
            kept.push('\n');
            gap = false;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

/// Takes the database's name, the next number to be given out and the account out of a `SHOW CREATE` statement.
pub(crate) fn mariadb(database: &str, sql: &str) -> String {
    let sql = sql.replace(&format!("`{database}`."), "");
    let sql = without(&sql, " AUTO_INCREMENT=", |c| c.is_ascii_digit());
    without(&sql, " DEFINER=", |c| c != ' ')
}

/// Removes `start` and the characters of `rest` that follow it, wherever it stands.
fn without(text: &str, start: &str, rest: impl Fn(char) -> bool) -> String {
    let mut pieces = text.split(start);
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        kept.push_str(piece.trim_start_matches(&rest));
    }
    kept
}

/// Sorts the lines inside each statement's brackets, so that only their order is lost.
pub(crate) fn unordered(dump: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut open: Option<usize> = None;
    for line in dump.lines() {
        match open {
            None => {
                lines.push(line);
                if line.starts_with("CREATE ") && line.ends_with('(') {
                    open = Some(lines.len());
                }
            }
            Some(start) if line.starts_with(')') => {
                lines[start..].sort_unstable();
                lines.push(line);
                open = None;
            }
            // The last one has no comma, wherever it stands.
            Some(_) => lines.push(line.trim_end_matches(',')),
        }
    }
    lines.join("\n")
}

/// Sorts the lines inside each statement's brackets and those of columns after it, and then the statements: what is left is
/// the same for two databases in which only the order of columns differs, and what the order of dumping follows from it.
pub(crate) fn sorted(dump: &str) -> String {
    let unnamed: Vec<String> = dump.lines().map(unnamed).collect();
    let unordered = unordered(&unnamed.join("\n"));
    let chunks = unordered.split("\n\n").map(statistics_sorted);
    let mut chunks: Vec<String> = chunks.map(|chunk| columns_sorted(&chunk)).collect();
    chunks.sort();
    chunks.join("\n\n")
}

/// A column without the name of its `NOT NULL`: the one that came down to a partition stays as it was.
fn unnamed(line: &str) -> String {
    let constraint = || {
        let (column, rest) = line.split_once(" CONSTRAINT ")?;
        let at = rest.find(" NOT NULL")?;
        let (name, rest) = rest.split_at(at);
        let is_name = !name.contains(' ') || name.starts_with('"');
        (column.starts_with("    ") && is_name).then(|| format!("{column}{rest}"))
    };
    constraint().unwrap_or_else(|| line.to_owned())
}

/// Extended statistics, whose columns stand in the order of the table's.
fn statistics_sorted(chunk: &str) -> String {
    let sorted = || {
        let (head, rest) = chunk
            .strip_prefix("CREATE STATISTICS ")?
            .split_once(" ON ")?;
        let (columns, table) = rest.rsplit_once(" FROM ")?;
        let mut columns: Vec<&str> = columns.split(", ").collect();
        columns.sort_unstable();
        Some(format!(
            "CREATE STATISTICS {head} ON {} FROM {table}",
            columns.join(", ")
        ))
    };
    sorted().unwrap_or_else(|| chunk.to_owned())
}

/// A statement with those that say more of its columns, which stand in the order of the columns.
fn columns_sorted(chunk: &str) -> String {
    let mut lines: Vec<&str> = chunk.lines().collect();
    let start = lines
        .iter()
        .position(|line| line.starts_with("ALTER TABLE ONLY "));
    if let Some(start) = start {
        lines[start..].sort_unstable();
    }
    // Nobody sees the order in which rights were given.
    let is_right =
        |line: &&str| line.starts_with("GRANT ") || line.starts_with("ALTER DEFAULT PRIVILEGES ");
    if let Some(start) = lines.iter().position(is_right) {
        lines[start..].sort_unstable();
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{mariadb, postgres, unordered};

    #[test]
    fn a_dump_keeps_statements_only() {
        let text = "--\n-- PostgreSQL database dump\n--\n\n\\restrict aB3\n\nSET lock_timeout = 0;\n\nCREATE TABLE a (\n    b integer\n);\n\n\n--\n";
        assert_eq!(postgres(text), "CREATE TABLE a (\n    b integer\n);\n");
    }

    #[test]
    fn counters_and_names_are_taken_out() {
        let sql =
            "CREATE TABLE `a` (`x` int) ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4";
        assert_eq!(
            mariadb("d", sql),
            "CREATE TABLE `a` (`x` int) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
        );
    }

    #[test]
    fn only_the_order_is_lost() {
        let one = "CREATE TABLE a (\n    b integer,\n    c text\n);";
        let two = "CREATE TABLE a (\n    c text,\n    b integer\n);";
        assert_eq!(unordered(one), unordered(two));
        assert_ne!(
            unordered(one),
            unordered("CREATE TABLE a (\n    b integer\n);")
        );
    }
}
