//! Comparisons with live databases.

use std::path::Path;

use relata::ConnectionUrl;
use relata_migrate::{Error, Pair, Source, catalogs_of};
use relata_schema::{Schema, Sources, analyze};
use relata_script::Dialect;
use relata_sql::{diff, plan};
use relata_testing::{Database, Mariadb, Postgres, Server};

const NOTHING: &str = "-- This is an empty migration.\n";
const ONE: &str = "model A {\n  id Int @id\n}\n";
const TWO: &str = "model A {\n  id Int @id\n  b  String @default(\"x\")\n}\n";

fn schema(provider: &str, models: &str) -> Schema {
    let text = format!("datasource db {{\n  provider = \"{provider}\"\n}}\n{models}");
    let analysis = analyze(&Sources::one("app.schema", &text));
    assert!(analysis.is_valid(), "{models}");
    analysis.schema
}

/// The script that leads from one side to the other.
fn script(from: &Source<'_>, to: &Source<'_>, dialect: Dialect) -> Result<String, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let Pair { from, to, .. } = runtime.block_on(catalogs_of(from, to, dialect, None))?;
    Ok(plan(&diff(&from, &to).expect("one dialect")).script())
}

fn url(database: &Database) -> ConnectionUrl {
    database.url().parse().expect("a URL")
}

#[test]
fn a_live_database_stands_on_either_side() {
    let servers = [
        (
            Server::Postgres(Postgres::from_env()),
            "postgresql",
            Dialect::Postgres,
        ),
        (
            Server::Mariadb(Mariadb::from_env()),
            "mysql",
            Dialect::Mysql,
        ),
    ];
    for (server, provider, dialect) in servers {
        let database = server.fresh_database("pair");
        let url = url(&database);
        let live = Source::Database(&url, Path::new(""));
        let (one, two) = (schema(provider, ONE), schema(provider, TWO));
        let (one, two) = (Source::Schema(&one), Source::Schema(&two));
        let run = |sql: &str| {
            database
                .run(sql)
                .unwrap_or_else(|error| panic!("{error}\n{sql}"));
        };
        let script = |from: &Source<'_>, to: &Source<'_>| {
            script(from, to, dialect).unwrap_or_else(|error| panic!("{provider}: {error}"))
        };
        run(&script(&live, &one));
        assert_eq!(script(&live, &one), NOTHING, "{provider}");
        assert_eq!(script(&one, &live), NOTHING, "{provider}");
        let change = script(&live, &two);
        assert!(change.contains("ADD COLUMN"), "{change}");
        run(&change);
        assert_eq!(script(&live, &two), NOTHING, "{provider}");
        assert!(script(&two, &Source::Empty).contains("DROP TABLE"));
    }
}

#[test]
fn namespaces_of_others_are_let_be() {
    let database = Postgres::from_env().fresh_database("pair");
    database
        .run("CREATE SCHEMA audit; CREATE TABLE audit.log (id INT); CREATE SCHEMA app; CREATE TYPE audit.kind AS ENUM ('a')")
        .expect("made");
    let url: ConnectionUrl = format!("{}?schema=app", database.url())
        .parse()
        .expect("a URL");
    let live = Source::Database(&url, Path::new(""));
    let one = schema("postgresql", ONE);
    let one = Source::Schema(&one);
    let script = |from: &Source<'_>, to: &Source<'_>| {
        script(from, to, Dialect::Postgres).unwrap_or_else(|error| panic!("{error}"))
    };
    let create = script(&live, &one);
    assert!(
        !create.contains("audit") && !create.contains("DROP"),
        "{create}"
    );
    database
        .run(&format!("SET search_path = app; {create}"))
        .unwrap_or_else(|error| panic!("{error}\n{create}"));
    assert_eq!(script(&live, &one), NOTHING);
    assert_eq!(script(&one, &live), NOTHING);
}

#[test]
fn a_list_that_the_database_requires_is_no_difference() {
    let database = Postgres::from_env().fresh_database("pair");
    database
        .run("CREATE TABLE \"A\" (id INT PRIMARY KEY, tags TEXT[] NOT NULL)")
        .expect("made");
    let (url, one) = (
        url(&database),
        schema(
            "postgresql",
            "model A {\n  id   Int      @id @map(\"id\")\n  tags String[]\n}\n",
        ),
    );
    let (live, one) = (Source::Database(&url, Path::new("")), Source::Schema(&one));
    let script = |from: &Source<'_>, to: &Source<'_>| {
        script(from, to, Dialect::Postgres).unwrap_or_else(|error| panic!("{error}"))
    };
    let change = script(&live, &one);
    assert!(!change.contains("tags"), "{change}");
    assert!(!script(&one, &live).contains("tags"));
    // A table that is made from the schema has what Prisma would make.
    assert!(
        script(&Source::Empty, &one).contains("\"tags\" TEXT[],"),
        "{}",
        script(&Source::Empty, &one)
    );
}

#[test]
fn a_schema_that_cannot_say_so_leaves_partial_indexes_alone() {
    let database = Postgres::from_env().fresh_database("pair");
    database
        .run(
            "CREATE TABLE \"A\" (id INT PRIMARY KEY, b INT, c INT);\n\
             CREATE INDEX \"A_b_idx\" ON \"A\" (b) WHERE b > 0;\n\
             CREATE UNIQUE INDEX by_hand ON \"A\" (c) WHERE c IS NOT NULL;",
        )
        .expect("made");
    let url = url(&database);
    let live = Source::Database(&url, Path::new(""));
    let script = |generator: &str| {
        let model = "model A {\n  id Int @id\n  b  Int?\n  c  Int?\n\n  @@index([b])\n}\n";
        let schema = schema("postgresql", &format!("{generator}{model}"));
        script(&live, &Source::Schema(&schema), Dialect::Postgres)
            .unwrap_or_else(|error| panic!("{error}"))
    };
    assert_eq!(script(""), NOTHING);
    let feature = "generator client {\n  provider        = \"prisma-client\"\n  previewFeatures = [\"partialIndexes\"]\n}\n";
    let owned = script(feature);
    assert!(
        owned.contains("DROP INDEX \"by_hand\"") && owned.contains("DROP INDEX \"A_b_idx\""),
        "{owned}"
    );
}

#[test]
fn expressions_are_compared_as_the_server_spells_them() {
    let (database, shadow) = (
        Postgres::from_env().fresh_database("pair"),
        Postgres::from_env().fresh_database("shadow"),
    );
    let model = "model A {\n  id Int    @id\n  b  Int    @check(\"b in (1, 2)\", map: \"b_known\")\n  c  String @default(dbgenerated(\"lower('X')\"))\n\n  \
                 @@index([b], where: raw(\"b = 1 or b = 2\"))\n}\n";
    let (one, here, there) = (schema("postgresql", model), url(&database), url(&shadow));
    let at = Path::new("");
    let place = relata_migrate::Place::of(Dialect::Postgres, Some((&here, at)), Some((&there, at)))
        .expect("a place");
    let (live, one) = (Source::Database(&here, at), Source::Schema(&one));
    let script = |place: Option<&relata_migrate::Place>| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let pair = runtime
            .block_on(catalogs_of(&live, &one, Dialect::Postgres, place))
            .expect("read");
        plan(&diff(&pair.from, &pair.to).expect("one dialect")).script()
    };
    database.run(&script(None)).expect("made");
    assert_eq!(script(Some(&place)), NOTHING);
}

/// What neither Prisma's language nor this schema speaks of is not lost by a statement that has to say the whole column, or the whole
/// table, anew.
#[test]
fn what_a_schema_leaves_unsaid_stays_on_mysql() {
    let database = Mariadb::from_env().fresh_database("unsaid");
    let table = |id: &str, a: &str, c: &str, e: &str| {
        format!(
            "CREATE TABLE t (id {id} NOT NULL PRIMARY KEY, a {a} NULL COMMENT 'it''s', b {a} NULL CHECK (b > 1),
                c VARCHAR({c}) COLLATE utf8mb4_bin, d {a} INVISIBLE, gone INT NULL,
                e DATETIME({e}) NOT NULL DEFAULT current_timestamp({e}) ON UPDATE current_timestamp({e}),
                g {a} AS (a + 1) STORED, h {a} AS (gone + 1)) COLLATE utf8mb4_unicode_ci"
        )
    };
    database
        .run(&table("INT(5)", "INT(7)", "20", "0"))
        .expect("made");
    database
        .run("INSERT INTO t (id, a, b, c, d, e) VALUES (1, 2, 3, 'x', 5, '2020-01-01')")
        .expect("filled");
    let schema = schema(
        "mysql",
        "model t {\n  id Int @id\n  a BigInt?\n  b BigInt?\n  c String? @db.VarChar(30)\n  d BigInt?\n  \
         e DateTime @default(now()) @db.DateTime(3)\n  g BigInt?\n  h BigInt?\n}\n",
    );
    let change = led_to(&database, &schema, Dialect::Mysql);
    let read = |sql: &str| database.query(sql);
    let now = read("SHOW CREATE TABLE t");
    database.run("DROP TABLE t").expect("dropped");
    // The width is that of the type before; what was computed from the column that went is a value now.
    let expected = table("INT(5)", "BIGINT", "30", "3")
        .replace("gone INT NULL,", "")
        .replace(" AS (gone + 1)", "");
    database.run(&expected).expect("made");
    assert_eq!(now, read("SHOW CREATE TABLE t"), "{change}");
}

#[test]
fn what_a_schema_leaves_unsaid_stays_on_sqlite() {
    const MADE: &str = "CREATE TABLE \"t\" (\n    \"id\" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,\n    \"a\" INT,\n    \
        \"b\" TEXT COLLATE \"nocase\",\n    \"c\" INT,\n    \"gone\" INT,\n    \"g\" INT GENERATED ALWAYS AS (a + 1) STORED,\n    \
        CHECK (b <> ''),\n    CHECK (gone > 0),\n    CONSTRAINT \"named\" CHECK (c > 0)\n) STRICT";
    const INDEXES: [&str; 3] = [
        "CREATE INDEX \"some\" ON \"t\"(\"a\") WHERE a > 1",
        "CREATE INDEX \"lower\" ON \"t\"((lower(b)))",
        "CREATE INDEX \"of_gone\" ON \"t\"(\"a\") WHERE gone > 1",
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let url: ConnectionUrl = format!("file:{}", folder.path().join("a.db").display())
        .parse()
        .expect("a URL");
    let live = Source::Database(&url, Path::new(""));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let run = |sql: &str| -> Vec<String> {
        runtime.block_on(async {
            let db = relata::connect(&url, Path::new("")).await.expect("open");
            db.batch(sql)
                .await
                .unwrap_or_else(|error| panic!("{error}\n{sql}"));
            let made = "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY rowid";
            let rows = db.query(made, Vec::new()).await.expect("read");
            rows.iter().map(|row| row.get(0).expect("text")).collect()
        })
    };
    run(&format!("{MADE};{}", INDEXES.join(";")));
    run("INSERT INTO t (a, b, c, gone) VALUES (1, 'x', 2, 3)");
    let schema = schema(
        "sqlite",
        "model t {\n  id Int @id @default(autoincrement())\n  a Int\n  b String?\n  c Int?\n  g Int?\n  @@index([a], map: \"some\")\n}\n",
    );
    let change = script(&live, &Source::Schema(&schema), Dialect::Sqlite).expect("a script");
    let now = run(&change);
    let expected = MADE
        .replace("    \"gone\" INT,\n", "")
        .replace("    CHECK (gone > 0),\n", "")
        .replace("\"a\" INT,", "\"a\" INT NOT NULL,");
    let mut sorted = now.clone();
    sorted.sort();
    assert_eq!(sorted, [INDEXES[1], INDEXES[0], &expected], "{change}");
    let left = script(&live, &Source::Schema(&schema), Dialect::Sqlite).expect("a script");
    assert_eq!(left, NOTHING);
}

/// Leads a database to a schema, once and for all, and gives the script that did it.
fn led_to(database: &Database, schema: &Schema, dialect: Dialect) -> String {
    let url = url(database);
    let live = Source::Database(&url, Path::new(""));
    let plan = || script(&live, &Source::Schema(schema), dialect).expect("a script");
    let change = plan();
    database
        .run(&change)
        .unwrap_or_else(|error| panic!("{error}\n{change}"));
    assert_eq!(plan(), NOTHING);
    change
}

/// Another type comes with its own collation and its own way to keep values, unless those that are there are said again.
#[test]
fn what_a_schema_leaves_unsaid_stays_on_postgres() {
    let database = Postgres::from_env().fresh_database("unsaid");
    let table = |a: &str, b: &str, c: &str| {
        format!(
            "CREATE TABLE t (id INT PRIMARY KEY, a {a} COLLATE \"C\", b {b} COLLATE \"C\" NOT NULL, c {c}, d {a} COLLATE \"POSIX\");
            ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER b SET COMPRESSION pglz, ALTER d SET STATISTICS 7"
        )
    };
    database
        .run(&table("VARCHAR(20)", "TEXT", "INT"))
        .expect("made");
    let schema = schema(
        "postgresql",
        "model t {\n  id Int @id\n  a String? @db.VarChar(30)\n  b String @db.VarChar(50)\n  c BigInt?\n  d String? @db.VarChar(30)\n}\n",
    );
    let change = led_to(&database, &schema, Dialect::Postgres);
    let now = database.dump();
    database.run("DROP TABLE t").expect("dropped");
    database
        .run(&table("VARCHAR(30)", "VARCHAR(50)", "BIGINT"))
        .expect("made");
    assert_eq!(now, database.dump(), "{change}");
}

#[test]
fn what_a_schema_leaves_unsaid_of_identity_columns_stays() {
    let database = Postgres::from_env().fresh_database("unsaid_identity");
    let table = |counts: &str, ty: &str, plain: &str| {
        format!(
            "CREATE TABLE t (id INT PRIMARY KEY, \
             a INT NOT NULL GENERATED {counts} MINVALUE 3 MAXVALUE 900 CACHE 4 CYCLE), \
             b {ty} NOT NULL GENERATED BY DEFAULT AS IDENTITY, \
             c INT NOT NULL GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME numbers CACHE 2), \
             d INT NOT NULL{plain})"
        )
    };
    let start = "BY DEFAULT AS IDENTITY (SEQUENCE NAME of_a START WITH 7 INCREMENT BY 2";
    database
        .run(&table(start, "INT", " GENERATED ALWAYS AS IDENTITY"))
        .expect("made");
    let schema = schema(
        "postgresql",
        "model t {\n  id Int @id\n  a Int @default(identity(always: true, start: 9, increment: 5))\n  b BigInt @default(identity())\n  \
         c Int @default(autoincrement())\n  d Int\n}\n",
    );
    let change = led_to(&database, &schema, Dialect::Postgres);
    let now = database.dump();
    database.run("DROP TABLE t").expect("dropped");
    let start = "ALWAYS AS IDENTITY (SEQUENCE NAME of_a START WITH 9 INCREMENT BY 5";
    database.run(&table(start, "BIGINT", "")).expect("made");
    // Where a sequence stands is data.
    let made = database
        .dump()
        .replace("'public.of_a', 9,", "'public.of_a', 7,");
    assert_eq!(now, made, "{change}");
}
