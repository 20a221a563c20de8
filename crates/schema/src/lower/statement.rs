//! The statement of a block of server code: what it makes, and under which name.

use relata_script::{Dialect, Word, split, words};

/// What a `CREATE` statement says of itself.
pub(super) struct Statement {
    /// The database schema, if it names one.
    pub(super) namespace: Option<String>,
    /// The name, as the server reads it.
    pub(super) name: String,
    /// Whether the name stands in quotes, so that its capitals count.
    pub(super) quoted: bool,
    /// Whether the view it makes is a materialized one.
    pub(super) materialized: bool,
    /// The table behind `ON`, with its schema.
    pub(super) table: Option<(Option<String>, String)>,
}

/// Reads a statement that makes one of `kinds`; otherwise says what is wrong with it.
pub(super) fn read(dialect: Dialect, sql: &str, kinds: &[&str]) -> Result<Statement, String> {
    let wanted = || format!("this is no `CREATE {}` statement", kinds[0].to_uppercase());
    match split(dialect, sql).len() {
        0 => return Err(wanted()),
        1 => {}
        count => {
            return Err(format!(
                "these are {count} statements, and a block holds one"
            ));
        }
    }
    let words = words(dialect, sql);
    let words: Vec<&Word<'_>> = words.iter().map(|(word, _)| word).collect();
    if !words.first().is_some_and(|word| word.is("create")) {
        return Err(wanted());
    }
    // Between `CREATE` and the kind there stand options only, MySQL's `DEFINER = …` being the longest of them.
    let at = words
        .iter()
        .take(24)
        .position(|word| kinds.iter().any(|kind| word.is(kind)))
        .ok_or_else(wanted)?;
    let materialized = words[..at].iter().any(|word| word.is("materialized"));
    let mut rest = &words[at + 1..];
    if let [a, b, c, after @ ..] = rest
        && a.is("if")
        && b.is("not")
        && c.is("exists")
    {
        rest = after;
    }
    let quoted = |word: &Word<'_>| matches!(word, Word::Name(_));
    let (namespace, name, is_quoted, rest) = match rest {
        [space, dot, name, rest @ ..] if dot.is_symbol(".") => {
            (space.name(dialect), name.name(dialect), quoted(name), rest)
        }
        [name, rest @ ..] => (None, name.name(dialect), quoted(name), rest),
        [] => (None, None, false, rest),
    };
    Ok(Statement {
        namespace,
        name: name.ok_or("the statement has no name")?,
        quoted: is_quoted,
        materialized,
        table: table(dialect, rest),
    })
}

/// The name behind the first `ON`.
fn table(dialect: Dialect, words: &[&Word<'_>]) -> Option<(Option<String>, String)> {
    let at = words.iter().position(|word| word.is("on"))?;
    match &words[at + 1..] {
        [space, dot, name, ..] if dot.is_symbol(".") => {
            Some((space.name(dialect), name.name(dialect)?))
        }
        [name, ..] => Some((None, name.name(dialect)?)),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use relata_script::Dialect;

    use super::read;

    #[test]
    fn a_statement_says_its_name_as_the_server_reads_it() {
        for (dialect, sql, kind, namespace, name) in [
            (
                Dialect::Postgres,
                "create or replace view Active as select 1",
                "view",
                None,
                "active",
            ),
            (
                Dialect::Postgres,
                "CREATE MATERIALIZED VIEW IF NOT EXISTS app.\"A\"\"b\" AS SELECT 1;",
                "view",
                Some("app"),
                "A\"b",
            ),
            (
                Dialect::Mysql,
                "CREATE DEFINER = `me`@localhost SQL SECURITY INVOKER VIEW Active AS SELECT 1",
                "view",
                None,
                "Active",
            ),
            (
                Dialect::Sqlite,
                "-- why\nCREATE TEMP TRIGGER [a b] AFTER INSERT ON t BEGIN SELECT 1; END",
                "trigger",
                None,
                "a b",
            ),
            (
                Dialect::Postgres,
                "CREATE FUNCTION f(a int) RETURNS int AS $$ SELECT 1; SELECT 2 $$ LANGUAGE sql",
                "function",
                None,
                "f",
            ),
        ] {
            let statement = read(dialect, sql, &[kind]).unwrap();
            assert_eq!(statement.namespace.as_deref(), namespace, "{sql}");
            assert_eq!(statement.name, name, "{sql}");
        }
    }

    #[test]
    fn the_table_of_a_trigger_is_behind_on() {
        let sql = "CREATE TRIGGER t AFTER UPDATE OF a ON app.\"T\" EXECUTE FUNCTION f()";
        let statement = read(Dialect::Postgres, sql, &["trigger"]).unwrap();
        assert_eq!(statement.table, Some((Some("app".into()), "T".into())));
    }

    #[test]
    fn what_is_no_such_statement_is_said() {
        for sql in [
            "",
            "-- nothing",
            "DROP VIEW a",
            "CREATE TABLE a (b int)",
            "CREATE VIEW",
        ] {
            assert!(read(Dialect::Postgres, sql, &["view"]).is_err(), "{sql}");
        }
        let two = read(
            Dialect::Postgres,
            "CREATE VIEW a AS SELECT 1; DROP TABLE b",
            &["view"],
        );
        assert!(two.is_err_and(|error| error.contains('2')));
    }
}
