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
