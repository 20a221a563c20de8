//! What a scratch database does not contain: statements that change the server around it, or another database.
//!
//! A replay runs scripts that nobody has approved yet, and a database is no wall: roles, settings of the server and, on MySQL,
//! every other database are within reach of the same connection.

use relata_script::{Dialect, Word, words};

/// What a statement reaches beyond its database, as a phrase; none if it stays inside. Judged by its words: what a function hides is
/// seen by nobody, but the body of a `DO` block runs at once and is read too.
pub(super) fn beyond(dialect: Dialect, statement: &str) -> Option<&'static str> {
    let words: Vec<Word<'_>> = words(dialect, statement)
        .into_iter()
        .map(|(word, _)| word)
        .collect();
    match dialect {
        Dialect::Postgres => postgres(&words),
        Dialect::Mysql => mysql(&words),
        // The connection itself refuses `ATTACH` and `VACUUM INTO` during a replay.
        Dialect::Sqlite => None,
    }
}

/// Keywords, of which each stands for itself; `|` separates those of which any will do.
fn is(words: &[Word<'_>], pattern: &[&str]) -> bool {
    words.len() >= pattern.len()
        && pattern
            .iter()
            .zip(words)
            .all(|(each, word)| each.split('|').any(|keyword| word.is(keyword)))
}

/// What belongs to a server of PostgreSQL ("Managing Databases", "Database Roles", "Tablespaces" in the manual).
const CLUSTER: &str = "ROLE|USER|GROUP|DATABASE|TABLESPACE|SUBSCRIPTION";

fn postgres(words: &[Word<'_>]) -> Option<&'static str> {
    if words.first().is_some_and(|word| word.is("DO")) {
        // A string with a doubled quote in it is several words.
        return words.iter().find_map(|word| match word {
            Word::Text(text) => postgres_anywhere(&inside(text)),
            _ => None,
        });
    }
    if is(words, &["ALTER", "SYSTEM"]) {
        return Some("the settings of the server");
    }
    // `CREATE USER MAPPING` belongs to the database.
    if is(words, &["CREATE|ALTER|DROP", CLUSTER]) && !is(&words[1..], &["USER", "MAPPING"]) {
        return Some("the server's roles, databases or tablespaces");
    }
    if is(words, &["COMMENT", "ON", CLUSTER]) || is(words, &["SECURITY", "LABEL"]) {
        return Some("the server's roles, databases or tablespaces");
    }
    if is(words, &["REASSIGN|DROP", "OWNED"]) {
        return Some("what a role owns elsewhere");
    }
    if is(words, &["GRANT|REVOKE"]) {
        let on = words.iter().position(|word| word.is("ON"));
        return match on {
            None => Some("the membership of roles"),
            Some(on) if is(&words[on..], &["ON", "DATABASE|TABLESPACE|PARAMETER"]) => {
                Some("rights on the server's databases, tablespaces or settings")
            }
            Some(_) => None,
        };
    }
    if is(words, &["COPY"]) {
        let outside = words.windows(2).any(|pair| {
            (pair[0].is("FROM") || pair[0].is("TO"))
                && (matches!(pair[1], Word::Text(_)) || pair[1].is("PROGRAM"))
        });
        return outside.then_some("files or programs of the server");
    }
    calls(words)
}

/// The same, of a body in which statements are not told apart.
fn postgres_anywhere(body: &str) -> Option<&'static str> {
    let words: Vec<Word<'_>> = words(Dialect::Postgres, body)
        .into_iter()
        .map(|(word, _)| word)
        .collect();
    (0..words.len())
        .find_map(|at| {
            let rest = &words[at..];
            if is(rest, &["CREATE|ALTER|DROP", CLUSTER]) && !is(&rest[1..], &["USER", "MAPPING"]) {
                return Some("the server's roles, databases or tablespaces");
            }
            if is(rest, &["ALTER", "SYSTEM"]) {
                return Some("the settings of the server");
            }
            // A statement that a body puts together as text and executes.
            if let Word::Text(text) = &rest[0]
                && let Some(found) = postgres_anywhere(&inside(text))
            {
                return Some(found);
            }
            None
        })
        .or_else(|| calls(&words))
}

/// Functions of the server, and of extensions that come with it, which reach out of the database.
const FUNCTIONS: &[&str] = &[
    "dblink",
    "dblink_connect",
    "dblink_connect_u",
    "dblink_exec",
    "dblink_open",
    "dblink_send_query",
    "lo_export",
    "lo_import",
    "pg_cancel_backend",
    "pg_file_write",
    "pg_ls_dir",
    "pg_read_binary_file",
    "pg_read_file",
    "pg_reload_conf",
    "pg_rotate_logfile",
    "pg_switch_wal",
    "pg_terminate_backend",
];

fn calls(words: &[Word<'_>]) -> Option<&'static str> {
    let called = words.windows(2).any(|pair| {
        pair[1].is_symbol("(")
            && pair[0]
                .name(Dialect::Postgres)
                .is_some_and(|name| FUNCTIONS.contains(&name.as_str()))
    });
    called.then_some("another database, a file or a session of the server")
}

/// What stands between the quotes of a string or of a dollar quote.
fn inside(text: &str) -> String {
    if let Some(rest) = text.strip_prefix('$')
        && let Some((tag, _)) = rest.split_once('$')
    {
        let quote = tag.len() + 2;
        return text
            .get(quote..text.len().saturating_sub(quote))
            .unwrap_or("")
            .to_owned();
    }
    text.trim_matches('\'').replace("''", "'")
}

fn mysql(words: &[Word<'_>]) -> Option<&'static str> {
    if is(
        words,
        &[
            "CREATE|ALTER|DROP|RENAME",
            "USER|ROLE|SERVER|TABLESPACE|LOGFILE|INSTANCE",
        ],
    ) || is(words, &["CREATE", "OR", "REPLACE", "USER|ROLE|SERVER"])
        || is(words, &["GRANT|REVOKE"])
        || is(words, &["SET", "PASSWORD|ROLE"])
        || is(words, &["SET", "DEFAULT", "ROLE"])
    {
        return Some("the server's users and their rights");
    }
    if is(words, &["CREATE|ALTER|DROP", "DATABASE|SCHEMA"])
        || is(words, &["CREATE", "OR", "REPLACE", "DATABASE|SCHEMA"])
        || is(words, &["USE"])
    {
        return Some("other databases of the server");
    }
    if is(words, &["SET", "GLOBAL|PERSIST|PERSIST_ONLY"]) || sets_global(words) {
        return Some("the settings of the server");
    }
    if is(
        words,
        &[
            "INSTALL|UNINSTALL|SHUTDOWN|RESTART|KILL|FLUSH|RESET|PURGE|CHANGE|STOP|START|CLONE|BACKUP",
        ],
    ) && !is(words, &["START", "TRANSACTION"])
    {
        return Some("the server itself");
    }
    let files = words.windows(2).any(|pair| {
        (pair[0].is("INTO") && (pair[1].is("OUTFILE") || pair[1].is("DUMPFILE")))
            || (pair[0].is("INFILE") && matches!(pair[1], Word::Text(_)))
    });
    if files || is(words, &["LOAD", "DATA|XML"]) {
        return Some("files of the server");
    }
    names_another_database(words).then_some("another database, which it names")
}

/// `SET @@GLOBAL.x = …`, which the words show as symbols.
fn sets_global(words: &[Word<'_>]) -> bool {
    is(words, &["SET"])
        && words
            .windows(2)
            .any(|pair| pair[0].is_symbol("@") && (pair[1].is("GLOBAL") || pair[1].is("PERSIST")))
}

/// Whether `a.b` stands where a table, view, routine or trigger is named. `FROM` and `JOIN` take aliases of nothing, so that a
/// qualifier there is always a database; after other words `a.b` may be a column.
fn names_another_database(words: &[Word<'_>]) -> bool {
    const BEFORE: &str = "FROM|JOIN|INTO|UPDATE|TABLE|REFERENCES|VIEW|PROCEDURE|FUNCTION|TRIGGER|EVENT|SEQUENCE|CALL|EXISTS";
    // Views of the server, which only tell.
    const SYSTEM: &[&str] = &["information_schema", "performance_schema", "sys"];
    words.windows(4).any(|four| {
        let named = |word: &Word<'_>| matches!(word, Word::Bare(_) | Word::Name(_));
        is(four, &[BEFORE])
            && named(&four[1])
            && four[2].is_symbol(".")
            && named(&four[3])
            && !four[1]
                .name(Dialect::Mysql)
                .is_some_and(|name| SYSTEM.contains(&name.to_lowercase().as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_inside_is_let_be() {
        for sql in [
            "CREATE TABLE a (id INT)",
            "GRANT SELECT ON a TO PUBLIC",
            "CREATE USER MAPPING FOR CURRENT_USER SERVER s",
            "ALTER TABLE a ADD COLUMN role TEXT",
            "COMMENT ON TABLE a IS 'CREATE ROLE x'",
            "CREATE FUNCTION f() RETURNS INT LANGUAGE SQL AS $$ SELECT 1 $$",
            "DO $$ BEGIN UPDATE a SET role = 'DROP'; END $$",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
            "COPY a FROM STDIN",
            "INSERT INTO a VALUES ('dblink(')",
        ] {
            assert_eq!(beyond(Dialect::Postgres, sql), None, "{sql}");
        }
        for sql in [
            "UPDATE a JOIN b ON a.id = b.id SET a.x = b.x",
            "CREATE TABLE `a` (`id` INT, FOREIGN KEY (`id`) REFERENCES `b`(`id`))",
            "SELECT TABLE_NAME FROM information_schema.tables",
            "START TRANSACTION",
            "SET FOREIGN_KEY_CHECKS = 0",
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.x = 1",
            "DELETE FROM a WHERE a.id = 1",
        ] {
            assert_eq!(beyond(Dialect::Mysql, sql), None, "{sql}");
        }
    }

    #[test]
    fn what_reaches_out_is_seen() {
        for sql in [
            "create role app",
            "ALTER DATABASE shop SET search_path = app",
            "ALTER SYSTEM SET fsync = off",
            "GRANT admin TO app",
            "GRANT CONNECT ON DATABASE shop TO app",
            "DO $do$ BEGIN IF true THEN CREATE ROLE app; END IF; END $do$",
            "DO 'BEGIN EXECUTE ''DROP DATABASE shop''; END'",
            "DO $$ BEGIN EXECUTE 'ALTER ROLE app SUPERUSER'; END $$",
            "SELECT dblink_exec('dbname=shop', 'DROP TABLE a')",
            "SELECT pg_catalog.pg_terminate_backend(1)",
            "COPY a TO PROGRAM 'rm -r /'",
            "COPY a FROM '/etc/passwd'",
            "DROP OWNED BY app",
            "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
        ] {
            assert!(beyond(Dialect::Postgres, sql).is_some(), "{sql}");
        }
        for sql in [
            "DROP DATABASE shop",
            "USE shop",
            "CREATE USER app",
            "GRANT ALL ON shop.* TO app",
            "SET GLOBAL max_connections = 1",
            "SET @@global.max_connections = 1",
            "DROP TABLE IF EXISTS `shop`.`a`",
            "INSERT INTO shop.a VALUES (1)",
            "SELECT * FROM a JOIN shop.b ON a.id = b.id",
            "CREATE TABLE a (id INT, FOREIGN KEY (id) REFERENCES shop.b (id))",
            "SELECT 1 INTO OUTFILE '/tmp/x'",
            "LOAD DATA INFILE '/etc/passwd' INTO TABLE a",
            "KILL 5",
        ] {
            assert!(beyond(Dialect::Mysql, sql).is_some(), "{sql}");
        }
    }
}
