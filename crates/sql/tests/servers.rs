//! Every script runs on PostgreSQL and MariaDB, keeps the rows, and leads where it should.

mod support;

use relata_script::Dialect;
use relata_sql::Catalog;
use relata_testing::{Database, Mariadb, Postgres};
use support::{Transition, assert_rows, creation, plan_between, schemas, transitions};

#[test]
fn schemas_can_be_made_on_postgres() {
    schemas_can_be_made(Dialect::Postgres, |name| {
        Postgres::from_env().fresh_database(name)
    });
}

#[test]
fn schemas_can_be_made_on_mariadb() {
    schemas_can_be_made(Dialect::Mysql, |name| {
        Mariadb::from_env().fresh_database(name)
    });
}

#[test]
fn transitions_keep_rows_and_arrive_on_postgres() {
    transitions_arrive(Dialect::Postgres, |name| {
        Postgres::from_env().fresh_database(name)
    });
}

#[test]
fn transitions_keep_rows_and_arrive_on_mariadb() {
    transitions_arrive(Dialect::Mysql, |name| {
        Mariadb::from_env().fresh_database(name)
    });
}

fn schemas_can_be_made(dialect: Dialect, fresh: impl Fn(&str) -> Database) {
    let mut failures = Vec::new();
    for fixture in schemas(dialect) {
        let database = fresh(&fixture.name);
        let there = creation(&fixture.catalog).script();
        let back = plan_between(&fixture.catalog, &Catalog::empty(dialect)).script();
        for script in [there, back] {
            if let Err(error) = database.run(&script) {
                failures.push(format!("{}: {error}\n{script}", fixture.name));
                break;
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

fn transitions_arrive(dialect: Dialect, fresh: impl Fn(&str) -> Database) {
    let mut failures = Vec::new();
    for transition in transitions(dialect) {
        let name = &transition.case.name;
        let database = fresh(name);
        if let Err(error) = arrive(&transition, &database, &fresh(name)) {
            failures.push(format!("{name}: {error}\n{}", transition.plan().script()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

fn arrive(transition: &Transition, database: &Database, fresh: &Database) -> Result<(), String> {
    database.run(&creation(&transition.catalogs[0]).script())?;
    if let Some(rows) = transition.read("rows", "sql") {
        database
            .run(&rows)
            .map_err(|error| format!("rows: {error}"))?;
    }
    database.run(&transition.plan().script())?;
    fresh.run(&creation(&transition.catalogs[1]).script())?;
    let (arrived, wanted) = (database.dump_unordered(), fresh.dump_unordered());
    if arrived != wanted {
        return Err(format!("arrived at\n{arrived}\n\ninstead of\n{wanted}"));
    }
    if let Some(then) = transition.read("then", "sql") {
        database
            .run(&then)
            .map_err(|error| format!("then: {error}"))?;
    }
    if let (Some(query), Some(expected)) = (
        transition.read("check", "sql"),
        transition.read("after", "txt"),
    ) {
        assert_rows(&transition.case.name, &database.query(&query), &expected);
    }
    Ok(())
}
