//! What a schema means, as text that two schemas can be compared by.

use std::fmt::Write as _;

use relata_schema::ir::Schema;

/// Everything that a schema means, without the places where it is said, and without the order of keys and indexes, which has
/// no meaning.
pub(crate) fn meaning(schema: &Schema) -> String {
    let mut out = format!("{:?}\n{:?}\n", schema.datasource(), schema.generators());
    for model in schema.models() {
        let _ = writeln!(
            out,
            "{:?}",
            (
                model.name(),
                model.database_name(),
                model.namespace(),
                model.kind(),
                model.docs(),
                model.is_ignored()
            )
        );
        let _ = writeln!(out, "{:?}", model.primary_key());
        let mut indexes: Vec<String> = model
            .indexes()
            .iter()
            .map(|index| without_spans(&format!("{index:?}")))
            .collect();
        indexes.sort();
        let _ = writeln!(out, "{indexes:?}");
        for field in model.fields() {
            let _ = writeln!(
                out,
                "  {:?} {:?}",
                (
                    field.name(),
                    field.database_name(),
                    field.docs(),
                    field.ty(),
                    field.arity(),
                    field.column_type()
                ),
                (
                    field.default(),
                    field.is_updated_at(),
                    field.is_ignored(),
                    field.rust_type()
                ),
            );
            let _ = writeln!(
                out,
                "  {:?} {:?}",
                (
                    field.generated(),
                    field.collation(),
                    field.comment(),
                    field.renamed()
                ),
                (field.newtype().is_some(), field.hidden().is_some()),
            );
        }
        let _ = writeln!(
            out,
            "{:?} {:?}",
            (model.checks(), model.exclusions(), model.renamed()),
            (
                model.comment(),
                model.row_security(),
                model.statement(),
                model.non_exhaustive().is_some()
            ),
        );
    }
    for enumeration in schema.enums() {
        let _ = writeln!(
            out,
            "{:?}",
            (
                enumeration.name(),
                enumeration.database_name(),
                enumeration.docs()
            )
        );
        for value in enumeration.values() {
            let _ = writeln!(
                out,
                "  {:?}",
                (value.name(), value.database_name(), value.docs())
            );
        }
    }
    for domain in schema.domains() {
        let _ = writeln!(
            out,
            "{:?} {:?}",
            (domain.name(), domain.database_name(), domain.native_type()),
            (domain.checks(), domain.default(), domain.docs()),
        );
    }
    let _ = writeln!(out, "{:?}\n{:?}", schema.server_code(), schema.shapes());
    for relation in schema.relations() {
        let fields: Vec<_> = relation
            .fields()
            .chain(relation.references())
            .map(|field| field.name())
            .collect();
        let ends = (
            relation.forward_field().name(),
            relation.back_field().map(|field| field.name()),
        );
        let actions = (
            relation.on_delete(),
            relation.on_update(),
            relation.is_enforced(),
            relation.deferrable(),
        );
        let names = (
            relation.name(),
            relation.constraint_name(),
            relation.join_table(),
        );
        let _ = writeln!(out, "{:?}", (relation.kind(), fields, ends, actions, names));
    }
    without_spans(&out)
}

fn without_spans(debug: &str) -> String {
    let mut parts = debug.split("Span {");
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        out.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    out
}
