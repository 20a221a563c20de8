//! What is lowered and made is read back.

use proptest::prelude::*;
use relata_schema::provider::Provider;
use relata_schema::{Sources, analyze};
use relata_script::Dialect;
use relata_sql::{Catalog, diff, lower, plan};
use relata_testing::{Postgres, fixtures};

use crate::pulled::{creation, is_pulled, random};
use crate::{lost, read};

/// The fixtures that are schemas of PostgreSQL, with their names.
fn catalogs() -> Vec<(String, Catalog)> {
    let datasource = "datasource db {\n  provider = \"postgresql\"\n}\n";
    let cases = fixtures("sql").into_iter().chain(fixtures("transitions"));
    let mut found = Vec::new();
    for case in cases.filter(|case| case.is_for("postgres")) {
        for source in &case.sources {
            let text = if source.text.contains("datasource ") {
                source.text.clone()
            } else {
                format!("{datasource}{}", source.text)
            };
            let analysis = analyze(&Sources::one(&source.name, &text));
            if matches!(&*source.name, "sqlite.schema" | "mysql.schema") || !analysis.is_valid() {
                continue;
            }
            let Ok(catalog) = lower(&analysis.schema) else {
                continue;
            };
            if catalog.dialect == Dialect::Postgres {
                found.push((format!("{}/{}", case.name, source.name), catalog));
            }
        }
    }
    found
}

#[test]
fn what_is_made_is_read_back() {
    let server = Postgres::from_env();
    let catalogs = catalogs();
    assert!(catalogs.len() > 60, "only {} fixtures", catalogs.len());
    let mut failed = Vec::new();
    for (name, mut lowered) in catalogs {
        // The server cuts the name of a table; the schema is told so when it is validated.
        if lowered
            .tables
            .iter()
            .any(|table| table.name.name.len() > 63)
        {
            continue;
        }
        let database = server.fresh_database("law");
        let script =
            plan(&diff(&Catalog::empty(Dialect::Postgres), &lowered).expect("one dialect"))
                .script();
        if let Err(error) = database.run(&script) {
            failed.push(format!("{name}: {error}\n{script}"));
            continue;
        }
        let read = read(&database).catalog;
        lowered.settle(&read);
        let lost = lost(&lowered, &read);
        if !lost.is_empty() {
            failed.push(format!("{name}: {lost:#?}"));
        }
        for (from, to) in [(&read, &lowered), (&lowered, &read)] {
            let changes = diff(from, to).expect("one dialect");
            if !changes.is_empty() {
                failed.push(format!("{name}:\n{}", plan(&changes).script()));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 64, ..ProptestConfig::default() })]

    /// Whatever the schema, what it makes is pulled as what it says.
    #[test]
    fn what_is_made_is_pulled(outlines in random::pairs()) {
        let server = Postgres::from_env();
        for outline in [outlines.0, outlines.1] {
            let made = outline.catalog(Provider::Postgresql);
            let database = server.fresh_database("pulled");
            database.run(&creation(&made)).expect("made");
            let result = is_pulled(&read(&database).catalog, &made, Provider::Postgresql);
            prop_assert!(result.is_ok(), "{}", result.unwrap_err());
        }
    }
}

/// How many pairs are drawn.
fn cases() -> u32 {
    if std::env::var_os("RELATA_TEST_ALL").is_some() {
        128
    } else {
        8
    }
}
