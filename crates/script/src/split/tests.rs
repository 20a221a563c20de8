use super::split;
use crate::Dialect::{self, Mysql, Postgres, Sqlite};

#[track_caller]
fn check<const N: usize>(dialect: Dialect, script: &str, expected: [&str; N]) {
    let found: Vec<_> = split(dialect, script)
        .iter()
        .map(super::Statement::text)
        .collect();
    assert_eq!(found, expected, "{dialect}");
}

#[track_caller]
fn everywhere<const N: usize>(script: &str, expected: [&str; N]) {
    for dialect in Dialect::ALL {
        check(dialect, script, expected);
    }
}

#[test]
fn plain_statements() {
    everywhere("", []);
    everywhere(" ;;\n-- only a comment\n; /* another */", []);
    everywhere(
        "SELECT 1; SELECT 2 ;\nSELECT 3",
        ["SELECT 1", "SELECT 2", "SELECT 3"],
    );
    everywhere(
        "SELECT 'a;b''c;', \"d;\"\"e;\" -- ;\n;SELECT/*;*/2;",
        ["SELECT 'a;b''c;', \"d;\"\"e;\"", "SELECT/*;*/2"],
    );
    everywhere("\u{feff}SELECT 1;", ["SELECT 1"]);
}

#[test]
fn comments_lead_the_statement_that_follows() {
    let script = "-- one\n\n/* two */\nSELECT 1; -- three\n;\nSELECT\n2";
    let found = split(Sqlite, script);
    assert_eq!(found[0].comments(), "-- one\n\n/* two */");
    assert_eq!(found[0].line(), 4);
    assert_eq!(found[1].comments(), "");
    assert_eq!((found[1].line(), found[1].line_at(7)), (6, 7));
}

#[test]
fn unclosed_constructs_run_to_the_end() {
    for open in [
        "'a; b",
        "\"a; b",
        "/* a; b",
        "$$ a; b",
        "$x$ a; b $$ ;",
        "E'a\\'; b",
    ] {
        let script = format!("SELECT 1; SELECT {open}");
        assert_eq!(split(Postgres, &script).len(), 2, "{open}");
    }
    check(Sqlite, "SELECT [a; b", ["SELECT [a; b"]);
    check(Mysql, "SELECT `a; b\\", ["SELECT `a; b\\"]);
}

#[test]
fn postgres_quotes() {
    check(
        Postgres,
        "DO $$ BEGIN; END; $$; SELECT $a$;$b$;$a$; SELECT a$b$;SELECT $1;",
        [
            "DO $$ BEGIN; END; $$",
            "SELECT $a$;$b$;$a$",
            "SELECT a$b$",
            "SELECT $1",
        ],
    );
    check(
        Postgres,
        r"SELECT 'a\'; SELECT E'a\';b'; SELECT e'\\'; SELECT 1",
        [
            r"SELECT 'a\'",
            r"SELECT E'a\';b'",
            r"SELECT e'\\'",
            "SELECT 1",
        ],
    );
    check(Postgres, "/* a /* b; */ ; */ SELECT 1; /* c", ["SELECT 1"]);
    check(
        Postgres,
        "CREATE RULE r AS ON INSERT TO a DO (SELECT 1; SELECT 2); SELECT 3",
        [
            "CREATE RULE r AS ON INSERT TO a DO (SELECT 1; SELECT 2)",
            "SELECT 3",
        ],
    );
}

#[test]
fn postgres_atomic_bodies() {
    let function = "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC\n SELECT CASE WHEN a THEN 1 END;\n SELECT t.end;\nEND";
    check(
        Postgres,
        &format!("{function};\nSELECT 1;"),
        [function, "SELECT 1"],
    );
    check(
        Postgres,
        "BEGIN; CREATE TABLE a(b int); END; SELECT 1",
        ["BEGIN", "CREATE TABLE a(b int)", "END", "SELECT 1"],
    );
    check(
        Postgres,
        "CREATE FUNCTION begin() RETURNS int AS 'x'; SELECT 1",
        ["CREATE FUNCTION begin() RETURNS int AS 'x'", "SELECT 1"],
    );
}

#[test]
fn mysql_lexing() {
    check(
        Mysql,
        "SELECT 1 # ;\n; SELECT 1--2; SELECT 3 -- ;\n",
        ["SELECT 1", "SELECT 1--2", "SELECT 3"],
    );
    check(
        Mysql,
        r#"SELECT 'a\';b', "c\";d", `e\`; SELECT 1"#,
        [r#"SELECT 'a\';b', "c\";d", `e\`"#, "SELECT 1"],
    );
    check(
        Mysql,
        "/*!40101 SET NAMES utf8; */; /* no */;",
        ["/*!40101 SET NAMES utf8; */"],
    );
    check(Mysql, "/* a /* b */ SELECT 1;", ["SELECT 1"]);
}

#[test]
fn mysql_delimiters() {
    check(
        Mysql,
        "DROP TABLE a;\nDELIMITER //\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @x = 1; END//\n  delimiter ;\nSELECT 1;",
        [
            "DROP TABLE a",
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @x = 1; END",
            "SELECT 1",
        ],
    );
    check(
        Mysql,
        "DELIMITER $$\r\nSELECT 1; SELECT 2; END$$\r\nSELECT 3$$",
        ["SELECT 1; SELECT 2; END", "SELECT 3"],
    );
    check(Mysql, "DELIMITER\nSELECT 1;", ["DELIMITER\nSELECT 1"]);
    check(
        Mysql,
        "SELECT delimiter FROM a;",
        ["SELECT delimiter FROM a"],
    );
    check(
        Postgres,
        "DELIMITER //\nSELECT 1;",
        ["DELIMITER //\nSELECT 1"],
    );
}

#[test]
fn mysql_bodies_without_a_delimiter_command() {
    let bodies = [
        "CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW BEGIN IF x THEN SET y = 1; ELSEIF z THEN SET y = 2; END IF; END",
        "CREATE DEFINER=`r`@`%` PROCEDURE p() BEGIN WHILE a DO SET b = 1; END WHILE; SELECT CASE WHEN 1 THEN 2 END; END",
        "CREATE PROCEDURE p() BEGIN CASE a WHEN 1 THEN SELECT 1; ELSE SELECT 2; END CASE; l: LOOP LEAVE l; END LOOP l; END",
        "CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW IF NEW.x THEN SET NEW.y = 1; END IF",
        "CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW SET NEW.y = IF(NEW.x, 1, 2)",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM a; DELETE FROM b; END",
        "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END",
    ];
    for body in bodies {
        check(Mysql, &format!("{body};\nSELECT 9;"), [body, "SELECT 9"]);
    }
    check(
        Mysql,
        "BEGIN; SELECT 1; COMMIT;",
        ["BEGIN", "SELECT 1", "COMMIT"],
    );
    check(
        Mysql,
        "CREATE TABLE a (`trigger` INT, b INT); SELECT 1;",
        ["CREATE TABLE a (`trigger` INT, b INT)", "SELECT 1"],
    );
    check(
        Mysql,
        "DROP TRIGGER t; DROP PROCEDURE p;",
        ["DROP TRIGGER t", "DROP PROCEDURE p"],
    );
}

#[test]
fn sqlite_triggers() {
    let triggers = [
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN c THEN 1 ELSE 2 END; DELETE FROM d; END",
        "create temp trigger if not exists t insert on a begin select 1; /* ; */ end",
        "EXPLAIN CREATE TEMPORARY TRIGGER t INSERT ON a BEGIN SELECT 'end;'; END",
    ];
    for trigger in triggers {
        check(
            Sqlite,
            &format!("{trigger} ;\nSELECT 9;"),
            [trigger, "SELECT 9"],
        );
    }
    check(
        Sqlite,
        "BEGIN; DROP TRIGGER t; END; SELECT 1",
        ["BEGIN", "DROP TRIGGER t", "END", "SELECT 1"],
    );
    check(
        Sqlite,
        "CREATE TABLE trigger_log (a); SELECT 1",
        ["CREATE TABLE trigger_log (a)", "SELECT 1"],
    );
}

/// Every string of a few hostile pieces: no panic, ranges in order, and nothing between the statements but white space,
/// comments and delimiters.
#[test]
fn any_text_is_split() {
    let pieces = [
        "'",
        "\"",
        "`",
        "[",
        "]",
        "$$",
        "$a$",
        ";",
        "--",
        "/*",
        "*/",
        "\\",
        "é",
        "\n",
        " CREATE ",
        " TRIGGER ",
        " FUNCTION ",
        " BEGIN ",
        " ATOMIC ",
        " END ",
        " CASE ",
        "DELIMITER //\n",
        "//",
        "E'",
        "(",
        ")",
        "#",
        "\0",
        "\u{feff}",
    ];
    // A small linear congruential generator: the same texts at every run.
    let mut state = 7_u64;
    for _ in 0..20_000 {
        let mut script = String::new();
        for _ in 0..12 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            script.push_str(pieces[usize::try_from(state >> 33).unwrap() % pieces.len()]);
        }
        for dialect in Dialect::ALL {
            let mut at = 0;
            for statement in split(dialect, &script) {
                assert!(
                    at <= statement.lead.start && statement.lead.end == statement.range.start,
                    "{script:?}"
                );
                assert!(!statement.text().trim().is_empty(), "{script:?}");
                at = statement.range.end;
            }
        }
    }
}

#[test]
fn long_scripts_take_linear_time() {
    let start = std::time::Instant::now();
    for piece in [
        "(",
        "/*",
        "$",
        "$a",
        "DELIMITER x\n",
        "CREATE TRIGGER ",
        "'a\\",
        "SELECT 1;",
        "-- a\n",
    ] {
        let script = piece.repeat(200_000);
        for dialect in Dialect::ALL {
            split(dialect, &script);
        }
    }
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
