//! Tables as people write them by hand: each kind of object, each option.

use relata_introspect::Description;
use relata_schema::ir::{Algorithm, IndexKind, ReferentialAction, Sort};
use relata_sql::catalog::{
    Address, Column, Default, FunctionKind, Index, Kind, ObjectName, Table, TypeKind,
};
use relata_testing::{Database, Mariadb};

use crate::read;

/// Makes a database by a script and reads it. The database is given too, since dropping it drops it.
fn made(script: &str) -> (Database, Description) {
    let database = Mariadb::from_env().fresh_database("kinds");
    database
        .run(script)
        .unwrap_or_else(|error| panic!("{error}"));
    let description = read(&database);
    (database, description)
}

fn table<'d>(description: &'d Description, name: &str) -> &'d Table {
    let name = ObjectName::new(None, name);
    description.catalog.table(&name).expect("the table")
}

fn column<'t>(table: &'t Table, name: &str) -> &'t Column {
    table.column(name).unwrap_or_else(|| panic!("no {name}"))
}

fn index<'t>(table: &'t Table, name: &str) -> &'t Index {
    let mut indexes = table.indexes.iter();
    indexes
        .find(|index| &*index.name == name)
        .unwrap_or_else(|| panic!("no index {name}: {:?}", table.indexes))
}

fn options(list: &[(Box<str>, Box<str>)]) -> Vec<(&str, &str)> {
    list.iter()
        .map(|(name, value)| (&**name, &**value))
        .collect()
}

#[test]
fn types() {
    let (_database, read) = made(
        r"CREATE TABLE t (
            truth TINYINT(1), small TINYINT, positive TINYINT UNSIGNED, padded INT(5) UNSIGNED ZEROFILL, wide INT(3),
            label ENUM('a', 'it''s', 'c,d', 'e\\f', 'g
h', '(i)', 'ü€'), flags SET('x', 'y'),
            document JSON, checked LONGTEXT CHECK (json_valid(checked)), plain LONGTEXT,
            money DECIMAL(10, 2), whole DECIMAL, rounded DECIMAL(5), short_float FLOAT(7, 3), double_precision DOUBLE,
            bits BIT(8), year_ YEAR, at TIME(2), place POINT, id UUID, address INET6
        )",
    );
    let t = table(&read, "t");
    let shown: Vec<String> = t
        .columns
        .iter()
        .map(|column| match &column.ty.kind {
            TypeKind::Native(native) => format!("{} {}", column.name, native.sql()),
            TypeKind::Values(values) => format!("{} {values:?}", column.name),
            other => format!("{} {other:?}", column.name),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "truth BOOLEAN",
            "small TINYINT",
            "positive TINYINT UNSIGNED",
            r#"padded Unsupported("int(5) unsigned zerofill")"#,
            "wide INTEGER",
            r#"label ["a", "it's", "c,d", "e\\f", "g\nh", "(i)", "ü€"]"#,
            r#"flags Unsupported("set('x','y')")"#,
            "document JSON",
            "checked JSON",
            "plain LONGTEXT",
            "money DECIMAL(10, 2)",
            "whole DECIMAL(10, 0)",
            "rounded DECIMAL(5, 0)",
            r#"short_float Unsupported("float(7,3)")"#,
            "double_precision DOUBLE",
            "bits BIT(8)",
            "year_ YEAR",
            "at TIME(2)",
            r#"place Unsupported("point")"#,
            r#"id Unsupported("uuid")"#,
            r#"address Unsupported("inet6")"#,
        ]
    );
    assert!(t.checks.is_empty(), "{:?}", t.checks);
    assert!(read.notes.is_empty(), "{:?}", read.notes);
}

#[test]
fn defaults() {
    let (_database, read) = made(
        r#"CREATE TABLE t (
            id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
            quoted VARCHAR(30) DEFAULT 'it''s \\ "x"
`y`', word VARCHAR(10) DEFAULT 'NULL', digits VARCHAR(10) DEFAULT '12', none VARCHAR(10) DEFAULT NULL, required INT NOT NULL,
            negative INT DEFAULT -1, money DECIMAL(10, 2) DEFAULT 1.50, sum INT DEFAULT (1 + 2), made VARCHAR(36) DEFAULT (uuid()),
            long_text TEXT DEFAULT 'x', truth BOOLEAN NOT NULL DEFAULT TRUE, bit_ BIT(1) DEFAULT b'1', bits BIT(8) DEFAULT b'101',
            now_ DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3), now_0 DATETIME DEFAULT now(),
            changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
            moment DATETIME DEFAULT '2020-01-31 12:00:00', day DATE DEFAULT '2020-01-31',
            label ENUM('a', 'b') NOT NULL DEFAULT 'b', document JSON DEFAULT '{"a":1}',
            bytes VARBINARY(9) DEFAULT 'a\0b', raw_bytes BINARY(4) DEFAULT x'00ff0041'
        )"#,
    );
    let t = table(&read, "t");
    let shown: Vec<String> = t
        .columns
        .iter()
        .map(|column| match &column.default {
            None => format!("{}: none", column.name),
            Some(Default::Literal(literal)) => format!("{}: {literal:?}", column.name),
            Some(Default::Expression(sql)) => format!("{}: {}", column.name, sql.source),
            Some(other) => format!("{}: {other:?}", column.name),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "id: Autoincrement { sequence: None }",
            r#"quoted: Text("it's \\ \"x\"\n`y`")"#,
            r#"word: Text("NULL")"#,
            r#"digits: Text("12")"#,
            "none: none",
            "required: none",
            r#"negative: Number("-1")"#,
            r#"money: Number("1.50")"#,
            "sum: (1 + 2)",
            "made: uuid()",
            r#"long_text: Text("x")"#,
            "truth: Boolean(true)",
            "bit_: Boolean(true)",
            "bits: b'101'",
            "now_: Now",
            "now_0: Now",
            "changed: Now",
            r#"moment: DateTime("2020-01-31T12:00:00Z")"#,
            r#"day: Text("2020-01-31")"#,
            r#"label: Enum("b")"#,
            r#"document: Json("{\"a\":1}")"#,
            "bytes: Bytes([97, 0, 98])",
            // The server prints what is no text as question marks.
            "raw_bytes: Unknown",
        ]
    );
    assert_eq!(
        options(&column(t, "changed").storage.options),
        [("on update", "current_timestamp()")]
    );
}

#[test]
fn indexes() {
    let (_database, read) = made(
        "CREATE TABLE t (
            a INT, b INT, name VARCHAR(99), body TEXT, place POINT NOT NULL, long_unique TEXT UNIQUE, PRIMARY KEY (b, a),
            UNIQUE INDEX uniq (a, b), INDEX prefixed (name(5), a DESC), FULLTEXT INDEX words (name, body),
            SPATIAL INDEX spot (place), INDEX off (b, name) IGNORED COMMENT 'unused'
        );
        CREATE TABLE hashed (a INT, INDEX h USING HASH (a)) ENGINE = MEMORY;",
    );
    let t = table(&read, "t");
    let key: Vec<&str> = t
        .primary_key
        .iter()
        .flat_map(|key| key.column_names())
        .collect();
    assert_eq!(key, ["b", "a"]);
    let uniq = index(t, "uniq");
    assert!(uniq.is_unique() && uniq.algorithm.is_none());
    assert_eq!(uniq.column_names().collect::<Vec<_>>(), ["a", "b"]);
    let prefixed = &index(t, "prefixed").columns;
    assert_eq!((prefixed[0].length, prefixed[0].sort), (Some(5), Sort::Asc));
    assert_eq!((prefixed[1].length, prefixed[1].sort), (None, Sort::Desc));
    assert_eq!(index(t, "words").kind, IndexKind::Fulltext);
    let spot = index(t, "spot");
    assert_eq!(
        (spot.method.as_deref(), spot.columns[0].length),
        (Some("SPATIAL"), None)
    );
    let off = index(t, "off");
    assert_eq!(options(&off.options), [("ignored", "")]);
    let on = Address::part(Kind::Index, &t.name, "off");
    assert_eq!(read.catalog.comment(&on), Some("unused"));
    let long_unique = index(t, "long_unique");
    assert!(long_unique.is_unique() && long_unique.algorithm.is_none());
    let hashed = table(&read, "hashed");
    assert_eq!(index(hashed, "h").algorithm, Some(Algorithm::Hash));
    assert_eq!(options(&hashed.storage.options)[0], ("engine", "MEMORY"));
}

#[test]
fn foreign_keys() {
    let (database, read) = made(
        "CREATE TABLE parent (id INT PRIMARY KEY, a INT, b INT, UNIQUE INDEX ba (b, a));
        CREATE TABLE child (id INT PRIMARY KEY, x INT, y INT, up INT,
            CONSTRAINT two FOREIGN KEY (x, y) REFERENCES parent (b, a) ON DELETE SET NULL ON UPDATE CASCADE,
            CONSTRAINT one FOREIGN KEY (up) REFERENCES child (id),
            CONSTRAINT none FOREIGN KEY (id) REFERENCES parent (id) ON DELETE NO ACTION ON UPDATE NO ACTION);",
    );
    let child = table(&read, "child");
    let key = |name: &str| {
        let mut keys = child.foreign_keys.iter();
        keys.find(|key| key.name.as_deref() == Some(name))
            .expect("the key")
    };
    let two = key("two");
    assert_eq!(
        two.columns.iter().map(|c| &**c).collect::<Vec<_>>(),
        ["x", "y"]
    );
    let referenced: Vec<&str> = two.referenced_columns.iter().map(|c| &**c).collect();
    assert_eq!(referenced, ["b", "a"]);
    assert_eq!(two.references, ObjectName::new(None, "parent"));
    assert_eq!(two.on_delete, ReferentialAction::SetNull);
    assert_eq!(two.on_update, ReferentialAction::Cascade);
    assert_eq!(key("one").on_delete, ReferentialAction::Restrict);
    assert_eq!(key("none").on_delete, ReferentialAction::NoAction);
    drop(database);
}

#[test]
fn a_key_into_another_database_names_it() {
    let other = Mariadb::from_env().fresh_database("other");
    other
        .run("CREATE TABLE parent (id INT PRIMARY KEY)")
        .expect("made");
    let (_database, read) = made(&format!(
        "CREATE TABLE child (id INT PRIMARY KEY, FOREIGN KEY k (id) REFERENCES `{}`.parent (id))",
        other.name()
    ));
    let key = &table(&read, "child").foreign_keys[0];
    assert_eq!(
        key.references,
        ObjectName::new(Some(other.name()), "parent")
    );
    // The table there is not read.
    assert_eq!(read.catalog.tables.len(), 1);
}

#[test]
fn checks_and_generated_columns() {
    let (_database, read) = made(
        "CREATE TABLE t (
            a INT CHECK (a > 0), b INT, stored INT AS (a * 2) STORED, computed INT AS (a + 1) VIRTUAL, hidden INT INVISIBLE DEFAULT 3,
            CONSTRAINT both_ CHECK (a < b AND b <> 7)
        )",
    );
    let t = table(&read, "t");
    let checks: Vec<(&str, &str)> = t
        .checks
        .iter()
        .map(|check| (&*check.name, &*check.expression.source))
        .collect();
    assert_eq!(
        checks,
        [("a", "`a` > 0"), ("both_", "`a` < `b` and `b` <> 7")]
    );
    let generated = |name| {
        let generated = column(t, name).generated.as_ref().expect("generated");
        (&*generated.expression.source, generated.stored)
    };
    assert_eq!(generated("stored"), ("`a` * 2", true));
    assert_eq!(generated("computed"), ("`a` + 1", false));
    assert_eq!(column(t, "stored").default, None);
    assert_eq!(
        options(&column(t, "hidden").storage.options),
        [("invisible", "")]
    );
}

#[test]
fn comments_collations_and_table_options() {
    let (_database, read) = made(
        "CREATE TABLE t (id INT COMMENT 'it''s `c`', exact VARCHAR(9) COLLATE utf8mb4_bin, plain VARCHAR(9), old CHAR(3) CHARACTER SET latin1)
            COMMENT 'a
table' ENGINE = MyISAM ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
        CREATE TABLE usual (id INT) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;",
    );
    let t = table(&read, "t");
    assert_eq!(
        read.catalog.comment(&Address::of(Kind::Table, &t.name)),
        Some("a\ntable")
    );
    assert_eq!(
        read.catalog.comment(&Address::column(&t.name, "id")),
        Some("it's `c`")
    );
    let collation = |name| column(t, name).collation.as_ref().map(|name| &*name.name);
    assert_eq!(collation("exact"), Some("utf8mb4_bin"));
    assert_eq!(collation("old"), Some("latin1_swedish_ci"));
    assert_eq!(collation("plain"), None);
    assert_eq!(
        options(&t.storage.options),
        [("engine", "MyISAM"), ("row_format", "DYNAMIC")]
    );
    assert!(table(&read, "usual").storage.options.is_empty());
}

#[test]
fn partitions() {
    let (_database, read) = made(
        "CREATE TABLE by_range (id INT, at DATE) PARTITION BY RANGE (year(at))
            (PARTITION `p 0` VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN MAXVALUE);
        CREATE TABLE by_list (id INT, kind INT) PARTITION BY LIST (kind)
            (PARTITION a VALUES IN (1, 2), PARTITION rest VALUES IN (NULL, 3));
        CREATE TABLE by_hash (id INT) PARTITION BY HASH (id) PARTITIONS 2;",
    );
    let clause = |name| {
        let clause = table(&read, name).ancestry.partitioned_by.as_deref();
        clause.expect("partitioned").to_owned()
    };
    assert_eq!(
        clause("by_range"),
        "RANGE (year(`at`)) (PARTITION `p 0` VALUES LESS THAN (2020), PARTITION `p1` VALUES LESS THAN MAXVALUE)"
    );
    assert_eq!(
        clause("by_list"),
        "LIST (`kind`) (PARTITION `a` VALUES IN (1,2), PARTITION `rest` VALUES IN (NULL,3))"
    );
    assert_eq!(clause("by_hash"), "HASH (`id`) PARTITIONS 2");
    // What was read can be made.
    let again = Mariadb::from_env().fresh_database("partitions");
    for (name, columns) in [
        ("by_range", "id INT, at DATE"),
        ("by_list", "id INT, kind INT"),
        ("by_hash", "id INT"),
    ] {
        let sql = format!(
            "CREATE TABLE {name} ({columns}) PARTITION BY {}",
            clause(name)
        );
        again
            .run(&sql)
            .unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }
}

#[test]
fn views_routines_triggers_and_events() {
    let (_database, read) = made(
        "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(9)) COLLATE utf8mb4_unicode_ci;
        CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW v AS SELECT id, concat(name, '`x`.') AS label FROM t WHERE id > 1 WITH CHECK OPTION;
        CREATE VIEW plain AS SELECT 1 AS one;
        DELIMITER //
        CREATE TRIGGER second_ BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.name = 'it''s'; END//
        CREATE TRIGGER first_ BEFORE INSERT ON t FOR EACH ROW PRECEDES second_ SET NEW.id = 5//
        CREATE PROCEDURE p(IN a INT, OUT `b c` VARCHAR(20)) COMMENT 'it''s' READS SQL DATA BEGIN SELECT 1; END//
        CREATE FUNCTION f(a INT UNSIGNED) RETURNS INT DETERMINISTIC SQL SECURITY INVOKER RETURN a + 1//
        CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t//",
    );
    let catalog = &read.catalog;
    let [plain, view] = &catalog.views[..] else {
        panic!("{:?}", catalog.views)
    };
    assert!(plain.options.is_empty());
    assert_eq!(
        options(&view.options),
        [
            ("check_option", "cascaded"),
            ("security", "invoker"),
            ("algorithm", "merge")
        ]
    );
    assert_eq!(
        &*view.query.source,
        "select `t`.`id` AS `id`,concat(`t`.`name`,'`x`.') AS `label` from `t` where `t`.`id` > 1"
    );
    let columns: Vec<(&str, &str)> = view.columns.iter().map(|c| (&*c.name, &*c.ty)).collect();
    assert_eq!(columns, [("id", "int(11)"), ("label", "varchar(13)")]);
    let triggers: Vec<&str> = catalog
        .triggers
        .iter()
        .map(|t| &*t.statement.source)
        .collect();
    assert_eq!(
        triggers,
        [
            "CREATE TRIGGER `first_` BEFORE INSERT ON `t` FOR EACH ROW SET NEW.id = 5",
            "CREATE TRIGGER `second_` BEFORE INSERT ON `t` FOR EACH ROW BEGIN SET NEW.name = 'it''s'; END",
        ]
    );
    let [function, procedure] = &catalog.functions[..] else {
        panic!("{:?}", catalog.functions)
    };
    assert_eq!(function.kind, FunctionKind::Function);
    assert_eq!(
        &*function.statement.source,
        "CREATE FUNCTION `f`(`a` int(10) unsigned) RETURNS int(11) DETERMINISTIC SQL SECURITY INVOKER\nRETURN a + 1"
    );
    assert_eq!(
        &*procedure.statement.source,
        "CREATE PROCEDURE `p`(IN `a` int(11), OUT `b c` varchar(20)) READS SQL DATA COMMENT 'it''s'\nBEGIN SELECT 1; END"
    );
    assert_eq!(catalog.events.len(), 1);
    assert!(read.notes.is_empty(), "{:?}", read.notes);
    // What was read can be made.
    let again = Mariadb::from_env().fresh_database("routines");
    let functions = catalog.functions.iter().map(|it| &it.statement.source);
    let triggers = catalog.triggers.iter().map(|it| &it.statement.source);
    let mut statements =
        vec!["DELIMITER //\nCREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(9))".to_owned()];
    statements.extend(functions.chain(triggers).map(ToString::to_string));
    statements.push(format!("CREATE VIEW v AS {}//", view.query.source));
    let script = statements.join("//\n");
    again
        .run(&script)
        .unwrap_or_else(|error| panic!("{error}\n{script}"));
    let again = crate::read(&again).catalog;
    assert_eq!(again.functions, catalog.functions);
    assert_eq!(again.triggers, catalog.triggers);
    assert_eq!(again.views[0].query, view.query);
}

#[test]
fn sequences_and_system_versioning() {
    let (_database, read) = made(
        "CREATE SEQUENCE `odd ``one` START WITH 5 INCREMENT BY 2 MINVALUE 3 MAXVALUE 99 CACHE 7 CYCLE;
        CREATE SEQUENCE plain;
        CREATE TABLE kept (id INT) WITH SYSTEM VERSIONING;",
    );
    let [odd, plain] = &read.catalog.sequences[..] else {
        panic!("{:?}", read.catalog.sequences)
    };
    let counts = &odd.options;
    assert_eq!(&*odd.name.name, "odd `one");
    assert_eq!(
        (
            counts.start,
            counts.increment,
            counts.min,
            counts.max,
            counts.cache,
            counts.cycle
        ),
        (5, 2, 3, 99, 7, true)
    );
    assert_eq!(plain.options.start, 1);
    let kept = options(&table(&read, "kept").storage.options)
        .iter()
        .any(|(name, _)| *name == "with system versioning");
    assert!(kept);
    assert_eq!(read.catalog.tables.len(), 1);
}

#[test]
fn names_may_hold_anything() {
    let (_database, read) = made(
        "CREATE TABLE target (id INT PRIMARY KEY);
        CREATE TABLE `a``b 'c' \"d\" 表` (`x``y\nz` INT DEFAULT 1, `json``col` JSON, `käse` INT,
            INDEX `i``'x` (`x``y\nz`), CONSTRAINT `c``k` CHECK (`käse` > 0),
            CONSTRAINT `f``k` FOREIGN KEY (`käse`) REFERENCES target (id));",
    );
    let odd = table(&read, "a`b 'c' \"d\" 表");
    let columns: Vec<&str> = odd.columns.iter().map(|column| &*column.name).collect();
    assert_eq!(columns, ["x`y\nz", "json`col", "käse"]);
    assert!(
        matches!(&column(odd, "json`col").ty.kind, TypeKind::Native(native) if native.name() == "Json")
    );
    let covered: Vec<&str> = index(odd, "i`'x").column_names().collect();
    assert_eq!(covered, ["x`y\nz"]);
    assert_eq!(&*odd.checks[0].name, "c`k");
    assert_eq!(odd.foreign_keys[0].name.as_deref(), Some("f`k"));
}

#[test]
fn names_that_differ_in_case_are_two() {
    let (_database, read) = made(
        "CREATE TABLE Shop (id INT PRIMARY KEY, a INT, INDEX i (a), CONSTRAINT c CHECK (a > 1));
        CREATE TABLE shop (id INT PRIMARY KEY, b INT, INDEX i (b), CONSTRAINT c CHECK (b > 2));",
    );
    for (name, own) in [("Shop", "a"), ("shop", "b")] {
        let table = table(&read, name);
        let columns: Vec<&str> = table.columns.iter().map(|column| &*column.name).collect();
        assert_eq!(columns, ["id", own]);
        assert_eq!(index(table, "i").column_names().collect::<Vec<_>>(), [own]);
        assert_eq!(table.checks.len(), 1);
    }
}

#[test]
fn histories_are_left_out() {
    let (_database, read) = made(
        "CREATE TABLE _relata_migrations (id INT PRIMARY KEY); CREATE TABLE _prisma_migrations (id INT);
        CREATE TABLE t (id INT PRIMARY KEY);",
    );
    let names: Vec<String> = read
        .catalog
        .tables
        .iter()
        .map(|t| t.name.to_string())
        .collect();
    assert_eq!(names, ["t"]);
}
