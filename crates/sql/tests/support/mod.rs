//! Fixtures as schemas of each database, and the scripts that come of them.

#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod changes;
pub(crate) mod random;

use relata_schema::{Sources, analyze};
use relata_script::Dialect;
use relata_sql::{Catalog, Plan, diff, follow, lower, plan};
use relata_testing::{Case, fixtures};

/// A schema of one database.
pub(crate) struct Fixture {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) catalog: Catalog,
}

/// Two schemas of one database, one after the other.
pub(crate) struct Transition {
    pub(crate) case: Case,
    pub(crate) dialect: Dialect,
    pub(crate) texts: [String; 2],
    pub(crate) catalogs: [Catalog; 2],
}

/// The folder of a dialect under `snapshots/sql/`, and the word for it in file names.
pub(crate) fn word(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "postgres",
        Dialect::Mysql => "mysql",
        Dialect::Sqlite => "sqlite",
    }
}

/// Returns the fixtures of `fixtures/sql` that a database has: its own file, or the one for any.
pub(crate) fn schemas(dialect: Dialect) -> Vec<Fixture> {
    fixtures("sql")
        .into_iter()
        .filter_map(|case| {
            let own = format!("{}.schema", word(dialect));
            let source = case.sources.iter().find(|source| source.name == own);
            let source = source.or_else(|| {
                case.sources
                    .iter()
                    .find(|source| source.name == "any.schema")
            })?;
            let text = with_datasource(&source.text, dialect.name());
            let catalog = catalog(&case.name, &text);
            Some(Fixture {
                name: case.name,
                text: source.text.clone(),
                catalog,
            })
        })
        .collect()
}

/// Returns the transitions of `fixtures/transitions` that a database has. A first line `// databases: …` names them.
pub(crate) fn transitions(dialect: Dialect) -> Vec<Transition> {
    fixtures("transitions")
        .into_iter()
        .filter(|case| {
            let first = case.sources[0].text.lines().next().unwrap_or_default();
            first
                .strip_prefix("// databases:")
                .is_none_or(|only| only.split_whitespace().any(|each| each == word(dialect)))
        })
        .map(|case| {
            let text = |place: usize| case.sources[place].text.clone();
            let read = |place: usize| {
                catalog(
                    &case.name,
                    &with_datasource(&case.sources[place].text, dialect.name()),
                )
            };
            let (texts, catalogs) = ([text(0), text(1)], [read(0), read(1)]);
            Transition {
                case,
                dialect,
                texts,
                catalogs,
            }
        })
        .collect()
}

impl Transition {
    /// Returns the plan from the first schema to the second.
    pub(crate) fn plan(&self) -> Plan {
        plan_between(&self.catalogs[0], &self.catalogs[1])
    }

    /// Returns a file of the case: the one for this database, or the one for any.
    pub(crate) fn read(&self, stem: &str, ending: &str) -> Option<String> {
        let own = self
            .case
            .read(&format!("{stem}.{}.{ending}", word(self.dialect)));
        own.or_else(|| self.case.read(&format!("{stem}.{ending}")))
    }
}

pub(crate) fn plan_between(from: &Catalog, to: &Catalog) -> Plan {
    let from = follow(from, to).unwrap().catalog;
    plan(&diff(&from, to).unwrap())
}

/// Returns the plan that makes a catalog from nothing.
pub(crate) fn creation(catalog: &Catalog) -> Plan {
    plan_between(&Catalog::empty(catalog.dialect), catalog)
}

fn with_datasource(text: &str, provider: &str) -> String {
    if text.contains("datasource ") {
        return text.replace("PROVIDER", provider);
    }
    format!("datasource db {{\n  provider = \"{provider}\"\n}}\n\n{text}")
}

/// Returns the catalog of a schema that must be free of errors.
pub(crate) fn catalog(case: &str, text: &str) -> Catalog {
    let analysis = analyze(&Sources::one("fixture.schema", text));
    let messages: Vec<&str> = analysis
        .diagnostics
        .iter()
        .map(|diagnostic| &*diagnostic.message)
        .collect();
    assert!(analysis.is_valid(), "{case}: {messages:?}\n{text}");
    lower(&analysis.schema).unwrap()
}

/// Compares the rows of a query with what a case expects: columns divided by `|`, one row a line.
#[track_caller]
pub(crate) fn assert_rows(case: &str, rows: &[Vec<Option<String>>], expected: &str) {
    let shown: String = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|value| value.as_deref().unwrap_or("NULL"))
                .collect::<Vec<_>>()
                .join("|")
                + "\n"
        })
        .collect();
    assert_eq!(shown, expected, "{case}: rows after the migration");
}
