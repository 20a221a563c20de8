//! What the schema asks of the program around the generated code.

use relata_schema::Schema;
use relata_schema::ir::{FieldType, Model};
use relata_schema::provider::{Provider, Scalar};

/// The features of the crate `relata` that the generated code needs, sorted, for `cargo add relata --features …`.
///
/// They are those of the column types, and the driver of the schema's database.
pub fn needed_features(schema: &Schema) -> Vec<&'static str> {
    let dialect = schema
        .datasource()
        .and_then(|source| source.provider)
        .and_then(Provider::dialect);
    let mut features: Vec<&'static str> = dialect.map(driver).into_iter().collect();
    let columns = schema
        .models()
        .filter(|model| !model.is_ignored())
        .flat_map(Model::scalar_fields)
        .filter(|field| !field.is_ignored() && field.rust_type().is_none());
    for field in columns {
        match field.ty() {
            FieldType::Scalar(Scalar::Decimal) => features.push("decimal"),
            FieldType::Scalar(Scalar::Json) => features.push("json"),
            _ => {}
        }
    }
    features.sort_unstable();
    features.dedup();
    features
}

/// Where the schema wants its code: `output` of the first generator with `provider = "relata"`.
///
/// As in Prisma's schemas it is relative to the schema's folder, not to where a command runs.
pub fn output(schema: &Schema) -> Option<&str> {
    schema
        .generators()
        .iter()
        .find(|generator| generator.is_relata())?
        .text("output")
}

fn driver(dialect: relata_script::Dialect) -> &'static str {
    match dialect {
        relata_script::Dialect::Postgres => "postgres",
        relata_script::Dialect::Mysql => "mysql",
        relata_script::Dialect::Sqlite => "sqlite",
    }
}
