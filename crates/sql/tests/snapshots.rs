//! The SQL of every fixture, shown beside its schema, and laws that hold for all of them.

mod support;

use relata_schema::provider::Provider;
use relata_script::{Dialect, split};
use relata_sql::{Plan, diff, plan};
use relata_testing::{sections, snapshot};
use support::changes::changes;
use support::{creation, plan_between, schemas, transitions, word};

#[test]
fn schemas_become_scripts() {
    for dialect in Dialect::ALL {
        for fixture in schemas(dialect) {
            let script = creation(&fixture.catalog).script();
            let text = sections(&[("SCHEMA", &fixture.text), ("SQL", &script)]);
            snapshot(&format!("sql/{}/{}", word(dialect), fixture.name), &text);
        }
    }
}

#[test]
fn transitions_become_scripts() {
    for dialect in Dialect::ALL {
        for transition in transitions(dialect) {
            let plan = transition.plan();
            let parts = [
                ("BEFORE", transition.texts[0].as_str()),
                ("AFTER", &transition.texts[1]),
                ("SUMMARY", plan.summary()),
                ("SQL", &plan.script()),
            ];
            snapshot(
                &format!("sql/{}/transitions/{}", word(dialect), transition.case.name),
                &sections(&parts),
            );
        }
    }
}

#[test]
fn a_catalog_does_not_differ_from_itself() {
    for dialect in Dialect::ALL {
        for fixture in schemas(dialect) {
            let plan = plan_between(&fixture.catalog, &fixture.catalog);
            assert!(plan.is_empty(), "{}: {}", fixture.name, plan.script());
            assert_eq!(plan.script(), "-- This is an empty migration.\n");
            assert_eq!(plan.summary(), "No difference detected.");
        }
    }
}

/// What is gone from one side is there on the other: back and forth are plans alike.
#[test]
fn transitions_lead_back() {
    for dialect in Dialect::ALL {
        for transition in transitions(dialect) {
            let [from, to] = &transition.catalogs;
            let (there, back) = (diff(from, to).unwrap(), diff(to, from).unwrap());
            assert_eq!(
                there.is_empty(),
                back.is_empty(),
                "{}",
                transition.case.name
            );
            assert_eq!(
                there.is_empty(),
                plan(&there).is_empty(),
                "{}",
                transition.case.name
            );
            assert_eq!(
                back.is_empty(),
                plan(&back).is_empty(),
                "{}",
                transition.case.name
            );
        }
    }
}

/// No name, value or comment can end a statement early, whatever it holds.
#[test]
fn every_statement_is_one() {
    for dialect in Dialect::ALL {
        let schemas = schemas(dialect)
            .into_iter()
            .map(|fixture| (fixture.name, creation(&fixture.catalog)));
        let transitions = transitions(dialect)
            .into_iter()
            .map(|each| (each.case.name.clone(), each.plan()));
        let changes = changes(Provider::parse(dialect.name()).unwrap())
            .into_iter()
            .map(|each| (format!("{}/{}", each.subject, each.name), each.plan()));
        for (name, plan) in schemas.chain(transitions).chain(changes) {
            assert_single(dialect, &name, &plan);
        }
    }
}

fn assert_single(dialect: Dialect, name: &str, plan: &Plan) {
    let statements: Vec<&String> = plan
        .steps
        .iter()
        .flat_map(|step| &step.statements)
        .collect();
    for statement in &statements {
        assert_eq!(
            split(dialect, statement).len(),
            1,
            "{name} on {dialect}: {statement}"
        );
    }
    let script = plan.script();
    let found: Vec<String> = split(dialect, &script)
        .iter()
        .map(|each| format!("{};", each.text()))
        .collect();
    assert!(
        found.iter().eq(statements),
        "{name} on {dialect}: {found:#?}"
    );
}
