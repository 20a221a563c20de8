//! Every script runs on SQLite, keeps the rows, and leads where it should.

mod support;

use proptest::prelude::*;
use relata_schema::provider::Provider;
use relata_script::Dialect;
use rusqlite::Connection;
use rusqlite::types::Value;
use support::changes::changes;
use support::{Transition, assert_rows, creation, plan_between, random, schemas, transitions};

#[test]
fn schemas_can_be_made() {
    for fixture in schemas(Dialect::Sqlite) {
        let plan = creation(&fixture.catalog);
        let database = database(&fixture.name, &plan.script());
        // And be dropped again.
        let script = plan_between(
            &fixture.catalog,
            &relata_sql::Catalog::empty(Dialect::Sqlite),
        )
        .script();
        run(&fixture.name, &database, &script);
        assert_eq!(
            structure(&database),
            Vec::<String>::new(),
            "{}",
            fixture.name
        );
    }
}

#[test]
fn transitions_keep_rows_and_arrive() {
    for transition in transitions(Dialect::Sqlite) {
        check(&transition);
    }
}

#[test]
fn changes_arrive() {
    let mut failures = Vec::new();
    for change in changes(Provider::Sqlite) {
        let script = change.plan().script();
        let changed = database(&change.name, &creation(&change.catalogs[0]).script());
        run(&change.name, &changed, &script);
        let fresh = database(&change.name, &creation(&change.catalogs[1]).script());
        let (arrived, wanted) = (structure(&changed), structure(&fresh));
        if (arrived == wanted) == change.is_spelling {
            failures.push(format!(
                "{}/{}: {script}arrived at {arrived:#?}\ninstead of {wanted:#?}",
                change.subject, change.name
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

proptest! {
    /// Whatever the two schemas, the plan between them leads from one to the other.
    #[test]
    fn plans_arrive((from, to) in random::pairs()) {
        let catalogs = [&from, &to].map(|outline| outline.catalog(Provider::Sqlite));
        let script = plan_between(&catalogs[0], &catalogs[1]).script();
        let changed = database("random", &creation(&catalogs[0]).script());
        run("random", &changed, &script);
        let fresh = database("random", &creation(&catalogs[1]).script());
        prop_assert_eq!(structure(&changed), structure(&fresh), "{}", script);
    }
}

fn check(transition: &Transition) {
    let name = &transition.case.name;
    let database_before = database(name, &creation(&transition.catalogs[0]).script());
    if let Some(rows) = transition.read("rows", "sql") {
        run(name, &database_before, &rows);
    }
    run(name, &database_before, &transition.plan().script());
    assert_eq!(
        rows(&database_before, "PRAGMA foreign_key_check"),
        Vec::<Vec<Option<String>>>::new(),
        "{name}"
    );

    let fresh = database(name, &creation(&transition.catalogs[1]).script());
    assert_eq!(
        structure(&database_before),
        structure(&fresh),
        "{name}: {}",
        transition.plan().script()
    );

    if let Some(then) = transition.read("then", "sql") {
        run(name, &database_before, &then);
    }
    if let (Some(query), Some(expected)) = (
        transition.read("check", "sql"),
        transition.read("after", "txt"),
    ) {
        assert_rows(name, &rows(&database_before, &query), &expected);
    }
}

fn database(name: &str, script: &str) -> Connection {
    let database = Connection::open_in_memory().unwrap();
    database.execute_batch("PRAGMA foreign_keys=ON;").unwrap();
    run(name, &database, script);
    database
}

#[track_caller]
fn run(name: &str, database: &Connection, script: &str) {
    database
        .execute_batch(script)
        .unwrap_or_else(|error| panic!("{name}: {error}\n{script}"));
}

/// What the database holds, without the order of columns: a line per column, key and index.
fn structure(database: &Connection) -> Vec<String> {
    let mut lines = Vec::new();
    let tables = "SELECT name, instr(sql, 'AUTOINCREMENT') > 0 FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'";
    for table in rows(database, tables) {
        let name = table[0].clone().unwrap();
        let quoted = Dialect::Sqlite.string(&name);
        lines.push(format!("table {name}: autoincrement {:?}", table[1]));
        for (what, query) in [
            (
                "column",
                "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info(TABLE)",
            ),
            (
                "key",
                "SELECT \"table\", \"from\", \"to\", on_update, on_delete, seq FROM pragma_foreign_key_list(TABLE)",
            ),
            (
                "index",
                "SELECT name, \"unique\", origin, partial FROM pragma_index_list(TABLE) WHERE origin <> 'pk'",
            ),
        ] {
            let found = rows(database, &query.replace("TABLE", &quoted));
            lines.extend(
                found
                    .into_iter()
                    .map(|row| format!("{name}: {what} {row:?}")),
            );
        }
    }
    let indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
    lines.extend(
        rows(database, indexes)
            .into_iter()
            .map(|row| format!("index {row:?}")),
    );
    lines.sort();
    lines
}

fn rows(database: &Connection, query: &str) -> Vec<Vec<Option<String>>> {
    let mut statement = database
        .prepare(query)
        .unwrap_or_else(|error| panic!("{error}\n{query}"));
    let width = statement.column_count();
    let rows = statement.query_map([], |row| {
        (0..width)
            .map(|place| {
                Ok(match row.get::<_, Value>(place)? {
                    Value::Null => None,
                    Value::Integer(value) => Some(value.to_string()),
                    Value::Real(value) => Some(value.to_string()),
                    Value::Text(value) => Some(value),
                    Value::Blob(value) => Some(format!("{value:?}")),
                })
            })
            .collect()
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}
