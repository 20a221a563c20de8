//! What the schema asks of the program around the generated code.

use relata_schema::Schema;
use relata_schema::ir::{FieldType, Model};
use relata_schema::provider::{Provider, Scalar};

use crate::generate::options::{DateTimes, Decimals, Options};

/// The features of the crate `relata` that the generated code needs, sorted, for `cargo add relata --features …`.
///
/// They are those of the column types and of the generator's options, and the driver of the schema's database.
pub fn needed_features(schema: &Schema) -> Vec<&'static str> {
    let dialect = schema
        .datasource()
        .and_then(|source| source.provider)
        .and_then(Provider::dialect);
    let mut features = type_features(schema);
    features.extend(dialect.map(driver));
    features.sort_unstable();
    features
}

/// Those of them without which the code does not compile, sorted.
pub(crate) fn type_features(schema: &Schema) -> Vec<&'static str> {
    let (options, _) = Options::of(schema);
    let mut features = Vec::new();
    if options.serialize || options.deserialize {
        features.push("serde");
    }
    let columns = schema
        .models()
        .filter(|model| !model.is_ignored())
        .flat_map(Model::scalar_fields)
        .filter(|field| !field.is_ignored() && field.rust_type().is_none());
    for field in columns {
        match (field.ty(), options.datetimes) {
            (FieldType::Scalar(Scalar::Decimal), _)
                if options.decimals == Decimals::RustDecimal =>
            {
                features.push("decimal");
            }
            (FieldType::Scalar(Scalar::Json), _) => features.push("json"),
            (FieldType::Scalar(Scalar::DateTime), DateTimes::Chrono) => features.push("chrono"),
            (FieldType::Scalar(Scalar::DateTime), DateTimes::Time) => features.push("time"),
            _ => {}
        }
    }
    features.sort_unstable();
    features.dedup();
    features
}

/// The command that switches on what a schema needs.
///
/// ```
/// let text = "datasource db {\n  provider = \"mysql\"\n}\nmodel A {\n  id Int @id\n  body Json\n}\n";
/// let schema = relata_schema::analyze(&relata_schema::Sources::one("app.schema", text)).schema;
/// assert_eq!(relata_build::cargo_add(&schema), "cargo add relata --features json,mysql");
/// ```
pub fn cargo_add(schema: &Schema) -> String {
    match needed_features(schema).join(",") {
        features if features.is_empty() => "cargo add relata".to_owned(),
        features => format!("cargo add relata --features {features}"),
    }
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

/// The folder of the migrations that the schema wants embedded: `migrations` of the same generator, relative to the schema's folder.
pub fn migrations(schema: &Schema) -> Option<String> {
    Options::of(schema).0.migrations
}

fn driver(dialect: relata_script::Dialect) -> &'static str {
    match dialect {
        relata_script::Dialect::Postgres => "postgres",
        relata_script::Dialect::Mysql => "mysql",
        relata_script::Dialect::Sqlite => "sqlite",
    }
}
