use crate::Dialect;
use crate::lexer::{Kind, Lexer};

/// How a statement stands to a transaction around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransactionClass {
    /// Runs inside or outside a transaction, and is undone with it.
    Any,
    /// Must run outside, ends the transaction around it, or has its effect only once it is committed.
    Outside,
    /// Begins, ends or marks a transaction itself.
    Controls,
}

/// The `PRAGMA`s of SQLite that set up the connection and not the database. After a reconnect they have to be said again.
pub const SQLITE_CONNECTION_PRAGMAS: &[&str] = &[
    "busy_timeout",
    "cache_size",
    "case_sensitive_like",
    "cell_size_check",
    "defer_foreign_keys",
    "foreign_keys",
    "ignore_check_constraints",
    "legacy_alter_table",
    "locking_mode",
    "mmap_size",
    "recursive_triggers",
    "synchronous",
    "temp_store",
    "trusted_schema",
    "writable_schema",
];

/// A `PRAGMA` of SQLite, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pragma {
    /// The name, in lower case.
    pub name: String,
    /// The value, in lower case and without quotes, where one is given.
    pub value: Option<String>,
}

/// Tells how one statement (without its delimiter) stands to a transaction around it.
///
/// * PostgreSQL: the statements whose manual pages say "cannot be executed inside a transaction block". `ALTER TYPE … ADD
///   VALUE` is among them: before version 12 it is refused there, and since then the new value cannot be used before the
///   commit ("unsafe use of new value"), which is what the statements after it tend to do.
/// * MySQL: "Statements That Cause an Implicit Commit" in the reference manual. Temporary tables are the exception there.
/// * SQLite: `VACUUM`, `ATTACH`, `DETACH` and the `PRAGMA`s that are refused inside a transaction. `PRAGMA foreign_keys` is
///   [`TransactionClass::Any`] although it does nothing inside one: whoever runs the script has to look for it ([`pragma`]).
///
/// ```
/// use relata_script::{Dialect, TransactionClass, classify};
/// let class = classify(Dialect::Postgres, "CREATE UNIQUE INDEX CONCURRENTLY a ON b (c)");
/// assert_eq!(class, TransactionClass::Outside);
/// ```
pub fn classify(dialect: Dialect, statement: &str) -> TransactionClass {
    let words = head(dialect, statement);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outside = match dialect {
        Dialect::Postgres if postgres_controls(&words) => return TransactionClass::Controls,
        Dialect::Mysql if mysql_controls(&words) => return TransactionClass::Controls,
        Dialect::Sqlite if sqlite_controls(&words) => return TransactionClass::Controls,
        Dialect::Postgres => postgres_outside(&words),
        Dialect::Mysql => mysql_outside(&words),
        Dialect::Sqlite => sqlite_outside(statement, &words),
    };
    if outside {
        TransactionClass::Outside
    } else {
        TransactionClass::Any
    }
}

/// Whether a script asks to be run without a transaction: `-- relata: no-transaction`, or Prisma's
/// `-- PRISMA_MIGRATE: non-transactional`, on a line of its own before the first statement.
///
/// ```
/// use relata_script::{Dialect, marked_non_transactional};
/// assert!(marked_non_transactional(Dialect::Sqlite, "-- relata: no-transaction\nVACUUM;"));
/// ```
pub fn marked_non_transactional(dialect: Dialect, script: &str) -> bool {
    Lexer::new(dialect, script)
        .take_while(|token| matches!(token.kind, Kind::Space | Kind::Comment))
        .filter(|token| token.kind == Kind::Comment)
        .filter_map(|token| script[token.range].strip_prefix("--"))
        .map(str::trim)
        .any(|text| {
            text.eq_ignore_ascii_case("relata: no-transaction")
                || text.eq_ignore_ascii_case("PRISMA_MIGRATE: non-transactional")
        })
}

/// A migration that another one stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaced<'s> {
    /// Its name.
    pub name: &'s str,
    /// The one that stood for it before, and is replaced, too.
    pub part_of: Option<&'s str>,
}

/// The migrations that a script stands for: `-- relata: replaces <name>`, a line each before the first statement, and what those stood
/// for: `-- relata: replaces <name> as a part of <name>`. Where a database has all of them, it has the script.
///
/// ```
/// use relata_script::{Dialect, replaces};
/// let script = "-- relata: replaces 2_b\n-- relata: replaces 1_a as a part of 2_b\nCREATE TABLE a (b INT);";
/// let found = replaces(Dialect::Sqlite, script);
/// assert_eq!((found[0].name, found[1].part_of), ("2_b", Some("2_b")));
/// ```
pub fn replaces(dialect: Dialect, script: &str) -> Vec<Replaced<'_>> {
    Lexer::new(dialect, script)
        .take_while(|token| matches!(token.kind, Kind::Space | Kind::Comment))
        .filter(|token| token.kind == Kind::Comment)
        .filter_map(|token| script[token.range].strip_prefix("--"))
        .filter_map(|text| text.trim().strip_prefix("relata: replaces "))
        .map(|text| match text.trim().rsplit_once(" as a part of ") {
            Some((name, whole)) => Replaced {
                name,
                part_of: Some(whole),
            },
            None => Replaced {
                name: text.trim(),
                part_of: None,
            },
        })
        .collect()
}

/// The first keyword of a statement, in upper case; empty where it starts with something else.
pub fn first_word(dialect: Dialect, statement: &str) -> String {
    head(dialect, statement)
        .into_iter()
        .next()
        .unwrap_or_default()
}

/// Reads a statement of SQLite as a `PRAGMA`: `PRAGMA x`, `PRAGMA main.x = y`, `PRAGMA x(y)`.
///
/// ```
/// let pragma = relata_script::pragma("pragma main.Foreign_Keys = OFF").unwrap();
/// assert_eq!((pragma.name.as_str(), pragma.value.as_deref()), ("foreign_keys", Some("off")));
/// ```
pub fn pragma(statement: &str) -> Option<Pragma> {
    let mut tokens = Lexer::new(Dialect::Sqlite, statement)
        .significant()
        .map(|token| {
            let text = statement[token.range].trim_matches(['"', '\'', '`', '[', ']']);
            text.to_ascii_lowercase()
        });
    if tokens.next()? != "pragma" {
        return None;
    }
    let mut name = tokens.next()?;
    let mut next = tokens.next();
    if next.as_deref() == Some(".") {
        name = tokens.next()?;
        next = tokens.next();
    }
    let value = match next.as_deref() {
        Some("=" | "(") => {
            let value: String = tokens
                .take_while(|token| token != ")" && token != ";")
                .collect();
            Some(value).filter(|value| !value.is_empty())
        }
        _ => None,
    };
    Some(Pragma { name, value })
}

/// The words of a statement, in upper case, up to a number that settles every question asked here. Quoted names are left
/// out as empty words, so that a table called `"CONCURRENTLY"` deceives nobody.
fn head(dialect: Dialect, statement: &str) -> Vec<String> {
    Lexer::new(dialect, statement)
        .significant()
        .take(24)
        .map(|token| match token.kind {
            Kind::Word | Kind::Symbol => statement[token.range].to_ascii_uppercase(),
            _ => String::new(),
        })
        .collect()
}

fn postgres_controls(words: &[&str]) -> bool {
    match words {
        ["PREPARE", "TRANSACTION", ..] => true,
        [first, ..] => matches!(
            *first,
            "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE"
        ),
        [] => false,
    }
}

fn postgres_outside(words: &[&str]) -> bool {
    let concurrently = |within: usize| {
        words
            .iter()
            .take(within)
            .any(|word| *word == "CONCURRENTLY")
    };
    match words {
        ["VACUUM", ..]
        | ["CREATE" | "DROP", "DATABASE" | "TABLESPACE" | "SUBSCRIPTION", ..]
        | ["ALTER", "SYSTEM" | "SUBSCRIPTION", ..]
        | ["DISCARD", "ALL", ..]
        // Without a table, every table is clustered, each in a transaction of its own.
        | ["CLUSTER"] | ["CLUSTER", "VERBOSE"] => true,
        ["CREATE" | "DROP", "INDEX", ..] => concurrently(3),
        ["CREATE", "UNIQUE", "INDEX", ..] => concurrently(4),
        ["REINDEX", rest @ ..] => {
            concurrently(words.len()) || rest.iter().any(|word| matches!(*word, "DATABASE" | "SYSTEM" | "SCHEMA"))
        }
        ["ALTER", "DATABASE", ..] => words.contains(&"TABLESPACE"),
        ["ALTER", "TABLE", ..] => words.contains(&"DETACH") && words.contains(&"CONCURRENTLY"),
        ["ALTER", "TYPE", ..] => words.windows(2).any(|pair| pair == ["ADD", "VALUE"]),
        _ => false,
    }
}

fn mysql_controls(words: &[&str]) -> bool {
    match words {
        ["BEGIN", "NOT", ..] | [] => false,
        ["START", "TRANSACTION", ..]
        | ["RELEASE", "SAVEPOINT", ..]
        | ["LOCK" | "UNLOCK", "TABLE" | "TABLES", ..] => true,
        ["SET", ..] => words.contains(&"AUTOCOMMIT"),
        [first, ..] => matches!(*first, "BEGIN" | "COMMIT" | "ROLLBACK" | "SAVEPOINT" | "XA"),
    }
}

fn mysql_outside(words: &[&str]) -> bool {
    match words {
        ["CREATE" | "DROP", "TEMPORARY", ..]
        | ["CREATE", "OR", "REPLACE", "TEMPORARY", ..]
        | [] => false,
        ["SET", "PASSWORD", ..] | ["CACHE" | "LOAD", "INDEX", ..] => true,
        ["START" | "STOP" | "RESET" | "CHANGE", next, ..] => {
            matches!(
                *next,
                "SLAVE" | "REPLICA" | "MASTER" | "REPLICATION" | "ALL"
            )
        }
        [first, ..] => matches!(
            *first,
            "ALTER"
                | "CREATE"
                | "DROP"
                | "RENAME"
                | "TRUNCATE"
                | "GRANT"
                | "REVOKE"
                | "ANALYZE"
                | "CHECK"
                | "FLUSH"
                | "OPTIMIZE"
                | "REPAIR"
                | "INSTALL"
                | "UNINSTALL"
        ),
    }
}

fn sqlite_controls(words: &[&str]) -> bool {
    words.first().is_some_and(|first| {
        matches!(
            *first,
            "BEGIN" | "COMMIT" | "END" | "ROLLBACK" | "SAVEPOINT" | "RELEASE"
        )
    })
}

fn sqlite_outside(statement: &str, words: &[&str]) -> bool {
    match words.first() {
        Some(&("VACUUM" | "ATTACH" | "DETACH")) => true,
        Some(&"PRAGMA") => pragma(statement).is_some_and(|pragma| {
            let sets = pragma.value.is_some()
                && matches!(
                    pragma.name.as_str(),
                    "journal_mode" | "synchronous" | "temp_store"
                );
            sets || pragma.name == "wal_checkpoint"
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Dialect::{Mysql, Postgres, Sqlite};
    use super::TransactionClass::{Any, Controls, Outside};
    use super::*;

    #[track_caller]
    fn check(dialect: Dialect, class: TransactionClass, statements: &[&str]) {
        for statement in statements {
            assert_eq!(
                classify(dialect, statement),
                class,
                "{dialect}: {statement}"
            );
        }
    }

    #[test]
    fn postgres() {
        check(
            Postgres,
            Any,
            &[
                "",
                "CREATE TABLE a (b int)",
                "CREATE INDEX concurrently_not ON a (b)",
                "DO $$ BEGIN COMMIT; END $$",
                "ALTER TYPE a RENAME VALUE 'b' TO 'c'",
                "CREATE INDEX \"CONCURRENTLY\" ON a (b)",
                "CLUSTER a",
                "REFRESH MATERIALIZED VIEW CONCURRENTLY a",
                "DROP SUBSCRIPTION_LOG",
                "PREPARE p AS SELECT 1",
            ],
        );
        check(
            Postgres,
            Outside,
            &[
                "vacuum a",
                "CREATE /* x */ INDEX CONCURRENTLY a ON b (c)",
                "CREATE UNIQUE INDEX CONCURRENTLY a ON b (c)",
                "DROP INDEX CONCURRENTLY a",
                "REINDEX INDEX CONCURRENTLY a",
                "REINDEX (VERBOSE) DATABASE a",
                "CREATE DATABASE a",
                "ALTER SYSTEM SET a = 1",
                "ALTER TYPE \"a\".\"b\" ADD VALUE IF NOT EXISTS 'c'",
                "ALTER TABLE a DETACH PARTITION b CONCURRENTLY",
            ],
        );
        check(
            Postgres,
            Controls,
            &[
                "BEGIN",
                "start transaction",
                "COMMIT",
                "END",
                "ROLLBACK TO a",
                "SAVEPOINT a",
            ],
        );
    }

    #[test]
    fn mysql() {
        check(
            Mysql,
            Any,
            &[
                "INSERT INTO a VALUES (1)",
                "CREATE TEMPORARY TABLE a (b INT)",
                "SET @x = 1",
                "START",
            ],
        );
        check(
            Mysql,
            Outside,
            &[
                "CREATE TABLE a (b INT)",
                "alter table a add b int",
                "RENAME TABLE a TO b",
                "TRUNCATE a",
            ],
        );
        check(
            Mysql,
            Controls,
            &[
                "BEGIN",
                "START TRANSACTION",
                "COMMIT",
                "SET autocommit = 0",
                "LOCK TABLES a WRITE",
            ],
        );
    }

    #[test]
    fn sqlite() {
        check(
            Sqlite,
            Any,
            &[
                "CREATE TABLE a (b)",
                "PRAGMA foreign_keys=OFF",
                "PRAGMA journal_mode",
                "PRAGMA user_version = 3",
                "-- VACUUM\nSELECT 1",
            ],
        );
        check(
            Sqlite,
            Outside,
            &[
                "VACUUM",
                "ATTACH 'a' AS b",
                "PRAGMA journal_mode=WAL",
                "pragma main.journal_mode ( wal )",
            ],
        );
        check(
            Sqlite,
            Controls,
            &["BEGIN IMMEDIATE", "COMMIT", "END TRANSACTION", "RELEASE a"],
        );
    }

    #[test]
    fn pragmas() {
        let of = |text| pragma(text).map(|pragma| (pragma.name, pragma.value.unwrap_or_default()));
        let is = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(of("PRAGMA foreign_keys=OFF"), is("foreign_keys", "off"));
        assert_eq!(
            of("pragma /* x */ main . \"foreign_keys\" ( 'on' )"),
            is("foreign_keys", "on")
        );
        assert_eq!(of("PRAGMA cache_size = -2000"), is("cache_size", "-2000"));
        assert_eq!(of("PRAGMA foreign_key_check"), is("foreign_key_check", ""));
        assert_eq!(of("PRAGMA"), None);
        assert_eq!(of("SELECT 1"), None);
    }

    #[test]
    fn markers_count_only_before_the_first_statement() {
        let marked = |script| marked_non_transactional(Sqlite, script);
        assert!(marked(
            "/* x */\n-- why\n--  Relata: no-transaction \r\nVACUUM;"
        ));
        assert!(marked("-- PRISMA_MIGRATE: non-transactional\nVACUUM;"));
        assert!(!marked("SELECT 1;\n-- relata: no-transaction\n"));
        assert!(!marked("SELECT '\n-- relata: no-transaction\n';"));
        assert!(!marked("/*\n-- relata: no-transaction\n*/ SELECT 1;"));
    }
}
