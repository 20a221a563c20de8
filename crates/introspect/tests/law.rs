//! The law that introspection stands on: what was lowered and made is what is read back.

mod pulled;
mod support;

use proptest::prelude::*;
use pulled::{creation, is_pulled, random};
use relata::Connection;
use relata::sqlite::Sqlite;
use relata_introspect::introspect;
use relata_schema::provider::Provider;
use relata_schema::{Sources, analyze};
use relata_script::Dialect;
use relata_sql::{Catalog, diff, lower, plan};
use relata_testing::fixtures;

/// The fixtures that are schemas of SQLite, with their names.
fn catalogs() -> Vec<(String, Catalog)> {
    let datasource = "datasource db {\n  provider = \"sqlite\"\n}\n";
    let cases = fixtures("sql").into_iter().chain(fixtures("transitions"));
    let mut found = Vec::new();
    for case in cases.filter(|case| case.is_for("sqlite")) {
        for source in &case.sources {
            let text = format!("{datasource}{}", source.text);
            let analysis = analyze(&Sources::one(&source.name, &text));
            // Fixtures of other databases use what SQLite does not have.
            if matches!(&*source.name, "postgres.schema" | "mysql.schema") || !analysis.is_valid() {
                continue;
            }
            let catalog = lower(&analysis.schema).expect("a target");
            found.push((format!("{}/{}", case.name, source.name), catalog));
        }
    }
    found
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_made_is_read_back() {
    let catalogs = catalogs();
    assert!(catalogs.len() > 60, "only {} fixtures", catalogs.len());
    for (name, mut lowered) in catalogs {
        let db = Sqlite::memory().await.expect("memory");
        let script =
            plan(&diff(&Catalog::empty(Dialect::Sqlite), &lowered).expect("one dialect")).script();
        db.batch(&script)
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}\n{script}"));
        let read = introspect(&db).await.expect("read");
        for (from, to) in [(&read, &lowered), (&lowered, &read)] {
            let changes = diff(from, to).expect("one dialect");
            assert!(changes.is_empty(), "{name}:\n{}", plan(&changes).script());
        }
        lowered.settle(&read);
        let lost = support::lost(&lowered, &read);
        assert!(lost.is_empty(), "{name}: {lost:#?}");
        let columns = |catalog: &Catalog| -> Vec<String> {
            let tables = catalog.tables.iter();
            tables
                .flat_map(|table| {
                    table
                        .columns
                        .iter()
                        .map(|column| format!("{}.{}", table.name, column.name))
                })
                .collect()
        };
        assert_eq!(
            columns(&read),
            columns(&lowered),
            "{name}: order of tables and columns"
        );
    }
}

#[tokio::test(flavor = "current_thread")]
async fn histories_and_what_sqlite_keeps_for_itself_are_left_out() {
    let db = Sqlite::memory().await.expect("memory");
    db.batch(
        "CREATE TABLE _relata_migrations (id TEXT); CREATE TABLE _prisma_migrations (id TEXT);
         CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t DEFAULT VALUES;
         CREATE VIRTUAL TABLE words USING fts5(text); CREATE VIEW v AS SELECT id FROM t; ANALYZE;",
    )
    .await
    .expect("made");
    let catalog = introspect(&db).await.expect("read");
    let names: Vec<String> = catalog
        .tables
        .iter()
        .map(|table| table.name.to_string())
        .collect();
    assert_eq!(names, ["t"]);
}

#[tokio::test(flavor = "current_thread")]
async fn hand_written_tables_are_understood() {
    let db = Sqlite::memory().await.expect("memory");
    db.batch(
        "CREATE TABLE parent (c INT, a INT, b VARCHAR(20), PRIMARY KEY (b, a, c)) WITHOUT ROWID;
         CREATE TABLE child (id INTEGER PRIMARY KEY, x INT, y TEXT UNIQUE, z INT, FOREIGN KEY (y, x, z) REFERENCES parent ON DELETE CASCADE);
         CREATE INDEX part ON child (x DESC) WHERE y IS NOT NULL;
         CREATE INDEX expression ON child (lower(y));",
    )
    .await
    .expect("made");
    let catalog = introspect(&db).await.expect("read");
    let [parent, child] = &catalog.tables[..] else {
        panic!("{catalog:?}")
    };
    let key: Vec<&str> = parent
        .primary_key
        .iter()
        .flat_map(|key| &key.columns)
        .map(|column| &*column.name)
        .collect();
    assert_eq!(key, ["b", "a", "c"]);
    let foreign = &child.foreign_keys[0];
    assert_eq!(
        foreign.columns.iter().map(|c| &**c).collect::<Vec<_>>(),
        ["y", "x", "z"]
    );
    assert_eq!(
        foreign
            .referenced_columns
            .iter()
            .map(|c| &**c)
            .collect::<Vec<_>>(),
        ["b", "a", "c"]
    );
    assert_eq!(foreign.on_delete.sql(), "CASCADE");
    let part = child
        .indexes
        .iter()
        .find(|index| &*index.name == "part")
        .expect("the index");
    assert_eq!(
        part.predicate.as_ref().map(|predicate| &*predicate.source),
        Some("y IS NOT NULL")
    );
    assert!(
        child.indexes.iter().any(|index| index.is_unique()),
        "the UNIQUE in the table: {child:?}"
    );
}

proptest! {
    /// Whatever the schema, what it makes is pulled as what it says.
    #[test]
    fn what_is_made_is_pulled(outlines in random::pairs()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        for outline in [outlines.0, outlines.1] {
            let made = outline.catalog(Provider::Sqlite);
            let read = runtime.block_on(async {
                let db = Sqlite::memory().await.expect("memory");
                db.batch(&creation(&made)).await.expect("made");
                introspect(&db).await.expect("read")
            });
            let result = is_pulled(&read, &made, Provider::Sqlite);
            prop_assert!(result.is_ok(), "{}", result.unwrap_err());
        }
    }
}
