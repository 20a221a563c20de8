//! What the command-line clients do to a script and to its results: nothing.

use relata_testing::{Database, Mariadb, Postgres};

const HOSTILE: &str = "it's\n\t\"x\" \\n \\ <&> :name -- /* é 日本 🦀 `t` NULL";

fn sql_text(text: &str) -> String {
    text.replace('\'', "''")
}

fn text(rows: &[&[Option<&str>]]) -> Vec<Vec<Option<String>>> {
    rows.iter()
        .map(|row| row.iter().map(|value| value.map(str::to_owned)).collect())
        .collect()
}

#[test]
fn postgres_gives_values_back_as_they_are() {
    let database = Postgres::from_env().fresh_database("Values & more");
    database
        .run(&format!("CREATE TABLE t (id int, v text);\nINSERT INTO t VALUES (1, '{}'), (2, NULL), (3, ''), (4, 'NULL');", sql_text(HOSTILE)))
        .unwrap();
    let expected = [Some(HOSTILE), None, Some(""), Some("NULL")];
    let rows: Vec<_> = expected.iter().map(std::slice::from_ref).collect();
    assert_eq!(database.query("SELECT v FROM t ORDER BY id;"), text(&rows));
    assert_eq!(
        database.query("SELECT v FROM t WHERE id = 3"),
        text(&[&[Some("")]])
    );
    assert_eq!(database.query("SELECT v FROM t WHERE false"), text(&[]));
    assert_eq!(
        database.query("SELECT 1, NULL, 2 -- why"),
        text(&[&[Some("1"), None, Some("2")]])
    );
}

#[test]
fn mariadb_gives_values_back_as_they_are() {
    let database = Mariadb::from_env().fresh_database("Values & more");
    database
        .run(&format!("CREATE TABLE t (id int, v text);\nINSERT INTO t VALUES (1, '{}'), (2, NULL), (3, ''), (4, 'NULL');", sql_text(HOSTILE).replace('\\', "\\\\")))
        .unwrap();
    let expected = [Some(HOSTILE), None, Some(""), Some("NULL")];
    let rows: Vec<_> = expected.iter().map(std::slice::from_ref).collect();
    assert_eq!(database.query("SELECT v FROM t ORDER BY id"), text(&rows));
    assert_eq!(database.query("SELECT v FROM t WHERE false"), text(&[]));
    assert_eq!(
        database.query("SELECT @@character_set_client, @@collation_database"),
        text(&[&[Some("utf8mb4"), Some("utf8mb4_general_ci")]])
    );
}

#[test]
fn a_failed_statement_stops_the_script() {
    for (database, quote) in [(postgres("stop"), '"'), (mariadb("stop"), '`')] {
        let script = format!(
            "CREATE TABLE a (i int);\nCREATE TABLE {quote}no type{quote} (i nosuch);\nCREATE TABLE b (i int);\n"
        );
        let error = database.run(&script).unwrap_err();
        assert!(error.contains("nosuch"), "{error}");
        let dump = database.dump();
        assert!(dump.contains("a (") || dump.contains("`a` ("), "{dump}");
        assert!(!dump.contains("b (") && !dump.contains("`b` ("), "{dump}");
    }
}

#[test]
fn a_concurrent_index_is_in_no_transaction() {
    let database = postgres("concurrent");
    database
        .run("CREATE TABLE a (i int);\nCREATE INDEX CONCURRENTLY a_i ON a (i);\n")
        .unwrap();
    assert!(
        database
            .dump()
            .contains("CREATE INDEX a_i ON public.a USING btree (i);")
    );
}

#[test]
fn dumps_of_equal_databases_are_equal() {
    let script = "CREATE TABLE p (id int PRIMARY KEY, s varchar(10) DEFAULT 'x');\n\
                  CREATE TABLE c (id int PRIMARY KEY, p int, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));\n\
                  CREATE VIEW v AS SELECT id FROM p;\nINSERT INTO p (id) VALUES (1);\n";
    let turned = script.replace(
        "id int PRIMARY KEY, s varchar(10) DEFAULT 'x'",
        "s varchar(10) DEFAULT 'x', id int PRIMARY KEY",
    );
    for fresh in [postgres, mariadb] {
        let (one, two, three) = (fresh("one"), fresh("two"), fresh("three"));
        one.run(script).unwrap();
        two.run(script).unwrap();
        three.run(&turned).unwrap();
        assert_eq!(one.dump(), two.dump());
        assert!(!one.dump().contains(one.name()), "{}", one.dump());
        assert_ne!(one.dump(), three.dump());
        assert_eq!(one.dump_unordered(), three.dump_unordered());
    }
}

#[test]
fn mariadb_dumps_what_is_not_a_table() {
    let database = mariadb("objects");
    database
        .run("CREATE TABLE a (i int);\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.i = 1;\n\
              CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1;\nCREATE PROCEDURE p() SELECT 1;\nCREATE SEQUENCE s;\n")
        .unwrap();
    let dump = database.dump();
    for piece in [
        "TRIGGER t ",
        "FUNCTION `f`",
        "PROCEDURE `p`",
        "SEQUENCE `s`",
    ] {
        assert!(dump.contains(piece), "{piece} in:\n{dump}");
    }
}

#[test]
fn versions_are_told() {
    assert!(Postgres::from_env().version() >= 120_000);
    assert!(Mariadb::from_env().version().contains("MariaDB"));
}

fn postgres(hint: &str) -> Database {
    Postgres::from_env().fresh_database(hint)
}

fn mariadb(hint: &str) -> Database {
    Mariadb::from_env().fresh_database(hint)
}
