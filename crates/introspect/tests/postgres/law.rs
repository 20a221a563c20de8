//! What is lowered and made is read back.

use relata_schema::{Sources, analyze};
use relata_script::Dialect;
use relata_sql::catalog::{Default, Expression};
use relata_sql::{Catalog, diff, lower, plan};
use relata_testing::{Postgres, fixtures};

use crate::read;

/// The fixtures that are schemas of PostgreSQL, with their names.
fn catalogs() -> Vec<(String, Catalog)> {
    let datasource = "datasource db {\n  provider = \"postgresql\"\n}\n";
    let cases = fixtures("sql").into_iter().chain(fixtures("transitions"));
    let mut found = Vec::new();
    for case in cases {
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
        settle(&mut lowered, &read);
        for (from, to) in [(&read, &lowered), (&lowered, &read)] {
            let changes = diff(from, to).expect("one dialect");
            if !changes.is_empty() {
                failed.push(format!("{name}:\n{}", plan(&changes).script()));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// Gives expressions the form in which the server printed them: what it makes of them is its own business.
fn settle(lowered: &mut Catalog, read: &Catalog) {
    let take = |to: &mut Expression, from: &Expression| to.canonical.clone_from(&from.canonical);
    // The schema leaves open which version of an extension there is, and where.
    for extension in &mut lowered.extensions {
        let found = read
            .extensions
            .iter()
            .find(|found| found.name == extension.name);
        if let Some(found) = found {
            extension.clone_from(found);
        }
    }
    for table in &mut lowered.tables {
        let Some(found) = read.table(&table.name) else {
            continue;
        };
        for column in &mut table.columns {
            let default = found.column(&column.name).map(|found| &found.default);
            if let (Some(Default::Expression(to)), Some(Some(Default::Expression(from)))) =
                (&mut column.default, default)
            {
                take(to, from);
            }
        }
        for index in &mut table.indexes {
            let same = found.indexes.iter().find(|found| found.name == index.name);
            let printed = same.and_then(|found| found.predicate.as_ref());
            if let (Some(to), Some(from)) = (&mut index.predicate, printed) {
                take(to, from);
            }
        }
    }
}
