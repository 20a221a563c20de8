//! What a schema can say and plans do not follow yet. It is refused as a whole: a rename that is passed over would drop what it
//! is about.

use relata_schema::Schema;

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
    for model in schema.models() {
        if model.renamed().is_some() {
            return Some(("@@renamed", model.name().to_owned()));
        }
        if let Some(field) = model.fields().find(|field| field.renamed().is_some()) {
            return Some(("@renamed", format!("{}.{}", model.name(), field.name())));
        }
    }
    for item in schema.enums() {
        if item.renamed().is_some() {
            return Some(("@@renamed", item.name().to_owned()));
        }
        if let Some(value) = item.values().find(|value| value.renamed().is_some()) {
            return Some(("@renamed", format!("{}.{}", item.name(), value.name())));
        }
    }
    let domain = schema.domains().find(|domain| domain.renamed().is_some());
    domain.map(|domain| ("@@renamed", domain.name().to_owned()))
}

#[cfg(test)]
mod tests {
    use relata_schema::{Sources, analyze};

    use crate::{Error, lower};

    #[test]
    fn no_rename_is_passed_over() {
        for (construct, text) in [
            ("@@renamed", "@@renamed(from: \"B\")\n}"),
            ("@renamed", "b String @renamed(from: \"c\")\n}"),
            ("@@renamed", "}\nenum E {\n  A\n  @@renamed(from: \"F\")\n}"),
        ] {
            let schema = format!(
                "datasource db {{\n  provider = \"postgresql\"\n}}\nmodel A {{\n  id Int @id\n  {text}\n"
            );
            let analysis = analyze(&Sources::one("a.schema", &schema));
            assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
            match lower(&analysis.schema) {
                Err(Error::NotYet {
                    construct: found, ..
                }) => assert_eq!(found, construct),
                other => panic!("{construct}: {other:?}"),
            }
        }
    }
}
