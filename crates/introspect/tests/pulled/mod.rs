//! What is pulled from a random database is the schema that made it.

use relata_schema::provider::Provider;
use relata_schema::{Sources, analyze};
use relata_sql::{Catalog, RaiseOptions, diff, lower, plan, raise};

#[allow(
    dead_code,
    reason = "the other tests draw pairs that are near each other, too"
)]
#[path = "../../../sql/tests/support/random.rs"]
pub(crate) mod random;

pub(crate) fn catalog(case: &str, text: &str) -> Catalog {
    let analysis = analyze(&Sources::one("random.schema", text));
    assert!(analysis.is_valid(), "{case}: {text}");
    lower(&analysis.schema).expect("a target")
}

/// The script that makes the database of a catalog.
pub(crate) fn creation(catalog: &Catalog) -> String {
    plan(&diff(&Catalog::empty(catalog.dialect), catalog).expect("one dialect")).script()
}

/// Pulls a database that was read into a new schema: that is valid, means the database, and says of it what the schema did that made
/// it. Pulling again changes nothing.
pub(crate) fn is_pulled(read: &Catalog, made: &Catalog, provider: Provider) -> Result<(), String> {
    let head = format!(
        "datasource db {{\n  provider = \"{}\"\n}}\n",
        provider.name()
    );
    let pull = |text: &str| -> Result<String, String> {
        let sources = Sources::one("pulled.schema", text);
        let raised =
            raise(read, &sources, &RaiseOptions::default()).map_err(|error| error.to_string())?;
        Ok(raised.edits.apply(&sources).concat())
    };
    let text = pull(&head)?;
    let analysis = analyze(&Sources::one("pulled.schema", &text));
    if !analysis.is_valid() {
        return Err(format!("{:?}\n{text}", analysis.diagnostics));
    }
    let lowered = lower(&analysis.schema).map_err(|error| error.to_string())?;
    for (from, to) in [(read, &lowered), (made, &lowered), (&lowered, made)] {
        let changes = diff(from, to).map_err(|error| error.to_string())?;
        if !changes.is_empty() {
            return Err(format!("{}\n{text}", plan(&changes).script()));
        }
    }
    let again = pull(&text)?;
    if again != text {
        return Err(format!("pulled again\n{again}\ninstead of\n{text}"));
    }
    Ok(())
}
