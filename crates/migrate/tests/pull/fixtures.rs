//! Every fixture schema: made, pulled, and made again.

use relata_schema::{Sources, analyze};
use relata_script::Dialect;
use relata_testing::fixtures;

use crate::support::{kinds, lines_that_differ, round_trip, script};

/// The fixtures that are schemas of a database, with their names.
fn schemas(provider: &str) -> Vec<(String, String)> {
    let database = if provider == "postgresql" {
        "postgres"
    } else {
        provider
    };
    let cases = fixtures("sql").into_iter().chain(fixtures("transitions"));
    cases
        .filter(|case| case.is_for(database))
        .flat_map(|case| {
            let name = case.name.clone();
            case.sources
                .into_iter()
                .map(move |source| (format!("{name}/{}", source.name), source.text))
        })
        .collect()
}

/// Runs a check on every fixture that the database can have, and names those that fail.
fn each(check: impl Fn(&crate::support::Kind, &str, &str) -> Result<(), String>) {
    let only = std::env::var("RELATA_TEST_ONLY").ok();
    let all = only.is_some() || std::env::var_os("RELATA_TEST_ALL").is_some();
    let mut failed = Vec::new();
    for kind in kinds() {
        let mut count = 0;
        for (name, text) in schemas(kind.provider) {
            let name = format!("{} {name}", kind.provider);
            if only.as_ref().is_some_and(|only| !name.contains(only)) {
                continue;
            }
            // A file that bears the name of a database is for it alone.
            let stem = name.rsplit('/').next().unwrap_or_default();
            let stem = stem.trim_end_matches(".schema");
            if ["sqlite", "postgres", "mysql"].contains(&stem) && !kind.provider.starts_with(stem) {
                continue;
            }
            let schema = kind.schema(&text);
            let Some(script) = script(&schema, kind.dialect) else {
                continue;
            };
            count += 1;
            // A server takes seconds for each; the gate has a part of them.
            if !all && kind.dialect != Dialect::Sqlite && count % 8 != 0 {
                continue;
            }
            if let Err(error) = check(&kind, &schema, &script) {
                failed.push(format!("===== {name}: {error}"));
            }
        }
        assert!(
            count > 60 || only.is_some(),
            "only {count} fixtures on {}",
            kind.provider
        );
    }
    assert!(
        failed.is_empty(),
        "{} failed\n{}",
        failed.len(),
        failed.join("\n\n")
    );
}

#[test]
fn a_schema_pulled_from_nothing_makes_the_same_database_and_one_pulled_over_itself_stays_as_it_is()
{
    each(|kind, schema, script| {
        // From an empty database nothing is pulled.
        if !script.contains("CREATE TABLE") {
            return Ok(());
        }
        // The server cuts names that are too long, and then they are others.
        let analysis = analyze(&Sources::one("app.schema", schema));
        let is_cut = |name: &str| kind.dialect == Dialect::Postgres && name.len() > 63;
        if analysis
            .schema
            .models()
            .any(|model| is_cut(model.database_name()))
        {
            return Ok(());
        }
        let made = kind.make(script)?;
        let pulled = made.pull(schema, &[])?;
        let text = pulled.texts.concat();
        if text != schema {
            return Err(format!(
                "over itself:\n{}\n{:#?}",
                lines_that_differ(schema, &text),
                pulled.changes
            ));
        }
        round_trip(kind, &made).map(drop)
    });
}
