//! The tables, for each test.

use market::db::Client;
use relata_schema::{Sources, analyze};
use relata_sql::{Catalog, diff, lower, plan};

/// Makes the tables as `relata db push --provider …` does.
pub(crate) async fn tables(db: &Client, provider: &str) {
    let text = include_str!("../../app.schema").replace("\"sqlite\"", &format!("{provider:?}"));
    let analysis = analyze(&Sources::one("app.schema", &text));
    assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
    let catalog = lower(&analysis.schema).unwrap();
    let empty = Catalog::empty(catalog.dialect);
    let script = plan(&diff(&empty, &catalog).unwrap()).script();
    for statement in relata_script::split(db.session().dialect(), &script) {
        db.execute(relata::sql(statement.text().to_owned()))
            .await
            .unwrap();
    }
}
