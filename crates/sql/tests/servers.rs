//! Every script runs on PostgreSQL and MariaDB, keeps the rows, and leads where it should.

mod support;

use std::fmt::Write as _;

use proptest::prelude::*;
use relata_schema::provider::{Arguments, Provider, Scalar, TypeInfo};
use relata_script::Dialect;
use relata_sql::Catalog;
use relata_testing::{Database, Mariadb, Postgres};
use support::changes::changes;
use support::{
    Transition, assert_rows, catalog, creation, plan_between, random, schemas, transitions,
};

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

#[test]
fn changes_arrive_on_postgres() {
    changes_arrive(Provider::Postgresql, 6, |name| {
        Postgres::from_env().fresh_database(name)
    });
}

#[test]
fn changes_arrive_on_mariadb() {
    changes_arrive(Provider::Mysql, 1, |name| {
        Mariadb::from_env().fresh_database(name)
    });
}

/// Tries each change of so many, and all of them where `RELATA_TEST_ALL` is set.
fn changes_arrive(provider: Provider, of: usize, fresh: impl Fn(&str) -> Database) {
    let all = std::env::var_os("RELATA_TEST_ALL").is_some();
    let mut failures = Vec::new();
    let mut kept = None;
    for change in changes(provider).iter().step_by(if all { 1 } else { of }) {
        let databases = kept
            .take()
            .unwrap_or_else(|| [fresh("changed"), fresh("fresh")]);
        let result = arrive_between(&change.catalogs, &databases);
        if result.is_err() != change.is_spelling {
            failures.push(format!("{}/{}: {result:?}", change.subject, change.name));
        }
        if provider == Provider::Postgresql {
            // To empty a database takes a moment, to make one much longer.
            for database in &databases {
                database.run(EMPTY).unwrap();
            }
            kept = Some(databases);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

const EMPTY: &str = "DROP SCHEMA public CASCADE;\nDROP SCHEMA IF EXISTS shop, a, b, \"b c\" CASCADE;\nCREATE SCHEMA public;\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 64, ..ProptestConfig::default() })]

    /// Whatever the two schemas, the plan between them leads from one to the other.
    #[test]
    fn plans_arrive_on_postgres((from, to) in random::pairs()) {
        let server = Postgres::from_env();
        let databases = [server.fresh_database("random"), server.fresh_database("random")];
        let result = arrive_between(&[from, to].map(|outline| outline.catalog(Provider::Postgresql)), &databases);
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }

    /// Whatever the two schemas, the plan between them leads from one to the other.
    #[test]
    fn plans_arrive_on_mariadb((from, to) in random::pairs()) {
        let server = Mariadb::from_env();
        let databases = [server.fresh_database("random"), server.fresh_database("random")];
        let result = arrive_between(&[from, to].map(|outline| outline.catalog(Provider::Mysql)), &databases);
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }
}

fn arrive_between(catalogs: &[Catalog; 2], [changed, fresh]: &[Database; 2]) -> Result<(), String> {
    changed.run(&creation(&catalogs[0]).script())?;
    let script = plan_between(&catalogs[0], &catalogs[1]).script();
    changed
        .run(&script)
        .map_err(|error| format!("{error}\n{script}"))?;
    fresh.run(&creation(&catalogs[1]).script())?;
    let (arrived, wanted) = (changed.dump_unordered(), fresh.dump_unordered());
    if arrived == wanted {
        Ok(())
    } else {
        Err(format!(
            "{script}\narrived at\n{arrived}\n\ninstead of\n{wanted}"
        ))
    }
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

/// Whatever the types, the server takes the statement; what it does to rows is the fixtures' matter.
#[test]
fn every_type_becomes_every_other_on_postgres() {
    let database = Postgres::from_env().fresh_database("types");
    for (from, to) in [("", ""), ("", "[]"), ("[]", ""), ("[]", "[]")] {
        every_type_becomes_every_other(Provider::Postgresql, &database, from, to);
    }
}

#[test]
fn every_type_becomes_every_other_on_mariadb() {
    let database = Mariadb::from_env().fresh_database("types");
    every_type_becomes_every_other(Provider::Mysql, &database, "", "");
}

fn every_type_becomes_every_other(provider: Provider, database: &Database, from: &str, to: &str) {
    let dialect = provider.dialect().unwrap();
    let before = catalog("before", &matrix(provider, |row, _| row, from));
    let after = catalog("after", &matrix(provider, |_, column| column, to));
    let plan = plan_between(&before, &after);
    let back = plan_between(&after, &Catalog::empty(dialect));
    for plan in [creation(&before), plan, back] {
        let script = plan.script();
        database
            .run(&script)
            .unwrap_or_else(|error| panic!("{error}\n{script}"));
    }
}

/// A model for each type, with a field for each type; which of both a field has is told by the caller.
fn matrix(
    provider: Provider,
    choose: impl Fn(&'static TypeInfo, &'static TypeInfo) -> &'static TypeInfo,
    arity: &str,
) -> String {
    // An extension's type can be had only where the extension is.
    let usable = |info: &&TypeInfo| info.writable && info.name != "Citext";
    let types = || provider.types().iter().filter(usable);
    let mut schema = format!(
        "datasource db {{\n  provider = \"{}\"\n}}\n",
        provider.name()
    );
    for row in types() {
        let _ = write!(schema, "\nmodel From{} {{\n  id Int @id\n", row.name);
        for column in types() {
            let chosen = choose(row, column);
            let scalar = chosen
                .scalars
                .iter()
                .find(|scalar| **scalar != Scalar::Boolean)
                .unwrap_or(&chosen.scalars[0]);
            let args = match chosen.args {
                Arguments::Required(_) => "(8)",
                Arguments::None | Arguments::Optional(_) => "",
            };
            let _ = writeln!(
                schema,
                "  to{} {}{arity} @db.{}{args}",
                column.name,
                scalar.name(),
                chosen.name
            );
        }
        schema.push_str("}\n");
    }
    schema
}
