//! `previewFeatures` of a generator.
//!
//! Features belong to Prisma's own clients and commands. Those that change the language are always on here, but for `views`,
//! so that nothing depends on the list; a name that no version of Prisma has known is most likely a slip.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{ConfigText, Property, PropertyValue};
use crate::provider::Provider;

/// The features that versions of Prisma have known (Prisma's reference, "Preview features").
const KNOWN: [&str; 55] = [
    "aggregateApi",
    "atomicNumberOperations",
    "clientExtensions",
    "cockroachdb",
    "connectOrCreate",
    "createMany",
    "dataProxy",
    "deno",
    "distinct",
    "driverAdapters",
    "extendedIndexes",
    "extendedWhereUnique",
    "fieldReference",
    "filterJson",
    "filteredRelationCount",
    "fullTextIndex",
    "fullTextSearch",
    "fullTextSearchPostgres",
    "groupBy",
    "improvedQueryRaw",
    "insensitiveFilters",
    "interactiveTransactions",
    "jsonProtocol",
    "metrics",
    "microsoftSqlServer",
    "middlewares",
    "mongoDb",
    "mongodb",
    "multiSchema",
    "nApi",
    "namedConstraints",
    "napi",
    "nativeDistinct",
    "nativeTypes",
    "omitApi",
    "orderByAggregateGroup",
    "orderByNulls",
    "orderByRelation",
    "partialIndexes",
    "postgresqlExtensions",
    "prismaSchemaFolder",
    "queryCompiler",
    "reactNative",
    "referentialActions",
    "referentialIntegrity",
    "relationJoins",
    "schemaEngineDriverAdapters",
    "selectRelationCount",
    "shardKeys",
    "strictUndefinedChecks",
    "tracing",
    "transactionApi",
    "typedSql",
    "uncheckedScalarInputs",
    "views",
];

/// Checks the features of all generators, once the database is known.
pub(super) fn check(cx: &mut Context<'_>) {
    let generators = std::mem::take(&mut cx.schema.generators);
    let properties = generators
        .iter()
        .flat_map(|generator| &generator.properties);
    for property in properties.filter(|property| &*property.key == "previewFeatures") {
        let one = std::slice::from_ref(&property.value);
        let features = match &property.value {
            PropertyValue::List(features) => features,
            _ => one,
        };
        for feature in features {
            match feature {
                PropertyValue::Text(ConfigText::Literal(name)) => known(cx, property, name),
                _ => cx.report(
                    Diagnostic::error(
                        Code::Generator,
                        property.span,
                        "a preview feature is written out as a string",
                    )
                    .help("write `previewFeatures = [\"views\"]`"),
                ),
            }
        }
    }
    cx.schema.generators = generators;
}

fn known(cx: &mut Context<'_>, property: &Property, name: &str) {
    // Prisma reads them in any case.
    if KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        let on_postgres_only = name.eq_ignore_ascii_case("fullTextSearchPostgres");
        if let Some(provider) = cx.provider()
            && on_postgres_only
            && provider != Provider::Postgresql
        {
            let message = format!("`{name}` is no feature on {}", provider.display_name());
            cx.report(
                Diagnostic::error(Code::Generator, property.span, message).help("take it out"),
            );
        }
        return;
    }
    let message = format!("no version of Prisma knows the preview feature `{name}`");
    let unknown = Diagnostic::error(Code::Generator, property.span, message);
    // The list as a whole is the place, so that there is no fix for the one name.
    cx.report(match crate::diagnostic::near(name, KNOWN) {
        Some(near) => unknown.help(format!("did you mean `{near}`?")),
        None => unknown.help("take it out"),
    });
}
