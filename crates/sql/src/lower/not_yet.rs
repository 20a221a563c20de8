//! What a schema can say and SQL is not written for yet. It is refused as a whole: a part left out would look as if it were
//! not asked for.

use relata_schema::Schema;
use relata_schema::ir::{self, Default, Index, Model, Relation};

use crate::Error;

/// Refuses a schema that says something which would be left out.
pub(super) fn refuse(schema: &Schema) -> Result<(), Error> {
    match found(schema) {
        Some((construct, owner)) => Err(Error::NotYet { construct, owner }),
        None => Ok(()),
    }
}

/// The first such thing, and what it belongs to.
fn found(schema: &Schema) -> Option<(&'static str, String)> {
    if let Some(code) = schema.server_code().first() {
        return Some((code.kind.word(), code.name.to_string()));
    }
    if let Some(domain) = schema.domains().next() {
        return Some(("domain", domain.name().to_owned()));
    }
    for model in schema.models() {
        if let Some(construct) = of_model(model) {
            return Some((construct, model.name().to_owned()));
        }
        for field in model.fields() {
            if let Some(construct) = of_field(field) {
                return Some((construct, format!("{}.{}", model.name(), field.name())));
            }
        }
    }
    for item in schema.enums() {
        if item.comment().is_some() {
            return Some(("@@comment", item.name().to_owned()));
        }
        if item.renamed().is_some() {
            return Some(("@@renamed", item.name().to_owned()));
        }
        if let Some(value) = item.values().find(|value| value.renamed().is_some()) {
            return Some(("@renamed", format!("{}.{}", item.name(), value.name())));
        }
    }
    None
}

fn of_model(model: Model<'_>) -> Option<&'static str> {
    let in_indexes = || model.indexes().iter().find_map(of_index);
    [
        (model.statement().is_some(), "@@sql"),
        (!model.checks().is_empty(), "@check"),
        (!model.exclusions().is_empty(), "@@exclude"),
        (model.renamed().is_some(), "@@renamed"),
        (model.comment().is_some(), "@@comment"),
        (model.row_security().is_some(), "@@rls"),
    ]
    .into_iter()
    .find_map(|(is_there, construct)| is_there.then_some(construct))
    .or_else(in_indexes)
}

fn of_index(index: &Index) -> Option<&'static str> {
    let any = |is: fn(&ir::IndexColumn) -> bool| index.columns.iter().any(is);
    [
        (index.has_expressions(), "raw(…) in an index"),
        (!index.include.is_empty(), "include"),
        (!index.nulls_distinct, "nullsDistinct"),
        (any(|column| column.nulls.is_some()), "nulls"),
        (any(|column| column.collation.is_some()), "collate"),
    ]
    .into_iter()
    .find_map(|(is_there, construct)| is_there.then_some(construct))
}

fn of_field(field: ir::Field<'_>) -> Option<&'static str> {
    let deferrable = || {
        field
            .relation()
            .filter(|relation| relation.forward_field().id() == field.id())
            .and_then(Relation::deferrable)
            .is_some()
    };
    [
        (field.generated().is_some(), "@generated"),
        (field.collation().is_some(), "@collate"),
        (field.comment().is_some(), "@comment"),
        (field.renamed().is_some(), "@renamed"),
        (
            matches!(field.default(), Some(Default::Identity(_))),
            "identity()",
        ),
        (deferrable(), "deferrable"),
    ]
    .into_iter()
    .find_map(|(is_there, construct)| is_there.then_some(construct))
}

#[cfg(test)]
mod tests {
    use relata_schema::{Sources, analyze};

    use crate::{Error, lower};

    /// Each thing that SQL is not written for yet, in a model `A` or beside it.
    const THINGS: &[(&str, &str)] = &[
        ("@check", "@@check(\"id > 0\")\n}"),
        ("@@exclude", "@@exclude(\"USING gist (id WITH =)\")\n}"),
        ("@@renamed", "@@renamed(from: \"B\")\n}"),
        ("@@comment", "@@comment(\"x\")\n}"),
        ("@@rls", "@@rls\n}"),
        ("raw(…) in an index", "@@index([raw(\"lower(a)\")])\n}"),
        ("include", "@@index([id], include: [a])\n}"),
        ("nullsDistinct", "@@unique([a], nullsDistinct: false)\n}"),
        ("nulls", "@@index([a(nulls: Last)])\n}"),
        ("collate", "@@index([a(collate: \"C\")])\n}"),
        ("@generated", "b Int @generated(\"id + 1\")\n}"),
        ("@collate", "b String @collate(\"C\")\n}"),
        ("@comment", "b String @comment(\"x\")\n}"),
        ("@renamed", "b String @renamed(from: \"c\")\n}"),
        ("identity()", "b Int @default(identity())\n}"),
        (
            "deferrable",
            "up A? @relation(\"t\", fields: [upId], references: [id], deferrable: InitiallyDeferred)\nupId Int?\ndown A[] @relation(\"t\")\n}",
        ),
        ("domain", "}\ndomain D {\n  type = String\n}"),
        (
            "policy",
            "}\npolicy p {\n  @@sql(\"CREATE POLICY p ON \\\"A\\\"\")\n}",
        ),
        (
            "@@sql",
            "}\nview v {\n  id Int\n  @@sql(\"CREATE VIEW v AS SELECT 1 AS id\")\n}",
        ),
    ];

    #[test]
    fn nothing_is_left_out_without_a_word() {
        for (construct, text) in THINGS {
            let schema = format!(
                "datasource db {{\n  provider = \"postgresql\"\n}}\nmodel A {{\n  id Int @id\n  a String\n  {text}\n"
            );
            let analysis = analyze(&Sources::one("a.schema", &schema));
            assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
            match lower(&analysis.schema) {
                Err(Error::NotYet {
                    construct: found, ..
                }) => assert_eq!(found, *construct),
                other => panic!("{construct}: {other:?}"),
            }
        }
    }
}
